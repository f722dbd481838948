"""Text of others in Markdown, judged by a Markdown parser: shown as it is, in one piece."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from markdown_it.token import Token

from erd.report.markdown import BLOCK_WIDTH, block, cell, code, link, plain

markdown = MarkdownIt("commonmark").enable("table")

LINE_OF_A_LIST = [
    "bullet_list_open",
    "list_item_open",
    "paragraph_open",
    "paragraph_close",
    "list_item_close",
    "bullet_list_close",
]
PIECES = (
    "`",
    "``",
    "|",
    "\\|",
    "\\",
    "\n",
    "\r\n",
    "*",
    "_x_",
    "<b>",
    "&amp;",
    "](",
    "[x](y)",
    "@you",
    "#1",
    "~",
    " ",
    "é",
)
hostile_texts = st.lists(st.one_of(st.sampled_from(PIECES), st.text(max_size=2)), max_size=10).map("".join)
# The parser, as CommonMark asks of it, shows this instead of NUL.
UNSHOWN = dict.fromkeys(map(ord, "\0\ufffd"))


def parts(line: str) -> list[Token]:
    """What a line of a list holds, by a parser's judgement."""
    tokens = markdown.parse(f"- {line}\n")
    assert [token.type for token in tokens if token.level <= 2] == LINE_OF_A_LIST
    return next(token.children or [] for token in tokens if token.type == "inline")


def cells_of(row: str) -> list[str]:
    """What the cells of a row of a table show."""
    tokens = markdown.parse(f"| a | b |\n|---|---|\n{row}\n")
    inline = [token.children or [] for token in tokens if token.type == "inline"][2:]
    return ["".join(token.content for token in cell_ if token.type != "html_inline") for cell_ in inline]


def row_tokens(row: str) -> list[Token]:
    """What a row of a table is made of."""
    tokens = markdown.parse(f"| a | b |\n|---|---|\n{row}\n")
    inline = [token for token in tokens if token.type == "inline"][2:]
    assert len(inline) == 2
    return [token for one in inline for token in one.children or []]


def one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


@pytest.mark.parametrize(
    "text",
    [
        "target/output.dbml",
        "a|b",
        "||",
        "`",
        "``",
        "a`b``c```d",
        "`a`",
        "a`",
        "**bold** _it_ ~~gone~~",
        "<script>alert(1)</script>",
        "[a](https://example.com) @someone #1",
        "&amp; &#124;",
        "ends with \\",
        "\\`",
        "a\\|b",
        "é → 🚀",
    ],
)
def test_hostile_text_is_one_code_span_that_shows_it_as_it_is(text: str) -> None:
    found = [(token.type, token.content) for token in parts(f"Files {code(text)} after")]
    assert found == [("text", "Files "), ("code_inline", text), ("text", " after")]


@pytest.mark.parametrize(
    "text", ["one\ntwo", "one\r\n\r\ntwo", "  one\ttwo  ", "one\u2028two", "one\x0btwo", "one\n| two"]
)
def test_lines_and_blanks_become_one_line(text: str) -> None:
    assert "\n" not in code(text)
    assert len(code(text).splitlines()) == 1
    assert code(text).startswith("`one ")


@pytest.mark.parametrize("text", ["", "  ", "\n"])
def test_an_empty_text_is_an_empty_span(text: str) -> None:
    assert code(text) == "` `"


@settings(deadline=None)
@given(hostile_texts.filter(str.strip))
def test_any_text_is_one_code_span_that_leaves_the_rest_of_the_line_alone(text: str) -> None:
    before, span, after = parts(f"before {code(text)} after")
    assert span.type == "code_inline"
    assert span.content.translate(UNSHOWN) == one_line(text).translate(UNSHOWN)
    assert (before.content, after.content) == ("before ", " after")


@pytest.mark.parametrize(
    "text", ["one", "one\ntwo", "```", "a ````` b", "~~~", "    indented", "# no title", "<b>", "`"]
)
def test_a_block_shows_its_lines_as_they_are(text: str) -> None:
    (fence,) = markdown.parse(block(text))
    assert (fence.type, fence.info) == ("fence", "text")
    assert fence.content == f"{text}\n"


