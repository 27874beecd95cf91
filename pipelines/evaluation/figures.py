"""The figures of the page as text: headline, tables of methods and kinds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pipelines.evaluation.aggregate import Group, Mean
from pipelines.evaluation.job import Evaluation
from pipelines.evaluation.measures import BY_NAME, MEASURES, Measure
from pipelines.evaluation.methods import BASELINES, BOXES, LABELS, ORACLES, OURS, TARGET, UNCHANGED

SECTIONS = (
    ("cleanplate, and doing nothing", (OURS, UNCHANGED)),
    ("Classical inpainting of the hole that cleanplate made", tuple(n for n in BASELINES if n.endswith("_ours"))),
    ("Classical inpainting of the detector's boxes", (BOXES,)),
    ("Classical inpainting of the true mask, which nobody is given in practice", ORACLES),
    ("The target, for what the measures without truth read on a perfect result", (TARGET,)),
)
PSNR = BY_NAME["psnr_mask"]
MOST_LEADERS = 2  # more methods that share the best value are not marked


@dataclass(frozen=True)
class Cell:
    """text: the mean. spread: its 95% interval. best: no method without the true mask does better."""

    text: str
    spread: str
    best: bool


def headline(evaluation: Evaluation) -> str:
    value, pairs = evaluation.overall.mean(OURS, PSNR.name), evaluation.overall.pairs
    if value is None:
        return f"{_pairs(pairs)} measured"
    return f"{value:.1f} dB where the overlay was, over {_pairs(pairs)}"


def lede(evaluation: Evaluation) -> str:
    """What that is worth: the input, the classical fills, and how much was found at all."""
    group = evaluation.overall
    before, same, true = (_best(group, names) for names in ((UNCHANGED,), SECTIONS[1][1], ORACLES))
    found = group.own_mean("found")
    parts = [
        f"The untouched inputs have {before[1]:.1f} dB there." if before else "",
        f"Classical inpainting of the same hole reaches {same[1]:.1f} dB ({same[0]})," if same else "",
        f"and {true[1]:.1f} dB if somebody tells it exactly where the overlay is ({true[0]})." if true else "",
        f"{found:.0%} of the overlays were found." if found is not None else "",
    ]
    return " ".join(part for part in parts if part) or "No pair could be compared."


def facts(evaluation: Evaluation) -> list[tuple[str, str]]:
    """Label and value of what was done, only what is known."""
    own = evaluation.overall.own
    seconds = [row.seconds for row in evaluation.rows if not row.problem]
    known = [
        ("Pairs", evaluation.source),
        ("Recipe", f"{evaluation.recipe.name} {evaluation.recipe.digest()}"),
        ("Overlays found", _own(own["found"], 100, "%", 0)),
        ("Mask inside our hole", _own(own["hole_coverage"], 100, "%", 1)),
        ("Hole, relative to the mask", _own(own["hole_size"], 1, " times", 2)),
        ("Error of alpha", _own(own["alpha_mae"], 1, "", 3)),
        ("Seconds per picture", f"{sum(seconds) / len(seconds):.2f}" if seconds else ""),
    ]
    return [(name, value) for name, value in known if value]


def method_sections(group: Group) -> list[tuple[str, list[tuple[str, str, list[Cell]]]]]:
    """(title, [(method, label, cells by measure)]) in the order of `SECTIONS`."""
    return [(title, [(method, LABELS[method], [_cell(group, method, measure) for measure in MEASURES])
                     for method in methods]) for title, methods in SECTIONS]


def kind_rows(evaluation: Evaluation) -> list[tuple[str, int, list[str]]]:
    """(kind, pairs, [found, mask in hole, alpha error, PSNR unchanged, ours, same hole, true mask])."""
    rows = []
    for kind, group in evaluation.kinds.items():
        own = [_own(group.own[name], factor, unit, digits, spread=False) or "–" for name, factor, unit, digits in
               (("found", 100, "%", 0), ("hole_coverage", 100, "%", 0), ("alpha_mae", 1, "", 3))]
        best = [_best(group, names) for names in ((UNCHANGED,), (OURS,), SECTIONS[1][1], ORACLES)]
        rows.append((kind, group.pairs, [*own, *(PSNR.show(b[1] if b else None) for b in best)]))
    return rows


def _cell(group: Group, method: str, measure: Measure) -> Cell:
    found = group.methods[method][measure.name]
    if found is None or (method == TARGET and measure.with_truth):
        return Cell("–", "", False)
    return Cell(measure.show(found.mean), f"{measure.show(found.low)}–{measure.show(found.high)}",
                method in _leaders(group, measure))


def _leaders(group: Group, measure: Measure) -> list[str]:
    """The methods with the best shown value of those that remove something without knowing the true mask; none where
    many share it."""
    known = {name: found.mean for name in (OURS, *BASELINES)
             if name not in ORACLES and (found := group.methods[name][measure.name])}
    if not known:
        return []
    least = measure.show(min(known.values(), key=measure.badness))
    leaders = [name for name, value in known.items() if measure.show(value) == least]
    return leaders if len(leaders) <= MOST_LEADERS else []


def _best(group: Group, methods: Sequence[str]) -> tuple[str, float] | None:
    """(label without its hole, dB) of the highest PSNR in the mask."""
    values = [(LABELS[name].partition(",")[0], group.mean(name, PSNR.name)) for name in methods]
    known = [(label, value) for label, value in values if value is not None]
    return max(known, key=lambda pair: pair[1]) if known else None


def _own(found: Mean | None, factor: float, unit: str, digits: int, *, spread: bool = True) -> str:
    if found is None:
        return ""
    mean, low, high = (f"{value * factor:.{digits}f}" for value in (found.mean, found.low, found.high))
    return f"{mean}{unit}" + (f" ({low} to {high})" if spread else "")


def _pairs(count: int) -> str:
    return "1 pair" if count == 1 else f"{count:,} pairs"
