"""The verifier that a recipe names, for the stages that ask one."""

from __future__ import annotations

from operators.options import VerifyOptions
from operators.verify.verdict import Verifier


def verifier_of(options: VerifyOptions) -> Verifier | None:
    """None for `verify.weights: none`; the stages of one worker share it. Raises `WeightsUnavailable` saying what to
    do."""
    if options.weights == "none":
        return None
    from operators.verify.verifier import load_verifier

    return load_verifier(options.weights)
