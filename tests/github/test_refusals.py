"""What GitHub, or what stands in between, can do to a question; and what is said then."""

import logging
import socket
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from erd.checks import Secret
from erd.errors import GitHubError
from erd.github.repository import Repository
from tests.dbt_cloud.faults import answer, certificate, faults
from tests.hidden import assert_hidden
from tests.tokens import GITHUB

from .builders import NAME, a_repository
from .fake.exchange import Answer, error
from .fake.faults import Fault, answered, cut, cut_without_length, failing, raw, redirected, reset, text
from .fake.git import BareRepository
from .fake.server import FakeGitHub
from .fake.tokens import Token

RATE_LIMIT = "API rate limit exceeded for installation ID 1."
SECONDARY = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."


@pytest.fixture
def shop(fake: FakeGitHub, git: BareRepository) -> FakeGitHub:
    """GitHub with a file in the repository."""
    git.commit({"erd.dbml": b"Table a {}"})
    return fake


def refused(
    fake: FakeGitHub, caplog: pytest.LogCaptureFixture, *, token: str = GITHUB, name: str = NAME
) -> GitHubError:
    """The error that asking for a file ends in, in which no token shows."""
    _log_all(caplog)
    with a_repository(fake, token=token, name=name) as repository, pytest.raises(GitHubError) as caught:
        repository.committed_file("erd.dbml", "main")
    assert caught.value.__context__ is None
    assert_hidden(caught.value, caplog)
    return caught.value


def _log_all(caplog: pytest.LogCaptureFixture) -> None:
    """All loggers log all: PyGithub gives its own a level when it is loaded."""
    caplog.set_level(logging.DEBUG)
    caplog.set_level(logging.DEBUG, "github")


@pytest.mark.parametrize(
    "fault",
    [
        reset,
        failing(500),
        failing(502),
        failing(503),
        failing(504),
        cut,
        cut_without_length,
        raw(b"HTTP/1.1 200 OK\r\n"),
    ],
)
@pytest.mark.parametrize("path", ["/contents/", "/compare/"])
def test_what_may_pass_is_asked_again(shop: FakeGitHub, fault: Fault, path: str) -> None:
    shop.go_wrong(fault, path=path)
    with a_repository(shop) as repository:
        assert repository.committed_file("erd.dbml", "main") == b"Table a {}"
        assert repository.merge_base("main", "main")


def test_a_server_that_goes_on_failing_is_given_up(shop: FakeGitHub, caplog: pytest.LogCaptureFixture) -> None:
    shop.go_wrong(*[failing(502)] * 9)
    happened = refused(shop, caplog).happened
    assert happened == f"GitHub failed to answer, 4 times (GET /repos/{NAME}/contents/erd.dbml → 502: Server Error)."
    assert len(shop.requests) == 4


def test_a_connection_that_goes_on_breaking_is_given_up(shop: FakeGitHub, caplog: pytest.LogCaptureFixture) -> None:
    shop.go_wrong(*[reset] * 9)
    happened = refused(shop, caplog).happened
    assert "did not answer, 4 times (GET /repos/octo-org/shop/contents/erd.dbml: the connection broke)" in happened
    assert len(shop.requests) == 4


@pytest.mark.parametrize("fault", [cut, cut_without_length])
def test_an_answer_that_goes_on_breaking_off_is_given_up(
    shop: FakeGitHub, fault: Fault, caplog: pytest.LogCaptureFixture
) -> None:
    shop.go_wrong(*[fault] * 9)
    refused(shop, caplog)
    assert len(shop.requests) == 2


def test_an_unknown_token_is_rejected(shop: FakeGitHub, caplog: pytest.LogCaptureFixture) -> None:
    shop.tokens.clear()
    error = refused(shop, caplog)
    assert "rejected the token" in error.happened
    assert "401: Bad credentials" in error.happened
    assert "has not expired" in error.todo
    assert len(shop.requests) == 1


