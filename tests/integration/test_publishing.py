"""What becomes of a review in the Action: the comment, or a word on why there is none; files, outputs and the gate."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.builders import (
    a_catalog,
    a_manifest,
    a_model,
    a_relationships_test,
    a_unique_test,
    declared,
    observed,
    write_artifacts,
)
from tests.ci.events import REPOSITORY, a_workflow_run, github_event, written_event
from tests.container.file_commands import parse_pairs
from tests.container.log_commands import find_commands
from tests.github.fake.discussion import Discussion
from tests.github.fake.git import BareRepository
from tests.github.fake.server import FakeGitHub, running_github
from tests.github.fake.tokens import COMMENTER, OF_A_FORK, Token
from tests.integration.doors import Answer, action, command, container
from tests.tokens import GITHUB

NUMBER = 17
CUSTOMERS = "model.shop.customers"
BASE = (a_model("orders"), a_model("customers"), a_relationships_test(), a_unique_test(CUSTOMERS, "id"))
COLUMNS = {"model.shop.orders": observed("id", "customer_id"), CUSTOMERS: observed("id", "name")}
WITHOUT_KEY = BASE[:-1]


@pytest.fixture
def fake() -> Iterator[FakeGitHub]:
    with running_github() as running:
        yield running


@pytest.fixture
def git(fake: FakeGitHub, tmp_path: Path) -> BareRepository:
    repository = BareRepository(tmp_path / "behind.git")
    fake.repositories[REPOSITORY] = repository
    first = repository.commit({"dbt_project.yml": b"name: shop"})
    repository.commit({"models/orders.sql": b"select 1"}, branch="feature", parents=[first])
    return repository


@pytest.fixture
def discussion(fake: FakeGitHub, git: BareRepository) -> Discussion:
    """What is said in pull request 17, where the workflow's token may comment."""
    fake.let_in(Token(GITHUB, frozenset({REPOSITORY}), COMMENTER))
    found = fake.discussion(REPOSITORY)
    found.open_pull(NUMBER, "feature")
    assert git.resolved("refs/heads/feature")
    return found


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    """A workspace with the artifacts of production, and of a pull request that loses a key that something refers to."""
    folder = tmp_path / "workspace"
    for name, nodes in (("base", BASE), ("head", WITHOUT_KEY)):
        (folder / name).mkdir(parents=True)
        write_artifacts(folder / name, a_manifest(*nodes), a_catalog(COLUMNS))
    return folder


def reviewed(workspace: Path, fake: FakeGitHub, git: BareRepository, commit: str = "", **given: object) -> Answer:
    """The Action in a job of pull request 17, at its last commit unless another is given."""
    head = commit or git.resolved("refs/heads/feature") or ""
    environ = github_event(workspace.parent, number=NUMBER, head_sha=head)
    return published(workspace, environ, fake, **given)


def published(workspace: Path, environ: Mapping[str, str], fake: FakeGitHub, **given: object) -> Answer:
    around = {
        "GITHUB_API_URL": fake.url,
        "GITHUB_SERVER_URL": fake.url,
        "GITHUB_RUN_ID": "5",
        "GITHUB_RUN_ATTEMPT": "1",
    }
    inputs: dict[str, object] = {"artifacts-dir": "head", "base-artifacts-dir": "base", "github-token": GITHUB}
    inputs.update((name.replace("_", "-"), value) for name, value in given.items())
    return action(workspace, inputs, {**around, **environ})


def outputs(answer: Answer) -> dict[str, str]:
    return parse_pairs(answer.outputs)


def notices(answer: Answer) -> list[str]:
    return [command.data for command in find_commands(answer.log) if command.name == "notice"]


