"""Text that a spreadsheet shows instead of running it: keys and messages come from strangers' files."""

from __future__ import annotations

from typing import Any

import pyarrow as pa

_FORMULA = ("=", "+", "-", "@", "\t", "\r")  # what a cell begins with that a spreadsheet computes


def cell(value: Any) -> Any:
    """A value as a CSV may hold it: text that would be a formula gets an apostrophe in front, numbers stay as they are.

    Source: OWASP, CSV Injection.
    """
    return f"'{value}" if isinstance(value, str) and value.startswith(_FORMULA) else value


def cells(table: pa.Table) -> pa.Table:
    """The table with every text column so treated."""
    for i, field in enumerate(table.schema):
        if pa.types.is_string(field.type) or pa.types.is_large_string(field.type):
            table = table.set_column(i, field, pa.array(map(cell, table.column(i).to_pylist()), field.type))
    return table
