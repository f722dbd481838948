"""The pull request out of GitHub's event file."""

import json
import sys
from pathlib import Path
from typing import Any

import pytest

from erd.ci.detection import pull_request
from erd.ci.pull_request import Forge, PullRequest
from erd.errors import UsageError
from tests.ci.events import (
    BASE_COMMIT,
    MERGE_COMMIT,
    REPOSITORY,
    a_pull_request,
    a_repository,
    a_short_pull_request,
    a_workflow_run,
    github_event,
    written_event,
)

HEAD = "5eed" * 10
FORK = "stranger/warehouse"


def found(environ: dict[str, str]) -> PullRequest:
    answer = pull_request(environ)
    assert answer
    return answer


def test_a_pull_request_is_read_whole(tmp_path: Path) -> None:
    assert pull_request(github_event(tmp_path, number=42, head_sha=HEAD)) == PullRequest(
        forge=Forge.GITHUB,
        number=42,
        head_sha=HEAD,
        head_branch="feature",
        base_branch="main",
        base_sha=BASE_COMMIT,
        repository=REPOSITORY,
        head_owner="acme",
    )


@pytest.mark.parametrize("action", ["opened", "reopened", "labeled", "closed"])
def test_whatever_happened_to_it_it_is_the_same_pull_request(action: str, tmp_path: Path) -> None:
    event = {"action": action, "pull_request": a_pull_request(number=42, head_sha=HEAD)}
    assert found(written_event(tmp_path, "pull_request", event)).number == 42


@pytest.mark.parametrize(
    "name", ["pull_request", "pull_request_target", "pull_request_review", "pull_request_review_comment"]
)
def test_every_event_with_a_pull_request_names_its_last_commit(name: str, tmp_path: Path) -> None:
    event = {"pull_request": a_pull_request(number=42, head_sha=HEAD), "repository": a_repository(REPOSITORY)}
    assert found(written_event(tmp_path, name, event)).head_sha == HEAD


def test_the_merge_commit_of_the_runner_is_never_looked_at(tmp_path: Path) -> None:
    environ = github_event(tmp_path, number=42, head_sha=HEAD)
    assert environ["GITHUB_SHA"] == MERGE_COMMIT
    del environ["GITHUB_SHA"]
    without = pull_request(environ)
    assert without == pull_request(environ | {"GITHUB_SHA": MERGE_COMMIT})
    assert MERGE_COMMIT not in repr(without)


@pytest.mark.parametrize(("repository", "expected"), [(REPOSITORY, False), (FORK, True), (None, True)])
def test_a_head_in_another_or_a_deleted_repository_is_a_fork(
    repository: str | None, expected: bool, tmp_path: Path
) -> None:
    answer = found(github_event(tmp_path, number=1, head_sha=HEAD, head_repository=repository))
    assert (answer.from_fork, answer.repository) == (expected, REPOSITORY)


def test_a_draft_is_one(tmp_path: Path) -> None:
    assert found(github_event(tmp_path, number=1, head_sha=HEAD, draft=True)).is_draft


def test_commits_are_in_lower_case_as_dbt_cloud_has_them(tmp_path: Path) -> None:
    assert found(github_event(tmp_path, number=1, head_sha=HEAD.upper())).head_sha == HEAD


def test_a_container_need_not_be_told_that_it_is_in_github(tmp_path: Path) -> None:
    environ = github_event(tmp_path, number=1, head_sha=HEAD)
    assert found({name: environ[name] for name in ("GITHUB_EVENT_NAME", "GITHUB_EVENT_PATH")}).head_sha == HEAD


@pytest.mark.parametrize("name", ["push", "schedule", "workflow_dispatch", "merge_group", "issue_comment", ""])
def test_other_events_run_for_no_pull_request_whatever_their_file_says(name: str, tmp_path: Path) -> None:
    event = {"pull_request": a_pull_request(number=1, head_sha=HEAD), "issue": {"number": 1, "pull_request": {}}}
    assert pull_request(written_event(tmp_path, name, event)) is None


def test_other_events_need_no_file(tmp_path: Path) -> None:
    assert pull_request({"GITHUB_EVENT_NAME": "push", "GITHUB_EVENT_PATH": str(tmp_path / "none")}) is None


def test_a_workflow_run_of_a_pull_request_is_about_that_runs_commit(tmp_path: Path) -> None:
    later = "1a7e" * 10
    event = a_workflow_run(head_sha=HEAD, pull_requests=[a_short_pull_request(number=42, head_sha=later)])
    assert pull_request(written_event(tmp_path, "workflow_run", event)) == PullRequest(
        forge=Forge.GITHUB,
        number=42,
        head_sha=HEAD,
        head_branch="feature",
        base_branch="main",
        base_sha=BASE_COMMIT,
        repository=REPOSITORY,
        head_owner="acme",
    )


def test_a_workflow_run_tells_a_fork_by_its_head_repository(tmp_path: Path) -> None:
    pull_requests = [a_short_pull_request(number=42, head_sha=HEAD)]
    event = a_workflow_run(head_sha=HEAD, pull_requests=pull_requests, head_repository=FORK)
    assert found(written_event(tmp_path, "workflow_run", event)).from_fork


