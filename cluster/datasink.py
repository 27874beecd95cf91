"""The Ray sink of a job: every block is a chunk, every write task commits one."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import pyarrow as pa
import pyarrow.compute as pc
from ray.data import Datasink

from cluster.samples_ref import SamplesRef
from cluster.sinks.commit import Committer
from cluster.sinks.sidecar import BYTES_AFTER
from operators.record import from_table


class ChunkDatasink(Datasink[list[int]]):
    """Every block is one chunk. Returns the chunks it committed."""

    def __init__(self, committer: Committer, samples: SamplesRef, before: str) -> None:
        """before: the last pool, whose bytes are measured as they arrive."""
        self.committer, self.samples, self.before = committer, samples, before

    def write(self, blocks: Iterable[pa.Table], ctx: object) -> list[int]:
        return [self._commit(table) for block in blocks for table in _split(block)]

    def _commit(self, table: pa.Table) -> int:
        records = from_table(table)
        records[0].measures[BYTES_AFTER + self.before] = float(table.nbytes)
        chunk = records[0].chunk
        rows = self.samples.rows(chunk).select(["key", "position", "target"]).to_pylist()
        self.committer.commit(chunk, self.samples.name(chunk), rows, records)
        return chunk

    def get_name(self) -> str:
        return "Commit"


def _split(block: pa.Table) -> Iterator[pa.Table]:
    """Blocks by chunk: a chunk is one block, but Ray may hand several blocks over as one."""
    chunks = block.column("chunk").unique().to_pylist()
    for chunk in chunks:
        yield block if len(chunks) == 1 else block.filter(pc.equal(block.column("chunk"), chunk))
