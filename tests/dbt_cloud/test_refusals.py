"""What dbt Cloud refuses, and what the reader is told: one sentence on what happened, one on what to do."""

import pytest

from erd.dbt_cloud.runs import get_run, latest_of_job
from erd.demo.account import Token
from erd.demo.server import serve
from erd.errors import DbtCloudError
from tests.hidden import assert_hidden
from tests.tokens import ANOTHER, TOKEN

from .builders import a_client, a_run, an_account
from .faults import answer, faults, json_answer, page


def test_a_wrong_token(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(0)
    with (
        serve(an_account(a_run(5), token=Token(ANOTHER))) as server,
        a_client(server.url) as client,
        pytest.raises(DbtCloudError) as raised,
    ):
        get_run(client, 5)
    host = server.url.removeprefix("http://")
    assert raised.value.happened == f"{host} rejected the token (GET /api/v2/accounts/1/runs/5/ → 401: Invalid token)."
    assert "dbt-cloud-service-token" in raised.value.todo
    assert_hidden(raised.value, caplog)


def test_a_token_without_the_right_to_read_runs() -> None:
    account = an_account(a_run(5), token=Token(TOKEN, permissions=frozenset()))
    with serve(account) as server, a_client(server.url) as client, pytest.raises(DbtCloudError) as raised:
        get_run(client, 5)
    assert raised.value.happened.startswith(
        "The token may not read run 5 in account 1 (GET /api/v2/accounts/1/runs/5/ → 403"
    )
    assert raised.value.todo == (
        'Give the token "Runs: Read" on the project: the set Job Viewer suffices, Metadata Only does not.'
    )


def test_an_address_that_the_account_does_not_allow() -> None:
    account = an_account(a_run(5), token=Token(TOKEN, address_allowed=False))
    with serve(account) as server, a_client(server.url) as client, pytest.raises(DbtCloudError) as raised:
        get_run(client, 5)
    assert raised.value.happened == (
        "The dbt Cloud account 1 restricts IP addresses and refused this machine's"
        " (GET /api/v2/accounts/1/runs/5/ → 403: Forbidden: Access denied)."
    )
    assert "allowlist" in raised.value.todo


def test_a_run_that_is_not_there() -> None:
    with serve(an_account(a_run(5))) as server, a_client(server.url) as client, pytest.raises(DbtCloudError) as raised:
        get_run(client, 6)
    assert raised.value.happened.startswith(
        "dbt Cloud does not find run 6 in account 1, or the token may not read it"
        " (GET /api/v2/accounts/1/runs/6/ → 404: "
    )
    assert "dbt-cloud-account-id" in raised.value.todo


def test_an_account_that_is_not_there() -> None:
    with (
        serve(an_account(a_run(5))) as server,
        a_client(server.url, account_id=2) as client,
        pytest.raises(DbtCloudError, match="does not find the runs of job 7 in account 2"),
    ):
        latest_of_job(client, 7)


def test_a_404_that_speaks_of_permission_is_about_permission() -> None:
    refusal = json_answer(None, 404, "You do not have permission to see this.")
    with (
        faults(refusal) as server,
        a_client(server.url) as client,
        pytest.raises(DbtCloudError, match="The token may not read run 5"),
    ):
        get_run(client, 5)


def test_a_host_that_is_not_dbt_cloud() -> None:
    with faults(page(404)) as server, a_client(server.url) as client, pytest.raises(DbtCloudError) as raised:
        get_run(client, 5)
    host = server.url.removeprefix("http://")
    assert raised.value.happened == f"There is no dbt Cloud API at {host} (GET /api/v2/accounts/1/runs/5/ → 404)."
    assert "Copy the Access URL" in raised.value.todo


def test_too_many_requests() -> None:
    with (
        faults(json_answer(None, 429, "Throttled.")) as server,
        a_client(server.url) as client,
        pytest.raises(DbtCloudError) as raised,
    ):
        get_run(client, 5)
    assert "takes no more requests of this account for now" in raised.value.happened
    assert "five minutes" in raised.value.todo


def test_a_refusal_whose_body_cannot_be_read_is_told_by_its_status() -> None:
    body = b'{"status": {"user_message": "\xff"}, "data": ' + b"[" * 100_000
    with (
        faults(answer(403, body, "Content-Type: application/json")) as server,
        a_client(server.url) as client,
        pytest.raises(DbtCloudError, match=r"may not read run 5 in account 1 \(GET .* → 403\)"),
    ):
        get_run(client, 5)


def test_any_other_refusal_says_its_status_and_what_dbt_said() -> None:
    with (
        faults(json_answer(None, 418, "I am a teapot.")) as server,
        a_client(server.url) as client,
        pytest.raises(DbtCloudError, match=r"refused the request for run 5 \(GET .* → 418: I am a teapot\)\."),
    ):
        get_run(client, 5)


def test_what_dbt_said_is_cut_to_one_short_line_of_printable_text() -> None:
    message = "One\r\n::error::two\x1b[31m " + "long " * 100
    with (
        faults(json_answer(None, 400, message)) as server,
        a_client(server.url) as client,
        pytest.raises(DbtCloudError) as raised,
    ):
        get_run(client, 5)
    said = raised.value.happened.partition("→ 400: ")[2]
    assert said.startswith("One ::error::two[31m long long")
    assert said.endswith("…).")
    assert len(said) == 300 + len(").")


def test_a_token_that_dbt_repeats_is_hidden(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(0)
    with (
        faults(json_answer(None, 401, f"Bad token {TOKEN} given.")) as server,
        a_client(server.url) as client,
        pytest.raises(DbtCloudError, match=r"Bad token \*\*\* given") as raised,
    ):
        get_run(client, 5)
    assert_hidden(raised.value, caplog)
