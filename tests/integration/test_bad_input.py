"""What goes wrong is said in one annotation, with what to do, the right exit code, and nothing lost."""

import random
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from erd.demo.account import PREPARATION, Account, CloudRun, Content, Job, Step, Token, demo_account
from erd.demo.server import Server, serve
from tests.integration.doors import Answer, action, command, container, killed_command
from tests.tokens import FROM_ELSEWHERE, MARK, TOKEN, WITHOUT_RIGHTS, WRONG

OLD_DIAGRAM = "the diagram of yesterday"
JOB, FINE, FAILED, BARE, NOT_A_MANIFEST, TRUNCATED, LOGIN_PAGE, EMPTY_JOB = 7, 11, 12, 13, 14, 15, 16, 8
MANIFEST = b'{"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json"}, "nodes": {}}'

Change = Callable[[Path, dict[str, object]], None]


def a_run(run_id: int, *, status: int = 10, message: str | None = None, **files: Content) -> CloudRun:
    built = Step("Invoke dbt with `dbt build`", {f"{name}.json": content for name, content in files.items()})
    return CloudRun(
        id=run_id,
        job_definition_id=JOB,
        project_id=2,
        environment_id=3,
        status=status,
        status_message=message,
        steps=(*PREPARATION, built),
    )


@pytest.fixture(scope="module")
def cloud() -> Iterator[Server]:
    account = Account(
        id=1,
        tokens=(
            Token(TOKEN),
            Token(WITHOUT_RIGHTS, permissions=frozenset()),
            Token(FROM_ELSEWHERE, address_allowed=False),
        ),
        jobs=(Job(JOB, "Production", 2, 3), Job(EMPTY_JOB, "Never run", 2, 3)),
        runs=(
            a_run(FINE, manifest=MANIFEST),
            a_run(FAILED, status=20, message="Database Error in model orders", manifest=MANIFEST),
            a_run(BARE),
            a_run(NOT_A_MANIFEST, manifest=b'{"name": "shop"}'),
            a_run(TRUNCATED, manifest=MANIFEST[:-1]),
            a_run(LOGIN_PAGE, manifest=b"<!doctype html><title>Sign in</title>"),
        ),
    )
    with serve(account) as server:
        yield server


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    folder = tmp_path / "workspace"
    (folder / "target").mkdir(parents=True)
    (folder / "target/output.dbml").write_text(OLD_DIAGRAM)
    return folder


def given(**inputs: object) -> Change:
    def change(_: Path, all_inputs: dict[str, object]) -> None:
        all_inputs.update({name.replace("_", "-"): value for name, value in inputs.items()})

    return change


def a_configuration(name: str, content: str) -> Change:
    def change(workspace: Path, _: dict[str, object]) -> None:
        (workspace / name).write_text(content)

    return change


def a_link_out_of_the_workspace(workspace: Path, inputs: dict[str, object]) -> None:
    (workspace.parent / "outside").mkdir()
    (workspace / "docs").symlink_to(workspace.parent / "outside")
    inputs["output"] = "docs"


def a_file_that_is_a_link_out(workspace: Path, inputs: dict[str, object]) -> None:
    (workspace / "docs").mkdir()
    (workspace / "docs/output.dbml").symlink_to(workspace.parent / "stolen.dbml")
    inputs["output"] = "docs"


def a_file_in_place_of_the_folder(workspace: Path, inputs: dict[str, object]) -> None:
    (workspace / "docs").write_text("a file")
    inputs["output"] = "docs/erd"


