"""What each option accepts and refuses, and how a refusal reads."""

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from erd import checks
from erd.checks import ALGORITHMS, LONGEST_QUOTE, Algorithm, Reference, Rule, Secret
from tests.tokens import ANOTHER, PERSONAL, TOKEN

colours = checks.some_of(("red", "green", "blue"))
colour = checks.one_of(("red", "green", "blue"))
parts = checks.name_parts(("database", "schema", "table"))


def refusal(check: Callable[[Any], object], value: object) -> tuple[str, str]:
    """What is wrong with the value, and what to give instead."""
    try:
        accepted = check(value)
    except ValueError as error:
        happened, instead = error.args
        return happened, instead
    pytest.fail(f"{value!r} was accepted, as {accepted!r}")


@pytest.mark.parametrize(("value", "line"), [("  erd  ", "erd"), ("two words", "two words"), (12, "12"), ("é→", "é→")])
def test_text_is_one_line_without_blanks_around_it(value: object, line: str) -> None:
    assert checks.text(value) == line


@pytest.mark.parametrize("value", ["one\ntwo", "a\0b", "a\x1bb"])
def test_text_of_two_lines_or_with_control_characters_is_refused(value: str) -> None:
    refused = ("it has a line break or another control character in it", "Give one line of text")
    assert refusal(checks.text, value) == refused


@pytest.mark.parametrize("value", [TOKEN, f" {TOKEN} ", f"{TOKEN}\n", f"\t{TOKEN}\r\n"])
def test_a_token_may_have_blanks_around_it(value: str) -> None:
    assert checks.secret(value).reveal() == TOKEN


@pytest.mark.parametrize(
    "value",
    [
        f"{TOKEN} x",
        f"{TOKEN}\nx",
        f"{TOKEN}\tx",
        f"{TOKEN}\r\nX-Header: x",
        f"{TOKEN}é",
        f"{TOKEN}\x00x",
        f"{TOKEN}\x7f",
    ],
)
def test_a_token_that_no_header_can_carry_is_refused_unquoted(value: str) -> None:
    happened, instead = refusal(checks.secret, value)
    assert happened == "it holds blanks, line breaks or characters no token has"
    assert TOKEN not in instead


def test_a_secret_shows_in_no_form_of_text() -> None:
    secret = Secret(TOKEN)
    shown = [repr(secret), str(secret), f"{secret}", repr([secret]), repr({secret: 1})]
    assert [text for text in shown if TOKEN in text] == []
    assert "***" in shown[0]


def test_a_secret_has_no_attributes_to_list() -> None:
    assert not hasattr(Secret(TOKEN), "__dict__")


def test_secrets_are_equal_by_their_text() -> None:
    assert Secret(TOKEN) == Secret(TOKEN)
    assert Secret(TOKEN) != Secret(ANOTHER)
    assert len({Secret(TOKEN), Secret(TOKEN)}) == 1
    assert Secret(TOKEN) != TOKEN


@pytest.mark.parametrize("value", [True, "true", "TRUE", " yes ", "Yes", "1", 1, "on", "On"])
def test_yes_in_any_usual_word(value: object) -> None:
    assert checks.flag(value) is True


@pytest.mark.parametrize("value", [False, "false", "False", "no", "0", 0, " off "])
def test_no_in_any_usual_word(value: object) -> None:
    assert checks.flag(value) is False


@pytest.mark.parametrize("value", ["maybe", "2", "tru", "y e s", "-1"])
def test_a_word_that_is_neither_yes_nor_no_is_refused(value: str) -> None:
    assert refusal(checks.flag, value) == (f"{value!r} is neither true nor false", "Give true or false")


@pytest.mark.parametrize(
    ("value", "number"),
    [("1", 1), (" 43166\n", 43166), (7, 7), ("70437463654557", 70437463654557), ("007", 7), ("9" * 19, int("9" * 19))],
)
def test_an_id_is_a_number_of_any_usual_length(value: object, number: int) -> None:
    assert checks.number(value) == number


