"""The table at the end of a job: what became of the images, where the time went, where everything lies."""

from __future__ import annotations

from collections.abc import Mapping

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from pipelines.gate import Gate
from pipelines.observer import Summary
from pipelines.progress import COLOURS
from pipelines.tally import STATUSES, VERDICTS
from pipelines.units import data_size, duration, milliseconds, rate, share

BAR = 20  # characters of a stage that takes all the time
INDENT = "  "


def summary_table(summary: Summary) -> RenderableType:
    """summary: as in summary.json."""
    parts: list[RenderableType] = ["", _headline(summary), "", _status(summary)]
    for title in ("errors", "reasons", "routes", "generators"):
        if summary.get(title):
            parts.append(_counts(title, summary[title]))
    parts += _gate(summary)
    if summary.get("seconds"):
        parts += ["", _stages(summary["seconds"], summary["images"])]
    if summary.get("measures"):
        parts += ["", _measures(summary["measures"])]
    return Group(*parts, "")


def _headline(summary: Summary) -> Text:
    failed = summary["status"].get("failed", 0) + summary["status"].get("kept", 0)
    text = Text(INDENT).append("✓ " if not failed else "! ", style="green" if not failed else "yellow")
    text.append(f"{summary['images']:,} images", style="bold")
    fresh = summary.get("images_this_attempt", summary["images"])
    if not fresh:
        return text.append(", all of them done before: nothing was left to do", style="dim")
    text.append(f", {fresh:,} of them now" if fresh != summary["images"] else "")
    text.append(f" in {duration(summary['wall_seconds'])}")
    speed = summary.get("images_per_second")
    text.append(f" ({rate(speed)})" if speed else "", style="dim")
    return text.append(f", {failed:,} could not be cleaned" if failed else "", style="yellow")


def _status(summary: Summary) -> Table:
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(width=13)
    grid.add_column()
    grid.add_column(justify="right")
    grid.add_column(justify="right", style="dim")
    for i, name in enumerate(STATUSES):
        count = summary["status"].get(name, 0)
        grid.add_row(Text(f"{INDENT}status" if i == 0 else "", style="dim"), name,
                     Text(f"{count:,}", style=COLOURS[name] if count else "dim"), share(count, summary["images"]))
    return grid


def _counts(title: str, counts: Mapping[str, int]) -> Table:
    """One labelled line: the names with their counts, the largest first."""
    ordered = sorted(counts.items(), key=lambda item: (-item[1], item[0]))
    return _line(title, "  ".join(f"{name} {count:,}" for name, count in ordered))


def _line(title: str, words: str) -> Table:
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(width=13)
    grid.add_column(overflow="fold")
    grid.add_row(Text(INDENT + title, style="dim"), Text(words))
    return grid


def _gate(summary: Summary) -> list[RenderableType]:
    """The verdicts and the way of the regions; nothing when nobody looked."""
    verdicts = {name: summary["verdicts"][name] for name in VERDICTS if summary.get("verdicts", {}).get(name)}
    words = Gate.of(summary.get("trips", {})).words()
    counted = "  ".join(f"{name} {count:,}" for name, count in verdicts.items())
    return [_line(title, text) for title, text in (("verdicts", counted), ("gate", words)) if text]


def _stages(seconds: Mapping[str, float], images: int) -> Table:
    grid = Table.grid(padding=(0, 2, 0, 0))
    for justify in ("left", "right", "right", "left"):
        grid.add_column(justify=justify)  # type: ignore[arg-type]
    grid.columns[0].min_width = 13
    grid.add_row(*(Text(title, style="dim") for title in (INDENT + "stage", "ms/image", "share", "")))
    whole = sum(seconds.values())
    for stage, total in seconds.items():
        bar = "━" * max(1, round(BAR * total / whole)) if total else ""
        grid.add_row(INDENT + stage, milliseconds(total / images if images else 0.0), share(total, whole),
                     Text(bar, style="cyan"))
    return grid


def _measures(measures: Mapping[str, float]) -> Table:
    grid = Table.grid(padding=(0, 2, 0, 0))
    grid.add_column(min_width=13)
    grid.add_column(justify="right")
    grid.add_row(Text(INDENT + "measure", style="dim"), Text("mean", style="dim"))
    for name, value in measures.items():
        grid.add_row(INDENT + name, data_size(value) if "bytes" in name else f"{value:.4g}")
    return grid


def places_text(places: Mapping[str, str]) -> Text:
    """Label to path or address, one a line. They are for copying: print them with `soft_wrap`, so none is cut."""
    text = Text()
    for i, (label, value) in enumerate(places.items()):
        text.append("\n" if i else "").append(f"{INDENT}{label:<11}", style="dim").append("  " + value)
    return text
