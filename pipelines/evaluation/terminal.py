"""The evaluation as tables for the terminal: two stacked ones, so that eighty columns are enough."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.box import SIMPLE_HEAD
from rich.console import Group as Stack
from rich.console import RenderableType
from rich.table import Table
from rich.text import Text

from pipelines.evaluation.aggregate import Group
from pipelines.evaluation.measures import BY_NAME, MEASURES, Measure
from pipelines.evaluation.methods import BASELINES, LABELS, ORACLES, OURS, TARGET, UNCHANGED
from pipelines.evaluation.row import Row

SHORT = {"psnr_mask": "PSNR\nmask", "rmse_mask": "RMSE\nmask", "psnr": "PSNR\nwhole", "ssim_band": "SSIM\nband",
         "ms_ssim": "MS-\nSSIM", "age": "AGE", "peps": "pEPs\n%", "pceps": "pCEPs\n%", "ghost": "ghost",
         "gradient_ratio": "|gradient\nratio|", "colour_drift": "colour\ndrift", "residual": "boxes\nleft",
         "outside_max": "outside\nlargest", "outside_share": "outside\nshare %"}
BAD_SHOWN = 10


def summary(overall: Group, kinds: Mapping[str, Group], rows: Sequence[Row]) -> RenderableType:
    """Everything that the command prints at its end."""
    parts: list[RenderableType] = [_problems([row for row in rows if row.problem])]
    if overall.pairs:
        parts += [_methods("Against the target", overall, [m for m in MEASURES if m.with_truth], [TARGET]),
                  _methods("Seams, remains, and what else changed", overall,
                           [m for m in MEASURES if not m.with_truth], []), _own(overall)]
    if kinds:
        parts.append(_kinds(kinds))
    return Stack(*parts)


def _methods(title: str, group: Group, measures: Sequence[Measure], without: Sequence[str]) -> Table:
    count = "1 pair" if group.pairs == 1 else f"{group.pairs:,} pairs"
    table = Table(title=f"{title} (means of {count})", title_justify="left", box=SIMPLE_HEAD,
                  title_style="bold", padding=(0, 1, 0, 0), show_edge=False)
    table.add_column("", no_wrap=True)
    for measure in measures:
        table.add_column(SHORT[measure.name], justify="right")
    for method, label in LABELS.items():
        if method not in without:
            cells = [measure.show(group.mean(method, measure.name)) for measure in measures]
            table.add_row(label, *cells, style="bold" if method == OURS else "dim" if method in ORACLES else "")
    return table


def _own(group: Group) -> Text:
    """What only our line can be asked: whether it found the overlay, and how well it knows it."""
    found, cover, size, error = (group.own_mean(n) for n in ("found", "hole_coverage", "hole_size", "alpha_mae"))
    said = [f"found {found:.1%} of the overlays" if found is not None else "",
            f"{cover:.1%} of the masks' pixels lie in the hole" if cover is not None else "",
            f"the hole is {size:.2f} times the mask" if size is not None else "",
            f"alpha is off by {error:.3f}" if error is not None else ""]
    return Text("\n" + " · ".join(part for part in said if part) + "\n")


def _kinds(kinds: Mapping[str, Group]) -> Table:
    table = Table(title="Per kind (PSNR in the mask)", title_justify="left", box=SIMPLE_HEAD, title_style="bold",
                  padding=(0, 1, 0, 0), show_edge=False)
    table.add_column("", no_wrap=True)
    for name in ("pairs", "found", "mask\nin hole", "alpha\nerror", "PSNR\ninput", "clean-\nplate", "best,\nour hole",
                 "best, true\nmask", "ghost"):
        table.add_column(name, justify="right")
    for kind, group in kinds.items():
        table.add_row(kind, f"{group.pairs:,}", *_kind_cells(group))
    return table


def _kind_cells(group: Group) -> list[str]:
    psnr, own = BY_NAME["psnr_mask"], [group.own_mean(n) for n in ("found", "hole_coverage", "alpha_mae")]
    fair = [name for name in BASELINES if name not in ORACLES]
    figures = [group.mean(UNCHANGED, psnr.name), group.mean(OURS, psnr.name), _best(group, fair), _best(group, ORACLES)]
    return [*("–" if v is None else f"{v:.0%}" for v in own[:2]), "–" if own[2] is None else f"{own[2]:.3f}",
            *(psnr.show(v) for v in figures), BY_NAME["ghost"].show(group.mean(OURS, "ghost"))]


def _best(group: Group, methods: Sequence[str]) -> float | None:
    values = [group.mean(method, "psnr_mask") for method in methods]
    return max((value for value in values if value is not None), default=None)


def _problems(bad: Sequence[Row]) -> Text:
    """A line for each pair that could not be compared, the first few of them."""
    text = Text()
    for row in bad[:BAD_SHOWN]:
        text.append("✗ ", style="red").append(f"{row.key}: {row.problem}\n")
    if len(bad) > BAD_SHOWN:
        text.append(f"  and {len(bad) - BAD_SHOWN:,} more, see evaluation.json\n", style="dim")
    return text
