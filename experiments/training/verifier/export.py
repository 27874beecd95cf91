"""Write the averaged network of a run as weights: fp16 safetensors, config.json, training.json. `fit` does the rest.

    python -m experiments.training.verifier.export --run runs/verifier
"""

from __future__ import annotations

from pathlib import Path

from experiments.training.weights import export_command, write_weights
from operators.models.verifier import SeamNetwork
from operators.verify.verifier import EMBEDDED


def export(run: Path, folder: Path) -> int:
    """Returns the bytes of the weights."""
    SeamNetwork.from_config(SeamNetwork.load_config(run)).save_config(folder)
    return write_weights(run, folder, {}, "training.json")


if __name__ == "__main__":
    export_command(__doc__, "verifier", EMBEDDED, export)
