"""Figures in the model card come from a measurement."""

from pathlib import Path

import pytest

from experiments.training.detector.card import BEGIN, END, figures_table, put_figures


def test_figures_replace_the_old_ones_only(tmp_path: Path) -> None:
    """Figures of old weights that stay in the card beside the new ones are a lie."""
    card = tmp_path / "README.md"
    card.write_text(f"head\n{BEGIN}\nold\n{END}\ntail\n")
    rows = {"clean": {"pictures": 10, "touched": 0.1}, "meme": {"pictures": 4, "found": 0.75, "mass": 0.8}}
    put_figures(card, figures_table(rows, 0.3, 0.6, 1000))
    text = card.read_text()
    assert text.startswith("head\n") and text.endswith("tail\n") and "old" not in text
    assert "| meme | 4 | 0.75 | 0.80 |" in text and "touched: 10.0% of 10" in text


def test_card_without_markers_is_refused(tmp_path: Path) -> None:
    """Appending at the end would leave two tables."""
    (tmp_path / "README.md").write_text("head\n")
    with pytest.raises(ValueError, match="README.md has no"):
        put_figures(tmp_path / "README.md", "table")
