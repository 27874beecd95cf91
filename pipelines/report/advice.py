"""What to do about a failure, by its class."""

from __future__ import annotations

_ADVICE = {
    "empty": "The file has no bytes: fetch it again from its source.",
    "not_an_image": "No known picture format: remove it from the input, or look at what wrote it.",
    "truncated": "The end of the file is missing: fetch it again; the copy was probably cut off.",
    "corrupt": "The bytes are damaged: fetch it again, or re-encode it from the original.",
    "too_large": "More pixels than the recipe allows: raise ingest.max_pixels, or scale it down first.",
    "unsupported": "This kind of picture cannot be decoded here: convert it to PNG or TIFF first.",
    "PoisonImage": "It killed its worker repeatedly and was set aside: clean it alone to see why.",
    "BrokenTar": "The archive ends early or is damaged: fetch it again; its samples up to the damage were cleaned.",
    "BrokenParquet": "The table cannot be read: fetch or write it again.",
    "MemoryError": "A worker ran out of memory on it: use fewer actors, or more memory for each.",
    "OSError": "It could not be read: check that the file exists and its permissions, then run again.",
    "PermissionError": "It could not be read: check its permissions, then run again.",
    "FileNotFoundError": "It was there when the job was planned and is gone now: restore it and start again.",
}


def advice(error_class: str, status: str) -> str:
    """One sentence. kept: the original bytes are in the output."""
    if error_class in _ADVICE:
        return _ADVICE[error_class]
    if status == "kept":
        return "The original is in the output. The message names the stage's error: please report it with this picture."
    return "The message says what went wrong. Run it alone with `cleanplate clean` to see the whole error."
