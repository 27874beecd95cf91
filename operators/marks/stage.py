"""The marks stage: known marks, and marks that repeat over a picture, as regions that have their matte already."""

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
    pixel and hole. With `repeats`, one for every repeat of a mark that is tiled over it, too: learnt from the picture
    itself. A picture without any is left as it came.

    files: (name, bytes) of mark files and of logos (pictures with transparency), so that workers need no file of ours.
    """

    name: ClassVar[str] = "marks"
    files: tuple[tuple[str, bytes], ...] = ()
    repeats: bool = False
    _marks: list[Mark] | None = field(default=None, init=False, repr=False)

    def setup(self) -> None:
        """Decode the files. Raises `ValueError` for one that is neither marks nor a logo."""
        if self.files and self._marks is None:
            from operators.marks.files import marks_in

            self._marks = [mark for name, data in self.files for mark in marks_in(name, data)]

    def process(self, record: ImageRecord) -> None:
        if self.files:
            self._known(record)
        if self.repeats and not record.regions:
            self._repeated(record)

    def _repeated(self, record: ImageRecord) -> None:
        from operators.marks.matte import region_of
        from operators.marks.repeats import find_repeats

        found = find_repeats(record.picture())
        if found is not None:
            name = f"that repeats {len(found.repeats)} times over the picture"
            record.regions += [region_of(one, name) for one in found.repeats]

    def _known(self, record: ImageRecord) -> None:
        self.setup()
        from operators.marks.matte import regions_of
        from operators.marks.place import find_mark

        for mark in self._marks or []:
            found = find_mark(mark, record.picture())
            if found is not None:
                record.regions += regions_of(found, mark.name, repeated=mark.period is not None)
