"""Do the remedies mend? One failure put into a good composite, mended by `operators.remedy`, measured by the truth.

    python -m experiments.evaluations.remedies --split eval --count 200
    python -m experiments.evaluations.remedies --split calibrate --count 100 --trials
    python -m experiments.evaluations.remedies --split eval --count 200 --verifier classical

Crops of unseen photographs, three of four under rendered overlays in fonts never trained on, one under a box; the good
composite is the truth itself or the prior's filling, in turn. Mended: the failure's own measure (below) falls by half
or more, and neither mean CIEDE2000 nor SSIM in the hole gets worse than by the slack. Worsened: mean CIEDE2000 up by
more than 0.5. `--trials` judges every trial of the failure's own remedies by the truth: which work, and the best of
them (`oracle`). `--verifier classical` is a stand-in fitted on the calibrate split to the classical seam scores.

Own measures: ghost and halo, the share of what was put in that is left in the error's detail (regression); colour
drift, mean Lab error of the low frequencies; texture, mean absolute log ratio of three octaves' strength to the
truth's; structure, mean squared error of luma between the grain and the tone. Crops whose texture the injection does
not bring away from the truth's by NO_FAILURE are left out, so that there are fewer cases than asked for.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

import cv2
import numpy as np
import torch

from experiments.datasets import data_folder, photo_paths, read_rgb
from experiments.training.fonts import held_out_fonts
from experiments.training.holes.crops import LEAST, MOST, VISIBLE, soft_rim
from experiments.training.holes.support import box
from experiments.training.verifier.failures import inject
from experiments.training.views.feed import place
from experiments.training.views.photo import resized
from operators.fill.harmonic import fill_membrane
from operators.fill.prior import load_prior
from operators.measures.seam import seam_scores, signed_distance
from operators.measures.structure import ssim_map
from operators.measures.truth import delta_e
from operators.remedy import REMEDIES, Mended, Refill, Wound, mend
from operators.remedy.mend import judged
from operators.remedy.refill import GeneratorRefill
from operators.remedy.texture import octave_ratios
from operators.render import KINDS, FontBook, render_overlay
from operators.verify.verdict import FAILURES, Verdict, Verifier
from operators.verify.views import SeamView, seam_views

SIZE, CONTEXT = 176, 24  # px of a crop, and of its rim that holds no hole
WORSE = 0.5  # CIEDE2000
SLACK, SSIM_SLACK = 0.05, 0.005
EVERY_BOX = 4
FITTED = 210  # cases that the stand-in is fitted to, two of seven without a failure
NO_FAILURE = 0.2  # log ratio: noise in a filling that was too smooth can bring it nearer to the truth
LUMA = np.array([0.299, 0.587, 0.114], np.float32)


@dataclass(frozen=True)
class Case:
    """truth, good: float32 (S, S, 3). wound: the good composite with the failure in it. failure: its name, or empty.
    source: truth or prior."""

    truth: np.ndarray
    good: np.ndarray
    wound: Wound
    failure: str
    source: str


@dataclass
class Tally:
    """Outcomes of one failure."""

    mended: list[bool] = field(default_factory=list)
    halved: list[bool] = field(default_factory=list)
    worsened: list[bool] = field(default_factory=list)
    flagged: list[bool] = field(default_factory=list)
    kept: list[bool] = field(default_factory=list)
    change: list[float] = field(default_factory=list)


def cases(split: str, count: int, refill: Refill, failures: Sequence[str] = FAILURES, seed: int = 0) -> Iterator[Case]:
    """Case i holds failure i modulo their number; the same whatever the count. "" stands for none."""
    paths, fonts = photo_paths(split), held_out_fonts(data_folder() / "fonts")
    order = np.random.default_rng(seed).permutation(len(paths))
    for i in range(count):
        rng = np.random.default_rng([seed, i, 7])
        truth, alpha, hole, blend = _crop(read_rgb(paths[order[i % len(paths)]]), i, fonts, rng)
        source = "prior" if (i // len(failures)) % 2 else "truth"
        good = truth
        if source == "prior":
            filled = refill(truth, hole, 1 - blend, i, 1)[0]
            good = truth + blend[..., None] * (filled - truth)
        name = failures[i % len(failures)]
        rgb = inject(name, good, alpha, hole, rng) if name else good
        case = Case(truth, good, Wound(rgb, alpha, hole, blend, i), name, source)
        if name == "texture" and own_measure(case, rgb, hole) < own_measure(case, good, hole) + NO_FAILURE:
            continue
        yield case


def _crop(photo: np.ndarray, index: int, fonts: FontBook, rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    """(truth float32, alpha float32, hole bool, blend float32) of SIZE px, no hole in its outer CONTEXT px."""
    photo = resized(photo, float(rng.uniform(400, 800)) / max(photo.shape[:2]))
    short = min(photo.shape[:2])
    photo = resized(photo, SIZE / short) if short < SIZE else photo
    core = np.zeros((SIZE, SIZE), bool)
    core[CONTEXT:-CONTEXT, CONTEXT:-CONTEXT] = True
    for attempt in range(40):
        if index % EVERY_BOX == EVERY_BOX - 1:
            y, x = place(photo.shape, np.empty((0, 4, 2)), SIZE, 0.0, rng)
            alpha = (box(SIZE, rng) & core).astype(np.float32)
        else:
            drawn = render_overlay(photo, KINDS[(index + attempt // 8) % len(KINDS)], rng, fonts)
            y, x = place(photo.shape, np.stack([region.quad for region in drawn.regions]), SIZE, 1.0, rng)
            alpha = drawn.alpha[y : y + SIZE, x : x + SIZE].astype(np.float32) * core
        truth = np.ascontiguousarray(photo[y : y + SIZE, x : x + SIZE])
        hole, known = soft_rim(alpha > VISIBLE, truth, rng)
        if LEAST / 2 <= hole.mean() <= MOST:
            return truth.astype(np.float32) / 255, alpha, hole, (1 - known).astype(np.float32)
    raise RuntimeError(f"no hole came about at crop {index}")


def own_measure(case: Case, rgb: np.ndarray, where: np.ndarray) -> float:
    """How much of the case's failure a composite shows, 0 for the truth. where: bool (S, S), the larger hole."""
    error = rgb - case.truth
    if case.failure in ("ghost", "halo"):
        put, left = (x - cv2.GaussianBlur(x, (0, 0), 3.0) for x in (case.wound.rgb - case.good, error))
        return abs(float((put * left)[where].sum())) / max(float((put * put)[where].sum()), 1e-9)
    if case.failure == "colour_drift":
        weight = where.astype(np.float32)
        blurred = cv2.GaussianBlur((_lab(rgb) - _lab(case.truth)) * weight[..., None], (0, 0), 3.0)
        mean = blurred / (cv2.GaussianBlur(weight, (0, 0), 3.0) + 1e-6)[..., None]
        return float(np.linalg.norm(mean[where], axis=-1).mean())
    if case.failure == "texture":
        return float(np.mean([abs(np.log(a / b)) for a, b in zip(*(_octaves(x, where) for x in (rgb, case.truth)),
                                                                 strict=True)]))
    luma = cv2.GaussianBlur(error @ LUMA, (0, 0), 1.0)
    return float(((luma - cv2.GaussianBlur(luma, (0, 0), 12.0))[where] ** 2).mean())


