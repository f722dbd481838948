"""The Action as a workflow has it: its image, run as GitHub's runner runs it, against a dbt Cloud on loopback."""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from erd.demo.server import Server, demo_account, serve
from tests.container.engine import inside
from tests.container.log_commands import Command
from tests.container.runner import Runner, Step, not_owned, run_step
from tests.tokens import RUNTIME, WRONG

pytestmark = pytest.mark.container


# Commands that the tool itself never gives, so that one in the log was injected; and the signs of GitHub's escapes.
HOSTILE = "100%0A::set-output name=files::x ##[set-output name=tables;]x ::add-mask::target << = ::error::"
SNARE = "raise SystemExit('a file of the workspace was imported')\n"


@pytest.fixture
def dbt_cloud() -> Iterator[Server]:
    """The demo's account."""
    with serve(demo_account()) as server:
        yield server


def test_the_main_job_writes_the_diagram_into_the_workspace(image: str, runner: Runner, dbt_cloud: Server) -> None:
    step = run_step(image, runner, _inputs(dbt_cloud), {})
    assert step.exit_code == 0, step.log
    assert "Table" in (runner.workspace / "target" / "output.dbml").read_text(encoding="utf-8")
    # The only word to the runner is which texts to hide.
    assert {command.name for command in step.commands} == {"add-mask"}
    assert step.unknown_inputs == []


def test_what_is_written_belongs_to_the_owner_of_the_workspace(image: str, runner: Runner, dbt_cloud: Server) -> None:
    run_step(image, runner, _inputs(dbt_cloud), {})
    assert (runner.workspace / "target" / "output.dbml").stat().st_mode & 0o777 == 0o644
    assert not_owned(runner.workspace) == []


def test_nothing_is_left_outside_the_workspace(image: str, runner: Runner, dbt_cloud: Server) -> None:
    run_step(image, runner, _inputs(dbt_cloud), {})
    assert list(runner.home.iterdir()) == []
    assert [path.name for path in runner.workflow.iterdir()] == ["event.json"]
    assert sorted(path.name for path in runner.temp.iterdir()) == [
        "_github_home",
        "_github_workflow",
        "_runner_file_commands",
    ]


def test_outputs_say_what_was_drawn_and_from_which_run(image: str, runner: Runner, dbt_cloud: Server) -> None:
    step = run_step(image, runner, _inputs(dbt_cloud), {})
    run = dbt_cloud.account.runs[0]
    diagram = (runner.workspace / "target" / "output.dbml").read_text(encoding="utf-8")
    assert step.outputs == {
        "files": "target/output.dbml",
        "tables": str(_count(diagram, "Table ")),
        "relationships": str(_count(diagram, "Ref")),
        "run-id": str(run.id),
        "run-url": f"{dbt_cloud.url}/deploy/1/projects/{run.project_id}/runs/{run.id}/",
        "changed": "",
        "breaking": "",
        "diff-file": "",
        "comment-url": "",
        "commit-sha": "",
        "pull-request-url": "",
    }
    assert int(step.outputs["tables"]) > 1
    assert int(step.outputs["relationships"]) > 1


def test_the_summary_has_the_counts_and_the_run_s_link(image: str, runner: Runner, dbt_cloud: Server) -> None:
    step = run_step(image, runner, _inputs(dbt_cloud), {})
    assert f"]({step.outputs['run-url']})" in step.summary
    counts = f"{step.outputs['tables']} tables, {step.outputs['relationships']} relationships"
    assert step.summary.startswith(f"### ERD: {counts}\n")


def test_a_path_given_with_the_workspace_of_the_host_is_understood(
    image: str, runner: Runner, dbt_cloud: Server
) -> None:
    step = run_step(image, runner, _inputs(dbt_cloud) | {"output": f"{runner.workspace}/docs/erd"}, {})
    assert step.outputs["files"] == "docs/erd/output.dbml"
    assert (runner.workspace / "docs" / "erd" / "output.dbml").is_file()
    assert not_owned(runner.workspace) == []


def test_a_wrong_token_fails_the_step_with_an_annotation(image: str, runner: Runner, dbt_cloud: Server) -> None:
    step = run_step(image, runner, _inputs(dbt_cloud) | {"dbt-cloud-service-token": WRONG}, {})
    assert step.exit_code == 1
    assert len(step.annotations("error")) == 1
    assert " ".join(step.annotations("error")[0].split()) in " ".join(step.summary.split())
    assert step.outputs == {}
    assert list(runner.workspace.iterdir()) == []


def test_missing_inputs_are_named_together_as_wrong_usage(image: str, runner: Runner) -> None:
    step = run_step(image, runner, {}, {})
    assert step.exit_code == 2
    assert [name for name in ("dbt-cloud-service-token", "dbt-cloud-run-id") if name not in step.log] == []


@pytest.mark.parametrize("debug", [{}, {"ACTIONS_STEP_DEBUG": "true"}])
@pytest.mark.parametrize("token", [None, WRONG])
def test_no_token_is_seen_anywhere(
    image: str, runner: Runner, dbt_cloud: Server, token: str | None, debug: dict[str, str]
) -> None:
    secret = token or dbt_cloud.token
    step = run_step(image, runner, _inputs(dbt_cloud) | {"dbt-cloud-service-token": secret}, debug)
    assert step.exit_code == (1 if token else 0), step.log
    assert step.commands[0] == Command("add-mask", {}, secret)
    for hidden in (secret, RUNTIME):
        assert hidden not in step.everything
        assert _files_with(hidden, runner) == []


