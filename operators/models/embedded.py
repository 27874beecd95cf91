"""The weights that come in the package: `weights/<name>` with model.safetensors, config.json and a model card."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path
from typing import Any

WEIGHTS = "model.safetensors"


def weights_folder(name: str) -> Path:
    """The folder of the embedded weights of that name."""
    return Path(str(resources.files("operators.models") / "weights" / name))


def weights_config(name: str) -> dict[str, Any]:
    """config.json of the embedded weights of that name."""
    return json.loads((weights_folder(name) / "config.json").read_text())