def _octaves(rgb: np.ndarray, where: np.ndarray) -> list[float]:
    levels = [rgb @ LUMA] + [cv2.GaussianBlur(rgb @ LUMA, (0, 0), s) for s in (0.7, 1.4, 2.8)]
    return [float(np.abs(a - b)[where].mean()) + 1e-3 for a, b in zip(levels, levels[1:], strict=False)]


def _lab(rgb: np.ndarray) -> np.ndarray:
    return cv2.cvtColor(np.ascontiguousarray(np.clip(rgb, 0, 1), np.float32), cv2.COLOR_RGB2LAB)


def outcome(case: Case, mended: Mended) -> dict[str, float]:
    """halved, mended, worsened: 0 or 1. change: of the mean CIEDE2000 in the larger hole."""
    where = case.wound.hole | mended.hole
    before, after = (own_measure(case, rgb, where) if case.failure else 0.0 for rgb in (case.wound.rgb, mended.rgb))
    truth = _lab(case.truth)[where].astype(np.float64)
    colour = [float(delta_e(_lab(rgb)[where].astype(np.float64), truth).mean()) for rgb in (case.wound.rgb, mended.rgb)]
    alike = [float(ssim_map(rgb, case.truth)[where].mean()) for rgb in (case.wound.rgb, mended.rgb)]
    halved, change = before > 0 and after <= 0.5 * before, colour[1] - colour[0]
    fine = change <= SLACK and alike[1] >= alike[0] - SSIM_SLACK
    return {"halved": float(halved), "mended": float(halved and fine), "worsened": float(change > WORSE),
            "change": change, "share": after / max(before, 1e-9)}


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


