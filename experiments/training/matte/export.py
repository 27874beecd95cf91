"""Write the averaged weights of a run as a weight file: fp16 safetensors and config.json.

    python -m experiments.training.matte.export --run runs/matte
"""

from __future__ import annotations

from pathlib import Path

from experiments.training.weights import export_command, write_weights
from operators.models.segmenter import EMBEDDED, WIDTHS


def export(run: Path, folder: Path) -> int:
    """Write model.safetensors and config.json; returns the bytes of the weights."""
    return write_weights(run, folder, {"widths": WIDTHS})


if __name__ == "__main__":
    export_command(__doc__, "matte", EMBEDDED, export)
