"""The rules of GitHub's runner that the harness enforces: no engine needed."""

import pytest

from tests.container.file_commands import SUMMARY_BYTES, RejectedError, parse_pairs, parse_summary
from tests.container.log_commands import Command, find_commands


def test_pairs_are_read_in_both_forms() -> None:
    assert parse_pairs("a=1\n\nb<<X\ntwo\nlines=here\nX\nc=\n") == {"a": "1", "b": "two\nlines=here", "c": ""}


def test_the_sign_that_comes_first_decides() -> None:
    assert parse_pairs("a=b<<c\n") == {"a": "b<<c"}
    assert parse_pairs("a<<b=c\nv\nb=c\n") == {"a": "v"}


def test_a_heredoc_ends_at_its_delimiter_without_a_carriage_return_only() -> None:
    assert parse_pairs("a<<X\nv\r\nX\n") == {"a": "v\r"}
    with pytest.raises(RejectedError, match="does not come"):
        parse_pairs("a<<X\nv\nX\r\n")


@pytest.mark.parametrize("content", ["alone\n", "=value\n", "a<<\nv\n\n", "a<<X\nv\n"])
def test_what_the_runner_rejects_is_rejected(content: str) -> None:
    with pytest.raises(RejectedError):
        parse_pairs(content)


def test_a_summary_over_one_mebibyte_is_rejected() -> None:
    assert parse_summary(b"x" * SUMMARY_BYTES)
    with pytest.raises(RejectedError):
        parse_summary(b"x" * (SUMMARY_BYTES + 1))


def test_a_command_counts_at_the_start_of_a_line_only() -> None:
    assert find_commands("  ::error title=a%2Cb::x%0Ay%2525\nsee ::error::z") == [
        Command("error", {"title": "a,b"}, "x\ny%25")
    ]


def test_the_older_form_counts_anywhere() -> None:
    assert find_commands("table ##[error]gone") == [Command("error", {}, "gone")]


def test_a_name_that_is_not_registered_is_text() -> None:
    assert find_commands("::nonsense::x\n##[nonsense]x\nA::B::C") == []


def test_between_stop_commands_and_its_token_nothing_counts() -> None:
    assert find_commands("::stop-commands::t0ken\n::error::x\n::t0ken::\n::notice::y") == [
        Command("stop-commands", {}, "t0ken"),
        Command("notice", {}, "y"),
    ]
