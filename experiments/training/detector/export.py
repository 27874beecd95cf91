"""Write the averaged weights of a run as the embedded weight file: fp16 safetensors and config.json.

    python -m experiments.training.detector.export --run runs/detector
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from safetensors.torch import save_file

from experiments.training.checkpoint import averaged_half
from experiments.training.detector.targets import SHRINK_RATIO
from experiments.training.detector.train import ARCHITECTURE, CLASSES, HEAD_CHANS, MEAN, STD
from operators.models.detector import embedded_folder

_NOT_TRAINED = ("thresh_head.",)


def export(run: Path, folder: Path) -> int:
    """Write model.safetensors and config.json; returns the bytes of the weights. The threshold branch is left out: it
    is not trained, and nothing reads it at inference."""
    folder.mkdir(parents=True, exist_ok=True)
    state, trained = averaged_half(run, _NOT_TRAINED)
    save_file(state, folder / "model.safetensors")
    config = {
        "architecture": ARCHITECTURE, "head_chans": HEAD_CHANS, "classes": CLASSES, "shrink_ratio": SHRINK_RATIO,
        "mean": MEAN, "std": STD,
    } | trained
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    return (folder / "model.safetensors").stat().st_size


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", type=Path, default=Path("runs/detector"))
    parser.add_argument("--folder", type=Path, default=embedded_folder(), help="where to write the weights")
    args = parser.parse_args()
    print(f"{export(args.run, args.folder)} bytes in {args.folder}")


if __name__ == "__main__":
    main()
