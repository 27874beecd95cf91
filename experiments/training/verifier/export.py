"""Write the averaged network of a run as weights: fp16 safetensors, config.json, training.json. `fit` does the rest.

    python -m experiments.training.verifier.export --run runs/verifier
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from safetensors.torch import save_file

from experiments.training.checkpoint import averaged_half
from operators.models.embedded import WEIGHTS, weights_folder
from operators.models.verifier import SeamNetwork
from operators.verify.verifier import EMBEDDED


def export(run: Path, folder: Path) -> int:
    """Returns the bytes of the weights."""
    folder.mkdir(parents=True, exist_ok=True)
    state, trained = averaged_half(run)
    SeamNetwork.from_config(SeamNetwork.load_config(run)).save_config(folder)
    save_file(state, folder / WEIGHTS)
    (folder / "training.json").write_text(json.dumps(trained, indent=2) + "\n")
    return (folder / WEIGHTS).stat().st_size


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--run", type=Path, default=Path("runs/verifier"))
    parser.add_argument("--folder", type=Path, default=weights_folder(EMBEDDED), help="where to write the weights")
    args = parser.parse_args()
    print(f"{export(args.run, args.folder)} bytes in {args.folder}")


if __name__ == "__main__":
    main()