CASES: dict[str, tuple[Change, int, tuple[str, ...]]] = {
    "no token": (given(dbt_cloud_service_token=""), 2, ("Input `dbt-cloud-service-token`", "Job Viewer")),
    "no run": (given(dbt_cloud_run_id=""), 2, ("Input `dbt-cloud-run-id`", "Input `dbt-cloud-job-id`")),
    "no account": (given(dbt_cloud_account_id=""), 2, ("Input `dbt-cloud-account-id`",)),
    "a wrong token": (given(dbt_cloud_service_token=WRONG), 1, ("401", "dbt-cloud-service-token")),
    "no right to the run": (given(dbt_cloud_service_token=WITHOUT_RIGHTS), 1, ("403", "Job Viewer")),
    "a restricted address": (given(dbt_cloud_service_token=FROM_ELSEWHERE), 1, ("403", "IP allowlist")),
    "no such run": (given(dbt_cloud_run_id=999), 1, ("404", "run 999", "dbt-cloud-account-id")),
    "no such account": (given(dbt_cloud_account_id=99), 1, ("404", "dbt-cloud-account-id")),
    "a run that failed": (given(dbt_cloud_run_id=FAILED), 1, ("Run 12 failed: Database Error in model orders",)),
    "a run without artifacts": (given(dbt_cloud_run_id=BARE), 1, ("Run 13 has no manifest.json",)),
    "a job without runs": (given(dbt_cloud_run_id="", dbt_cloud_job_id=EMPTY_JOB), 1, ("no successful run of job 8",)),
    "JSON that is no manifest": (given(dbt_cloud_run_id=NOT_A_MANIFEST), 1, ("no manifest of dbt",)),
    "a truncated manifest": (given(dbt_cloud_run_id=TRUNCATED), 1, ("manifest.json of run 15 was cut off",)),
    "a login page": (given(dbt_cloud_run_id=LOGIN_PAGE), 1, ("not JSON", "login page")),
    "a name that does not resolve": (given(dbt_cloud_host_url="no-such-host.invalid"), 1, ("does not resolve",)),
    "a host nobody listens on": (given(dbt_cloud_host_url="http://127.0.0.1:9"), 1, ("refuses connections",)),
    "a host that is none": (given(dbt_cloud_host_url="not a host"), 2, ("Input `dbt-cloud-host-url`", "Access URL")),
    "an id that is none": (given(dbt_cloud_run_id="latest"), 2, ("Input `dbt-cloud-run-id`", "'latest'")),
    "an output folder outside": (given(output="../outside"), 1, ("outside the workspace",)),
    "an absolute folder outside": (given(output="/tmp/outside"), 1, ("outside the workspace",)),  # noqa: S108 - refused
    "a link that leads out": (a_link_out_of_the_workspace, 1, ("outside the workspace", "symbolic link")),
    "a linked file that leads out": (a_file_that_is_a_link_out, 1, ("outside the workspace", "symbolic link")),
    "a file in place of a folder": (a_file_in_place_of_the_folder, 1, ("could not be written",)),
    "a file name with a folder": (given(output_file_name="../erd.dbml"), 2, ("Input `output-file-name`",)),
    "an unknown target": (given(target="svg"), 2, ("Input `target`", "'svg'", "dbml")),
    "an unknown selection rule": (given(select="colour:red"), 2, ("'colour:red'", "name:")),
    "an unknown kind of table": (given(resource_type="view"), 2, ("Input `resource-type`", "'view'", "snapshot")),
    "malformed YAML": (a_configuration(".dbterd.yml", "select: [a\n"), 2, (".dbterd.yml", "line 2")),
    "malformed TOML": (a_configuration("pyproject.toml", "[tool.dbterd\n"), 2, ("pyproject.toml", "line 1")),
    "YAML that is a list": (a_configuration(".dbterd.yml", "- a\n"), 2, (".dbterd.yml", "option: value")),
    "a wrong option in the file": (a_configuration(".dbterd.yml", "target: svg\n"), 2, ("`target` in .dbterd.yml",)),
}


def run_case(cloud: Server, workspace: Path, change: Change) -> Answer:
    inputs: dict[str, object] = {
        "dbt-cloud-host-url": cloud.url,
        "dbt-cloud-account-id": 1,
        "dbt-cloud-service-token": TOKEN,
        "dbt-cloud-run-id": FINE,
    }
    change(workspace, inputs)
    return action(workspace, inputs)


