"""A job without Ray: a driver that tells observers of chunks, and the sidecars it tells of."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from pipelines import clean
from pipelines.observer import JobInfo, Observer

CHUNK = 10


def sidecar(chunk: int, failed: int = 0) -> dict[str, Any]:
    """Ten images: six cleaned less the failed ones, four untouched."""
    return {
        "chunk": chunk, "attempt": 1, "images": CHUNK, "regions": 12,
        "status": {"cleaned": 6 - failed, "untouched": 4, "kept": 0, "failed": failed},
        "errors": {"TruncatedImage": failed} if failed else {},
        "routes": {"flat": 4, "prior": 8}, "generators": {"harmonic": 12},
        "verdicts": {"pass": 8 - failed, "review": 1, "fail": 1},
        "edges": {"start → harmonic": 12, "harmonic → passed": 11, "harmonic → failed": 1},
        "trips": {"harmonic → passed": 11, "harmonic → left": 1},
        "seconds": {"detect": 2.0, "fill": 0.5}, "measures": {"gradient_ratio": [10.4, 8]},
        "bytes_in": 1000, "bytes_out": 1100, "boundary_bytes": {"detect": 500},
        "started": 0.0, "finished": 1.0, "host": "here",
    }


class FakeDriver:
    """Stands in for `clean.run`. fail_at: raise `error` before that chunk. broken: chunks with one failed image."""

    def __init__(self, chunks: int = 3, *, done: int = 0, broken: tuple[int, ...] = (), fail_at: int | None = None,
                 error: BaseException | None = None) -> None:
        self.chunks, self.done, self.broken, self.fail_at, self.error = chunks, done, broken, fail_at, error
        self.job: clean.CleanJob | None = None

    def run(self, job: clean.CleanJob, observer: Observer) -> dict[str, Any]:
        self.job = job
        earlier = [self._sidecar(chunk) for chunk in range(self.done)]
        observer.started(JobInfo(
            out=job.out, kind="folder", images=self.chunks * CHUNK, chunks=self.chunks, done_images=self.done * CHUNK,
            done_chunks=self.done, layout="fused", pools=["ingest+detect+fill: 2 actors x 0.8 CPU"],
            placed=[{"stages": ["ingest", "detect", "fill"], "actors": 2, "cpus": 0.8 / (1 + bool(self.done)),
                     "gpus": 0.0, "memory_mb": 0, "accelerator_type": None, "generators": "harmonic"}],
            attempt=2 if self.done else 1, resumed=bool(self.done), earlier=earlier))
        try:
            for chunk in range(self.done, self.chunks):
                if chunk == self.fail_at and self.error is not None:
                    raise self.error
                observer.committed(self._sidecar(chunk))
                observer.tick()
        except BaseException as error:
            observer.failed(error)
            raise
        summary = self._summary()
        self._write(Path(job.out))
        observer.finished(summary)
        return summary

    def _sidecar(self, chunk: int) -> dict[str, Any]:
        return sidecar(chunk, failed=int(chunk in self.broken))

    def _summary(self) -> dict[str, Any]:
        images, failed = self.chunks * CHUNK, len(self.broken)
        return {
            "images": images, "chunks": self.chunks, "regions": 12 * self.chunks, "complete": True,
            "status": {"cleaned": 6 * self.chunks - failed, "untouched": 4 * self.chunks, "kept": 0, "failed": failed},
            "errors": {"TruncatedImage": failed} if failed else {}, "routes": {"flat": 4 * self.chunks},
            "generators": {"harmonic": 12 * self.chunks}, "seconds": {"detect": 2.0 * self.chunks, "fill": 1.5},
            "verdicts": {"pass": 8 * self.chunks, "review": self.chunks},
            "trips": {"harmonic → passed": 11 * self.chunks, "harmonic → left": self.chunks},
            "measures": {"gradient_ratio": 1.3}, "wall_seconds": 65.0, "images_per_second": images / 65,
            "images_this_attempt": images - self.done * CHUNK, "input_digest": "abcd",
        }

    def _write(self, out: Path) -> None:
        import pyarrow as pa
        import pyarrow.parquet as pq

        (out / "report").mkdir(parents=True, exist_ok=True)
        (out / "report" / "index.html").write_text("<h1>report</h1>")
        (out / "report" / "grid.png").write_bytes(b"png")
        (out / "_plan.json").write_text("{}")
        (out / "_recipe.yaml").write_text("name: default\n")
        (out / "summary.json").write_text("{}")
        pq.write_table(pa.table({"key": ["a"], "error": ["cut short"], "scores": [[1.0]]}), out / "failures.parquet")