def test_the_review_is_a_comment_a_summary_files_and_outputs(
    workspace: Path, fake: FakeGitHub, git: BareRepository, discussion: Discussion
) -> None:
    answer = reviewed(workspace, fake, git)

    assert answer.code == 0, answer.log
    (comment,) = discussion.comments(NUMBER)
    assert "`customers.id` is unique no more" in comment.body.replace("`customers`.`id`", "`customers.id`")
    assert "is unique no more" in answer.summary
    document = json.loads((workspace / "target/erd-diff.json").read_text())
    assert document["breaking"] is True
    assert document["risks"][0]["kind"] == "key-lost"
    assert "is unique no more" in (workspace / "target/erd-diff.md").read_text()
    told = outputs(answer)
    assert (told["changed"], told["breaking"], told["diff-file"]) == ("true", "true", "target/erd-diff.json")
    assert told["files"].split("\n") == ["target/output.dbml", "target/erd-diff.json", "target/erd-diff.md"]
    assert told["comment-url"].endswith(f"/pull/{NUMBER}#issuecomment-{comment.id}")


@pytest.mark.usefixtures("discussion")
def test_a_second_run_that_says_the_same_writes_nothing(workspace: Path, fake: FakeGitHub, git: BareRepository) -> None:
    reviewed(workspace, fake, git)
    before = len(fake.writes)
    answer = reviewed(workspace, fake, git)
    assert len(fake.writes) == before == 1
    assert outputs(answer)["comment-url"]


def test_where_nothing_differs_no_comment_is_made(
    workspace: Path, fake: FakeGitHub, git: BareRepository, discussion: Discussion
) -> None:
    answer = reviewed(workspace, fake, git, artifacts_dir="base")
    assert answer.code == 0, answer.log
    assert discussion.comments(NUMBER) == []
    assert (outputs(answer)["changed"], outputs(answer)["comment-url"]) == ("false", "")


def test_where_nothing_differs_any_more_an_earlier_comment_becomes_one_quiet_line(
    workspace: Path, fake: FakeGitHub, git: BareRepository, discussion: Discussion
) -> None:
    reviewed(workspace, fake, git)
    reviewed(workspace, fake, git, artifacts_dir="base")
    (body,) = discussion.bodies(NUMBER)
    assert "unique no more" not in body
    assert len([line for line in body.splitlines() if line.strip()]) <= 3


def test_a_comment_is_made_on_demand_where_nothing_differs(
    workspace: Path, fake: FakeGitHub, git: BareRepository, discussion: Discussion
) -> None:
    reviewed(workspace, fake, git, artifacts_dir="base", comment="always")
    assert len(discussion.bodies(NUMBER)) == 1


@pytest.mark.parametrize(("comment", "expected"), [("auto", 1), ("changes", 0), ("never", 0)])
def test_a_changed_description_is_commented_on_as_the_option_says(
    comment: str, expected: int, workspace: Path, fake: FakeGitHub, git: BareRepository, discussion: Discussion
) -> None:
    described = (a_model("orders").but(description="What was ordered."), *BASE[1:])
    write_artifacts(workspace / "head", a_manifest(*described), a_catalog(COLUMNS))
    answer = reviewed(workspace, fake, git, comment=comment)
    assert answer.code == 0, answer.log
    assert len(discussion.bodies(NUMBER)) == expected


def test_a_token_that_may_only_read_leaves_a_notice_and_the_summary(
    workspace: Path, fake: FakeGitHub, git: BareRepository, discussion: Discussion
) -> None:
    fake.let_in(Token(GITHUB, frozenset({REPOSITORY}), OF_A_FORK))
    answer = reviewed(workspace, fake, git)
    assert answer.code == 0, answer.log
    assert discussion.comments(NUMBER) == []
    (notice,) = notices(answer)
    assert "pull-requests: write" in notice
    assert "docs/forks.md" in notice
    assert "is unique no more" in answer.summary
    assert outputs(answer)["comment-url"] == ""


@pytest.mark.usefixtures("discussion")
def test_without_a_token_the_notice_says_how_to_give_one(
    workspace: Path, fake: FakeGitHub, git: BareRepository
) -> None:
    answer = reviewed(workspace, fake, git, github_token="")
    (notice,) = notices(answer)
    assert "github-token" in notice
    assert fake.requests == []


