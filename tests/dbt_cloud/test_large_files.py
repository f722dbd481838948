"""A manifest of a gigabyte arrives in constant memory, beside a catalog."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from .faults import Reply, Wire, faults, file_answer, head, repeated

MEGABYTE = 1_000_000
LARGE, BESIDE = 1000 * MEGABYTE, 100 * MEGABYTE
NODE = json.dumps({"name": 'orders "of" today', "columns": {"id": {"name": "id"}}, "raw_code": "select\n1"}).encode()
# Of a size that has nothing to do with that of the pieces in which files are read.
NODES = b'"model.shop.orders": ' + NODE + b", "
BLOCK = NODES * 7919

DOWNLOAD = """
import json, resource, sys, time, tracemalloc
from pathlib import Path
from erd.checks import Secret
from erd.dbt_cloud.client import DbtCloudClient
from erd.dbt_cloud.download import download_artifacts
from erd.dbt_cloud.runs import Run

class Times:
    def __init__(self):
        self.of, self.bytes = {}, {"manifest.json": 0, "catalog.json": 0}
    def start(self, name, total):
        self.of[name] = [time.monotonic()]
    def advance(self, name, n):
        self.bytes[name] += n
    def finish(self, name):
        self.of[name].append(time.monotonic())

def megabytes_at_most():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / 1e6

times, folder = Times(), Path(sys.argv[2])
with DbtCloudClient(sys.argv[1], 1, Secret("x")) as client:
    download_artifacts(client, Run(id=4, status=10), folder)
    before = megabytes_at_most()
    began = time.monotonic()
    download_artifacts(client, Run(id=5, status=10), folder, times)
    seconds = time.monotonic() - began
    after = megabytes_at_most()
    # Once more, with an account of every allocation; that takes time, so the file has none of the many small parts.
    tracemalloc.start()
    download_artifacts(client, Run(id=6, status=10), folder)
    traced = tracemalloc.get_traced_memory()[1] / 1e6
print(json.dumps({"seconds": seconds, "before": before, "after": after, "traced": traced, "times": times.of,
    "bytes": times.bytes}))
"""


def nodes(size: int) -> Reply:
    """A file of JSON of at least so many bytes, made as it is sent."""
    blocks = size // len(BLOCK) + 1

    def reply(wire: Wire) -> None:
        begin, end = b'{"nodes": {', b'"model.shop.last": {}}}'
        wire.connection.sendall(head(200, f"Content-Length: {len(begin) + blocks * len(BLOCK) + len(end)}") + begin)
        for _ in range(blocks):
            wire.connection.sendall(BLOCK)
        wire.connection.sendall(end)

    return reply


@pytest.mark.faults
def test_a_gigabyte_takes_no_more_memory_than_a_kilobyte(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    small, text = file_answer(b'{"nodes": {}}'), repeated(b"x" * MEGABYTE, LARGE // MEGABYTE)
    with faults(manifest=[small, nodes(LARGE), text], catalog=[small, nodes(BESIDE), small]) as server:
        command = [sys.executable, "-W", "error", "-c", DOWNLOAD, server.url, str(tmp_path)]
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=300)
    figures = json.loads(done.stdout)
    times, arrived = figures.pop("times"), figures.pop("bytes")
    (its_start, its_end), (start, end) = times["catalog.json"], times["manifest.json"]
    figures["overlap"] = min(end, its_end) - max(start, its_start)
    sizes = [(tmp_path / name).stat().st_size for name in ("manifest.json", "catalog.json")]
    (tmp_path / "manifest.json").unlink()
    assert sizes == [LARGE + len('{"a": ""}'), len('{"nodes": {}}')]
    with capsys.disabled():
        print("\na manifest of 1 GB:", {name: round(figure, 1) for name, figure in figures.items()})  # noqa: T201 (figures)
    assert arrived["manifest.json"] > LARGE
    assert arrived["catalog.json"] > BESIDE
    assert figures["traced"] < 8
    assert figures["after"] - figures["before"] < 32
    # Side by side: the smaller file came while the larger one did.
    assert figures["overlap"] > (its_end - its_start) * 0.9
