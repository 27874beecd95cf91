"""Remedies by failure: what is tried on a filling that the verifier rejected, on arrays alone."""

from operators.remedy.mend import REMEDIES, Trial, mend
from operators.remedy.wound import Mended, Refill, Remedy, Wound

__all__ = ["REMEDIES", "Mended", "Refill", "Remedy", "Trial", "Wound", "mend"]
