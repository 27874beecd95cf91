"""The limits that a job's verdicts were given by, read back from its recipe."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import yaml

from operators.options import VerifyOptions

_DEFAULT = VerifyOptions()


@dataclass(frozen=True)
class Limits:
    """max_risk: above it a filling is rejected. max_doubt: above it what was left in place is for review. 0..1."""

    max_risk: float = _DEFAULT.max_risk
    max_doubt: float = _DEFAULT.max_doubt

    @classmethod
    def of(cls, recipe: str) -> Limits:
        """recipe: the YAML as kept with an output. What an earlier version did not write has its default."""
        options: Mapping[str, Any] = (yaml.safe_load(recipe) or {}).get("verify") or {}
        return cls(*(float(options.get(name, getattr(_DEFAULT, name))) for name in ("max_risk", "max_doubt")))
