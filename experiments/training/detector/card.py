"""The figures of the model card, kept between two markers so that a measurement can replace them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

BEGIN, END = "<!-- figures: begin -->", "<!-- figures: end -->"


def figures_table(rows: Mapping[str, Mapping[str, float]], binarize: float, min_confidence: float, samples: int) -> str:
    """Markdown of the rows of `evaluate.table`: per kind the share found and the mass, and the share touched."""
    lines = [
        f"Weights after {samples} crops; `binarize` {binarize:.2f}, `min_confidence` {min_confidence:.2f}.", "",
        "| kind | pictures | found | mean alpha mass in the quads |", "|---|---|---|---|",
    ]
    touched = []
    for kind, row in rows.items():
        if "found" in row:
            lines.append(f"| {kind} | {row['pictures']} | {row['found']:.2f} | {row['mass']:.2f} |")
        else:
            touched.append(f"\nClean photographs touched: {row['touched']:.1%} of {row['pictures']}.")
    return "\n".join(lines + touched)


def put_figures(card: Path, table: str) -> None:
    """Replace what is between the markers of the card. Raises ValueError when it has none."""
    text = card.read_text()
    before, begin, rest = text.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError(f"{card} has no {BEGIN} ... {END}")
    card.write_text(f"{before}{BEGIN}\n{table}\n{END}{after}")
