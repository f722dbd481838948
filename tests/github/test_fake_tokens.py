"""Whom the fake GitHub lets do what, and what it tells and remembers of them."""

from typing import Any

import pytest

from tests.tokens import GITHUB, GITHUB_ANOTHER, GITHUB_PERSONAL

from .builders import NAME, NUMBER
from .client import Client
from .fake.tokens import COMMENTER, OF_A_FORK, READER, WORKFLOWS_OWN, Token

REPOSITORY = f"/repos/{NAME}"
COMMENTS = f"{REPOSITORY}/issues/{NUMBER}/comments"
ONE = f"{REPOSITORY}/issues/comments"

PLACES = (
    ("GET", COMMENTS, None), ("POST", COMMENTS, {"body": "One"}), ("GET", f"{ONE}/1000001", None),
    ("PATCH", f"{ONE}/1000001", {"body": "One"}), ("DELETE", f"{ONE}/1000001", None),
    ("GET", f"{REPOSITORY}/pulls/{NUMBER}", None), ("GET", f"{REPOSITORY}/pulls", None),
)  # fmt: skip


@pytest.mark.parametrize(("method", "path", "given"), PLACES)
@pytest.mark.parametrize(
    ("permissions", "may"),
    [
        (frozenset[str](), ()),
        (READER, ()),
        (OF_A_FORK, ("GET",)),
        (READER | {"pull-requests: read"}, ("GET",)),
        (COMMENTER, ("GET", "POST", "PATCH", "DELETE")),
    ],
)
def test_a_token_may_what_its_permissions_say(
    ask: Client, method: str, path: str, given: Any, permissions: frozenset[str], may: tuple[str, ...]
) -> None:
    ask.fake.let_in(Token(GITHUB_ANOTHER, frozenset({NAME}), permissions))
    answer = ask(method, path, given, token=GITHUB_ANOTHER)
    if method in may:
        assert answer.ok
    else:
        assert (answer.status_code, answer.json()["message"]) == (403, "Resource not accessible by integration")
        assert ask.fake.writes == []


@pytest.mark.parametrize(("permission", "status"), [("issues: write", 201), ("issues: read", 403)])
def test_the_right_to_issues_is_one_to_comments(ask: Client, permission: str, status: int) -> None:
    ask.fake.let_in(Token(GITHUB_ANOTHER, frozenset({NAME}), frozenset({permission})))
    assert ask("GET", COMMENTS, token=GITHUB_ANOTHER).status_code == 200
    assert ask("POST", COMMENTS, {"body": "One"}, token=GITHUB_ANOTHER).status_code == status


@pytest.mark.parametrize(("method", "path", "given"), PLACES)
def test_a_repository_that_a_token_is_not_for_is_not_found(ask: Client, method: str, path: str, given: Any) -> None:
    ask.fake.let_in(Token(GITHUB_ANOTHER, frozenset({"octo-org/other"}), COMMENTER))
    assert ask(method, path, given, token=GITHUB_ANOTHER).status_code == 404


@pytest.mark.parametrize(("method", "path", "given"), [*PLACES, ("GET", "/user", None), ("POST", "/graphql", {})])
def test_an_unknown_token_gets_nothing(ask: Client, method: str, path: str, given: Any) -> None:
    assert ask(method, path, given, token=GITHUB_ANOTHER).status_code == 401


def test_a_person_is_told_who_it_is_and_an_installation_is_not(ask: Client) -> None:
    assert ask("GET", "/user", token=GITHUB_PERSONAL).json()["login"] == "octocat"
    refused = ask("GET", "/user")
    assert (refused.status_code, refused.json()["message"]) == (403, "Resource not accessible by integration")


@pytest.mark.parametrize(("token", "login"), [(GITHUB, WORKFLOWS_OWN), (GITHUB_PERSONAL, "octocat")])
@pytest.mark.parametrize("path", ["/graphql", "/api/graphql"])
def test_graphql_tells_everybody(ask: Client, token: str, login: str, path: str) -> None:
    answer = ask("POST", path, {"query": "query { viewer { login } }"}, token=token)
    assert (answer.status_code, answer.json()) == (200, {"data": {"viewer": {"login": login}}})


def test_graphql_answers_only_what_is_asked_in_its_schemas_terms(badly: Client) -> None:
    answer = badly("POST", "/graphql", {"query": "query { viewer { name } }"})
    assert (answer.status_code, list(answer.json())) == (200, ["errors"])


def test_every_answer_tells_how_many_requests_are_left(ask: Client) -> None:
    ask.fake.let_in(Token(GITHUB_ANOTHER, frozenset({NAME}), COMMENTER, limit=2))
    answers = [ask("GET", COMMENTS, token=GITHUB_ANOTHER) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200, 200, 403]
    assert [answer.headers["X-RateLimit-Remaining"] for answer in answers] == ["1", "0", "0"]
    assert answers[-1].json()["message"].startswith("API rate limit exceeded")


def test_the_ledger_tells_what_was_done_by_whom_and_when(ask: Client) -> None:
    ask("POST", COMMENTS, {"body": "One"})
    ask("GET", COMMENTS)
    ask("DELETE", f"{ONE}/1000001", token=GITHUB_PERSONAL)
    ask("DELETE", f"{ONE}/1000001", token=GITHUB_PERSONAL)
    ask("POST", "/graphql", {"query": "query { viewer { login } }"})
    assert [(done.asked.method, done.login, done.status) for done in ask.fake.writes] == [
        ("POST", WORKFLOWS_OWN, 201),
        ("DELETE", "octocat", 204),
    ]
    assert [done.status for done in ask.fake.ledger] == [201, 200, 204, 404, 200]
    times = [done.seconds for done in ask.fake.ledger]
    assert times == sorted(times)
