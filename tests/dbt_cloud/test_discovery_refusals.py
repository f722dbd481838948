"""What the Discovery API answers instead of an environment, and what the reader is told."""

import json
import socket
from pathlib import Path

import pytest

from erd.dbt_cloud.queries import QUERIES
from erd.errors import DbtCloudError
from tests.hidden import assert_hidden
from tests.tokens import EXPIRED, TOKEN

from .discovery_api import ENVIRONMENT, DiscoveryApi, discovery
from .faults import (
    Reply,
    answer,
    certificate,
    faults,
    json_answer,
    page,
    raw,
    redirect,
    reset,
    stalled_body,
    then_stall,
)
from .test_discovery import a_client

JSON = "Content-Type: application/json"
NOTHING = {"data": {"environment": {"applied": {"models": {"edges": [], "pageInfo": {"hasNextPage": False}}}}}}


def graphql(body: object, status: int = 200) -> Reply:
    return answer(status, json.dumps(body).encode(), JSON)


def graphql_error(code: str | None, message: str, data: object = None, status: int = 200) -> Reply:
    extensions = {} if code is None else {"extensions": {"code": code}}
    return graphql({"errors": [{"message": message, **extensions}], "data": data}, status)


def refused(url: str, caplog: pytest.LogCaptureFixture, *, retries: int = 4, read: float = 10) -> DbtCloudError:
    """The error that reading the models of an environment there ends with, without the token anywhere in it."""
    caplog.set_level(0)
    with a_client(url, retries=retries, read=read) as client, pytest.raises(DbtCloudError) as raised:
        client.read(ENVIRONMENT, QUERIES[:1])
    assert_hidden(raised.value, caplog)
    return raised.value


def test_a_wrong_token(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(0)
    with (
        discovery(DiscoveryApi({})) as api,
        a_client(api.url, token=EXPIRED) as client,
        pytest.raises(DbtCloudError) as raised,
    ):
        client.read(ENVIRONMENT, QUERIES)
    host = api.url.removeprefix("http://")
    assert raised.value.happened == f"{host} rejected the token (POST /graphql → 401: Invalid token)."
    assert_hidden(raised.value, caplog)


def test_an_environment_that_is_not_there(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(0)
    with discovery(DiscoveryApi({})) as api, a_client(api.url) as client, pytest.raises(DbtCloudError) as raised:
        client.read(5, QUERIES)
    assert raised.value.happened == (
        "dbt Cloud finds no environment 5, or the token may not read it (POST /graphql → null)."
    )
    assert "dbt-cloud-environment-id" in raised.value.todo
    assert "Metadata Only suffices" in raised.value.todo
    assert_hidden(raised.value, caplog)


def test_an_environment_in_which_nothing_was_built(caplog: pytest.LogCaptureFixture) -> None:
    with discovery(DiscoveryApi({}, applied=False)) as api:
        error = refused(api.url, caplog)
    assert error.happened == (
        f"Environment {ENVIRONMENT} has no applied state: nothing was built there lately (POST /graphql → null)."
    )
    assert "production or staging" in error.todo


@pytest.mark.parametrize(
    ("reply", "happened", "todo"),
    [
        (graphql({"data": None}), "finds no environment", "dbt-cloud-environment-id"),
        (graphql({}), "finds no environment", "dbt-cloud-environment-id"),
        (
            graphql_error("FORBIDDEN", "Not allowed.", NOTHING["data"]),
            "FORBIDDEN: Not allowed",
            "Give the token the permission set",
        ),
        (graphql_error("UNAUTHENTICATED", "Who?"), "UNAUTHENTICATED: Who?", "Give the token the permission set"),
        (graphql_error("BAD_USER_INPUT", "No\nBigInt.", status=400), "BAD_USER_INPUT: No BigInt", "report this"),
        (graphql_error("NEW_ONE", "Strange."), "NEW_ONE: Strange", "dbt-cloud-environment-id"),
        (graphql_error(None, "Strange."), "→ error: Strange)", "dbt-cloud-environment-id"),
        (graphql({"errors": [{}]}), "→ error)", "dbt-cloud-environment-id"),
        (graphql({"errors": [{"message": "x", "extensions": 5}]}), "→ error: x)", "dbt-cloud-environment-id"),
        (graphql_error(None, f"Bad token {TOKEN}!"), "Bad token ***!", "dbt-cloud-environment-id"),
        (graphql({"data": NOTHING["data"]}, 400), "does not understand the request", "dbt-cloud-environment-id"),
        (graphql({"data": {"environment": {"applied": {"models": 5}}}}), "is not as documented", "report this"),
        (
            graphql({"data": {"environment": {"applied": {"models": {"edges": [{"node": {}}]}}}}}),
            "Object missing required field `uniqueId`",
            "report this",
        ),
        (graphql([]), "is not as documented", "report this"),
        (page(), "with something that is not JSON (text/html)", "Access URL"),
        (page(400), "with something that is not JSON (text/html)", "Access URL"),
        (json_answer(None, 403, "No."), "The token may not read the models of environment", "Metadata Only"),
        (page(404), "There is no Discovery API at 127.0.0.1", "`metadata`"),
        (json_answer(None, 429, "Slow down."), "takes no more requests", "Wait five minutes"),
        (graphql_error(None, "Too many.", status=429), "429: Too many", "Wait five minutes"),
        (answer(418, b""), "dbt Cloud refused the request for the models of environment", "dbt-cloud-environment-id"),
        (redirect("/graphql"), "redirects POST /graphql in circles", "Access URL"),
        (redirect("http://[oops"), "redirects POST /graphql to what is no address", "Access URL"),
    ],
)
def test_an_answer_without_an_environment_is_a_clear_error(
    reply: Reply, happened: str, todo: str, caplog: pytest.LogCaptureFixture
) -> None:
    with faults(reply) as server:
        error = refused(server.url, caplog)
    assert happened in error.happened
    assert todo in error.todo
    assert "secret page body" not in str(error)


def test_an_account_that_restricts_addresses_says_so(caplog: pytest.LogCaptureFixture) -> None:
    denied = graphql(
        {"status": {"user_message": "Forbidden: Access denied"}, "data": {"account_access_denied": True}}, 403
    )
    with faults(denied) as server:
        error = refused(server.url, caplog)
    assert error.happened.startswith("The dbt Cloud account restricts IP addresses and refused this machine's (POST")


@pytest.mark.parametrize("status", [408, 500, 502, 503, 504])
def test_trouble_of_the_server_is_waited_out(status: int) -> None:
    trouble = answer(status, b"")
    with faults(trouble, trouble, graphql(NOTHING)) as server, a_client(server.url) as client:
        assert client.read(ENVIRONMENT, QUERIES[:1]).models == []
    assert [asked.method for asked in server.requests] == ["POST"] * 3
    assert len({asked.body for asked in server.requests}) == 1


@pytest.mark.parametrize(
    "fault",
    [
        reset,
        raw(b""),
        raw(b"HTTP/1.1 2"),
        then_stall(),
        stalled_body(b'{"data": 5}'),
        answer(200, b'{"data": {"env', JSON),
        graphql_error("INTERNAL_SERVER_ERROR", "Oops."),
    ],
)
def test_a_query_is_asked_again_when_its_answer_does_not_come_whole(fault: Reply) -> None:
    with faults(fault, graphql(NOTHING)) as server, a_client(server.url, read=0.5) as client:
        assert client.read(ENVIRONMENT, QUERIES[:1]).models == []
    assert len(server.requests) == 2


def test_trouble_that_does_not_end_is_given_up(caplog: pytest.LogCaptureFixture) -> None:
    with faults(graphql_error("INTERNAL_SERVER_ERROR", "Oops.")) as server:
        error = refused(server.url, caplog)
    assert error.happened == (
        f"dbt Cloud failed to answer for the models of environment {ENVIRONMENT}"
        " (POST /graphql → INTERNAL_SERVER_ERROR: Oops)."
    )
    assert len(server.requests) == 3


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 422])
def test_what_cannot_pass_is_not_asked_again(status: int, caplog: pytest.LogCaptureFixture) -> None:
    with faults(graphql_error(None, "No.", status=status)) as server:
        refused(server.url, caplog)
    assert len(server.requests) == 1


