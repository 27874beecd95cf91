"""One small layer over local folders and object stores: read, write atomically, list, delete."""

from __future__ import annotations

import contextlib
import errno
import io
import os
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from typing import BinaryIO, TypeVar

import pyarrow as pa
import pyarrow.fs as pafs

from cluster.addresses import is_local, join, local_path, normalise, resolve

TMP = "_tmp"
_TRIES = 4
_TRANSIENT = {errno.EIO, errno.EAGAIN, errno.EINTR, errno.EBUSY, errno.ESTALE, errno.ETIMEDOUT, errno.ECONNRESET}
T = TypeVar("T")


@dataclass(frozen=True)
class Entry:
    """A file of a listing. name: path below the listed address, with `/`. size: bytes."""

    name: str
    size: int


def with_retries(action: Callable[[], T], wait: float = 0.2) -> T:
    """Run `action`, again up to three times after an `OSError`.

    Why: object stores and network mounts answer 500, 503 and timeouts under load, and one of them must not cost a
    chunk. A missing file, a refused permission or a loop of links does not get better by asking again, so what the
    system gave another number for is raised at once. Object stores give none.
    """
    for attempt in range(1, _TRIES + 1):
        try:
            return action()
        except OSError as error:
            if attempt == _TRIES or not (error.errno is None or error.errno in _TRANSIENT):
                raise
            time.sleep(wait * 4 ** (attempt - 1))
    raise AssertionError("unreachable")


def open_input(address: str) -> BinaryIO:
    """A seekable binary file. Raises `FileNotFoundError`, `PermissionError` or another `OSError`."""
    if is_local(address):
        return local_path(address).open("rb")
    filesystem, path = resolve(address)
    return io.BufferedReader(_Raw(filesystem.open_input_file(path)), 1 << 17)  # a tar walk reads 512 bytes at a time


def read_bytes(address: str) -> bytes:
    """The whole file. Raises as `open_input`."""
    if is_local(address):
        return local_path(address).read_bytes()
    filesystem, path = resolve(address)
    return with_retries(lambda: _read_all(filesystem, path))


def list_files(address: str) -> list[Entry]:
    """All files below a folder, recursively, sorted by name; empty when there is no such folder."""
    filesystem, path = resolve(normalise(address))
    select = pafs.FileSelector(path, allow_not_found=True, recursive=True)
    root = path.strip("/") + "/"  # some fsspec systems answer with a leading slash that they were not asked with
    files = [Entry(info.path.lstrip("/").removeprefix(root), info.size or 0)
             for info in with_retries(lambda: filesystem.get_file_info(select)) if info.type == pafs.FileType.File]
    return sorted((f for f in files if f.name), key=lambda f: f.name)


def stat(address: str) -> tuple[str, int]:
    """(`file`, bytes), (`folder`, 0) or (`missing`, 0)."""
    filesystem, path = resolve(address)
    info = with_retries(lambda: filesystem.get_file_info(path))
    kinds = {pafs.FileType.File: "file", pafs.FileType.Directory: "folder"}
    return kinds.get(info.type, "missing"), (info.size or 0) if info.type == pafs.FileType.File else 0


class Storage:
    """Files below one address, by relative name."""

    def __init__(self, address: str, attempt: str = "driver") -> None:
        """attempt: names the folder for unfinished local files, OUT/_tmp/<attempt>."""
        self.address = normalise(address)
        self.attempt = attempt

    def at(self, name: str) -> str:
        return join(self.address, name)

    def read(self, name: str) -> bytes:
        """Raises `FileNotFoundError`."""
        return read_bytes(self.at(name))

    def exists(self, name: str) -> bool:
        return stat(self.at(name))[0] == "file"

    def write(self, name: str, data: bytes, check: Callable[[], None] | None = None) -> None:
        """Write a whole file or nothing: a rename locally, one PUT on an object store, which shows an object only
        when it is complete. `check` runs right before the file appears and may raise to prevent it."""
        if is_local(self.address):
            self._replace(name, data, check)
            return
        if check:
            check()
        filesystem, path = resolve(self.at(name))
        with_retries(lambda: _put(filesystem, path, data))

    def _replace(self, name: str, data: bytes, check: Callable[[], None] | None) -> None:
        folder = local_path(self.address) / TMP / self.attempt
        temporary, target = folder / uuid.uuid4().hex, local_path(self.address) / name
        for place in (folder, target.parent):
            place.mkdir(parents=True, exist_ok=True)
        try:
            temporary.write_bytes(data)
            if check:
                check()
            os.replace(temporary, target)  # noqa: PTH105
        finally:
            temporary.unlink(missing_ok=True)

    def tidy(self) -> None:
        """Remove this attempt's folder for unfinished files, and the one above, where they are empty."""
        if is_local(self.address):
            folder = local_path(self.address) / TMP / self.attempt
            with contextlib.suppress(OSError):
                folder.rmdir()
                folder.parent.rmdir()

    def names(self, folder: str = "") -> list[str]:
        """Names of all files below `folder`, sorted, relative to this storage."""
        prefix = folder.strip("/") + "/" if folder else ""
        return [prefix + entry.name for entry in list_files(self.at(folder) if folder else self.address)]

    def top(self) -> list[str]:
        """Names of the files right below the address, without walking what lies deeper."""
        filesystem, path = resolve(self.address)
        found = with_retries(lambda: filesystem.get_file_info(pafs.FileSelector(path, allow_not_found=True)))
        return sorted(info.base_name for info in found if info.type == pafs.FileType.File)

    def delete(self, name: str) -> None:
        """Delete one file; nothing happens when it is not there."""
        filesystem, path = resolve(self.at(name))
        if filesystem.get_file_info(path).type == pafs.FileType.File:
            filesystem.delete_file(path)

    def sweep(self, folder: str = TMP) -> None:
        """Delete a folder and all that lies in it. Somebody may be writing there at this moment: what is still
        there after a few tries is left to the next sweep."""
        filesystem, path = resolve(self.at(folder))
        for _ in range(_TRIES):
            with contextlib.suppress(OSError):
                if filesystem.get_file_info(path).type != pafs.FileType.Directory:
                    return
                filesystem.delete_dir(path)


class _Raw(io.RawIOBase):
    """An Arrow file as a Python raw file, so that reads can be buffered."""

    def __init__(self, file: pa.NativeFile) -> None:
        self._file = file

    def readable(self) -> bool:
        return True

    def seekable(self) -> bool:
        return True

    def seek(self, offset: int, whence: int = 0) -> int:
        self._file.seek(offset, whence)
        return self._file.tell()

    def tell(self) -> int:
        return self._file.tell()

    def readinto(self, target: memoryview) -> int:  # type: ignore[override]
        data = self._file.read(len(target))
        target[: len(data)] = data
        return len(data)


def _read_all(filesystem: pafs.FileSystem, path: str) -> bytes:
    with filesystem.open_input_file(path) as file:
        return file.read()


def _put(filesystem: pafs.FileSystem, path: str, data: bytes) -> None:
    stream = filesystem.open_output_stream(path)
    stream.write(data)
    stream.close()  # not a with block: leaving one by an exception would close, and so publish, half an object

