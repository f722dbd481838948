"""Pull requests made and changed by the fake GitHub's API: each rule once."""

from typing import Any

import pytest

from tests.tokens import GITHUB_ANOTHER, GITHUB_PERSONAL

from .builders import NAME
from .client import Client
from .fake.git import BareRepository
from .fake.tokens import COMMENTER, READER, Token

PULLS = f"/repos/{NAME}/pulls"
REFS = f"/repos/{NAME}/git/refs/heads"
OWNER = NAME.partition("/")[0]
WANTED = {"title": "ERD", "head": "erd", "base": "main", "body": "Tables"}


@pytest.fixture
def shas(write: Client, git: BareRepository) -> dict[str, str]:
    """What `main` and `erd`, which is one commit further, and `other`, which is another, are at."""
    assert write.fake.url
    main = git.commit({"erd.dbml": b"Table a {}"})
    erd = git.commit({"erd.dbml": b"Table b {}"}, branch="erd", parents=[main])
    return {"main": main, "erd": erd, "other": git.commit({"x": b""}, branch="other", parents=[main])}


def opened(write: Client, **more: Any) -> dict[str, Any]:
    answer = write("POST", PULLS, WANTED | more)
    assert answer.status_code == 201, answer.text
    pull: dict[str, Any] = answer.json()
    return pull


def state(write: Client, number: int) -> tuple[str, bool]:
    pull = write("GET", f"{PULLS}/{number}").json()
    return pull["state"], pull["merged"]


def refused(write: Client, method: str, path: str, given: Any) -> list[dict[str, str]]:
    answer = write(method, path, given)
    assert (answer.status_code, answer.json()["message"]) == (422, "Validation Failed")
    errors: list[dict[str, str]] = answer.json()["errors"]
    return errors


def test_a_pull_request_is_found_by_its_head_and_changed(write: Client, shas: dict[str, str]) -> None:
    pull = opened(write)
    assert (pull["number"], pull["head"]["sha"], pull["body"], pull["user"]["login"]) == (
        1, shas["erd"], "Tables", "github-actions[bot]",
    )  # fmt: skip
    assert [one["number"] for one in write("GET", f"{PULLS}?head={OWNER}:erd&base=main").json()] == [1]
    changed = write("PATCH", f"{PULLS}/1", {"title": "More", "body": "", "base": "other"}).json()
    assert (changed["title"], changed["body"], changed["base"]["ref"]) == ("More", None, "other")
    assert write("PATCH", f"{PULLS}/2", {"title": "More"}).status_code == 404


def test_a_pull_request_is_closed_and_opened_again(write: Client, shas: dict[str, str]) -> None:
    assert opened(write)["head"]["sha"] == shas["erd"]
    closed = write("PATCH", f"{PULLS}/1", {"state": "closed"}).json()
    assert (closed["state"], closed["merged"], bool(closed["closed_at"])) == ("closed", False, True)
    assert write("GET", PULLS).json() == []
    assert write("PATCH", f"{PULLS}/1", {"state": "open"}).json()["state"] == "open"
    write("PATCH", f"{PULLS}/1", {"state": "closed"})
    assert opened(write)["number"] == 2
    (told,) = refused(write, "PATCH", f"{PULLS}/1", {"state": "open"})
    assert told["message"] == f"A pull request already exists for {OWNER}:erd."


@pytest.mark.parametrize(
    ("wanted", "told"),
    [
        ({}, {"code": "custom", "message": f"A pull request already exists for {OWNER}:erd."}),
        ({"head": f"{OWNER}:erd"}, {"code": "custom", "message": f"A pull request already exists for {OWNER}:erd."}),
        ({"head": "main"}, {"code": "custom", "message": "No commits between main and main"}),
        ({"head": "none"}, {"field": "head", "code": "invalid"}),
        ({"base": "none"}, {"field": "base", "code": "invalid"}),
        ({"title": " "}, {"field": "title", "code": "missing_field"}),
        (
            {"head": "other", "body": "ü" * 65_537},
            {"field": "body", "code": "custom", "message": "body is too long (maximum is 65536 characters)"},
        ),
    ],
)
def test_what_cannot_be_a_pull_request_is_refused(
    write: Client, shas: dict[str, str], wanted: dict[str, str], told: dict[str, str]
) -> None:
    assert opened(write, body="ü" * 65_536)["head"]["sha"] == shas["erd"]
    assert refused(write, "POST", PULLS, WANTED | wanted) == [{"resource": "PullRequest", **told}]
    assert len(write("GET", f"{PULLS}?state=all").json()) == 1


def test_actions_propose_only_where_they_are_let(write: Client, shas: dict[str, str]) -> None:
    write.fake.discussion(NAME).lets_workflows_propose = False
    answer = write("POST", PULLS, WANTED)
    assert (answer.status_code, answer.json()["message"]) == (
        403, "GitHub Actions is not permitted to create or approve pull requests.",
    )  # fmt: skip
    made = write("POST", PULLS, WANTED, token=GITHUB_PERSONAL).json()
    assert (made["user"]["login"], made["head"]["sha"]) == ("octocat", shas["erd"])


@pytest.mark.parametrize(("permissions", "status"), [(READER, 403), (COMMENTER, 201)])
def test_who_may_write_pull_requests_opens_one(
    write: Client, shas: dict[str, str], permissions: frozenset[str], status: int
) -> None:
    assert shas
    write.fake.let_in(Token(GITHUB_ANOTHER, frozenset({NAME}), permissions))
    assert write("POST", PULLS, WANTED, token=GITHUB_ANOTHER).status_code == status
    assert write("PATCH", f"{PULLS}/1", {"title": "a"}, token=GITHUB_ANOTHER).status_code == (
        200 if status == 201 else 403
    )


def test_a_pull_request_ends_with_its_branch(write: Client, shas: dict[str, str]) -> None:
    opened(write)
    assert write("DELETE", f"{REFS}/erd").status_code == 204
    assert state(write, 1) == ("closed", False)
    assert write("GET", f"{PULLS}/1").json()["head"]["sha"] == shas["erd"]
    (told,) = refused(write, "PATCH", f"{PULLS}/1", {"state": "open"})
    assert told["message"] == "state cannot be changed. The erd branch has been deleted."


def test_a_pull_request_whose_branch_brings_nothing_any_more_is_closed(write: Client, shas: dict[str, str]) -> None:
    opened(write)
    assert write("PATCH", f"{REFS}/erd", {"sha": shas["other"], "force": True}).ok
    assert state(write, 1) == ("open", False)
    assert write("PATCH", f"{REFS}/erd", {"sha": shas["main"], "force": True}).ok
    assert state(write, 1) == ("closed", False)


def test_a_pull_request_whose_commits_its_base_has_is_merged(write: Client, shas: dict[str, str]) -> None:
    opened(write)
    assert write("PATCH", f"{REFS}/main", {"sha": shas["erd"]}).ok
    assert state(write, 1) == ("closed", True)


def test_a_branch_that_was_forced_meanwhile_opens_nothing_again(write: Client, shas: dict[str, str]) -> None:
    opened(write)
    write("PATCH", f"{PULLS}/1", {"state": "closed"})
    assert write("PATCH", f"{REFS}/erd", {"sha": shas["other"], "force": True}).ok
    (told,) = refused(write, "PATCH", f"{PULLS}/1", {"state": "open"})
    assert told["message"] == "state cannot be changed. The erd branch was force-pushed or recreated."