@pytest.mark.parametrize(
    "value", ["0", "000", "-1", "+1", "1.0", "1e3", "0x1f", "1 2", "1_000", "one", "٣", True, "9" * 20]
)
def test_what_is_no_positive_whole_number_is_no_id(value: object) -> None:
    happened, instead = refusal(checks.number, value)
    assert happened == f"{str(value)!r} is not an id"
    assert instead == "Give the number that stands in the address of its page"


@pytest.mark.parametrize("check", [checks.run, checks.job])
@pytest.mark.parametrize("value", ["70437463654557", 70437463654557, " 70437463654557 "])
def test_a_run_or_job_by_its_id_says_nothing_of_account_and_host(
    check: Callable[[object], Reference], value: object
) -> None:
    assert check(value) == Reference(70437463654557)


@pytest.mark.parametrize(("check", "kind"), [(checks.run, "runs"), (checks.job, "jobs")])
@pytest.mark.parametrize(
    ("address", "host"),
    [
        ("https://ab123.us1.dbt.com/deploy/70403103916/projects/2/{kind}/70437463654557", "ab123.us1.dbt.com"),
        ("https://ab123.us1.dbt.com/deploy/70403103916/projects/2/{kind}/70437463654557/", "ab123.us1.dbt.com"),
        ("https://cloud.getdbt.com/#/accounts/70403103916/projects/2/{kind}/70437463654557/", "cloud.getdbt.com"),
        ("https://cloud.getdbt.com/accounts/70403103916/projects/2/{kind}/70437463654557", "cloud.getdbt.com"),
        ("https://cloud.getdbt.com/deploy/70403103916/projects/2/{kind}/70437463654557?tabId=1", "cloud.getdbt.com"),
        ("https://cloud.getdbt.com/deploy/70403103916/projects/2/{kind}/70437463654557#logs", "cloud.getdbt.com"),
        ("https://cloud.getdbt.com/deploy/70403103916/projects/2/{kind}/70437463654557/?a=b#c", "cloud.getdbt.com"),
        ("https://cloud.getdbt.com/deploy/70403103916/projects/2/{kind}/70437463654557/artifacts", "cloud.getdbt.com"),
        ("  https://EMEA.dbt.com/deploy/70403103916/projects/2/{kind}/70437463654557\n", "emea.dbt.com"),
        ("http://cloud.getdbt.com/deploy/70403103916/projects/2/{kind}/70437463654557", "cloud.getdbt.com"),
    ],
)
def test_the_address_of_a_run_or_job_says_its_account_and_host(
    check: Callable[[object], Reference], kind: str, address: str, host: str
) -> None:
    expected = Reference(70437463654557, 70403103916, f"https://{host}")
    assert check(address.format(kind=kind)) == expected


def test_an_address_on_loopback_keeps_its_scheme_and_port() -> None:
    page = checks.run("http://127.0.0.1:8123/deploy/1/projects/2/runs/5/")
    assert page == Reference(5, 1, "http://127.0.0.1:8123")


@pytest.mark.parametrize(
    "value",
    [
        "latest",
        "-5",
        "https://cloud.getdbt.com/deploy/1/projects/2",
        "https://cloud.getdbt.com/deploy/1/projects/2/runs/",
        "https://cloud.getdbt.com/deploy/1/projects/2/runs/5x",
        "https://cloud.getdbt.com/deploy/1/runs/5",
        "https://cloud.getdbt.com/api/v2/accounts/1/runs/5/",
        "https:///deploy/1/projects/2/runs/5",
        "ftp://cloud.getdbt.com/deploy/1/projects/2/runs/5",
        "see https://cloud.getdbt.com/deploy/1/projects/2/runs/5",
    ],
)
def test_what_is_neither_an_id_nor_an_address_is_no_run(value: str) -> None:
    happened, instead = refusal(checks.run, value)
    assert happened == f"{value!r} is neither an id nor the address of a run"
    assert instead == "Give the run's number, or copy the address of its page in dbt Cloud"


@pytest.mark.parametrize("host", ["me:word@cloud.getdbt.com", "cloud_getdbt", "-x.dbt.com", "cloud.getdbt.com:port"])
def test_an_address_of_a_run_needs_a_host_that_can_be(host: str) -> None:
    happened, _ = refusal(checks.run, f"https://{host}/deploy/1/projects/2/runs/5")
    shown = host.replace("me:word", "***")
    assert happened == f"'https://{shown}' is not the name of a host"


