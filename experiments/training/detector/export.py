"""Write the averaged weights of a run as the embedded weight file: fp16 safetensors and config.json.

    python -m experiments.training.detector.export --run runs/detector
"""

from __future__ import annotations

from pathlib import Path

from experiments.training.detector.targets import SHRINK_RATIO
from experiments.training.detector.train import ARCHITECTURE, CLASSES, HEAD_CHANS, MEAN, STD
from experiments.training.weights import export_command, write_weights
from operators.models.detector import EMBEDDED


def export(run: Path, folder: Path) -> int:
    """Write model.safetensors and config.json; returns the bytes of the weights. The threshold branch is left out: it
    is not trained, and nothing reads it at inference."""
    config = {"architecture": ARCHITECTURE, "head_chans": HEAD_CHANS, "classes": CLASSES, "shrink_ratio": SHRINK_RATIO,
              "mean": MEAN, "std": STD}
    return write_weights(run, folder, config, left_out=("thresh_head.",))


if __name__ == "__main__":
    export_command(__doc__, "detector", EMBEDDED, export)
