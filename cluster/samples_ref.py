"""The plan's samples on the cluster: one Arrow table in the object store that readers and sinks look rows up in."""

from __future__ import annotations

from dataclasses import dataclass

import pyarrow as pa
import ray

from cluster.plan import Plan


@dataclass(frozen=True)
class SamplesRef:
    """ref: the table, mapped and not copied on each node. places: chunk → (first row, rows)."""

    ref: ray.ObjectRef
    places: dict[int, tuple[int, int]]
    width: int

    @classmethod
    def put(cls, plan: Plan, chunks: list[int]) -> SamplesRef:
        places, start = {}, 0
        tables = []
        for chunk in chunks:
            table = plan.chunk(chunk)
            tables.append(table)
            places[chunk] = (start, table.num_rows)
            start += table.num_rows
        return cls(ray.put(pa.concat_tables(tables).combine_chunks()), places, plan.width)

    def only(self, chunk: int) -> SamplesRef:
        """The same, small enough to travel with one task."""
        return SamplesRef(self.ref, {chunk: self.places[chunk]}, self.width)

    def rows(self, chunk: int) -> pa.Table:
        start, count = self.places[chunk]
        return ray.get(self.ref).slice(start, count)

    def name(self, chunk: int) -> str:
        return f"{chunk:0{self.width}d}"
