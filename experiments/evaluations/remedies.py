"""Do the remedies mend? One failure put into a good composite, mended by `operators.remedy`, measured by the truth.

    python -m experiments.evaluations.remedies --split eval --count 200
    python -m experiments.evaluations.remedies --split calibrate --count 100 --trials
    python -m experiments.evaluations.remedies --split eval --count 200 --verifier classical

`injected` says of what crops, filled by the truth itself or the prior; `outcomes`, what counts as mended or worsened.
Crops whose texture the injection does not bring away from the truth's are left out, so that there are fewer cases than
asked for. `--trials` judges every trial of the failure's own remedies by the truth: which work, and the best of
them (`oracle`). `--verifier classical` is a stand-in fitted on the calibrate split to the classical seam scores.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterable
from dataclasses import dataclass, field

import numpy as np
import torch

from experiments.evaluations.classical_verifier import fit_classical
from experiments.evaluations.injected import Case, cases
from experiments.evaluations.outcomes import outcome, shows
from operators.fill.prior import load_prior
from operators.remedy import REMEDIES, Refill, mend
from operators.remedy.mend import judged
from operators.remedy.refill import GeneratorRefill
from operators.verify.verdict import FAILURES, Verifier

FITTED = 210  # cases that the stand-in is fitted to, two of seven without a failure


@dataclass
class Tally:
    """Outcomes of one failure."""

    mended: list[bool] = field(default_factory=list)
    halved: list[bool] = field(default_factory=list)
    worsened: list[bool] = field(default_factory=list)
    flagged: list[bool] = field(default_factory=list)
    kept: list[bool] = field(default_factory=list)
    change: list[float] = field(default_factory=list)


def trials(found: Iterable[Case], refill: Refill) -> None:
    """Every trial of the failure's own remedies, by the truth."""
    rows: dict[tuple[str, str], list[dict[str, float]]] = {}
    for case in found:
        best: dict[str, float] | None = None
        for remedy in REMEDIES[case.failure]:
            start, k = time.perf_counter(), 0
            for k, one in enumerate(remedy(case.wound, refill)):
                spent = 1000 * (time.perf_counter() - start)
                got = outcome(case, one) | {"ms": spent}
                rows.setdefault((case.failure, f"{remedy.__name__}[{k}]"), []).append(got)
                if best is None or (got["mended"], -got["change"]) > (best["mended"], -best["change"]):
                    best = got
                start = time.perf_counter()
        if best is not None:
            rows.setdefault((case.failure, f"oracle of {case.source}"), []).append(best)
    for (name, trial), outcomes in sorted(rows.items()):
        means = {key: round(float(np.mean([one[key] for one in outcomes])), 3) for key in outcomes[0]}
        print(f"{name:13s} {trial:18s} {len(outcomes):4d}", json.dumps(means), flush=True)


def report(found: Iterable[Case], verifier: Verifier, refill: Refill, max_risk: float) -> None:
    """Mends every case and prints the shares by failure and source."""
    tallies: dict[str, Tally] = {}
    seconds, tried = 0.0, 0
    for case in found:
        start = time.perf_counter()
        mended, done = mend(case.wound, verifier, refill, max_risk)
        seconds, tried = seconds + time.perf_counter() - start, tried + len(done)
        got, risk = outcome(case, mended), judged(verifier, case.wound, mended).risk
        title = case.failure or "nothing wrong"  # of which nothing is mended: not among all failures
        for name in (title, f"{title} on {case.source}", *(["all failures"] if case.failure else [])):
            tally = tallies.setdefault(name, Tally())
            for key in ("mended", "halved", "worsened"):
                getattr(tally, key).append(bool(got[key]))
            tally.flagged.append(risk > max_risk)
            tally.kept.append(any(trial.kept for trial in done))
            tally.change.append(got["change"])
    for name in sorted(tallies):
        tally = tallies[name]
        shares = {key: round(float(np.mean(values)), 3) for key, values in vars(tally).items()}
        rest = [f for m, f in zip(tally.mended, tally.flagged, strict=True) if not m]
        shares["flagged_of_unmended"] = round(float(np.mean(rest)), 3) if rest else 1.0
        print(f"{name:24s} {len(tally.mended):4d}", json.dumps(shares), flush=True)
    print(json.dumps({"max_risk": max_risk, "trials": tried, "ms_per_trial": round(1000 * seconds / max(tried, 1), 1)}))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--split", default="eval")
    parser.add_argument("--count", type=int, default=200)
    parser.add_argument("--verifier", choices=["embedded", "classical"], default="embedded")
    parser.add_argument("--max-risk", type=float, default=0.3)
    parser.add_argument("--trials", action="store_true")
    arguments = parser.parse_args()
    torch.set_num_threads(1)
    refill = GeneratorRefill(load_prior())
    if arguments.trials:
        trials(filter(shows, cases(arguments.split, arguments.count, refill)), refill)
        return
    verifier = _embedded() if arguments.verifier == "embedded" else fit_classical(
        filter(shows, cases("calibrate", FITTED, refill, ["", *FAILURES, ""], seed=11)))
    found = filter(shows, cases(arguments.split, arguments.count, refill, [*FAILURES, ""]))
    report(found, verifier, refill, arguments.max_risk)


def _embedded() -> Verifier:
    from operators.verify.verifier import load_verifier

    return load_verifier()


if __name__ == "__main__":
    main()
