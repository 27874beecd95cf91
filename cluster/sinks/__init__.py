"""Where pictures go. `open_shard` picks the kind of output; one class a file knows that kind."""

from __future__ import annotations

from cluster.sinks.folder import FolderShard
from cluster.sinks.parquet import ParquetShard
from cluster.sinks.shard import Shard
from cluster.sinks.webdataset import WebDatasetShard

_KINDS: dict[str, type[Shard]] = {s.kind: s for s in (FolderShard, WebDatasetShard, ParquetShard)}


def open_shard(output_kind: str, input_kind: str, image_column: str | None = None) -> Shard:
    """output_kind: folder, webdataset, parquet, or `same` as the input. Raises `ValueError` for another one."""
    kind = input_kind if output_kind == "same" else output_kind
    if kind not in _KINDS:
        raise ValueError(f"no output kind {output_kind!r}: choose same, {', '.join(_KINDS)}")
    return _KINDS[kind](kind == input_kind, image_column)


__all__ = ["Shard", "open_shard"]