@pytest.mark.parametrize(
    ("check", "given_kind", "wanted"), [(checks.run, "job", "run"), (checks.job, "run", "job")], ids=["run", "job"]
)
def test_the_address_of_the_other_kind_is_refused_with_the_option_it_belongs_to(
    check: Callable[[object], Reference], given_kind: str, wanted: str
) -> None:
    address = f"https://cloud.getdbt.com/deploy/1/projects/2/{given_kind}s/5"
    happened, instead = refusal(check, address)
    assert happened == f"{address!r} is the address of a {given_kind}, not of a {wanted}"
    assert instead == f"Give it as dbt-cloud-{given_kind}-id instead"


@pytest.mark.parametrize(
    "value",
    [
        "ab123.us1.dbt.com",
        "https://ab123.us1.dbt.com",
        "https://ab123.us1.dbt.com/",
        "http://ab123.us1.dbt.com/",
        "HTTPS://AB123.US1.DBT.COM/api/v2/",
        "ab123.us1.dbt.com/deploy/1?x=y#z",
        "ab123.us1.dbt.com?x",
        "ab123.us1.dbt.com.",
        "  ab123.us1.dbt.com\n",
    ],
)
def test_a_host_is_taken_with_or_without_scheme_path_and_slash(value: str) -> None:
    assert checks.host(value) == "https://ab123.us1.dbt.com"


@pytest.mark.parametrize(
    ("value", "url"),
    [
        ("dbt.example.com:8443", "https://dbt.example.com:8443"),
        ("https://dbt.example.com:443/", "https://dbt.example.com:443"),
        ("10.1.2.3", "https://10.1.2.3"),
        ("dbt", "https://dbt"),
    ],
)
def test_a_host_may_have_a_port_and_any_depth(value: str, url: str) -> None:
    assert checks.host(value) == url


@pytest.mark.parametrize("name", ["localhost", "localhost:8000", "127.0.0.1", "127.8.9.10:1", "[::1]", "[::1]:8000"])
def test_plain_http_is_kept_on_loopback(name: str) -> None:
    assert checks.host(f"http://{name}/x") == f"http://{name}"
    assert checks.host(f"HTTP://{name}") == f"http://{name}"
    assert checks.host(name) == f"https://{name}"


@pytest.mark.parametrize(
    "name", ["localhost.example.com", "127.0.0.1.example.com", "mylocalhost", "128.0.0.1", "192.168.0.1"]
)
def test_plain_http_is_kept_nowhere_else(name: str) -> None:
    assert checks.host(f"http://{name}") == f"https://{name}"


@pytest.mark.parametrize(
    "value",
    [
        "/",
        "https://",
        "https:/cloud.getdbt.com",
        "//cloud.getdbt.com",
        "ftp://cloud.getdbt.com",
        "https://https://cloud.getdbt.com",
        "cloud getdbt com",
        "cloud..getdbt.com",
        ".cloud.getdbt.com",
        "-cloud.getdbt.com",
        "cloud-.getdbt.com",
        "cloud.getdbt.com:",
        "cloud.getdbt.com:port",
        "cloud.getdbt.com:123456",
        "me@cloud.getdbt.com",
        "wölke.getdbt.com",
        "[::2]",
        "http://[::1]x",
        "\\\\cloud",
    ],
)
def test_what_is_no_name_of_a_host_is_refused(value: str) -> None:
    happened, instead = refusal(checks.host, value)
    assert happened == f"{value!r} is not the name of a host"
    assert "Access URL" in instead


@settings(deadline=None)
@given(
    st.lists(st.sampled_from(["http", "https", "://", ":", "/", ".", "@", "?", "#", "[", "]", "a", "1", "%", " ", "-"]))
)
def test_whatever_passes_as_a_host_is_scheme_name_and_port_alone(pieces: list[str]) -> None:
    try:
        url = checks.host("".join(pieces))
    except ValueError:
        return
    assert re.fullmatch(r"https://([a-z0-9.-]+|\[::1\])(:[0-9]{1,5})?", url)


