"""Outputs and job summary as the runner reads them back."""

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from erd.errors import OutputError
from erd.github.files import SUMMARY_LIMIT, write_outputs, write_summary
from tests.container.file_commands import SUMMARY_BYTES, parse_pairs, parse_summary

PIECES = ("end-", "<<", "=", "\n", "\r\n", "\r", "EOF", "files<<EOF", "end-" + "0" * 32, " ", "é", "")
values = st.one_of(
    st.text(st.characters(exclude_categories=["Cs"])), st.lists(st.sampled_from(PIECES), max_size=8).map("".join)
)
names = st.from_regex(r"[a-z][a-z-]{0,20}", fullmatch=True)


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """The file that a runner makes before a step."""
    path = tmp_path / "set_output_5e6c"
    path.touch()
    return path


def outputs(file: Path) -> dict[str, str]:
    """What the runner reads."""
    return parse_pairs(file.read_bytes().decode("utf-8"))


@pytest.mark.parametrize(
    "value",
    [
        "target/output.dbml",
        "one\ntwo",
        "",
        "\n",
        "ends with a line\n",
        "carriage\r\nreturn\r",
        "name=value",
        "name<<EOF\nvalue\nEOF",
        "é → 🚀",
        "  blanks  ",
    ],
)
def test_an_output_arrives_as_it_was_sent(value: str, file: Path) -> None:
    write_outputs(file, {"files": value})
    assert outputs(file) == {"files": value}


def test_several_outputs_arrive_under_their_names(file: Path) -> None:
    sent = {"files": "a\nb", "tables": "4", "run-url": ""}
    write_outputs(file, sent)
    assert outputs(file) == sent


def test_what_was_in_the_file_stays(file: Path) -> None:
    file.write_text("earlier=1\n", encoding="utf-8")
    write_outputs(file, {"tables": "4"})
    write_outputs(file, {"relationships": "3"})
    assert outputs(file) == {"earlier": "1", "tables": "4", "relationships": "3"}


def test_no_two_outputs_have_the_same_delimiter(file: Path) -> None:
    write_outputs(file, {"a": "1", "b": "2"})
    write_outputs(file, {"c": "3"})
    delimiters = [line.partition("<<")[2] for line in file.read_text(encoding="utf-8").splitlines() if "<<" in line]
    assert len(set(delimiters)) == 3
    assert min(map(len, delimiters)) > 32


@settings(deadline=None)
@given(sent=st.dictionaries(names, values, max_size=4))
def test_whatever_is_sent_arrives(sent: dict[str, str], tmp_path_factory: pytest.TempPathFactory) -> None:
    file = tmp_path_factory.mktemp("runner") / "set_output_5e6c"
    write_outputs(file, sent)
    assert outputs(file) == sent


@pytest.mark.parametrize("known", ["end-", "EOF"])
def test_a_value_that_repeats_an_earlier_delimiter_arrives_too(known: str, file: Path) -> None:
    write_outputs(file, {"first": known})
    delimiter = file.read_text(encoding="utf-8").splitlines()[-1]
    write_outputs(file, {"second": f"{delimiter}\ninjected=1"})
    assert outputs(file) == {"first": known, "second": f"{delimiter}\ninjected=1"}


def test_a_file_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(OutputError) as raised:
        write_outputs(tmp_path, {"tables": "4"})
    assert raised.value.happened == f"{tmp_path} could not be written: Is a directory."


def test_a_summary_is_appended(file: Path) -> None:
    write_summary(file, "### One\n")
    write_summary(file, "### Two → é\n")
    assert file.read_bytes() == "### One\n### Two → é\n".encode()


def test_the_limit_is_the_runners() -> None:
    assert SUMMARY_LIMIT == SUMMARY_BYTES


def test_a_summary_that_just_fits_is_whole(file: Path) -> None:
    text = "x" * (SUMMARY_LIMIT - 1) + "\n"
    write_summary(file, text)
    assert parse_summary(file.read_bytes()) == text


@pytest.mark.parametrize("line", ["x", "x" * 99, "é" * 99, "🚀" * 99, "€" * 98 + "x"], ids=["x", "1", "2", "4", "3"])
@pytest.mark.parametrize("before", ["", "x\n", "xx\n", "xxx\n"])
def test_a_summary_over_the_limit_is_cut_between_lines_and_says_so(line: str, before: str, file: Path) -> None:
    write_summary(file, before + f"{line}\n" * (SUMMARY_LIMIT // len(line)))
    text = parse_summary(file.read_bytes())
    kept, _, note = text.removeprefix(before).partition("\n\n…")
    assert note == " cut here: the rest is over GitHub's limit for a job summary.\n"
    assert set(kept.split("\n")) == {line}
    assert len(text.encode()) > SUMMARY_LIMIT - len(line.encode()) - 2


def test_one_byte_too_many_is_cut(file: Path) -> None:
    write_summary(file, "short\n" + "x" * (SUMMARY_LIMIT - 5))
    assert parse_summary(file.read_bytes()).startswith("short\n\n…")


def test_a_name_that_is_not_utf_8_arrives_in_some_form(tmp_path: Path) -> None:
    # a file name from the environment that is not UTF-8
    write_outputs(tmp_path / "set_output", {"files": "\udcff.dbml"})
    assert (
        parse_pairs((tmp_path / "set_output").read_text(encoding="utf-8", errors="replace"))["files"] == "\ufffd.dbml"
    )
