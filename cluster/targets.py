"""Where a sample goes when the output is of another kind than the input: names that cannot collide."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from cluster.sources.inputs import labels
from cluster.sources.sample import IMAGE_EXTENSIONS, Sample

_LONGEST = 180  # bytes of one path component; file systems stop at 255 and an extension follows


def assign_targets(samples: Iterable[Sample], kind: str) -> list[str]:
    """One name a sample, unique over the plan, relative, without extension and without dots in its last part.

    `holiday/a.jpg` becomes `holiday/a`; where `holiday/a.png` wants the same name it becomes `holiday/a_png`.
    """
    rows = list(samples)
    places = labels(list(dict.fromkeys(s.source for s in rows))) if rows else {}
    several = kind == "webdataset" and len(places) > 1  # keys repeat from tar to tar
    taken: set[str] = set()
    return [_claim(_plain(_placed(s, places) if several else s.key), s.key, taken) for s in rows]


def _placed(sample: Sample, places: dict[str, str]) -> str:
    return f"{places[sample.source].partition('.')[0]}/{sample.key}"


def _plain(key: str) -> str:
    parts = [_short(part) for part in key.split("/") if part not in ("", ".", "..")] or ["_"]
    stem, dot, extension = parts[-1].rpartition(".")
    last = stem if dot and stem and extension.lower() in IMAGE_EXTENSIONS else parts[-1]
    return "/".join([*parts[:-1], last.replace(".", "_")])


def _short(part: str) -> str:
    data = part.encode()
    if len(data) <= _LONGEST:
        return part
    return data[: _LONGEST - 13].decode(errors="ignore") + "_" + hashlib.sha256(data).hexdigest()[:12]


def _claim(name: str, key: str, taken: set[str]) -> str:
    extension = key.rpartition(".")[2].lower()
    choices = [name, f"{name}_{extension}"] if extension in IMAGE_EXTENSIONS else [name]
    number = 2
    while choices[0] in taken:
        if len(choices) == 1:
            choices.append(f"{name}_{number}")
            number += 1
        choices.pop(0)
    taken.add(choices[0])
    return choices[0]