@pytest.mark.parametrize(("value", "version"), [("v2", "v2"), (" V3 ", "v3"), ("v10", "v10")])
def test_a_version_of_the_api(value: str, version: str) -> None:
    assert checks.api_version(value) == version


@pytest.mark.parametrize("value", ["2", "v", "v2/", "v2/../..", "version 2", "v2\nx", "v٢"])
def test_what_could_change_the_path_of_a_request_is_no_version(value: str) -> None:
    assert refusal(checks.api_version, value) == (
        f"{value!r} is not a version of the API",
        "Give v2, or leave it out",
    )


@pytest.mark.parametrize(
    "value",
    ["a b,c d", "a\nb,c\n\td\n", ["a", "b,c", "d"], ("a b,c", "d"), ["a b,c d"]],
    ids=["blanks", "lines", "list", "flags", "list with blanks"],
)
def test_rules_come_as_a_list_or_as_text_with_blanks_and_lines(value: object) -> None:
    assert checks.rules(value) == ("a", "b,c", "d")


@pytest.mark.parametrize(
    "value", ["red, Blue", "red blue", "RED\nblue,\n", ["red", "blue"], ("red,blue", "red"), "red red blue"]
)
def test_several_of_some_words_come_once_each_in_the_order_given(value: object) -> None:
    assert colours(value) == ("red", "blue")


def test_a_word_that_is_not_among_the_known_ones_is_refused_with_all_that_are() -> None:
    assert refusal(colours, "red pink mauve") == ("'pink' is not known here", "Give one or more of: red, green, blue")


@pytest.mark.parametrize("value", ["red", " RED\n", "Red"])
def test_one_of_some_words_in_any_case(value: str) -> None:
    assert colour(value) == "red"


@pytest.mark.parametrize("value", ["pink", "red green", "red,green", "re", True])
def test_one_word_must_be_among_the_known_ones(value: object) -> None:
    assert refusal(colour, value) == (f"{str(value)!r} is not known here", "Give one of: red, green, blue")


@pytest.mark.parametrize("name", ALGORITHMS)
def test_an_algorithm_is_known_by_its_name_in_any_case(name: str) -> None:
    assert checks.algorithm(name) == checks.algorithm(f" {name.upper()}\n") == Algorithm(name)


@pytest.mark.parametrize("value", ["test_relation", "all,semantic", "relationship", "semantic model_contract", 1])
def test_an_unknown_algorithm_is_refused_with_all_that_are_known(value: object) -> None:
    assert refusal(checks.algorithm, value) == (
        f"{str(value)!r} is no algorithm",
        "Give one of: all, test_relationship, semantic, model_contract",
    )


@pytest.mark.parametrize(
    ("value", "rule"),
    [
        ("(name:foreign_key)", Rule(name="foreign_key")),
        (
            "(name:foreign_key|c_from:fk_column_name|c_to:pk_column_name|t_to:pk_table_name)",
            Rule("foreign_key", "fk_column_name", "pk_column_name", "pk_table_name"),
        ),
        ("(t_to:model|name:fk)", Rule(name="fk", t_to="model")),
        (" ( name : fk | c_to :\n key ) ", Rule(name="fk", c_to="key")),
        ("(NAME:Fk)", Rule(name="Fk")),
        ("(name:a:b)", Rule(name="a:b")),
        ("(name:(a))", Rule(name="(a)")),
    ],
    ids=["name", "all parts", "any order", "blanks", "case", "a colon in it", "brackets in it"],
)
def test_a_rule_says_which_tests_count_and_what_it_leaves_out_is_dbterds_own(value: str, rule: Rule) -> None:
    assert checks.algorithm(f"test_relationship:{value}") == Algorithm("test_relationship", rule)


def test_dbterds_own_rule_is_the_one_that_its_documentation_has() -> None:
    written = "test_relationship:(name:relationship|c_from:column_name|c_to:field|t_to:to)"
    assert checks.algorithm(written) == Algorithm("test_relationship", Rule())


