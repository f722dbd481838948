"""Log lines as annotations, and no text of others as a command of the runner."""

import logging
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from erd.github.commands import CommandFormatter, add_mask
from tests.container.log_commands import Command, find_commands

PIECES = (
    "::",
    "##[",
    "]",
    ":",
    "#",
    "[",
    "error",
    "add-mask",
    "stop-commands",
    "set-output name=x",
    "%0A",
    "%",
    "\n",
    " ",
)
hostile_texts = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=3)), max_size=12).map("".join)


def a_record(message: str, level: int = logging.INFO) -> logging.LogRecord:
    return logging.LogRecord("erd", level, __file__, 1, message, None, None)


def formatted(message: str, level: int = logging.INFO) -> str:
    return CommandFormatter().format(a_record(message, level))


def with_line_feeds(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n")


def without_breaks(text: str) -> str:
    return text.replace("\u200b", "")


@pytest.mark.parametrize(
    ("level", "name"),
    [
        (logging.DEBUG, "debug"),
        (logging.WARNING, "warning"),
        (logging.ERROR, "error"),
        (logging.CRITICAL, "error"),
    ],
)
def test_a_level_that_matters_is_an_annotation(level: int, name: str) -> None:
    assert formatted("There is no catalog.", level) == f"::{name}::There is no catalog."


def test_information_is_plain_text() -> None:
    assert formatted("Collected 4 table(s): 100% of them") == "Collected 4 table(s): 100% of them"


def test_arguments_of_a_message_are_filled_in() -> None:
    record = logging.LogRecord("erd", logging.ERROR, __file__, 1, "%s of %s", (1, "2%"), None)
    assert CommandFormatter().format(record) == "::error::1 of 2%25"


def test_an_annotation_of_several_lines_is_one_command() -> None:
    text = formatted("two things are wrong:\n- 100%\r\n- %0A", logging.ERROR)
    assert text == "::error::two things are wrong:%0A- 100%25%0A- %250A"
    assert find_commands(text) == [Command("error", {}, "two things are wrong:\n- 100%\n- %0A")]


def test_a_traceback_is_part_of_its_annotation() -> None:
    record = a_record("It failed.", logging.ERROR)
    try:
        int("::error::injected")
    except ValueError:
        record.exc_info = sys.exc_info()
    text = CommandFormatter().format(record)
    assert text.startswith("::error::It failed.%0ATraceback")
    assert "\n" not in text
    assert len(find_commands(text)) == 1


@pytest.mark.parametrize(
    "text",
    [
        "::error::x",
        "  \t::add-mask::x",
        "\u00a0::error::x",
        "fine\n::error::x",
        "fine\n  ::error::x\n::add-mask::y",
        "##[error]x",
        "fine ##[set-output name=files;]x",
        "##[error]##[warning]x",
    ],
)
def test_a_command_in_plain_text_is_broken_up_and_still_reads_the_same(text: str) -> None:
    assert find_commands(text) != []
    assert find_commands(formatted(text)) == []
    assert without_breaks(formatted(text)) == text


@pytest.mark.parametrize("text", ["a::b", "std::string", "# [x]", "##x[", "1::2::3", "x ::error::"])
def test_harmless_text_stays_as_it_is(text: str) -> None:
    assert formatted(text) == text


@pytest.mark.parametrize("level", [logging.DEBUG, logging.WARNING, logging.ERROR])
@pytest.mark.parametrize("text", ["a ##[error]x", "a\n::error::x", "::error::x"])
def test_a_command_inside_an_annotation_is_broken_up_too(text: str, level: int) -> None:
    line = formatted(text, level)
    (command,) = find_commands(line)
    assert "##[" not in line
    assert all(not data.lstrip().startswith("::") for data in command.data.split("\n"))
    assert without_breaks(command.data) == text


@settings(deadline=None)
@given(hostile_texts)
def test_no_line_of_plain_text_is_ever_read_as_a_command(text: str) -> None:
    for line in formatted(text).split("\n"):
        assert not line.lstrip().startswith("::")
        assert "##[" not in line


@settings(deadline=None)
@given(hostile_texts, st.sampled_from([logging.DEBUG, logging.WARNING, logging.ERROR]))
def test_an_annotation_is_always_one_line_and_one_command_that_says_the_text(text: str, level: int) -> None:
    line = formatted(text, level)
    assert "\n" not in line
    assert "\r" not in line
    (command,) = find_commands(line)
    assert without_breaks(command.data) == without_breaks(with_line_feeds(text))


@settings(deadline=None)
@given(hostile_texts)
def test_plain_text_always_reads_the_same(text: str) -> None:
    assert without_breaks(formatted(text)) == without_breaks(with_line_feeds(text))


@pytest.mark.parametrize("text", ["fine\r::error::x", "100%\r  ::add-mask::x\rdone"])
def test_a_carriage_return_does_not_begin_a_command(text: str) -> None:
    # The runner reads lines by .NET's ReadLine, for which a carriage return alone ends a line.
    line = CommandFormatter().format(logging.LogRecord("erd", logging.INFO, __file__, 1, text, None, None))
    assert [part for part in line.replace("\r", "\n").split("\n") if part.lstrip().startswith("::")] == []


@settings(deadline=None)
@given(hostile_texts.filter(str.strip))
def test_a_mask_is_always_one_line_and_says_the_secret_exactly(secret: str) -> None:
    line = add_mask(secret)
    assert "\n" not in line
    assert "\r" not in line
    assert find_commands(line) == [Command("add-mask", {}, secret)]


def test_each_line_of_a_secret_is_masked_by_one_command() -> None:
    assert add_mask("100%\r\nof it\n") == "::add-mask::100%25%0D%0Aof it%0A"


def test_what_no_stream_can_write_does_not_keep_the_rest_from_being_masked() -> None:
    add_mask("a variable that is not UTF-8: \udcff").encode()