@pytest.mark.parametrize("name", CASES)
def test_it_is_said_in_one_annotation_with_what_to_do_and_nothing_is_lost(
    name: str, cloud: Server, workspace: Path
) -> None:
    change, code, words = CASES[name]

    answer = run_case(cloud, workspace, change)

    assert answer.code == code, answer.log
    assert len(answer.annotations) == 1, answer.log
    assert [word for word in words if word not in answer.annotations[0]] == []
    assert "Traceback" not in answer.log
    assert MARK not in answer.log + answer.summary + answer.outputs
    assert (workspace / "target/output.dbml").read_text() == OLD_DIAGRAM
    assert not (workspace.parent / "stolen.dbml").exists()
    assert not list(workspace.parent.rglob("*.part"))


def test_the_summary_of_a_failed_step_says_why(cloud: Server, workspace: Path) -> None:
    answer = run_case(cloud, workspace, given(dbt_cloud_run_id=FAILED))

    assert answer.summary.startswith("### No ERD\n\n```text\n")
    assert "Run 12 failed: Database Error in model orders" in answer.summary


def test_all_that_is_missing_is_said_at_once(workspace: Path) -> None:
    answer = action(workspace, {"target": "svg"})

    assert answer.code == 2
    assert len(answer.annotations) == 1
    for word in ("dbt-cloud-service-token", "dbt-cloud-run-id", "target", "%0A- "):
        assert word in answer.annotations[0]


def test_the_container_names_variables_and_writes_no_annotation(tmp_path: Path) -> None:
    answer = container(tmp_path, {})

    assert answer.code == 2
    assert "DBTERD_DBT_CLOUD_SERVICE_TOKEN is missing" in answer.log
    assert "::" not in answer.log


def test_the_command_names_flags(tmp_path: Path) -> None:
    answer = command(tmp_path, "run", "--dbt-cloud")

    assert answer.code == 2
    assert "`--dbt-cloud-service-token` (or DBTERD_DBT_CLOUD_SERVICE_TOKEN) is missing" in answer.log


def test_dbt_together_with_dbt_cloud_is_refused(tmp_path: Path) -> None:
    answer = command(tmp_path, "run", "--dbt", "--dbt-cloud", "--dbt-cloud-run-id", "1")

    assert answer.code == 2
    assert "`--dbt` and `--dbt-cloud` exclude each other" in answer.log


def test_a_missing_local_manifest_is_named(tmp_path: Path) -> None:
    answer = command(tmp_path, "run")

    assert answer.code == 1
    assert "target/manifest.json could not be read: No such file or directory." in answer.log


def test_a_full_disk_leaves_the_old_diagram_whole(workspace: Path) -> None:
    (workspace / "kept").mkdir()
    (workspace / "kept/manifest.json").write_bytes(MANIFEST)

    answer = command(workspace, "run", "-ad", "kept", largest_file=50)

    assert answer.code == 1, answer.log
    assert "target/output.dbml could not be written: File too large." in answer.log
    assert (workspace / "target/output.dbml").read_text() == OLD_DIAGRAM
    assert [path.name for path in (workspace / "target").iterdir()] == ["output.dbml"]


def test_killed_at_any_moment_the_old_diagram_or_the_new_one_is_whole(workspace: Path) -> None:
    embedded = demo_account().runs[0].steps[-1].artifacts
    (workspace / "kept").mkdir()
    for name in ("manifest.json", "catalog.json"):
        content = embedded[name]
        (workspace / "kept" / name).write_bytes(content if isinstance(content, bytes) else content())
    began = time.monotonic()
    command(workspace, "run", "-ad", "kept", "-o", "whole")
    seconds = time.monotonic() - began
    whole = (workspace / "whole/output.dbml").read_text()
    moments = random.Random(17)  # noqa: S311 - when to kill is no secret

    found = set()
    for _ in range(25):
        (workspace / "target/output.dbml").write_text(OLD_DIAGRAM)
        killed_command(workspace, moments.uniform(0, 1.2 * seconds), "run", "-ad", "kept")
        found.add((workspace / "target/output.dbml").read_text())

    assert found <= {OLD_DIAGRAM, whole}
    assert OLD_DIAGRAM in found