def test_a_token_without_the_permission_is_told_which_it_needs(
    shop: FakeGitHub, caplog: pytest.LogCaptureFixture
) -> None:
    shop.let_in(Token(GITHUB, frozenset({NAME}), frozenset({"metadata: read", "pull-requests: write"})))
    error = refused(shop, caplog)
    assert "403: Resource not accessible by integration" in error.happened
    assert "`contents: read`" in error.todo


def test_a_token_of_another_repository_is_no_missing_file(shop: FakeGitHub, caplog: pytest.LogCaptureFixture) -> None:
    shop.let_in(Token(GITHUB, frozenset({"octo-org/other"})))
    error = refused(shop, caplog)
    assert f"shows no repository {NAME} to this token" in error.happened
    assert "not of another one" in error.todo
    with a_repository(shop) as repository, pytest.raises(GitHubError, match="shows no repository"):
        repository.commits_behind("main", "main")


@pytest.mark.parametrize(
    ("answer", "todo"),
    [
        (
            error(403, RATE_LIMIT, x_ratelimit_remaining="0", x_ratelimit_reset="1700003600"),
            "after 2023-11-14 23:13:20 UTC",
        ),
        (
            error(429, RATE_LIMIT, x_ratelimit_remaining="0", x_ratelimit_reset="99999999999999999"),
            "after a time that GitHub names wrongly",
        ),
        (error(403, SECONDARY, retry_after="3600"), "in 3600 seconds"),
        (error(429, SECONDARY, retry_after="60"), "in 60 seconds"),
        (error(403, SECONDARY), "in some minutes"),
        (error(429, "Too many requests"), "in some minutes"),
    ],
)
def test_a_limit_is_not_waited_for_but_said(
    shop: FakeGitHub, answer: Answer, todo: str, caplog: pytest.LogCaptureFixture
) -> None:
    shop.go_wrong(answered(answer))
    error = refused(shop, caplog)
    assert "takes no more requests of this token" in error.happened
    assert todo in error.todo
    assert len(shop.requests) == 1


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_followed_since_the_branch_would_be_lost_on_the_way(
    shop: FakeGitHub, status: int, caplog: pytest.LogCaptureFixture
) -> None:
    shop.go_wrong(redirected(status, f"{shop.url}/repositories/1/contents/erd.dbml?ref=main"))
    error = refused(shop, caplog)
    assert "was not followed" in error.happened
    assert "its name of today" in error.todo
    assert len(shop.requests) == 1


def test_an_answer_that_is_to_come_later_is_not_waited_for(shop: FakeGitHub, caplog: pytest.LogCaptureFixture) -> None:
    shop.go_wrong(answered(Answer(202, {})))
    refused(shop, caplog)
    assert len(shop.requests) == 1


@pytest.mark.parametrize(
    "fault",
    [
        text(200, "<html>Please log in"),
        text(404, "<html>Not Found"),
        text(200, ""),
        text(404, ""),
        *(answered(Answer(200, body)) for body in ({}, None, "x", 1, {"type": "file"}, {"type": 1, "sha": []})),
        answered(Answer(200, {"type": "file", "sha": "a", "size": 4, "encoding": "base64", "content": "x"})),
        answered(Answer(200, {"type": "file", "sha": "a", "size": 4, "encoding": "utf-8", "content": "abcd"})),
        answered(Answer(400, [1])),
        answered(Answer(404, {"message": {"a": 1}})),
        text(200, "[" * 100_000, "application/json"),
    ],
)
def test_what_is_not_githubs_api_is_recognised(
    shop: FakeGitHub, fault: Fault, caplog: pytest.LogCaptureFixture
) -> None:
    shop.go_wrong(*[fault] * 2)
    error = refused(shop, caplog)
    assert "GitHub" in error.happened
    assert error.todo


def test_a_message_that_holds_the_token_is_shown_without_it(shop: FakeGitHub, caplog: pytest.LogCaptureFixture) -> None:
    shop.go_wrong(answered(error(422, f"Bad header: token {GITHUB}.\n##[error]\x1b[1m")))
    happened = refused(shop, caplog).happened
    assert happened.endswith("→ 422: Bad header: token ***. ##[error][1m).")