@pytest.mark.usefixtures("discussion")
def test_a_github_that_does_not_answer_is_a_warning_and_loses_nothing(
    workspace: Path, fake: FakeGitHub, git: BareRepository
) -> None:
    fake.let_in(Token("another token", frozenset({REPOSITORY}), COMMENTER))
    fake.tokens.pop(GITHUB)
    answer = reviewed(workspace, fake, git)
    assert answer.code == 0, answer.log
    assert [command.name for command in find_commands(answer.log)].count("warning") >= 1
    assert "is unique no more" in answer.summary


def test_the_gate_fails_the_job_after_everything_is_published(
    workspace: Path, fake: FakeGitHub, git: BareRepository, discussion: Discussion
) -> None:
    answer = reviewed(workspace, fake, git, fail_on="breaking")
    assert answer.code == 3
    assert len(discussion.comments(NUMBER)) == 1
    assert "is unique no more" in answer.summary
    assert outputs(answer)["breaking"] == "true"
    assert answer.annotations == ["::error::The change has 1 breaking risk, and fail-on is breaking."]


@pytest.mark.parametrize("gate", ["never", "breaking", "any"])
@pytest.mark.usefixtures("discussion")
def test_without_a_risk_no_gate_trips(gate: str, workspace: Path, fake: FakeGitHub, git: BareRepository) -> None:
    assert reviewed(workspace, fake, git, artifacts_dir="base", fail_on=gate).code == 0


def test_the_run_of_an_older_commit_leaves_the_comment_as_it_is(
    workspace: Path, fake: FakeGitHub, git: BareRepository, discussion: Discussion
) -> None:
    older = git.resolved("refs/heads/feature") or ""
    git.commit({"models/orders.sql": b"select 2"}, branch="feature")
    reviewed(workspace, fake, git)
    before = discussion.bodies(NUMBER)
    answer = reviewed(workspace, fake, git, older, artifacts_dir="base")
    assert answer.code == 0, answer.log
    assert discussion.bodies(NUMBER) == before


def test_two_steps_with_ids_of_their_own_have_a_comment_each(
    workspace: Path, fake: FakeGitHub, git: BareRepository, discussion: Discussion
) -> None:
    reviewed(workspace, fake, git)
    reviewed(workspace, fake, git, comment_id="finance")
    assert len(discussion.bodies(NUMBER)) == 2


def test_a_forks_pull_request_is_found_by_its_branch_when_another_workflow_has_ended(
    workspace: Path, fake: FakeGitHub, git: BareRepository, discussion: Discussion
) -> None:
    git.commit({"models/orders.sql": b"select 3"}, branch="from-the-fork", parents=[git.resolved("main") or ""])
    discussion.open_pull(18, "from-the-fork", head_owner="stranger")
    head = git.resolved("refs/heads/from-the-fork") or ""
    event = a_workflow_run(head_sha=head, pull_requests=[], head_repository="stranger/warehouse")
    event["workflow_run"]["head_branch"] = "from-the-fork"
    answer = published(workspace, written_event(workspace.parent, "workflow_run", event), fake)
    assert answer.code == 0, answer.log
    assert (len(discussion.bodies(NUMBER)), len(discussion.bodies(18))) == (0, 1)


@pytest.mark.usefixtures("discussion")
def test_outside_of_a_pull_request_the_summary_has_the_review(workspace: Path, fake: FakeGitHub) -> None:
    answer = published(workspace, {"GITHUB_EVENT_NAME": "push"}, fake)
    assert answer.code == 0, answer.log
    assert "is unique no more" in answer.summary
    assert notices(answer) == []
    assert fake.requests == []


@pytest.mark.usefixtures("discussion")
def test_without_a_summary_none_is_written(workspace: Path, fake: FakeGitHub, git: BareRepository) -> None:
    assert reviewed(workspace, fake, git, summary="false").summary == ""


