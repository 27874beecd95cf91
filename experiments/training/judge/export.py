"""Write the averaged weights of the box classifier: fp16 safetensors, and how they came about.

    python -m experiments.training.judge.export --run runs/box_classifier
"""

from __future__ import annotations

import json
from pathlib import Path

from safetensors.torch import save_file

from experiments.training.arguments import begun, export_arguments
from experiments.training.checkpoint import averaged_half
from operators.detection.judge import CLASSIFIER, EMBEDDED


def export(run: Path, folder: Path) -> int:
    """Write classifier.safetensors and classifier.json; returns the bytes of the weights."""
    folder.mkdir(parents=True, exist_ok=True)
    state, trained = averaged_half(run, ())
    save_file(state, folder / CLASSIFIER)
    (folder / Path(CLASSIFIER).with_suffix(".json")).write_text(json.dumps(trained, indent=2) + "\n")
    return (folder / CLASSIFIER).stat().st_size


def main() -> None:
    args = begun(export_arguments(__doc__, "box_classifier", EMBEDDED))
    print(f"{export(args.run, args.folder)} bytes in {args.folder}")


if __name__ == "__main__":
    main()
