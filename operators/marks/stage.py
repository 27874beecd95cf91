"""The marks stage: known marks on each picture, as regions that have their matte already."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from operators.record import ImageRecord
from operators.stage import Stage

if TYPE_CHECKING:
    from operators.marks.mark import Mark


@dataclass
class MarkStage(Stage):
    """Appends a region for every known mark that is on the picture: kind `mark`, source `marks`, with alpha, colour per
    pixel and hole. A picture without any is left as it came. Without files nothing is imported and nothing done.

    files: (name, bytes) of mark files and of logos (pictures with transparency), so that workers need no file of ours.
    """

    name: ClassVar[str] = "marks"
    files: tuple[tuple[str, bytes], ...] = ()
    _marks: list[Mark] | None = field(default=None, init=False, repr=False)

    def setup(self) -> None:
        """Decode the files. Raises `ValueError` for one that is neither marks nor a logo."""
        if self.files and self._marks is None:
            from operators.marks.files import marks_in

            self._marks = [mark for name, data in self.files for mark in marks_in(name, data)]

    def process(self, record: ImageRecord) -> None:
        if not self.files:
            return
        self.setup()
        from operators.marks.matte import regions_of
        from operators.marks.place import find_mark

        for mark in self._marks or []:
            found = find_mark(mark, record.picture())
            if found is not None:
                record.regions += regions_of(found, mark.name, repeated=mark.period is not None)