def test_pygithub_logs_no_bodies_whoever_asks_its_logger_for_them(
    shop: FakeGitHub, caplog: pytest.LogCaptureFixture
) -> None:
    _log_all(caplog)
    with a_repository(shop) as repository:
        repository.committed_file("erd.dbml", "main")
    assert [record.name for record in caplog.records if record.name.startswith("github")] == []
    assert GITHUB not in caplog.text


def test_a_server_that_says_nothing_is_given_up(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with socket.create_server(("127.0.0.1", 0)) as silent:
        url = f"http://127.0.0.1:{silent.getsockname()[1]}"
        repository = Repository(url, NAME, Secret(GITHUB), timeout_seconds=1, retries=1, backoff_seconds=0)
        with repository, pytest.raises(GitHubError, match=r"2 times .*: nothing came for 1 seconds") as caught:
            repository.committed_file("erd.dbml", "main")
    assert_hidden(caught.value, caplog)


@pytest.mark.parametrize("url", ["", "api.github.com", "ftp://api.github.com", "https://", "https://me:pass@/x"])
def test_what_is_no_address_is_refused_at_once_without_its_password(url: str) -> None:
    with pytest.raises(GitHubError, match="not the address of GitHub's API") as caught:
        Repository(url, NAME, Secret(GITHUB))
    assert "pass" not in str(caught.value)


@pytest.mark.parametrize(
    ("url", "why"),
    [
        ("http://github.invalid", "at github.invalid did not answer, 2 times .*: there is no host of this name"),
        (
            "http://me:pass@127.0.0.1:9/api/v3",
            r"at 127\.0\.0\.1:9 did not answer, 2 times .*: the connection was refused",
        ),
    ],
)
def test_a_host_that_is_not_there_is_said(url: str, why: str, caplog: pytest.LogCaptureFixture) -> None:
    repository = Repository(url, NAME, Secret(GITHUB), retries=1, backoff_seconds=0)
    with repository, pytest.raises(GitHubError, match=why) as caught:
        repository.committed_file("erd.dbml", "main")
    assert_hidden(caught.value, caplog)
    assert "pass" not in str(caught.value) + repr(repository) + caplog.text


def test_a_certificate_that_is_not_githubs_is_not_trusted(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    its_own = certificate(tmp_path, "127.0.0.1")
    with faults(answer(200, b"[]"), tls=its_own.server_side) as server:
        repository = Repository(server.url, NAME, Secret(GITHUB), retries=0)
        with repository, pytest.raises(GitHubError, match="its certificate is not accepted, self-signed") as caught:
            repository.committed_file("erd.dbml", "main")
    assert server.requests == []
    assert_hidden(caught.value, caplog)


FAULTS = (
    reset, cut, cut_without_length, raw(b""), raw(b"HTTP/1.1 200 OK\r\n"), raw(b"220 not HTTP\r\n"),
    *map(failing, (400, 401, 403, 404, 408, 409, 410, 422, 429, 500, 502, 503, 504)),
    text(200, "<html>"), text(502, "<html>"), text(404, "<html>"), text(200, "{", "application/json"),
    answered(Answer(200, {})), answered(Answer(202, {})), answered(Answer(204, None)), answered(Answer(200, [])),
    answered(error(403, SECONDARY, retry_after="3600")), redirected(301, "http://127.0.0.1:9/"),
)  # fmt: skip


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(one_after_the_other=st.lists(st.sampled_from(FAULTS), max_size=6))
def test_whatever_goes_wrong_the_file_is_right_or_the_error_is_ours(
    shop: FakeGitHub, caplog: pytest.LogCaptureFixture, one_after_the_other: list[Fault]
) -> None:
    _log_all(caplog)
    shop.go_right()
    shop.go_wrong(*one_after_the_other)
    with a_repository(shop) as repository:
        try:
            found = repository.committed_file("erd.dbml", "main")
        except GitHubError as error:
            assert one_after_the_other
            assert_hidden(error, caplog)
        else:
            # A 404, or an empty folder, says that there is no such file.
            assert found == b"Table a {}" or (found is None and one_after_the_other)
