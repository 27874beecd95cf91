"""Measures: of seams (no reference), and against the truth."""
