"""How dbt Cloud is asked: the token and where it goes, retries, redirects, time-outs."""

import socket
from pathlib import Path

import msgspec
import pytest

from erd.demo.server import serve
from erd.errors import DbtCloudError
from tests.hidden import assert_hidden
from tests.tokens import TOKEN

from .builders import a_client, a_run, an_account
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
    shorter_than_said,
    stalled_body,
    then_stall,
)


class Thing(msgspec.Struct):
    id: int
    name: str | None = None


THING = {"id": 70437463654557, "name": "a", "unknown": {"x": [1]}}
BROKEN_JSON = answer(200, b'{"status": {"co', "Content-Type: application/json")


def test_a_request_carries_the_token_the_account_and_what_is_accepted() -> None:
    with faults(json_answer(THING)) as server, a_client(server.url) as client:
        client.get("things/1/", Thing, "thing 1", {"limit": 5, "order_by": "-id"})
    (asked,) = server.requests
    assert asked.path == "/api/v2/accounts/1/things/1/?limit=5&order_by=-id"
    assert asked.headers["authorization"] == f"Token {TOKEN}"
    assert asked.headers["accept"] == "application/json"
    assert asked.headers["user-agent"].startswith("dbt-cloud-erd/")


def test_the_data_of_the_envelope_is_returned_with_its_type_and_unknown_fields_are_ignored() -> None:
    with faults(json_answer(THING)) as server, a_client(server.url) as client:
        assert client.get("things/1/", Thing, "thing 1") == Thing(70437463654557, "a")


def test_a_null_where_a_list_belongs_is_an_empty_list() -> None:
    with faults(json_answer(None)) as server, a_client(server.url) as client:
        assert client.get_list("things/", Thing, "things") == []


def test_the_client_shows_no_token_of_its_own() -> None:
    with a_client("https://cloud.getdbt.com") as client:
        assert repr(client) == "DbtCloudClient('https://cloud.getdbt.com', 1)"