def test_a_block_wraps_long_lines_between_words_and_loses_none() -> None:
    sentence = " ".join(f"word{number}" for number in range(60))
    (fence,) = markdown.parse(block(f"{sentence}\nshort"))
    lines = fence.content.splitlines()
    assert max(map(len, lines)) <= BLOCK_WIDTH
    assert len(lines) == 6
    assert fence.content.split() == [*sentence.split(), "short"]


@settings(deadline=None)
@given(hostile_texts)
def test_any_text_is_one_block(text: str) -> None:
    (fence,) = markdown.parse(block(text))
    assert fence.type == "fence"
    assert "".join(fence.content.split()).translate(UNSHOWN) == "".join(text.split()).translate(UNSHOWN)


@pytest.mark.parametrize(
    "url", ["", "javascript:alert(1)", "ftp://example.com", "//example.com", " https://x.com", "run 5"]
)
def test_without_a_web_address_a_link_is_its_text(url: str) -> None:
    assert link("run 5", url) == "`run 5`"


@settings(deadline=None)
@given(hostile_texts, hostile_texts.filter(str.isprintable))
def test_whatever_its_text_and_target_are_a_link_is_one_link(text: str, rest: str) -> None:
    start, *inside, after = parts(f"{link(text, 'https://example.com/' + rest)} after")
    assert [token.type for token in (start, *inside)] == ["link_open", "code_inline", "link_close"]
    assert str(start.attrs["href"]).startswith("https://example.com/")
    assert after.content == " after"


def test_an_ordinary_address_is_left_as_it_is() -> None:
    url = "http://127.0.0.1:8123/deploy/1/projects/2/runs/5/?tab=logs&x=%20#end"
    assert link("run 5", url) == f"[`run 5`]({url})"


def test_a_block_breaks_no_name_apart() -> None:
    names = [f"dbt-cloud-service-token-{number}" for number in range(12)]
    assert [name for name in names if name not in block(" ".join(names))] == []


def test_a_block_leaves_a_long_address_whole() -> None:
    address = (
        "https://ab123.us1.dbt.com/deploy/70437463654557/projects/70437463655063/runs/70437463654001/?tabId=" + "x" * 40
    )
    assert address in block(f"Look at {address} and read.")


@pytest.mark.parametrize("rest", ["\x1b*x*", "\x00", "\x7f"])
def test_control_characters_end_no_link(rest: str) -> None:
    inline = markdown.parse(link("run 5", f"https://example.com/{rest}"))[1].children or []
    assert [token.type for token in inline] == ["link_open", "code_inline", "link_close"]


@pytest.mark.parametrize("text", ["a|b", "||", "a\\|b", "`a|b`", "|*_x_*|", "<b>|&amp;", "a | b"])
def test_a_bar_in_a_cell_ends_no_cell(text: str) -> None:
    assert cells_of(f"| {cell(text)} | b |") == [text, "b"]


@settings(deadline=None)
@given(hostile_texts.filter(str.strip))
def test_any_text_is_one_cell_that_shows_it_as_it_is(text: str) -> None:
    shown, after = cells_of(f"| {cell(text)} | after |")
    assert shown.translate(UNSHOWN) == one_line(text).translate(UNSHOWN)
    assert after == "after"


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("All *orders*, _ever_.", "All *orders*, _ever_."),
        ("\n\n  One  line\nand not this one", "One line"),
        ("<script>alert(1)</script> & [x](y)", "<script>alert(1)</script> & [x](y)"),
        ("snake_case and a|b", "snake_case and a|b"),
        ("for @org/team, #12, GH-7 and :smile:", "for @\u200borg/team, #\u200b12, GH-\u200b7 and :\u200bsmile:"),
        ("see https://example.com and www.example.com", "see https:\u200b//example.com and www.\u200bexample.com"),
        ("word " * 30, "word word word word word word word word word word word word…"),
        ("x" * 70, "x" * 60 + "…"),
    ],
)
def test_a_description_is_shown_in_plain_letters(text: str, shown: str) -> None:
    assert cells_of(f"| {plain(text, 60)} | b |") == [shown, "b"]


@settings(deadline=None)
@given(hostile_texts)
def test_any_description_is_letters_and_nothing_else(text: str) -> None:
    tokens = row_tokens(f"| {plain(text, 60)} | b |")
    assert {token.type for token in tokens} <= {"text", "text_special"}