def test_the_risks_are_annotations_of_the_files_that_they_concern(
    workspace: Path, fake: FakeGitHub, git: BareRepository, discussion: Discussion
) -> None:
    patched = a_manifest(*(one.but(original_file_path=f"models/{one.node.name}.sql") for one in WITHOUT_KEY))
    write_artifacts(workspace / "head", patched, a_catalog(COLUMNS))
    answer = reviewed(workspace, fake, git, dbt_project_dir="transform", fail_on="never")
    found = [one for one in find_commands(answer.log) if one.name == "warning" and one.properties]
    assert len(discussion.bodies(NUMBER)) == 1
    assert [(one.properties["title"], one.properties["file"]) for one in found] == [
        ("Breaking: key lost", "transform/models/customers.sql")
    ]


HOSTILE = "\n::error::shouted\r::set-output name=files::stolen ##[error]loud ##[add-mask]id @org/team <!-- `|"


def hostile(workspace: Path) -> None:
    """Artifacts in which all names and texts of tables and columns try to be something else."""
    names = [f"a{HOSTILE}", f"b{HOSTILE}"]
    first, second = (f"model.shop.{name}" for name in names)
    nodes = [a_model(name, declared(f"{HOSTILE}x", "id")).but(description=HOSTILE) for name in names]
    tests = [a_relationships_test(first, f"{HOSTILE}x", second, "id"), a_unique_test(second, "id")]
    for folder, kept in (("base", nodes + tests), ("head", [*nodes, tests[0]])):
        columns = observed(f"{HOSTILE}x", "id", *([f"{HOSTILE}gone"] if folder == "base" else [f"{HOSTILE}new"]))
        write_artifacts(workspace / folder, a_manifest(*kept), a_catalog({first: columns, second: columns}))


def test_no_name_becomes_a_command_of_the_runner(
    workspace: Path, fake: FakeGitHub, git: BareRepository, discussion: Discussion
) -> None:
    hostile(workspace)
    answer = reviewed(workspace, fake, git, fail_on="breaking")
    assert answer.code == 3, answer.log
    found = find_commands(answer.log)
    assert {one.name for one in found} <= {"error", "warning", "notice"}
    assert not [one for one in found if one.data.startswith(("shouted", "loud", "id", "stolen"))]
    assert len(discussion.bodies(NUMBER)) == 1


@pytest.mark.parametrize("form", ["text", "markdown", "json"])
def test_at_a_step_of_a_workflow_the_command_says_nothing_to_the_runner_either(form: str, workspace: Path) -> None:
    hostile(workspace)
    environ = {"GITHUB_ACTIONS": "true"}
    places = ("--artifacts-dir", "head", "--base-artifacts-dir", "base")
    answer = command(workspace, "diff", *places, "--format", form, environ=environ)
    assert answer.code == 0, answer.log
    assert find_commands(answer.log) == []


def test_a_container_says_the_review_in_its_log_and_nothing_to_a_runner(workspace: Path) -> None:
    hostile(workspace)
    variables = {"DBTERD_ARTIFACTS_DIR": "head", "DBTERD_BASE_ARTIFACTS_DIR": "base"}
    answer = container(workspace, variables)
    assert answer.code == 0, answer.log
    assert "is unique no more" in answer.log
    assert find_commands(answer.log) == []


@pytest.mark.parametrize(("gate", "code"), [("never", 0), ("breaking", 3), ("any", 3)])
def test_the_command_has_the_gate_too(gate: str, code: int, workspace: Path) -> None:
    places = ("--artifacts-dir", "head", "--base-artifacts-dir", "base")
    assert command(workspace, "diff", *places, "--fail-on", gate).code == code
    assert command(workspace, "run", *places, "--fail-on", gate).code == code


def test_the_command_says_the_document_alone_on_its_standard_output(workspace: Path) -> None:
    words = [sys.executable, "-m", "erd", "diff", "--artifacts-dir", "head", "--base-artifacts-dir", "base"]
    environ = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])}
    done = subprocess.run([*words, "--format", "json"], cwd=workspace, env=environ, check=True, capture_output=True)
    assert json.loads(done.stdout)["breaking"] is True


def test_with_nothing_to_compare_with_the_command_says_what_to_give(workspace: Path) -> None:
    answer = command(workspace, "diff", "--artifacts-dir", "head")
    assert answer.code == 2
    assert "base-artifacts-dir" in answer.log