def test_of_a_workflow_runs_pull_requests_the_one_into_this_repository_is_taken(tmp_path: Path) -> None:
    elsewhere = a_short_pull_request(number=1, head_sha=HEAD, into="upstream/warehouse")
    here = a_short_pull_request(number=2, head_sha=HEAD)
    event = a_workflow_run(head_sha=HEAD, pull_requests=[elsewhere, here])
    assert found(written_event(tmp_path, "workflow_run", event)).number == 2


def test_a_workflow_run_of_a_fork_is_about_whatever_pull_request_its_branch_has(tmp_path: Path) -> None:
    event = a_workflow_run(head_sha=HEAD, pull_requests=[], head_repository=FORK)
    assert pull_request(written_event(tmp_path, "workflow_run", event)) == PullRequest(
        forge=Forge.GITHUB,
        number=0,
        head_sha=HEAD,
        head_branch="feature",
        base_branch="main",
        repository=REPOSITORY,
        head_owner="stranger",
        from_fork=True,
    )


@pytest.mark.parametrize(
    "event",
    [
        a_workflow_run(head_sha=HEAD, pull_requests=[]),
        a_workflow_run(head_sha=HEAD, pull_requests=[a_short_pull_request(number=1, head_sha=HEAD)], event="push"),
        a_workflow_run(head_sha=HEAD, pull_requests=[a_short_pull_request(number=1, head_sha=HEAD, into=FORK)]),
        {"action": "completed"},
    ],
    ids=["of no number", "of a push", "into another repository", "of nothing"],
)
def test_a_workflow_run_may_be_about_no_pull_request(event: dict[str, Any], tmp_path: Path) -> None:
    assert pull_request(written_event(tmp_path, "workflow_run", event)) is None


def refused(environ: dict[str, str]) -> str:
    with pytest.raises(UsageError) as caught:
        pull_request(environ)
    assert "dbt-cloud-run-id" in caught.value.todo
    return caught.value.happened


@pytest.mark.parametrize("name", ["pull_request", "workflow_run"])
@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("", "GITHUB_EVENT_PATH is not set"),
        (".", "could not be read: Is a directory"),
        ("no/such/file", "could not be read: No such file or directory"),
        ("a\0b", "is no path"),
        ("\ud800", "is no path"),
    ],
)
def test_an_event_file_that_cannot_be_read_is_said(name: str, path: str, reason: str) -> None:
    said = refused({"GITHUB_EVENT_NAME": name, "GITHUB_EVENT_PATH": path})
    assert name in said
    assert reason in said


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{",
        b"\xff\xfe",
        b"[]",
        b'{"pull_request": 1}',
        b'{"pull_request": {"number": "42"}}',
        b'{"pull_request": {"number": ' + b"9" * 5000 + b"}}",
        b'{"pull_request": {"head": {"sha": "\xff"}}}',
        b'{"other": ' + b"[" * 100_000,
    ],
    ids=["empty", "cut", "no text", "a list", "a number", "a text", "a huge number", "half a text", "very deep"],
)
def test_an_event_file_of_another_form_is_said(content: bytes, tmp_path: Path) -> None:
    environ = written_event(tmp_path, "pull_request", {})
    Path(environ["GITHUB_EVENT_PATH"]).write_bytes(content)
    assert "not an event as GitHub writes it" in refused(environ)


def test_a_file_larger_than_github_writes_is_not_read_to_its_end() -> None:
    if not Path("/dev/zero").exists():
        pytest.skip(f"no endless file on {sys.platform}")
    environ = {"GITHUB_EVENT_NAME": "pull_request", "GITHUB_EVENT_PATH": "/dev/zero"}
    assert "larger than any that GitHub writes" in refused(environ)


@pytest.mark.parametrize(
    ("number", "head_sha"), [(0, HEAD), (-1, HEAD), (2**63, HEAD), (1, ""), (1, "main"), (1, "abc"), (1, "0" * 40)]
)
def test_a_pull_request_without_a_number_or_a_commit_is_said(number: int, head_sha: str, tmp_path: Path) -> None:
    assert "names no pull request" in refused(github_event(tmp_path, number=number, head_sha=head_sha))


def test_a_workflow_run_of_a_pull_request_without_a_commit_is_said(tmp_path: Path) -> None:
    event = a_workflow_run(head_sha="", pull_requests=[a_short_pull_request(number=1, head_sha=HEAD)])
    assert "does not name the last commit" in refused(written_event(tmp_path, "workflow_run", event))


def test_a_base_commit_that_is_none_is_left_out(tmp_path: Path) -> None:
    assert found(github_event(tmp_path, number=1, head_sha=HEAD, base_sha="?")).base_sha == ""


def test_nulls_are_absent_fields(tmp_path: Path) -> None:
    event = {"pull_request": {"number": 1, "draft": None, "head": {"sha": HEAD, "ref": None}, "base": None}}
    environ = written_event(tmp_path, "pull_request", event | {"repository": None})
    assert found(environ) == PullRequest(
        forge=Forge.GITHUB, number=1, head_sha=HEAD, repository=REPOSITORY, from_fork=True
    )


def test_the_file_may_hold_much_that_is_of_no_interest(tmp_path: Path) -> None:
    environ = github_event(tmp_path, number=1, head_sha=HEAD)
    file = Path(environ["GITHUB_EVENT_PATH"])
    event = json.loads(file.read_text(encoding="utf-8"))
    event["pull_request"]["body"] = "é" * 1_000_000
    file.write_text(json.dumps(event, ensure_ascii=False), encoding="utf-8")
    assert found(environ).head_sha == HEAD