def test_a_host_that_refuses_connections_is_named(caplog: pytest.LogCaptureFixture) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        host = f"127.0.0.1:{listener.getsockname()[1]}"
    assert refused(f"http://{host}", caplog).happened == f"{host} refuses connections."


def test_a_stall_that_does_not_end_is_given_up(caplog: pytest.LogCaptureFixture) -> None:
    with faults(then_stall()) as server:
        error = refused(server.url, caplog, retries=1, read=0.1)
    assert "gave no answer within 0.1 s, in 2 tries (POST /graphql)" in error.happened


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_on_the_same_host_takes_query_and_token_along(status: int) -> None:
    with faults(redirect("/elsewhere?x=1", status), graphql(NOTHING)) as server, a_client(server.url) as client:
        client.read(ENVIRONMENT, QUERIES[:1])
    first, second = server.requests
    assert (second.method, second.path, second.body) == ("POST", "/elsewhere?x=1", first.body)
    assert [asked.headers["authorization"] for asked in server.requests] == [f"Bearer {TOKEN}"] * 2


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_to_another_host_is_not_followed(status: int, caplog: pytest.LogCaptureFixture) -> None:
    with faults(graphql(NOTHING)) as other, faults(redirect(f"{other.url}/x?sig=abc", status)) as server:
        error = refused(server.url, caplog)
    assert other.requests == []
    sender, receiver = (asked.url.removeprefix("http://") for asked in (server, other))
    assert error.happened == f"{sender} sends the request on to {receiver}; it was not followed."
    assert "The token is not sent to another host." in error.todo
    assert "sig=abc" not in str(error)


def test_a_redirect_from_tls_to_plain_http_is_not_followed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    trusted = certificate(tmp_path, "127.0.0.1")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(trusted.path))
    with faults(lambda wire: plain(wire), tls=trusted.server_side) as server:  # noqa: PLW0108 (bound below)
        plain = redirect(server.url.replace("https://", "http://"))
        error = refused(server.url, caplog)
    assert "an address that is not encrypted" in error.happened
    assert len(server.requests) == 1


def test_a_certificate_for_another_name_means_the_wrong_host(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    other = certificate(tmp_path, "us1.dbt.invalid")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(other.path))
    with faults(graphql(NOTHING), tls=other.server_side) as server:
        error = refused(server.url, caplog)
    assert "its certificate is for a different name" in error.happened
    assert "A host with `metadata` in its name is taken as it is." in error.todo
    assert server.requests == []


def test_the_client_shows_no_token_of_its_own() -> None:
    with a_client("https://cloud.getdbt.com") as client:
        assert repr(client) == "DiscoveryClient('https://metadata.cloud.getdbt.com')"
