"""How artifacts come to the disk: whole or not at all, side by side, in constant memory."""

import json
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from erd.dbt_cloud.download import Artifacts, download_artifacts
from erd.demo.server import serve
from erd.errors import DbtCloudError, OutputError
from tests.hidden import assert_hidden
from tests.tokens import TOKEN

from .builders import CATALOG, MANIFEST, RUN_RESULTS, a_client, a_run, an_account, known_run
from .faults import (
    Reply,
    Wire,
    answer,
    chunked_cut,
    faults,
    file_answer,
    gzip_cut,
    gzipped,
    json_answer,
    page,
    raw,
    redirect,
    repeated,
    repeated_gzipped,
    reset,
    shorter_than_said,
    stalled_body,
    without_length,
)

BIG_ENOUGH_TO_CUT = json.dumps({"nodes": {f"model.shop.m{n}": {"name": f"m{n}"} for n in range(50_000)}}).encode()
MEBIBYTE = b"x" * 1024 * 1024


class Told:
    """A progress that remembers what it was told of each file."""

    def __init__(self) -> None:
        self.told: dict[str, list[int | str | None]] = {}

    def start(self, name: str, total_bytes: int | None) -> None:
        self.told.setdefault(name, []).extend(["start", total_bytes])

    def advance(self, name: str, n: int) -> None:
        self.told[name].append(n)

    def finish(self, name: str) -> None:
        self.told[name].append("finish")


@contextmanager
def an_old_download(folder: Path) -> Iterator[None]:
    """Files of another run lie in the folder, and lie there unchanged when the block has ended."""
    old = {name: f'{{"old": "{name}"}}' for name in ("manifest.json", "catalog.json", "run_results.json")}
    for name, text in old.items():
        (folder / name).write_text(text)
    yield
    assert {path.name: path.read_text() for path in folder.iterdir()} == old


def test_the_three_files_arrive_as_they_are(tmp_path: Path) -> None:
    with serve(an_account(a_run(5))) as server, a_client(server.url) as client:
        artifacts = download_artifacts(client, known_run(5), tmp_path / "new" / "folder")
    folder = tmp_path / "new" / "folder"
    assert artifacts == Artifacts(folder / "manifest.json", folder / "catalog.json", folder / "run_results.json")
    arrived = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert arrived == {"manifest.json": MANIFEST, "catalog.json": CATALOG, "run_results.json": RUN_RESULTS}


