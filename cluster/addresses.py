"""Addresses of data: local paths, s3://, gs://, hdfs:// through pyarrow, any other scheme through fsspec."""

from __future__ import annotations

import os
import re
from functools import lru_cache
from pathlib import Path

import pyarrow.fs as pafs

_PYARROW_SCHEMES = {"s3", "gs", "gcs", "hdfs", "viewfs", "abfs", "abfss"}
_QUERY = re.compile(r"\?(\w+=[^/]*)$")  # only at the very end, so that an object name may hold a question mark


def is_local(address: str) -> bool:
    return "://" not in address or address.startswith("file://")


def local_path(address: str) -> Path:
    return Path(address.removeprefix("file://"))


def normalise(address: str) -> str:
    """The same address in one spelling: absolute without `..` for local paths, no slash at the end."""
    if is_local(address):
        return os.path.abspath(local_path(address))  # noqa: PTH100 - resolve() would follow symlinks
    body, query = split_query(address)
    return body.rstrip("/") + query


def split_query(address: str) -> tuple[str, str]:
    """`s3://b/k?region=x` → (`s3://b/k`, `?region=x`)."""
    found = None if is_local(address) else _QUERY.search(address)
    return (address[: found.start()], found.group(0)) if found else (address, "")


def public(address: str) -> str:
    """The address as it may be written into an output: without credentials and query."""
    if is_local(address):
        return address
    scheme, _, path = split_query(address)[0].partition("://")
    host, slash, rest = path.partition("/")
    return f"{scheme}://{host.rpartition('@')[2]}{slash}{rest}"


def join(address: str, *names: str) -> str:
    """The address of what lies below. The query of a remote address stays at its end."""
    if is_local(address):
        return os.path.join(local_path(address), *names)  # noqa: PTH118 - keeps `..` and empty parts out of it
    body, query = split_query(address)
    return "/".join([body.rstrip("/"), *names]) + query


def base_name(address: str) -> str:
    return split_query(address)[0].rstrip("/").rpartition("/")[2]


def parent(address: str) -> str:
    body, query = split_query(address)
    return (body.rstrip("/").rpartition("/")[0] or "/") + query


def resolve(address: str) -> tuple[pafs.FileSystem, str]:
    """The filesystem of an address and the path within it. Raises `ValueError` for a scheme nobody serves."""
    if is_local(address):
        return _local(), str(local_path(address))
    body, query = split_query(address)
    scheme, _, path = body.partition("://")
    host = path.partition("/")[0]
    return _remote(scheme, host, query), path.removeprefix(host.rpartition("@")[0] + "@")


@lru_cache(maxsize=1)
def _local() -> pafs.FileSystem:
    return pafs.LocalFileSystem()


@lru_cache(maxsize=64)
def _remote(scheme: str, host: str, query: str) -> pafs.FileSystem:
    if scheme in _PYARROW_SCHEMES:
        return pafs.FileSystem.from_uri(f"{scheme}://{host}/{_s3_query(query) if scheme == 's3' else query}")[0]
    import fsspec

    options = dict(part.split("=", 1) for part in query[1:].split("&")) if query else {}
    try:
        return pafs.PyFileSystem(pafs.FSSpecHandler(fsspec.filesystem(scheme, **options)))
    except (ValueError, ImportError) as error:
        raise ValueError(f"{scheme}://{host}: nothing installed serves {scheme}:// addresses ({error})") from error


def _s3_query(query: str) -> str:
    """Honour AWS_ENDPOINT_URL and the region variables as other S3 clients do: pyarrow reads neither here, and
    without a region it asks Amazon where the bucket lies, even when the endpoint is elsewhere."""
    given = dict(part.split("=", 1) for part in query[1:].split("&")) if query else {}
    endpoint = os.environ.get("AWS_ENDPOINT_URL_S3") or os.environ.get("AWS_ENDPOINT_URL")
    if endpoint and "endpoint_override" not in given:
        scheme, _, host = endpoint.rpartition("://")
        given |= {"endpoint_override": host.rstrip("/"), "scheme": scheme or "https"}
    region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
    if "region" not in given and (region or "endpoint_override" in given):
        given["region"] = region or "us-east-1"
    return "?" + "&".join(f"{name}={value}" for name, value in given.items()) if given else ""
