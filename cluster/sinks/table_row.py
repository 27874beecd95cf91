"""The other columns of a parquet row, for outputs that are not tables."""

from __future__ import annotations

import base64
import json
from typing import Any

from cluster.sources.parquet import row_of


def row_json(member: bytes) -> bytes:
    """A `row.arrow` member as a JSON object. Bytes become base64, dates and decimals text; nulls are left out."""
    (row,) = row_of(member).to_pylist()
    return json.dumps({k: v for k, v in row.items() if v is not None}, default=_text, indent=1).encode()


def _text(value: Any) -> str:
    return base64.b64encode(value).decode() if isinstance(value, bytes) else str(value)
