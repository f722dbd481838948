"""Which step's artifacts are read: the last one's, or those of the step that wrote what the last one lacks."""

import datetime as dt
from pathlib import Path

import msgspec
import pytest

from erd.dbt_cloud.clock import Budget
from erd.dbt_cloud.download import download_artifacts
from erd.dbt_cloud.runs import Run, get_run
from erd.dbt_cloud.steps import is_fresh
from erd.demo.account import PREPARATION, CloudRun, Content, Step
from erd.demo.server import Server, serve
from erd.errors import DbtCloudError

from .builders import a_client, a_run, an_account
from .faults import Reply, faults, file_answer, json_answer
from .quick_clock import QuickClock

BUILD, DOCS, FRESHNESS = "dbt build", "dbt docs generate", "dbt source freshness"


def step(command: str, *names: str) -> Step:
    """A step whose files say that they are its own."""
    files: dict[str, Content] = {f"{name}.json": f'{{"of": "{command}"}}'.encode() for name in names}
    return Step(f"Invoke dbt with `{command}`", files)


def run_of(*steps: Step) -> CloudRun:
    return msgspec.structs.replace(a_run(5), steps=(*PREPARATION, *steps))


def read(folder: Path, *steps: Step, step: int | None = None) -> dict[str, str]:
    """Which command wrote each of the files that were downloaded."""
    with serve(an_account(run_of(*steps))) as server:
        return read_from(server, folder, step)


def read_from(server: Server, folder: Path, step: int | None = None) -> dict[str, str]:
    with a_client(server.url) as client:
        download_artifacts(client, get_run(client, 5), folder, step=step)
    return {path.stem: path.read_text().removeprefix('{"of": "').removesuffix('"}') for path in folder.iterdir()}


ALL = ("manifest", "catalog", "run_results")


def test_the_last_step_is_read_when_it_has_all(tmp_path: Path) -> None:
    found = read(tmp_path, step(BUILD, "manifest", "run_results"), step("dbt build --write-catalog", *ALL))
    assert set(found.values()) == {"dbt build --write-catalog"}


def test_a_catalog_of_an_earlier_step_comes_with_the_manifest_of_that_step(tmp_path: Path) -> None:
    found = read(tmp_path, step(BUILD, "manifest", "run_results"), step(DOCS, *ALL), step(FRESHNESS, "manifest"))
    assert (found["manifest"], found["catalog"]) == (DOCS, DOCS)


def test_of_several_catalogs_the_last_one_is_read(tmp_path: Path) -> None:
    first, second = "dbt docs generate --select a", "dbt docs generate --select b"
    found = read(tmp_path, step(first, *ALL), step(second, *ALL), step(FRESHNESS, "sources"))
    assert (found["manifest"], found["catalog"]) == (second, second)


def test_a_catalog_of_a_step_whose_name_does_not_say_so_is_found_too(tmp_path: Path) -> None:
    found = read(tmp_path, step("dbt run-operation write", *ALL), step(FRESHNESS, "manifest"))
    assert found["catalog"] == "dbt run-operation write"


def test_run_results_are_those_of_the_last_step_that_ran_tests(tmp_path: Path) -> None:
    found = read(tmp_path, step("dbt test", "run_results"), step(BUILD, *ALL), step(DOCS, *ALL))
    assert (found["run_results"], found["catalog"]) == (BUILD, DOCS)


def test_a_manifest_that_only_an_earlier_step_has_is_found(tmp_path: Path) -> None:
    found = read(tmp_path, step(BUILD, "manifest", "run_results"), step(FRESHNESS, "sources"))
    assert found == {"manifest": BUILD, "run_results": BUILD}


def test_a_given_step_is_the_only_one_that_is_read(tmp_path: Path) -> None:
    steps = step(BUILD, "manifest", "run_results"), step(DOCS, *ALL), step(FRESHNESS, "manifest")
    assert read(tmp_path, *steps, step=4) == {"manifest": BUILD, "run_results": BUILD}


