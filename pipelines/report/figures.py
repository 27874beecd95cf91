"""The figures of the page as text: totals, times, parts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pipelines.gate import Gate
from pipelines.report.data import ReportData
from pipelines.tally import STATUSES, VERDICTS
from pipelines.units import data_size, duration, milliseconds, rate, share

MEANING = {
    "cleaned": "overlay removed",
    "untouched": "original bytes, nothing removed",
    "kept": "original bytes, cleaning failed",
    "failed": "unreadable, no picture in the output",
}
VERDICT_MEANING = {
    "pass": "nobody would notice",
    "review": "overlay may be left",
    "fail": "a filling would be noticed",
}


def headline(summary: Mapping[str, Any]) -> str:
    images, cleaned = int(summary.get("images", 0)), _status(summary, "cleaned")
    if not images:
        return "No images"
    if cleaned == images:
        return f"All {images:,} pictures cleaned" if images > 1 else "The picture was cleaned"
    return f"{cleaned:,} of {images:,} pictures cleaned"


def lede(data: ReportData) -> str:
    """What became of the rest, and whether there is something to look at."""
    parts = []
    untouched, kept, failed = (_status(data.summary, name) for name in ("untouched", "kept", "failed"))
    if untouched:
        parts.append(f"From {untouched:,} nothing was removed: original bytes.")
    if kept:
        parts.append(f"{kept:,} could not be cleaned and kept the original.")
    if failed:
        parts.append(f"{failed:,} could not be read.")
    if data.judged:
        parts.append(_for_review(data.summary))
    elif data.checked:
        parts.append(f"{data.checked:,} {'have regions' if data.checked > 1 else 'has a region'} to check by eye.")
    elif data.summary.get("images"):
        parts.append("No region is marked for a check by eye.")
    return " ".join(parts) or "The input held no pictures."


def _for_review(summary: Mapping[str, Any]) -> str:
    """What the verifier does not let pass, in one or two sentences."""
    rejected, left = (int(summary["verdicts"].get(name, 0)) for name in ("fail", "review"))
    parts = [f"in {rejected:,} a filling would be noticed"] if rejected else []
    parts += [f"in {left:,} something that may be overlay was left"] if left else []
    return f"For review: {', '.join(parts)}." if parts else "None is for review."


def verdict_rows(summary: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Every verdict with its count; empty when the verifier did not look."""
    counts = summary.get("verdicts") or {}
    return [{"name": name, "count": int(counts.get(name, 0)), "meaning": VERDICT_MEANING[name]}
            for name in VERDICTS] if counts else []


def gate_words(summary: Mapping[str, Any]) -> str:
    """One sentence on the way of the regions through the gate."""
    words = Gate.of(summary.get("trips", {})).words()
    return f"{words[0].upper()}{words[1:]}." if words else ""


def facts(data: ReportData) -> list[tuple[str, str]]:
    """Label and value of what was done, only what is known."""
    summary: Mapping[str, Any] = data.summary
    seconds, speed = summary.get("wall_seconds"), summary.get("images_per_second")
    fresh = summary.get("images_this_attempt", summary.get("images", 0))
    last = fresh != summary.get("images", 0)
    known = [
        ("Output", data.title),
        ("Recipe", " ".join(str(summary[n]) for n in ("recipe", "recipe_digest") if summary.get(n))),
        ("Last attempt" if last else "Duration",
         (f"{fresh:,} images in " if last else "") + duration(seconds) if seconds is not None else ""),
        ("Speed", rate(speed).replace("/s", " images/s") if speed else ""),
        ("Regions", f"{summary['regions']:,}" if "regions" in summary else ""),
        ("Data in and out", f"{data_size(summary['bytes_in'])}, {data_size(summary['bytes_out'])}"
         if "bytes_in" in summary and "bytes_out" in summary else ""),
    ]
    return [(name, value) for name, value in known if value]


def recipe_line(summary: Mapping[str, Any], lines: int) -> list[str]:
    """What identifies the run: the recipe, its digest, the input's."""
    parts = [str(summary.get("recipe", "")), str(summary.get("recipe_digest", "")),
             f"input {summary['input_digest']}" if summary.get("input_digest") else "", f"{lines} lines"]
    return [part for part in parts if part]


def status_rows(summary: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Every status with its count; empty without images."""
    if not summary.get("images"):
        return []
    return [{"name": name, "count": _status(summary, name), "meaning": MEANING[name]} for name in STATUSES]


def failure_lede(summary: Mapping[str, Any]) -> str:
    kept, failed = _status(summary, "kept"), _status(summary, "failed")
    parts = []
    if failed:
        parts.append(f"{failed:,} unreadable: absent from the output, nothing was written in {_pronoun(failed)} place.")
    if kept:
        parts.append(f"{kept:,} kept: the original bytes are in the output.")
    return " ".join(parts)


def stage_rows(seconds: Mapping[str, float], images: int) -> list[dict[str, Any]]:
    """In the order of the line. seconds: summed over images and workers, per stage."""
    whole, longest = sum(seconds.values()), max(seconds.values(), default=0.0)
    return [{"name": name, "milliseconds": milliseconds(value / images if images else 0.0),
             "share": share(value, whole), "width": _width(value, longest)} for name, value in seconds.items()]


def part_rows(counts: Mapping[str, int]) -> list[dict[str, Any]]:
    """Largest first."""
    whole, most = sum(counts.values()), max(counts.values(), default=0)
    return [{"name": name or "none", "count": n, "share": share(n, whole), "width": _width(n, most)}
            for name, n in sorted(counts.items(), key=lambda item: (-item[1], item[0]))]


def mean_rows(measures: Mapping[str, float]) -> list[tuple[str, str]]:
    return [(name, data_size(value) if "bytes" in name else f"{value:.4g}") for name, value in measures.items()]


def _status(summary: Mapping[str, Any], name: str) -> int:
    return int(summary.get("status", {}).get(name, 0))


def _pronoun(count: int) -> str:
    return "their" if count > 1 else "its"


def _width(value: float, largest: float) -> float:
    return round(100 * value / largest, 1) if largest else 0.0
