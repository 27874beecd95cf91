"""What the user names on the command line → files and folders: brace ranges, globs, addresses."""

from __future__ import annotations

import glob
import itertools
import os
import re
from collections.abc import Iterator

from cluster.addresses import base_name, is_local, join, local_path, normalise, parent, split_query
from cluster.sources.sample import SourceError
from cluster.storage import Entry, list_files, stat

_BRACES = re.compile(r"\{([^{}]*)\}")
_RANGE = re.compile(r"(\d+)\.\.(\d+)$")
_WILD = re.compile(r"[*?\[]")


def expand_braces(text: str) -> list[str]:
    """`{000..003}` → 000, 001, 002, 003, as wide as the wider end; `{a,b}` → a, b. Several braces multiply."""
    pieces = _BRACES.split(text)
    choices = [[piece] if i % 2 == 0 else _alternatives(piece) for i, piece in enumerate(pieces)]
    return ["".join(parts) for parts in itertools.product(*choices)]


def _alternatives(inside: str) -> list[str]:
    found = _RANGE.match(inside)
    if found:
        first, last = found.groups()
        step = 1 if int(last) >= int(first) else -1
        return [str(i).zfill(len(first)) for i in range(int(first), int(last) + step, step)]
    return inside.split(",") if "," in inside else ["{" + inside + "}"]


def is_glob(address: str) -> bool:
    """A file that exists under this very name is meant literally, brackets and all."""
    return bool(_WILD.search(split_query(address)[0])) and not (is_local(address) and local_path(address).exists())


def match_glob(address: str) -> tuple[str, list[Entry]]:
    """(folder before the first wildcard, files below it that match). `**` crosses folders."""
    body, query = split_query(normalise(address))
    fixed = body[: _WILD.search(body).start()].rpartition("/")[0] or "/"  # type: ignore[union-attr]
    if is_local(address):
        found = sorted(path for path in glob.glob(body, recursive=True) if not os.path.isdir(path))  # noqa: PTH112,PTH207
        return fixed, [Entry(os.path.relpath(path, fixed), os.stat(path).st_size) for path in found]  # noqa: PTH116
    pattern = _translate(body.removeprefix(fixed + "/"))
    return fixed + query, [e for e in list_files(fixed + query) if pattern.fullmatch(e.name)]


def _translate(pattern: str) -> re.Pattern[str]:
    """A glob over `/` separated names: `*` and `?` stay within a folder, `**/` crosses any number of them."""
    meanings = {"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*", "?": "[^/]"}
    parts = re.split(r"(\*\*/|\*\*|\*|\?|\[[^\]]+\])", pattern)
    return re.compile("".join(meanings.get(p) or (p.replace("[!", "[^") if p.startswith("[") else re.escape(p))
                              for p in parts))


def files_of(address: str) -> Iterator[tuple[str, list[Entry] | None]]:
    """(root, files below it): files is None for a folder, which its source lists itself. Raises `SourceError`."""
    for one in [address] if is_local(address) and local_path(address).exists() else expand_braces(address):
        if is_glob(one):
            root, entries = match_glob(one)
            if not entries:
                raise SourceError(f"{one}: no file matches")
            yield root, entries
            continue
        kind, size = stat(normalise(one))
        if kind == "missing" and (is_local(one) or not list_files(one)):
            raise SourceError(f"{one}: no such file or folder")
        if kind == "file":
            yield parent(normalise(one)), [Entry(base_name(one), size)]
        else:
            yield _inside_output(normalise(one))


def _inside_output(root: str) -> tuple[str, list[Entry] | None]:
    """An output folder of ours as input means the pictures in it, not its tables, its report and its failures."""
    if stat(join(root, "_plan.json"))[0] != "file":
        return root, None
    for below in ("images", "data"):
        if stat(join(root, below))[0] == "folder":
            return join(root, below), None
    return root, [e for e in list_files(root) if e.name.endswith(".tar") and "/" not in e.name]


def labels(addresses: list[str]) -> dict[str, str]:
    """A short name for each address that tells it from the others: the path below their common folder."""
    if len(addresses) == 1:
        return {addresses[0]: base_name(addresses[0])}
    bodies = {address: split_query(address)[0] for address in addresses}
    common = os.path.commonprefix([body.rpartition("/")[0] + "/" for body in bodies.values()]).rpartition("/")[0] + "/"
    return {address: body.removeprefix(common) for address, body in bodies.items()}