def test_the_log_has_dbterds_lines(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    account = an_account(a_run(5, artifacts={"manifest.json": MANIFEST, "catalog.json": CATALOG}))
    with serve(account) as server, a_client(server.url) as client:
        download_artifacts(client, known_run(5), tmp_path)
    lines = [record.message for record in caplog.records if record.name.startswith("erd.")]
    assert f"Downloading...[URL: {server.url}/api/v2/accounts/1/runs/5/artifacts/manifest.json]" in lines
    assert lines.count("Completed [status: 200]") == 2


def test_files_are_asked_for_with_the_token_any_type_and_gzip(tmp_path: Path) -> None:
    with serve(an_account(a_run(5))) as server, a_client(server.url) as client:
        download_artifacts(client, known_run(5), tmp_path)
    files = [asked for asked in server.requests if "/artifacts/" in asked.path]
    assert len(files) == 3
    for asked in files:
        assert (asked.authorization, asked.headers["Accept"], asked.headers["Accept-Encoding"]) == (
            "Token",
            "*/*",
            "gzip",
        )


def test_a_missing_catalog_is_a_warning_and_missing_run_results_are_nothing(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    account = an_account(a_run(5, artifacts={"manifest.json": MANIFEST}))
    with serve(account) as server, a_client(server.url) as client:
        artifacts = download_artifacts(client, known_run(5), tmp_path)
    assert artifacts == Artifacts(tmp_path / "manifest.json", None, None)
    warnings = [record.message for record in caplog.records if record.levelname == "WARNING"]
    assert warnings == [
        "Run 5 has no catalog.json: columns are those that YAML declares. A job with 'Generate docs on run' writes one."
    ]


def test_a_missing_manifest_is_an_error_that_lists_what_there_is_and_changes_nothing(tmp_path: Path) -> None:
    files = {"catalog.json": CATALOG, **{f"compiled/m{n}.sql": b"" for n in range(20)}}
    with (
        an_old_download(tmp_path),
        serve(an_account(a_run(5, artifacts={**files}))) as server,
        a_client(server.url) as client,
        pytest.raises(DbtCloudError) as raised,
    ):
        download_artifacts(client, known_run(5), tmp_path)
    assert raised.value.happened.startswith("Run 5 has no manifest.json; what it has: catalog.json, compiled/m0.sql,")
    assert raised.value.happened.endswith("compiled/m8.sql and 11 more.")


def test_a_run_that_wrote_nothing_has_no_manifest(tmp_path: Path) -> None:
    with (
        serve(an_account(a_run(5, artifacts={}))) as server,
        a_client(server.url) as client,
        pytest.raises(DbtCloudError, match=r"Run 5 has no manifest\.json; what it has: nothing\."),
    ):
        download_artifacts(client, known_run(5), tmp_path)


def test_a_manifest_that_is_listed_but_not_given_is_said_to_be_so(tmp_path: Path) -> None:
    absent = [json_answer(None, 404)]
    with (
        faults(json_answer(["manifest.json"]), manifest=absent, catalog=absent, run_results=absent) as server,
        a_client(server.url) as client,
        pytest.raises(DbtCloudError, match=r"lists manifest\.json among the artifacts of run 5, but does not give it"),
    ):
        download_artifacts(client, known_run(5), tmp_path)


def test_old_files_that_this_run_lacks_are_moved_aside(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    (tmp_path / "catalog.json").write_text("old")
    (tmp_path / "catalog.json.previous").write_text("older")
    account = an_account(a_run(5, artifacts={"manifest.json": MANIFEST}))
    with serve(account) as server, a_client(server.url) as client:
        artifacts = download_artifacts(client, known_run(5), tmp_path)
    assert artifacts.catalog is None
    assert sorted(path.name for path in tmp_path.iterdir()) == ["catalog.json.previous", "manifest.json"]
    assert (tmp_path / "catalog.json.previous").read_text() == "old"
    assert f"{tmp_path / 'catalog.json'} is of another run: moved aside to catalog.json.previous." in caplog.messages


def test_an_old_file_that_cannot_be_moved_aside_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "catalog.json").write_text("old")
    (tmp_path / "catalog.json.previous" / "x").mkdir(parents=True)
    account = an_account(a_run(5, artifacts={"manifest.json": MANIFEST}))
    with serve(account) as server, a_client(server.url) as client, pytest.raises(OutputError, match="of another run"):
        download_artifacts(client, known_run(5), tmp_path)
    assert not (tmp_path / "manifest.json").exists()


@pytest.mark.parametrize(
    "fault",
    [
        reset,
        shorter_than_said(BIG_ENOUGH_TO_CUT),
        stalled_body(BIG_ENOUGH_TO_CUT),
        gzip_cut(BIG_ENOUGH_TO_CUT),
        chunked_cut(BIG_ENOUGH_TO_CUT),
        without_length(BIG_ENOUGH_TO_CUT[:-5]),
        without_length(b""),
        answer(200, b"not gzip", "Content-Encoding: gzip"),
        answer(200, b"x", "Content-Encoding: br"),
        answer(503, b""),
    ],
)
def test_a_broken_file_is_asked_for_again_and_arrives_whole(fault: Reply, tmp_path: Path) -> None:
    with (
        faults(manifest=[fault, file_answer(BIG_ENOUGH_TO_CUT)]) as server,
        a_client(server.url, read=0.3) as client,
    ):
        artifacts = download_artifacts(client, known_run(5), tmp_path)
    assert artifacts.manifest.read_bytes() == BIG_ENOUGH_TO_CUT
    assert [asked.path[-13:] for asked in server.requests].count("manifest.json") == 2
    assert [path.name for path in tmp_path.iterdir()] == ["manifest.json"]


@pytest.mark.parametrize(
    ("fault", "happened"),
    [
        (shorter_than_said(BIG_ENOUGH_TO_CUT), "The answer with catalog.json of run 5 was cut off"),
        (gzip_cut(BIG_ENOUGH_TO_CUT), "The answer with catalog.json of run 5 was cut off"),
        (chunked_cut(BIG_ENOUGH_TO_CUT), "The answer with catalog.json of run 5 was cut off"),
        (without_length(BIG_ENOUGH_TO_CUT[:-5]), "The answer with catalog.json of run 5 was cut off"),
        (stalled_body(BIG_ENOUGH_TO_CUT), "The answer with catalog.json of run 5 stalled for 0.3 s"),
        (page(), "with something that is not JSON (text/html)"),
        (answer(200, b"\n <html>secret page body"), "with something that is not JSON (no content type)"),
        (json_answer(None, 401, "Invalid token."), "rejected the token"),
        (answer(200, b"x", "Content-Encoding: br"), "is encoded as 'br', which was not asked for"),
    ],
)
def test_a_file_that_stays_broken_is_an_error_that_changes_nothing(
    fault: Reply, happened: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(0)
    with (
        an_old_download(tmp_path),
        faults(manifest=[file_answer(MANIFEST)], catalog=[fault]) as server,
        a_client(server.url, read=0.3) as client,
        pytest.raises(DbtCloudError) as raised,
    ):
        download_artifacts(client, known_run(5), tmp_path)
    assert happened in raised.value.happened
    assert "/api/v2/accounts/1/runs/5/artifacts/catalog.json" in raised.value.happened
    assert "secret page body" not in str(raised.value)
    assert_hidden(raised.value, caplog)


@pytest.mark.parametrize(
    "reply",
    [
        gzipped(BIG_ENOUGH_TO_CUT),
        without_length(BIG_ENOUGH_TO_CUT + b"\n"),
        raw(
            b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
            b"%x\r\n%s\r\n0\r\n\r\n" % (len(BIG_ENOUGH_TO_CUT), BIG_ENOUGH_TO_CUT)
        ),
    ],
    ids=["compressed", "without a length", "in chunks"],
)
def test_a_file_arrives_however_it_is_sent(reply: Reply, tmp_path: Path) -> None:
    with faults(manifest=[reply]) as server, a_client(server.url) as client:
        artifacts = download_artifacts(client, known_run(5), tmp_path)
    assert artifacts.manifest.read_bytes() in {BIG_ENOUGH_TO_CUT, BIG_ENOUGH_TO_CUT + b"\n"}
    assert [asked.path[-13:] for asked in server.requests].count("manifest.json") == 1


def test_a_file_on_another_host_is_fetched_without_the_token(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    with (
        faults(file_answer(MANIFEST)) as storage,
        faults(manifest=[redirect(f"{storage.url}/blob?signature=abc")]) as server,
        a_client(server.url) as client,
    ):
        artifacts = download_artifacts(client, known_run(5), tmp_path)
    assert artifacts.manifest.read_bytes() == MANIFEST
    assert "authorization" not in storage.requests[0].headers
    assert TOKEN not in str(storage.requests)
    assert "signature" not in "".join(record.message for record in caplog.records if record.name.startswith("erd."))


def test_a_file_missing_on_another_host_is_missing(tmp_path: Path) -> None:
    with (
        faults(answer(404, b"<Error>NoSuchKey</Error>")) as storage,
        faults(manifest=[file_answer(MANIFEST)], catalog=[redirect(f"{storage.url}/blob")]) as server,
        a_client(server.url) as client,
    ):
        assert download_artifacts(client, known_run(5), tmp_path).catalog is None


def test_the_files_come_at_the_same_time(tmp_path: Path) -> None:
    together = threading.Barrier(2, timeout=5)

    def when_all_are_asked_for(wire: Wire) -> None:
        together.wait()
        file_answer(MANIFEST)(wire)

    each = [when_all_are_asked_for]
    with (
        faults(manifest=each, catalog=each, run_results=[file_answer(RUN_RESULTS)]) as server,
        a_client(server.url) as client,
    ):
        artifacts = download_artifacts(client, known_run(5), tmp_path)
    assert artifacts.run_results is not None


def test_progress_is_told_in_bytes_on_the_wire(tmp_path: Path) -> None:
    told = Told()
    with (
        faults(manifest=[gzipped(BIG_ENOUGH_TO_CUT)], catalog=[file_answer(CATALOG)]) as server,
        a_client(server.url) as client,
    ):
        download_artifacts(client, known_run(5), tmp_path, told)
    assert told.told["catalog.json"] == ["start", len(CATALOG), len(CATALOG), "finish"]
    start, total, *parts, finish = told.told["manifest.json"]
    assert (start, finish) == ("start", "finish")
    assert sum(part for part in parts if isinstance(part, int)) == total
    assert "run_results.json" not in told.told


def test_progress_begins_again_when_a_file_is_asked_for_again(tmp_path: Path) -> None:
    told = Told()
    with (
        faults(manifest=[shorter_than_said(MANIFEST), file_answer(MANIFEST)]) as server,
        a_client(server.url) as client,
    ):
        download_artifacts(client, known_run(5), tmp_path, told)
    assert [entry for entry in told.told["manifest.json"] if isinstance(entry, str)] == [
        "start",
        "finish",
        "start",
        "finish",
    ]


def test_a_failure_ends_the_other_downloads(tmp_path: Path) -> None:
    refused = threading.Event()
    sent: list[int] = []

    def refuse(wire: Wire) -> None:
        json_answer(None, 401)(wire)
        refused.set()

    def send_much(wire: Wire) -> None:
        wire.connection.sendall(b'HTTP/1.1 200 OK\r\nContent-Length: 4000000000\r\n\r\n{"a": "')
        refused.wait(5)
        for _ in range(3800):
            wire.connection.sendall(MEBIBYTE)
            sent.append(1)

    with (
        faults(manifest=[refuse], catalog=[send_much]) as server,
        a_client(server.url) as client,
        pytest.raises(DbtCloudError, match="rejected the token"),
    ):
        download_artifacts(client, known_run(5), tmp_path)
    assert len(sent) < 1000
    assert list(tmp_path.iterdir()) == []


def test_a_length_that_is_too_short_does_not_make_a_part_of_a_file_whole(tmp_path: Path) -> None:
    half = BIG_ENOUGH_TO_CUT[: len(BIG_ENOUGH_TO_CUT) // 2]
    with faults(manifest=[file_answer(half), file_answer(BIG_ENOUGH_TO_CUT)]) as server, a_client(server.url) as client:
        artifacts = download_artifacts(client, known_run(5), tmp_path)
    assert artifacts.manifest.read_bytes() == BIG_ENOUGH_TO_CUT


@pytest.mark.parametrize("reply", [file_answer(BIG_ENOUGH_TO_CUT), gzipped(BIG_ENOUGH_TO_CUT)], ids=["plain", "gzip"])
def test_a_file_larger_than_files_may_be_is_an_error_that_changes_nothing(reply: Reply, tmp_path: Path) -> None:
    with (
        an_old_download(tmp_path),
        faults(manifest=[reply], catalog=[file_answer(CATALOG)]) as server,
        a_client(server.url, largest=1_000_000) as client,
        pytest.raises(DbtCloudError, match=r"The file manifest\.json of run 5 is larger than 1 MB") as raised,
    ):
        download_artifacts(client, known_run(5), tmp_path)
    assert "dbt-cloud-max-file-mb" in raised.value.todo


def test_a_file_where_the_folder_should_be_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with serve(an_account(a_run(5))) as server, a_client(server.url) as client, pytest.raises(OutputError):
        download_artifacts(client, known_run(5), tmp_path / "file")


DOWNLOAD = f"""
import sys, tracemalloc
from pathlib import Path
from erd.checks import Secret
from erd.dbt_cloud.client import DbtCloudClient
from erd.dbt_cloud.download import download_artifacts
from erd.dbt_cloud.runs import Run

with DbtCloudClient(sys.argv[1], 1, Secret("{TOKEN}")) as client:
    download_artifacts(client, Run(id=4, status=10), Path(sys.argv[2]) / "small")
    tracemalloc.start()
    download_artifacts(client, Run(id=5, status=10), Path(sys.argv[2]) / "large")
    print(tracemalloc.get_traced_memory()[1])
"""


@pytest.mark.parametrize("large", [repeated(MEBIBYTE, 100), repeated_gzipped(MEBIBYTE, 100)], ids=["plain", "gzip"])
def test_memory_does_not_grow_with_the_file(large: Reply, tmp_path: Path) -> None:
    """Twice 100 MiB at the same time, in a process of its own, in less than 4 MiB."""
    with faults(manifest=[file_answer(MANIFEST), large], catalog=[file_answer(CATALOG), large]) as server:
        command = [sys.executable, "-W", "error", "-c", DOWNLOAD, server.url, str(tmp_path)]
        done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=60)
    assert (tmp_path / "large" / "manifest.json").stat().st_size == 100 * 1024 * 1024 + 9
    assert int(done.stdout) < 4 * 1024 * 1024
