"""A run of dbt Cloud becomes a diagram, whichever door it is asked for at."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from erd.artifacts.reading import Metadata
from erd.demo.account import PRODUCTION, demo_account
from erd.demo.server import Server, serve
from tests.builders import a_catalog, a_manifest, a_model
from tests.integration.doors import action, command, container

RUN = 70437463654001
ALL_KINDS = "model,source,seed,snapshot"


@pytest.fixture(scope="module")
def cloud() -> Iterator[Server]:
    with serve(demo_account()) as server:
        yield server


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    folder = tmp_path / "workspace"
    folder.mkdir()
    return folder


def the_job(cloud: Server) -> dict[str, object]:
    return {
        "dbt-cloud-host-url": cloud.url,
        "dbt-cloud-account-id": cloud.account.id,
        "dbt-cloud-service-token": cloud.token,
        "dbt-cloud-job-id": PRODUCTION.id,
    }


def test_the_action_draws_the_latest_run_of_a_job(cloud: Server, workspace: Path) -> None:
    answer = action(workspace, the_job(cloud))

    assert answer.code == 0, answer.log
    assert answer.masked == (cloud.token,)
    assert (workspace / "target/output.dbml").read_text().startswith("//Tables (based on the selection criteria)\n")


def test_the_log_tells_the_story_in_the_words_of_dbterds_guide(cloud: Server, workspace: Path) -> None:
    log = action(workspace, the_job(cloud)).log

    assert f"Reading run {RUN}, the latest successful one of job {PRODUCTION.id}" in log
    assert f"Downloading...[URL: {cloud.url}/api/v2/accounts/1/runs/{RUN}/artifacts/manifest.json]" in log
    assert log.count("Completed [status: 200]") == 3
    assert re.search(r"^Collected 19 table\(s\) and 15 relationship\(s\)$", log, re.MULTILINE)
    assert re.search(r"^Output saved to target/output.dbml$", log, re.MULTILINE)


def test_the_action_hands_on_what_it_drew(cloud: Server, workspace: Path) -> None:
    answer = action(workspace, the_job(cloud))

    outputs = dict(re.findall(r"(?m)^([a-z-]+)<<(?:end-[0-9a-f]+)\n(.*)\n", answer.outputs))
    assert outputs == {
        "files": "target/output.dbml",
        "tables": "19",
        "relationships": "15",
        "run-id": str(RUN),
        "run-url": f"{cloud.url}/deploy/1/projects/2/runs/{RUN}/",
        "changed": "",
        "breaking": "",
        "diff-file": "",
        "comment-url": "",
        "commit-sha": "",
        "pull-request-url": "",
    }


def test_the_job_summary_has_the_counts_and_the_runs_link(cloud: Server, workspace: Path) -> None:
    summary = action(workspace, the_job(cloud)).summary

    assert summary.startswith("### ERD: 19 tables, 15 relationships\n")
    assert "- **Tables** 19 models;" in summary
    assert f"({cloud.url}/deploy/1/projects/2/runs/{RUN}/)" in summary


def test_the_container_needs_no_variable_of_github(cloud: Server, tmp_path: Path) -> None:
    variables = {f"DBTERD_{name.upper().replace('-', '_')}": value for name, value in the_job(cloud).items()}

    answer = container(tmp_path, variables)

    assert answer.code == 0, answer.log
    assert (tmp_path / "target/output.dbml").exists()
    assert "::" not in answer.log


def test_the_command_takes_the_address_of_a_run_out_of_the_browser(cloud: Server, tmp_path: Path) -> None:
    page = f"{cloud.url}/deploy/1/projects/2/runs/{RUN}/?tabId=artifacts"

    answer = command(tmp_path, "run", "--dbt-cloud-run-id", page, "--dbt-cloud-service-token", cloud.token)

    assert answer.code == 0, answer.log
    assert (tmp_path / "target/output.dbml").exists()


def test_all_doors_write_the_same_bytes(cloud: Server, tmp_path: Path) -> None:
    folders = [tmp_path / name for name in ("action", "container", "command")]
    for folder in folders:
        folder.mkdir()
    given = the_job(cloud) | {"resource-type": ALL_KINDS}
    variables = {f"DBTERD_{name.upper().replace('-', '_')}": value for name, value in given.items()}
    flags = [word for name, value in given.items() for word in (f"--{name}", value)]

    answers = [action(folders[0], given), container(folders[1], variables), command(folders[2], "run", *flags)]

    assert [answer.code for answer in answers] == [0, 0, 0], answers
    assert len({(folder / "target/output.dbml").read_bytes() for folder in folders}) == 1


def test_the_demo_says_what_it_drew_and_where_it_is(tmp_path: Path) -> None:
    answer = command(tmp_path, "demo")

    assert answer.code == 0, answer.log
    itself = r"model\.jaffle_shop\.employees \(manager_id\) +→  model\.jaffle_shop\.employees \(employee_id\)"
    assert re.search(itself, answer.log)
    assert "Look at target/output.dbml" in answer.log
    assert (tmp_path / "target/output.dbml").exists()


def test_the_demo_is_not_swayed_by_a_configuration_or_environment_of_the_place(tmp_path: Path) -> None:
    (tmp_path / ".dbterd.yml").write_text("select: nothing_of_that_name\n")

    answer = command(tmp_path, "demo", environ={"DBTERD_RESOURCE_TYPES": "source"})

    assert "Collected 19 table(s) and 15 relationship(s)" in answer.log


def test_dbterds_words_on_the_command_line_still_mean_what_they_meant(cloud: Server, tmp_path: Path) -> None:
    words = ["run", "--dbt-cloud", "-s", "model.jaffle_shop.o", "-ns", "orders", "-rt", "model", "-t", "dbml"]
    words += ["-enf", "schema.table", "-o", "docs", "-ofn", "erd.dbml", "-eg", "schema", "--omit-entity-name-quotes"]
    variables = {f"DBTERD_{name.upper().replace('-', '_')}": str(value) for name, value in the_job(cloud).items()}

    answer = command(tmp_path, *words, environ=variables)

    assert answer.code == 0, answer.log
    drawn = re.findall(r"^Table (\S+) \{$", (tmp_path / "docs/erd.dbml").read_text(), re.MULTILINE)
    assert drawn == ["analytics.order_item_promotions", "analytics.order_items"]


def test_what_is_downloaded_can_be_kept_and_drawn_again_without_dbt_cloud(cloud: Server, tmp_path: Path) -> None:
    flags = [word for name, value in the_job(cloud).items() for word in (f"--{name}", value)]
    first = command(tmp_path, "run", "--dbt-cloud", *flags, "-ad", "kept", "-o", "first")

    second = command(tmp_path, "run", "-ad", "kept", "-o", "second")

    assert (first.code, second.code) == (0, 0), (first.log, second.log)
    assert (tmp_path / "first/output.dbml").read_bytes() == (tmp_path / "second/output.dbml").read_bytes()


def test_nothing_but_the_diagram_is_left_behind(cloud: Server, workspace: Path) -> None:
    scratch = workspace.parent / "scratch"
    scratch.mkdir()

    action(workspace, the_job(cloud), {"TMPDIR": str(scratch)})

    assert [str(path.relative_to(workspace)) for path in workspace.rglob("*")] == ["target", "target/output.dbml"]
    assert list(scratch.iterdir()) == []


@pytest.mark.parametrize(("of_catalog", "warned"), [("one", False), ("two", True), (None, False)])
def test_a_manifest_and_a_catalog_of_two_commands_are_warned_about(
    of_catalog: str | None, warned: bool, tmp_path: Path
) -> None:
    manifest, catalog = a_manifest(a_model()), a_catalog()
    for artifact, written_by in ((manifest, "one"), (catalog, of_catalog)):
        metadata = msgspec.structs.replace(artifact.metadata or Metadata(), invocation_id=written_by)
        replaced = msgspec.structs.replace(artifact, metadata=metadata)
        (tmp_path / f"{'manifest' if artifact is manifest else 'catalog'}.json").write_bytes(
            msgspec.json.encode(replaced)
        )
    answer = command(tmp_path, "run", "-ad", ".")
    assert answer.code == 0, answer.log
    assert ("were written by two dbt commands" in answer.log) is warned


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give files away, as it does in a container")
def test_what_root_writes_belongs_to_the_owner_of_the_workspace(cloud: Server, workspace: Path) -> None:
    os.chown(workspace, 1001, 1001)

    action(workspace, the_job(cloud))

    owners = {(path.stat().st_uid, path.stat().st_gid) for path in workspace.rglob("*")}
    assert owners == {(1001, 1001)}