@pytest.mark.parametrize("name", ["select", "output-file-name", "entity-name-format", "dbt-cloud-run-id", "target"])
@pytest.mark.parametrize("value", [HOSTILE, f"{HOSTILE}\n{HOSTILE}\r\n::set-output name=files::x"])
def test_a_hostile_input_gives_the_runner_no_command(
    image: str, runner: Runner, dbt_cloud: Server, name: str, value: str
) -> None:
    step = run_step(image, runner, _inputs(dbt_cloud) | {name: value}, {})
    assert _commands_beside_annotations(step) == []
    assert len(step.annotations("error")) == (step.exit_code != 0)


def test_a_hostile_file_name_arrives_in_the_outputs_as_it_is(image: str, runner: Runner, dbt_cloud: Server) -> None:
    name = f"{HOSTILE} é.dbml"
    step = run_step(image, runner, _inputs(dbt_cloud) | {"output-file-name": name}, {})
    assert step.exit_code == 0, step.log
    assert step.outputs["files"] == f"target/{name}"
    assert [path.name for path in (runner.workspace / "target").iterdir()] == [name]


def test_a_hostile_answer_of_dbt_cloud_gives_the_runner_no_command(image: str, runner: Runner) -> None:
    account = demo_account()
    message = f"{HOSTILE}\n::set-output name=files::x\r\n##[add-mask]target"
    failed = msgspec.structs.replace(
        account.runs[0], status=20, status_message=message, steps=(), artifacts_saved=False
    )
    with serve(msgspec.structs.replace(account, runs=(failed,))) as dbt_cloud:
        step = run_step(image, runner, _inputs(dbt_cloud), {})
    assert step.exit_code == 1
    assert len(step.annotations("error")) == 1
    assert _commands_beside_annotations(step) == []


def test_an_output_folder_that_is_a_link_out_of_the_workspace_is_refused(
    image: str, runner: Runner, dbt_cloud: Server
) -> None:
    (runner.workspace / "target").symlink_to("/github/home")
    _assert_refused(run_step(image, runner, _inputs(dbt_cloud), {}), runner)


def test_an_output_file_that_is_a_link_out_of_the_workspace_is_refused(
    image: str, runner: Runner, dbt_cloud: Server
) -> None:
    (runner.workspace / "target").mkdir()
    (runner.workspace / "target" / "output.dbml").symlink_to("/github/home/.bashrc")
    _assert_refused(run_step(image, runner, _inputs(dbt_cloud), {}), runner)


@pytest.mark.parametrize("output", ["../home", "/github/home", "target/../../home"])
def test_an_output_path_out_of_the_workspace_is_refused(
    image: str, runner: Runner, dbt_cloud: Server, output: str
) -> None:
    _assert_refused(run_step(image, runner, _inputs(dbt_cloud) | {"output": output}, {}), runner)


def test_no_module_of_the_workspace_or_the_home_is_imported(image: str, runner: Runner, dbt_cloud: Server) -> None:
    for name in ("requests", "msgspec", "sitecustomize", "usercustomize", "logging", "erd/__init__", "erd/action"):
        _lay_snare(runner.workspace / f"{name}.py")
    # Written by an earlier step that ran in a container too.
    version = inside(image, "basename /app/lib/python*").strip()
    _lay_snare(runner.home / ".local" / "lib" / version / "site-packages" / "usercustomize.py")
    step = run_step(image, runner, _inputs(dbt_cloud), {"PYTHONPATH": str(runner.workspace), "PYTHONSTARTUP": "erd"})
    assert step.exit_code == 0, step.log
    assert "was imported" not in step.log


@pytest.mark.parametrize("key", ["dbt-cloud-host-url", "dbt-cloud-run-id"])
def test_a_configuration_file_of_the_workspace_cannot_send_the_token_elsewhere(
    image: str, runner: Runner, dbt_cloud: Server, key: str
) -> None:
    run = dbt_cloud.account.runs[0]
    elsewhere = {
        "dbt-cloud-host-url": dbt_cloud.url,
        "dbt-cloud-run-id": f"{dbt_cloud.url}/deploy/1/projects/2/runs/{run.id}/",
    }
    (runner.workspace / ".dbterd.yml").write_text(f"{key}: {elsewhere[key]}\n", encoding="utf-8")
    given = {name: value for name, value in _inputs(dbt_cloud).items() if name not in {key, "dbt-cloud-host-url"}}
    step = run_step(image, runner, given, {})
    assert dbt_cloud.requests == []
    assert step.exit_code == 2, step.log
    assert key in step.annotations("error")[0]


def _inputs(dbt_cloud: Server) -> dict[str, str]:
    run = dbt_cloud.account.runs[0]
    return {
        "dbt-cloud-host-url": dbt_cloud.url,
        "dbt-cloud-account-id": str(dbt_cloud.account.id),
        "dbt-cloud-service-token": dbt_cloud.token,
        "dbt-cloud-run-id": str(run.id),
    }


def _count(diagram: str, word: str) -> int:
    return sum(line.startswith(word) for line in diagram.splitlines())


def _commands_beside_annotations(step: Step) -> list[str]:
    return [command.name for command in step.commands if command.name not in {"add-mask", "error", "warning"}]


def _files_with(text: str, runner: Runner) -> list[Path]:
    everywhere = (*runner.workspace.rglob("*"), *runner.temp.rglob("*"))
    return [path for path in everywhere if path.is_file() and text.encode() in path.read_bytes()]


def _assert_refused(step: Step, runner: Runner) -> None:
    assert step.exit_code in {1, 2}
    assert "outside the workspace" in step.annotations("error")[0]
    assert list(runner.home.iterdir()) == []


def _lay_snare(path: Path) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(SNARE, encoding="utf-8")
