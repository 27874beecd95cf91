"""What a chunk's pictures become: the interface of the three kinds of output."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator
from typing import ClassVar

from cluster.sinks.naming import Row


class Shard(ABC):
    """same: the input was of this kind too, so original names, columns and types are kept."""

    kind: ClassVar[str]

    def __init__(self, same: bool, image_column: str | None = None) -> None:
        self.same, self.image_column = same, image_column

    @abstractmethod
    def files(self, chunk: str, rows: list[Row]) -> Iterator[tuple[str, bytes]]:
        """(name below OUT, bytes) of every file of the chunk. Fills in the rows' `output_name`; rows that failed
        are not in it. The same rows give the same bytes."""
