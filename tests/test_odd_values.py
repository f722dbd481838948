"""Values that nobody means to give: each is accepted, or refused in two sentences, and none shows a secret."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erd import checks
from erd.configuration import read_configuration
from erd.errors import UsageError
from erd.given import Door
from erd.options import OPTIONS, Option
from erd.settings import read_settings
from tests.tokens import MARK, PLAIN, TOKEN


@pytest.mark.parametrize("name", ["target", "resource-type", "select", "exclude"])
def test_a_flag_given_once_and_empty_is_unset(name: str, tmp_path: Path) -> None:
    # `--target ""` on the command line
    environ = {f"DBTERD_{name.upper().replace('-', '_')}": "dbml" if name == "target" else "seed"}
    found = read_settings(Door.COMMAND, {name: ("",)}, environ, tmp_path)
    assert getattr(found, name.replace("-", "_")) == tuple(environ.values())


@pytest.mark.parametrize("name", ["target", "resource-type"])
def test_commas_alone_are_no_choice(name: str, tmp_path: Path) -> None:
    # `--target ,` ends well and writes nothing
    with pytest.raises(UsageError):
        read_settings(Door.COMMAND, {name: ","}, {}, tmp_path)


@pytest.mark.parametrize("content", ["output: [a, b]", "output: {a: b}", "select: {a: b}", "output-file-name: [a]"])
def test_a_value_of_the_wrong_shape_is_refused(content: str, tmp_path: Path) -> None:
    (tmp_path / ".dbterd.yml").write_text(content, encoding="utf-8")
    with pytest.raises(UsageError):
        read_settings(Door.COMMAND, {}, {}, tmp_path)


@pytest.mark.parametrize("name", ["dbt-cloud-account-id", "dbt-cloud-host-url", "dbt-cloud-run-id", "target"])
def test_a_token_in_the_wrong_place_is_not_quoted(name: str, tmp_path: Path) -> None:
    # the token's input and another one hold the same secret by mistake
    given = {name: TOKEN, "dbt-cloud-service-token": TOKEN}
    with pytest.raises(UsageError) as raised:
        read_settings(Door.ACTION, given, {}, tmp_path)
    assert TOKEN not in str(raised.value)


@pytest.mark.any_token
@pytest.mark.parametrize("option", OPTIONS, ids=lambda option: option.name)
@pytest.mark.parametrize(
    "value",
    ["~nobody-of-this-name/x", "a\0b", "https://x.dbt.com/deploy/1/projects/2/runs/" + "9" * 5000, "a\rb", "\n", ","],
    ids=["user", "nul", "digits", "return", "line", "comma"],
)
def test_any_text_is_accepted_or_refused_in_two_sentences(option: Option, value: str) -> None:
    try:
        option.check(value)
    except ValueError as error:
        happened, instead = error.args
        assert len(happened) < 300
        assert len(instead) < 300


@pytest.mark.any_token
@given(st.sampled_from(OPTIONS), st.text())
def test_any_text_at_all_is_accepted_or_refused_in_two_sentences(option: Option, value: str) -> None:
    refused: tuple[object, ...] = ("", "")
    try:
        option.check(value)
    except ValueError as error:
        refused = error.args
    assert len(refused) == 2


@pytest.mark.parametrize("value", ["cloud.getdbt.com\n/x", "localhost\n/x"])
def test_a_host_holds_no_line_break(value: str) -> None:
    with pytest.raises(ValueError, match="not the name of a host"):
        checks.host(value)


def test_a_password_in_a_host_is_not_quoted() -> None:
    with pytest.raises(ValueError, match="not the name of a host") as raised:
        checks.host(f"https://me:{PLAIN}@cloud.getdbt.com/")
    assert MARK not in str(raised.value)


@pytest.mark.parametrize("port", ["99999", "65536", "0"])
def test_a_port_that_cannot_be_is_refused(port: str) -> None:
    with pytest.raises(ValueError, match="not the name of a host"):
        checks.host(f"cloud.getdbt.com:{port}")


@pytest.mark.parametrize("ids", [("0", "5"), ("1", "0")])
def test_an_address_with_the_id_nought_is_refused(ids: tuple[str, str]) -> None:
    account, run = ids
    with pytest.raises(ValueError, match="'0' is not an id"):
        checks.run(f"https://x.dbt.com/deploy/{account}/projects/2/runs/{run}")


def test_the_scheme_of_an_address_may_be_in_upper_case() -> None:
    assert checks.run("HTTPS://X.DBT.COM/deploy/1/projects/2/runs/5") == checks.Reference(5, 1, "https://x.dbt.com")


@pytest.mark.parametrize(
    ("name", "content"),
    [
        (".dbterd.yml", "output: 2024-99-99"),
        (".dbterd.yml", "output: !!int x"),
        (".dbterd.yml", "output: !!timestamp x"),
        (".dbterd.yml", "output: 0b_"),
        (".dbterd.yml", "select: " + "[" * 3000),
        ("pyproject.toml", "[tool.dbterd]\nselect = " + "[" * 3000),
    ],
    ids=["date", "int", "timestamp", "binary", "deep yaml", "deep toml"],
)
def test_whatever_the_parser_trips_over_is_an_error_with_words(name: str, content: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    with pytest.raises(UsageError):
        read_configuration(tmp_path)


def test_no_place_is_spoken_of_where_none_is_named(tmp_path: Path) -> None:
    (tmp_path / ".dbterd.yml").write_bytes(b"target: dbml\nselect: \x07\n")
    with pytest.raises(UsageError) as raised:
        read_configuration(tmp_path)
    assert "line" in raised.value.happened or "place named" not in raised.value.todo


def test_a_token_given_to_another_option_only_is_not_quoted(tmp_path: Path) -> None:
    with pytest.raises(UsageError) as raised:
        read_settings(Door.ACTION, {"dbt-cloud-account-id": TOKEN}, {}, tmp_path)
    assert MARK not in str(raised.value)
