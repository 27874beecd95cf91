"""A real S3 API on loopback: listing, ranges, commits and a whole job."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cluster.addresses import join
from cluster.lease import Lease, LeaseError
from cluster.outputs import read_result, read_rows
from cluster.plan import Plan, make_plan
from cluster.storage import Storage, read_bytes
from tests.cluster.inputs import picture, run_job, write_tar
from tests.cluster.toys import inverted


@pytest.fixture(scope="module")
def bucket() -> Iterator[str]:
    """An address that carries its endpoint, so that workers that were started before find it too."""
    server = pytest.importorskip("moto.server").ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    patch = pytest.MonkeyPatch()
    patch.setenv("AWS_ACCESS_KEY_ID", "test")
    patch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    patch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    host, port = server.get_host_and_port()
    import pyarrow.fs as pafs

    endpoint = {"endpoint_override": f"{host}:{port}", "scheme": "http", "region": "us-east-1"}
    pafs.S3FileSystem(access_key="test", secret_key="test", allow_bucket_creation=True, **endpoint).create_dir("plates")
    yield "s3://test:test@plates?" + "&".join(f"{k}={v}" for k, v in endpoint.items())
    patch.undo()
    server.stop()


def test_storage(bucket: str) -> None:
    """Catches names that URLs would change, half objects and listings that lose files."""
    storage = Storage(join(bucket, "store"))
    names = ["a b/ü?=#%20.txt", "plain", "deep/er/x"]
    for name in names:
        storage.write(name, name.encode())
    assert storage.names() == sorted(names) and storage.top() == ["plain"]
    assert [storage.read(n).decode() for n in names] == names
    with pytest.raises(FileNotFoundError):
        storage.read("nothing")
    storage.delete("plain")
    storage.sweep("deep")
    assert storage.names() == names[:1] and not storage.exists("plain")


def test_refused_write_leaves_nothing(bucket: str) -> None:
    """Catches an orphan's object appearing although the fence said no."""
    storage = Storage(join(bucket, "fence"))

    def refuse() -> None:
        raise RuntimeError("not yours")

    with pytest.raises(RuntimeError, match="not yours"):
        storage.write("x", b"x", refuse)
    assert storage.names() == []


def test_endpoint_from_the_environment(bucket: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Catches AWS_ENDPOINT_URL being ignored, which sends the request to Amazon."""
    address = join(bucket, "env", "x")
    Storage(join(bucket, "env")).write("x", b"here")
    host = address.partition("endpoint_override=")[2].partition("&")[0]
    monkeypatch.setenv("AWS_ENDPOINT_URL", f"http://{host}")
    assert read_bytes("s3://plates/env/x") == b"here"


@pytest.mark.ray
def test_job_from_tars_to_tars(bucket: str, tmp_path: Path, ray_session: None) -> None:
    """Catches plans, ranges, leases or commits that only work on local files."""
    local = write_tar(tmp_path / "x.tar", [(f"{i:02d}.{e}", picture(i)) for i in range(20) for e in ("jpg", "txt")])
    Storage(join(bucket, "in")).write("x.tar", local.read_bytes())
    out = join(bucket, "out")
    plan = make_plan([join(bucket, "in")], images=8)
    plan.save(out)
    with Lease.acquire(out), pytest.raises(LeaseError):
        Lease.acquire(out)
    summary = run_job(Plan.load(out), out)
    assert summary["status"] == {"cleaned": 20} and summary["complete"]
    rows = read_rows(out).to_pylist()
    assert [read_result(out, plan, r) for r in rows] == [inverted(picture(i)) for i in range(20)]
    assert not [n for n in Storage(out).names() if n.startswith("_tmp")]