@pytest.mark.parametrize(
    "value",
    [
        "test_relationship:",
        "test_relationship:()",
        "test_relationship:name:fk",
        "test_relationship:(name:fk",
        "test_relationship:name:fk)",
        "test_relationship:(name:fk)x",
        "test_relationship:(name:fk|)",
        "test_relationship:(name)",
        "test_relationship:(name:)",
        "test_relationship:(:fk)",
        "test_relationship:(name:fk|name:other)",
        "test_relationship:(name:fk|table:t)",
        "test_relationship:(name:fk,c_to:key)|x",
        "semantic:(name:fk)",
        "all:(name:fk)",
    ],
)
def test_a_malformed_rule_is_refused_with_its_form(value: str) -> None:
    assert refusal(checks.algorithm, value) == (
        f"{value!r} is not a rule",
        "Write test_relationship:(name:…|c_from:…|c_to:…|t_to:…), each part once or not at all",
    )


@settings(deadline=None)
@given(st.text(alphabet="nametofc_:|() \n", max_size=30))
def test_whatever_stands_behind_the_colon_is_a_rule_of_whole_parts_or_refused(rule: str) -> None:
    try:
        found = checks.algorithm(f"test_relationship:{rule}")
    except ValueError:
        return
    assert found.rule is not None
    assert all(found.rule)


@pytest.mark.parametrize(("value", "found"), [("table", ("table",)), (" Schema.TABLE ", ("schema", "table"))])
def test_parts_of_a_name_are_joined_by_dots(value: str, found: tuple[str, ...]) -> None:
    assert parts(value) == found


@pytest.mark.parametrize(
    ("value", "wrong"), [("schema.tabel", "tabel"), ("schema..table", ""), ("schema,table", "schema,table")]
)
def test_an_unknown_part_of_a_name_is_refused_with_all_that_are_known(value: str, wrong: str) -> None:
    assert refusal(parts, value) == (
        f"{wrong!r} is not a part of a name",
        "Join some of database, schema, table with dots",
    )


@pytest.mark.parametrize(
    ("value", "path"),
    [("docs/erd", Path("docs/erd")), (" ./docs ", Path("docs")), ("/tmp", Path("/tmp")), ("~", Path.home())],  # noqa: S108 - nothing is written there
)
def test_a_folder_may_be_relative_absolute_or_of_the_user(value: str, path: Path) -> None:
    assert checks.folder(value) == path


@pytest.mark.parametrize("value", ["erd.dbml", " erd.dbml ", ".erd", "a b.dbml", "é.dbml", "..."])
def test_a_file_name_is_a_name_without_a_folder(value: str) -> None:
    assert checks.file_name(value) == value.strip()


@pytest.mark.parametrize("value", [".", "..", "a/b", "/a", "../a", "a\\b", "a/"])
def test_a_file_name_with_a_folder_in_it_is_refused(value: str) -> None:
    happened, instead = refusal(checks.file_name, value)
    assert happened == f"{value!r} is not a plain file name"
    assert "without a folder" in instead


@pytest.mark.parametrize(
    "check",
    [
        checks.flag,
        checks.number,
        checks.run,
        checks.host,
        checks.api_version,
        checks.algorithm,
        colours,
        colour,
        parts,
        checks.file_name,
    ],
)
def test_no_refusal_quotes_more_than_the_start_of_a_long_value(check: Callable[[Any], object]) -> None:
    happened, _ = refusal(check, "/" * 5_000)
    assert "/" * LONGEST_QUOTE + "…" in happened
    assert "/" * (LONGEST_QUOTE + 1) not in happened


@pytest.mark.parametrize(
    ("given", "shown"),
    [
        (f"{TOKEN}.def and {PERSONAL}", "*** and ***"),
        ("https://me:word@host/x", "https://***@host/x"),
        ("https://word@host/x", "https://***@host/x"),
        ("me:word@host", "***@host"),
        ("name:fk", "name:fk"),
        ("me@host", "me@host"),
        ("https://host/x@y", "https://host/x@y"),
    ],
)
def test_tokens_and_passwords_of_addresses_are_taken_out_of_a_text(given: str, shown: str) -> None:
    assert checks.without_secrets(given) == shown


def test_a_value_that_just_fits_is_quoted_whole() -> None:
    happened, _ = refusal(checks.number, "x" * LONGEST_QUOTE)
    assert happened == f"'{'x' * LONGEST_QUOTE}' is not an id"