@pytest.mark.parametrize(
    ("reply", "happened"),
    [
        (json_answer(None, message="Nothing here."), "dbt Cloud's answer with thing 1 is empty"),
        (answer(200, b"{}", "Content-Type: application/json"), "dbt Cloud's answer with thing 1 is empty"),
        (json_answer({"id": "five"}), "is not as documented"),
        (json_answer([1]), "is not as documented"),
        (json_answer("x"), "is not as documented"),
        (answer(200, b"[]", "Content-Type: application/json"), "is not as documented"),
        (answer(200, b'{"status": 5}', "Content-Type: application/json"), "is not as documented"),
        (page(), "with something that is not JSON (text/html)"),
        (answer(200, b""), "is empty"),
        (BROKEN_JSON, "is not whole JSON"),
        (answer(200, b'{"status": {"user_message": "\xff"}}', "Content-Type: application/json"), "is not whole JSON"),
        (answer(200, b'{"data": {"id": 1, "name": "\xff"}}', "Content-Type: application/json"), "is not as documented"),
        (answer(200, b'{"x":' * 100_000, "Content-Type: application/json"), "is not as documented"),
        (raw(b"nonsense\r\n\r\n"), "with something that is not HTTP"),
        (shorter_than_said(b'{"data": 5}'), "was cut off"),
    ],
)
def test_an_answer_that_dbt_cloud_would_not_give_is_a_clear_error(
    reply: Reply, happened: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(0)
    with faults(reply) as server, a_client(server.url) as client, pytest.raises(DbtCloudError) as raised:
        client.get("things/1/", Thing, "thing 1")
    assert happened in raised.value.happened
    assert "/api/v2/accounts/1/things/1/" in raised.value.happened
    assert "secret page body" not in str(raised.value)
    assert_hidden(raised.value, caplog)


@pytest.mark.parametrize("status", [408, 500, 502, 503, 504])
def test_trouble_of_the_server_is_waited_out(status: int) -> None:
    trouble = json_answer(None, status, "Try again.")
    with faults(trouble, trouble, json_answer(THING)) as server, a_client(server.url) as client:
        assert client.get("things/1/", Thing, "thing 1").name == "a"
    assert len(server.requests) == 3


@pytest.mark.parametrize("fault", [reset, raw(b""), raw(b"HTTP/1.1 2"), BROKEN_JSON, shorter_than_said(b'{"data": 5}')])
def test_a_cut_connection_or_answer_is_asked_for_again(fault: Reply) -> None:
    with faults(fault, json_answer(THING)) as server, a_client(server.url) as client:
        assert client.get("things/1/", Thing, "thing 1").name == "a"
    assert len(server.requests) == 2


@pytest.mark.parametrize("fault", [then_stall(), then_stall(b"HTTP/1.1 200 OK\r\n"), stalled_body(b'{"data": 5}')])
def test_a_stalled_answer_is_asked_for_again(fault: Reply) -> None:
    with faults(fault, json_answer(THING)) as server, a_client(server.url, read=0.3) as client:
        assert client.get("things/1/", Thing, "thing 1").name == "a"
    assert len(server.requests) == 2


def test_each_retry_is_one_line_in_the_log(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    with faults(json_answer(None, 503), reset, json_answer(THING)) as server, a_client(server.url) as client:
        client.get("things/1/", Thing, "thing 1")
    lines = [record.message for record in caplog.records if record.name.startswith("erd.")]
    assert lines == [
        "dbt Cloud did not answer (503): asking again, 3 tries left.",
        "dbt Cloud did not answer (ProtocolError): asking again, 2 tries left.",
    ]


def test_trouble_that_does_not_end_is_given_up_with_what_dbt_said(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(0)
    trouble = json_answer(None, 503, "Down for\nmaintenance.")
    with faults(trouble) as server, a_client(server.url) as client, pytest.raises(DbtCloudError) as raised:
        client.get("things/1/", Thing, "thing 1")
    assert raised.value.happened == (
        "dbt Cloud failed to answer for thing 1, 5 times"
        " (GET /api/v2/accounts/1/things/1/ → 503: Down for maintenance)."
    )
    assert len(server.requests) == 5
    assert_hidden(raised.value, caplog)


@pytest.mark.parametrize("status", [400, 401, 403, 404, 409, 418, 422])
def test_what_the_client_did_wrong_is_not_tried_again(status: int) -> None:
    refusal = answer(status, b'{"status": {}, "data": null}', "Retry-After: 600")
    with faults(refusal) as server, a_client(server.url) as client, pytest.raises(DbtCloudError):
        client.get("things/1/", Thing, "thing 1")
    assert len(server.requests) == 1


def test_a_stall_that_does_not_end_is_given_up(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(0)
    with (
        faults(then_stall()) as server,
        a_client(server.url, retries=1, read=0.1) as client,
        pytest.raises(DbtCloudError, match=r"gave no answer within 0\.1 s, in 2 tries") as raised,
    ):
        client.get("things/1/", Thing, "thing 1")
    assert_hidden(raised.value, caplog)


def test_a_host_that_takes_no_connection_is_given_up(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(0)
    with socket.socket() as busy, socket.socket() as first, socket.socket() as second:
        busy.bind(("127.0.0.1", 0))
        busy.listen(0)
        for caller in (first, second):
            caller.setblocking(False)
            caller.connect_ex(busy.getsockname())
        url = f"http://127.0.0.1:{busy.getsockname()[1]}"
        with a_client(url, retries=1, connect=0.1) as client, pytest.raises(DbtCloudError) as raised:
            client.get("things/1/", Thing, "thing 1")
    assert "took no connection within 0.1 s, in 2 tries" in raised.value.happened
    assert_hidden(raised.value, caplog)


def test_a_host_that_refuses_connections_is_named(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(0)
    with socket.create_server(("127.0.0.1", 0)) as listener:
        host = f"127.0.0.1:{listener.getsockname()[1]}"
    with a_client(f"http://{host}") as client, pytest.raises(DbtCloudError) as raised:
        client.get("things/1/", Thing, "thing 1")
    assert raised.value.happened == f"{host} refuses connections."
    assert_hidden(raised.value, caplog)


def test_a_name_that_does_not_resolve_is_not_tried_again(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Looking up a name for real would leave this machine, so the resolver's answer is put in its place."""
    caplog.set_level(0)
    looked_up = []

    def no_such_name(host: str, *_: object) -> None:
        looked_up.append(host)
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", no_such_name)
    with a_client("https://clowd.getdbt.invalid") as client, pytest.raises(DbtCloudError) as raised:
        client.get("things/1/", Thing, "thing 1")
    assert raised.value.happened == "The name clowd.getdbt.invalid does not resolve to an address."
    assert "Copy the Access URL" in raised.value.todo
    assert looked_up == ["clowd.getdbt.invalid"]
    assert_hidden(raised.value, caplog)


def test_a_name_that_cannot_be_one_is_an_error_too() -> None:
    with a_client(f"https://{'a' * 64}.invalid") as client, pytest.raises(DbtCloudError, match="does not resolve"):
        client.get("things/1/", Thing, "thing 1")


def test_a_redirect_on_the_same_host_is_followed_with_the_token() -> None:
    with serve(an_account(a_run(5))) as server, a_client(server.url) as client:
        assert client.get("runs/5", Thing, "run 5").id == 5
    assert [request.path[-7:] for request in server.requests] == ["/runs/5", "runs/5/"]
    assert [request.authorization for request in server.requests] == ["Token", "Token"]


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_redirect_to_another_host_is_followed_without_the_token(status: int) -> None:
    with (
        faults(json_answer(THING)) as other,
        faults(redirect(f"{other.url}/there", status)) as server,
        a_client(server.url) as client,
    ):
        assert client.get("things/1/", Thing, "thing 1").name == "a"
    assert "authorization" in server.requests[0].headers
    assert "authorization" not in other.requests[0].headers
    assert TOKEN not in str(other.requests)


def test_a_redirect_there_and_back_does_not_bring_the_token_back() -> None:
    with (
        faults(json_answer(THING)) as last,
        faults(redirect(f"{last.url}/c")) as middle,
        faults(redirect(f"{middle.url}/b")) as server,
        a_client(server.url) as client,
    ):
        client.get("things/1/", Thing, "thing 1")
    assert [TOKEN in str(asked.requests) for asked in (server, middle, last)] == [True, False, False]


def test_a_refusal_by_another_host_names_that_host() -> None:
    with (
        faults(json_answer(None, 401, "Invalid token.")) as other,
        faults(redirect(f"{other.url}/x?sig=abc")) as server,
        a_client(server.url) as client,
        pytest.raises(DbtCloudError) as raised,
    ):
        client.get("things/1/", Thing, "thing 1")
    assert f"sent the request on to {other.url.removeprefix('http://')}, which refused it" in raised.value.happened
    assert "sig=abc" not in str(raised.value)


def test_a_redirect_to_what_is_no_address_is_an_error_too() -> None:
    with (
        faults(redirect("http://[oops")) as server,
        a_client(server.url) as client,
        pytest.raises(DbtCloudError, match="to what is no address"),
    ):
        client.get("things/1/", Thing, "thing 1")


def test_a_redirect_in_circles_ends() -> None:
    with (
        faults(redirect("/api/v2/again/")) as server,
        a_client(server.url) as client,
        pytest.raises(DbtCloudError, match="in circles"),
    ):
        client.get("things/1/", Thing, "thing 1")
    assert len(server.requests) == 6


def test_a_netrc_entry_does_not_replace_the_token_even_after_a_redirect(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trusted = certificate(tmp_path, "127.0.0.1")
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login somebody password else\n")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(trusted.path))
    with (
        faults(redirect("/elsewhere/"), json_answer(THING), tls=trusted.server_side) as server,
        a_client(server.url) as client,
    ):
        client.get("things/1/", Thing, "thing 1")
    assert [asked.headers["authorization"] for asked in server.requests] == [f"Token {TOKEN}"] * 2


def test_a_redirect_from_tls_to_plain_http_is_not_followed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    trusted = certificate(tmp_path, "127.0.0.1")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(trusted.path))
    with (
        faults(json_answer(THING)) as plain,
        faults(redirect(plain.url), tls=trusted.server_side) as server,
        a_client(server.url) as client,
        pytest.raises(DbtCloudError, match="an address that is not encrypted"),
    ):
        client.get("things/1/", Thing, "thing 1")
    assert plain.requests == []


def test_a_certificate_for_another_name_means_the_wrong_host(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(0)
    other = certificate(tmp_path, "us1.dbt.invalid")
    monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(other.path))
    with (
        faults(json_answer(THING), tls=other.server_side) as server,
        a_client(server.url) as client,
        pytest.raises(DbtCloudError, match="its certificate is for a different name") as raised,
    ):
        client.get("things/1/", Thing, "thing 1")
    assert "Copy the Access URL" in raised.value.todo
    assert server.requests == []
    assert_hidden(raised.value, caplog)


def test_a_certificate_that_nobody_vouches_for_is_not_trusted(tmp_path: Path) -> None:
    unknown = certificate(tmp_path, "127.0.0.1")
    with (
        faults(json_answer(THING), tls=unknown.server_side) as server,
        a_client(server.url) as client,
        pytest.raises(DbtCloudError, match="is not trusted: self-signed certificate"),
    ):
        client.get("things/1/", Thing, "thing 1")
    assert server.requests == []


def test_a_proxy_is_not_told_of_requests_to_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    with faults(json_answer(THING)) as proxy, faults(json_answer(THING)) as server:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
            monkeypatch.setenv(name, proxy.url)
        with a_client(server.url) as client:
            client.get("things/1/", Thing, "thing 1")
    assert proxy.requests == []
    assert len(server.requests) == 1


def test_a_proxy_that_is_not_there_is_named_as_such(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        address = f"http://somebody:pass-word@127.0.0.1:{listener.getsockname()[1]}"
    for name in ("https_proxy", "HTTPS_PROXY"):
        monkeypatch.setenv(name, address)
    with a_client("https://cloud.getdbt.invalid") as client, pytest.raises(DbtCloudError) as raised:
        client.get("things/1/", Thing, "thing 1")
    assert raised.value.happened == "The proxy in front of cloud.getdbt.invalid could not be used."
    assert "pass-word" not in str(raised.value)
