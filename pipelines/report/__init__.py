"""The static report of a job: one page, its pictures and a contact sheet, readable offline."""

from __future__ import annotations

import contextlib

from cluster.addresses import is_local, local_path
from cluster.storage import TMP, Storage
from pipelines.report.data import ReportData
from pipelines.report.grid import contact_sheet
from pipelines.report.page import render
from pipelines.report.pictures import CasePictures, case_pictures

__all__ = ["ReportData", "build_report", "write_report"]


def build_report(out: str, *, samples: int = 48) -> str:
    """Write OUT/report from what a job has committed to OUT. Returns the address of the page.

    samples: cases of the gallery, at most 200. Raises `FileNotFoundError` when OUT holds no finished job.
    """
    from pipelines.report.collect import collect

    return write_report(Storage(out, attempt="report"), collect(out, samples=samples))


def write_report(storage: Storage, data: ReportData) -> str:
    """Write the page, its pictures and grid.png under report/. Returns the address of the page."""
    shown: list[CasePictures] = []
    pairs: list[tuple[str, bytes, bytes]] = []
    for index, case in enumerate(data.cases):
        views = case_pictures(case, index)
        for name, content in views.files.items():
            storage.write(f"report/{name}", content)
        if case.status == "cleaned" and views.before and views.after:
            pairs.append((case.key, views.files[views.before], views.files[views.after]))
        shown.append(views.without_files())
    storage.write("report/grid.png", contact_sheet(pairs))
    storage.write("report/index.html", render(data, shown).encode())
    _tidy(storage)
    return storage.at("report/index.html")


def _tidy(storage: Storage) -> None:
    """Leave no empty folder of unfinished files; one that another writer still uses is not empty and stays."""
    if not is_local(storage.address):
        return
    folder = local_path(storage.address) / TMP
    with contextlib.suppress(OSError):
        (folder / storage.attempt).rmdir()
        folder.rmdir()