def classical_features(view: SeamView) -> np.ndarray:
    """Float64 (F,): the classical seam scores of a view, signed ones split in two, and strengths by octave."""
    if not view.hole.any() or view.hole.all():
        return np.zeros(len(NAMES))
    scores = seam_scores(view.rgb, view.alpha, view.hole)
    signed = [scores["gradient_ratio"], scores["high_frequency_ratio"], *octave_ratios(view.rgb, view.hole)[:3]]
    return np.array([f(s) for s in signed for f in (lambda v: max(v, 0.0), lambda v: max(-v, 0.0))]
                    + [scores["silhouette"], np.log(scores["colour_drift"] + 0.5), *_rim(view)])


def _rim(view: SeamView) -> tuple[float, float]:
    """Mean deviation of the hole's outer 2 px from the membrane across them: of their means along it, of pixels."""
    distance = signed_distance(view.hole)
    rim = (distance > -2.5) & (distance < 1.5)
    if rim.all() or not rim.any():
        return 0.0, 0.0
    over = np.where(rim[..., None], view.rgb - fill_membrane(view.rgb, rim), 0)
    total, weight = cv2.blur(over, (15, 15)), cv2.blur(rim.astype(np.float32), (15, 15))[..., None]
    return float(np.abs((total / (weight + 1e-6))[rim]).mean()), float(np.abs(over[rim]).mean())


NAMES = ("g+", "g-", "h+", "h-", "o0+", "o0-", "o1+", "o1-", "o2+", "o2-", "silhouette", "drift", "rim", "edge")


@dataclass(frozen=True)
class ClassicalVerifier:
    """A stand-in: one logistic regression a failure, one for any. weights: (F + 1, 6) on standardised features."""

    mean: np.ndarray
    scale: np.ndarray
    weights: np.ndarray

    def judge(self, views: Sequence[SeamView]) -> list[Verdict]:
        verdicts = []
        for view in views:
            x = np.append((classical_features(view) - self.mean) / self.scale, 1.0)
            p = 1 / (1 + np.exp(-np.clip(x @ self.weights, -30, 30)))
            verdicts.append(Verdict(dict(zip(FAILURES, map(float, p[:-1]), strict=True)), float(p[-1])))
        return verdicts


def fit_classical(found: Iterable[Case]) -> ClassicalVerifier:
    """Fitted to cases of which some have no failure."""
    xs, ys = [], []
    for case in found:
        for view in seam_views(case.wound.rgb, case.wound.alpha, case.wound.hole):
            if view.hole.mean() < 0.01:
                continue
            xs.append(classical_features(view))
            ys.append([float(case.failure == name) for name in FAILURES] + [float(case.failure != "")])
    x, y = np.array(xs), np.array(ys)
    mean, scale = x.mean(0), x.std(0) + 1e-6
    columns = np.hstack([(x - mean) / scale, np.ones((len(x), 1))])
    return ClassicalVerifier(mean, scale, np.stack([_logistic(columns, y[:, k]) for k in range(y.shape[1])], 1))


def _logistic(x: np.ndarray, y: np.ndarray, ridge: float = 3.0) -> np.ndarray:
    """Newton's method."""
    w = np.zeros(x.shape[1])
    for _ in range(25):
        p = 1 / (1 + np.exp(-x @ w))
        hessian = (x * (p * (1 - p) + 1e-6)[:, None]).T @ x + ridge * np.eye(x.shape[1])
        w -= np.linalg.solve(hessian, x.T @ (p - y) + ridge * w)
    return w


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
        trials(cases(arguments.split, arguments.count, refill), refill)
        return
    verifier = _embedded() if arguments.verifier == "embedded" else fit_classical(
        cases("calibrate", FITTED, refill, ["", *FAILURES, ""], seed=11))
    report(cases(arguments.split, arguments.count, refill, [*FAILURES, ""]), verifier, refill, arguments.max_risk)


def _embedded() -> Verifier:
    from operators.verify.verifier import load_verifier

    return load_verifier()


if __name__ == "__main__":
    main()