def test_a_given_step_without_a_manifest_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DbtCloudError, match=r"Step 1 of run 5 has no manifest\.json\."):
        read(tmp_path, step(BUILD, *ALL), step=1)
    assert list(tmp_path.iterdir()) == []


def test_the_log_says_which_step_a_file_is_of(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    read(tmp_path, step(DOCS, *ALL), step(FRESHNESS))
    assert "catalog.json is that of step 4 (Invoke dbt with `dbt docs generate`)" in caplog.messages


def test_steps_that_cannot_be_told_are_a_warning(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    refused = json_answer(None, 403, "You may not.")
    with (
        faults(refused, manifest=[file_answer(b"{}")], catalog=[file_answer(b"{}")], run_results=[refused]) as server,
        a_client(server.url) as client,
        pytest.raises(DbtCloudError, match=r"may not read run_results\.json"),
    ):
        download_artifacts(client, Run(id=5), tmp_path)
    absent = json_answer(None, 404)
    with (
        faults(refused, manifest=[file_answer(b"{}")], catalog=[absent], run_results=[absent]) as server,
        a_client(server.url) as client,
    ):
        assert download_artifacts(client, Run(id=5), tmp_path).catalog is None
    assert "The token may not read the steps of run 5" in caplog.text


def test_artifacts_of_a_run_that_has_just_ended_get_a_minute_to_appear(tmp_path: Path) -> None:
    clock = QuickClock()
    absent, there = json_answer(None, 404), file_answer(b"{}")
    late: list[Reply] = [absent, absent, absent, there]
    steps = json_answer({"run_steps": [{"index": 4, "name": "dbt docs generate"}]})
    run = Run(id=5, finished_at=clock.now().isoformat(), has_docs_generated=True)
    with (
        faults(steps, manifest=late, catalog=[absent, there], run_results=[absent]) as server,
        a_client(server.url, budget=Budget(900, clock)) as client,
    ):
        artifacts = download_artifacts(client, run, tmp_path)
    assert artifacts.catalog is not None
    assert clock.slept
    assert sum(clock.slept) < 60


def test_after_a_minute_what_is_not_there_is_missing(tmp_path: Path) -> None:
    clock = QuickClock()
    absent = json_answer(None, 404)
    run = Run(id=5, finished_at=clock.now().isoformat(), has_docs_generated=True)
    steps = json_answer({"run_steps": [{"index": 4, "name": "dbt docs generate"}]})
    with (
        faults(steps, manifest=[file_answer(b"{}")], catalog=[absent], run_results=[absent]) as server,
        a_client(server.url, budget=Budget(900, clock)) as client,
    ):
        assert download_artifacts(client, run, tmp_path).catalog is None
    assert 55 <= sum(clock.slept) <= 65


def test_a_run_without_a_docs_step_is_not_waited_for(tmp_path: Path) -> None:
    clock = QuickClock()
    absent = json_answer(None, 404)
    run = Run(id=5, finished_at=clock.now().isoformat())
    steps = json_answer({"run_steps": [{"index": 4, "name": "dbt build"}]})
    with (
        faults(steps, manifest=[file_answer(b"{}")], catalog=[absent], run_results=[absent]) as server,
        a_client(server.url, budget=Budget(900, clock)) as client,
    ):
        download_artifacts(client, run, tmp_path)
    assert clock.slept == []


@pytest.mark.parametrize(
    ("finished", "fresh"),
    [
        ("2026-08-07 10:34:14.435474+00:00", True),
        ("2026-08-07T10:34:14Z", True),
        ("2026-08-07 10:34:14", True),
        ("2026-08-07 10:33:00+00:00", False),
        ("yesterday", False),
        (None, False),
    ],
)
def test_a_run_is_fresh_for_a_minute_whichever_way_its_time_is_written(finished: str | None, fresh: bool) -> None:
    now = dt.datetime(2026, 8, 7, 10, 34, 40, tzinfo=dt.UTC)
    assert is_fresh(Run(id=5, finished_at=finished), now) is fresh
