"""Log lines as annotations, and no text of others as a command of the runner."""

import logging
import sys
from typing import Literal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from erd.github.commands import LONGEST_MESSAGE, LONGEST_TITLE, CommandFormatter, add_mask, annotation
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
LEVELS = ("error", "warning", "notice")
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


def utf_16_length(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2


def test_an_annotation_stands_on_its_file_under_its_title() -> None:
    line = annotation("warning", "a.b is gone: 100%\nreally", "models/a.sql", "Breaking: removed, still used")
    assert line == ("::warning file=models/a.sql,title=Breaking%3A removed%2C still used::a.b is gone: 100%25%0Areally")
    assert find_commands(line) == [
        Command(
            "warning",
            {"file": "models/a.sql", "title": "Breaking: removed, still used"},
            "a.b is gone: 100%\nreally",
        )
    ]


@pytest.mark.parametrize("level", LEVELS)
def test_an_annotation_without_file_or_title_has_neither_property(level: Literal["error", "warning", "notice"]) -> None:
    assert annotation(level, "Look.") == f"::{level}::Look."
    assert annotation(level, "Look.", "  ", "\n") == f"::{level}::Look."
    assert annotation(level, "Look.", title="Here") == f"::{level} title=Here::Look."


@pytest.mark.parametrize(
    "path", ["a,b.sql", "a:b.sql", "a::error::b", "c\nd\re.sql", "50%.sql", "%3A", "a=b.sql", "ü/漢.sql", "a, title=x"]
)
def test_a_path_of_odd_characters_arrives_as_it_is(path: str) -> None:
    (command,) = find_commands(annotation("notice", "Look.", path, "Title"))
    assert command.properties == {"file": path, "title": "Title"}


def test_the_older_form_is_broken_up_in_every_slot() -> None:
    line = annotation("notice", "a ##[error]b", "c/##[add-mask]d", "##[error]e")
    assert "##[" not in line
    assert without_breaks(line) == "::notice file=c/##[add-mask]d,title=##[error]e::a ##[error]b"


@pytest.mark.parametrize("character", ["x", "\u00e9", "漢", "😀"])
def test_a_long_annotation_is_cut_in_the_unit_in_which_github_counts(character: str) -> None:
    (command,) = find_commands(annotation("warning", character * 5_000, title=character * 300))
    for text, length in ((command.data, LONGEST_MESSAGE), (command.properties["title"], LONGEST_TITLE)):
        assert length - 1 <= utf_16_length(text) <= length
        assert set(text) == {character, "…"}
        assert text.endswith("…")


def test_what_just_fits_is_not_cut() -> None:
    (command,) = find_commands(annotation("warning", "x" * LONGEST_MESSAGE, title="y" * LONGEST_TITLE))
    assert (command.data, command.properties["title"]) == ("x" * LONGEST_MESSAGE, "y" * LONGEST_TITLE)


def test_half_a_character_does_not_keep_an_annotation_from_being_written() -> None:
    annotation("warning", "a\ud800" + "x" * 5_000, "b\udfff", "c\ud83d").encode()


@settings(deadline=None)
@given(hostile_texts, hostile_texts, hostile_texts, st.sampled_from(LEVELS))
def test_an_annotation_is_always_one_line_and_one_command_with_its_own_properties(
    message: str, file: str, title: str, level: Literal["error", "warning", "notice"]
) -> None:
    line = annotation(level, message, file, title)
    assert "\n" not in line
    assert "\r" not in line
    assert "##[" not in line
    (command,) = find_commands(line)
    assert (command.name, without_breaks(command.data)) == (level, without_breaks(with_line_feeds(message)))
    given_properties = {key: value for key, value in (("file", file), ("title", title)) if value.strip()}
    assert command.properties.keys() == given_properties.keys()
    for key, value in command.properties.items():
        # A runner takes white space off the ends.
        assert without_breaks(value).strip() == without_breaks(given_properties[key]).strip()
