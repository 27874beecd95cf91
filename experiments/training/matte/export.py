"""Write the averaged weights of a run as a weight file: fp16 safetensors and config.json.

    python -m experiments.training.matte.export --run runs/matte
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from safetensors.torch import save_file

from experiments.training.checkpoint import averaged_half
from operators.models.embedded import WEIGHTS, weights_folder
from operators.models.segmenter import EMBEDDED, WIDTHS


def export(run: Path, folder: Path) -> int:
    """Write model.safetensors and config.json; returns the bytes of the weights."""
    folder.mkdir(parents=True, exist_ok=True)
    state, trained = averaged_half(run)
    save_file(state, folder / WEIGHTS)
    config = {"widths": WIDTHS} | trained
    (folder / "config.json").write_text(json.dumps(config, indent=2) + "\n")
    return (folder / WEIGHTS).stat().st_size


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", type=Path, default=Path("runs/matte"))
    parser.add_argument("--folder", type=Path, default=weights_folder(EMBEDDED), help="where to write the weights")
    args = parser.parse_args()
    print(f"{export(args.run, args.folder)} bytes in {args.folder}")


if __name__ == "__main__":
    main()
