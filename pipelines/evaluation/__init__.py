"""The line against the truth and against baselines: pairs in, tables, rows and a page of the worst cases out."""
