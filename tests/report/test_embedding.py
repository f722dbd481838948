"""The block in somebody's file: what is around it stays byte for byte, and it is a block that GitHub shows."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erd.errors import OutputError
from erd.formats import Options
from erd.report.embedding import BEGIN, END, with_block
from erd.report.excerpt import excerpt
from tests.builders import a_relationship, a_table, an_erd

MARKERS = (BEGIN.encode(), END.encode())
without_markers = st.binary(max_size=40).filter(lambda content: b"<!--" not in content)


@given(before=without_markers, old=without_markers, after=without_markers, newline=st.sampled_from([b"\n", b"\r\n"]))
def test_around_the_block_nothing_changes_and_a_second_time_nothing_does(
    before: bytes, old: bytes, after: bytes, newline: bytes
) -> None:
    begin, end = (before + b"\n" + MARKERS[0] + newline, MARKERS[1] + newline + after)
    done = with_block(begin + old + b"\n" + end, "one\ntwo\n", "README.md")
    assert done == begin + b"one" + newline + b"two" + newline + end
    assert with_block(done, "one\ntwo\n", "README.md") == done


@pytest.mark.parametrize(
    "content",
    [
        b"",
        MARKERS[0] + b"\n",
        MARKERS[1] + b"\n" + MARKERS[0] + b"\n",
        b"\n".join([*MARKERS, *MARKERS, b""]),
        b"a word " + MARKERS[0] + b"\n" + MARKERS[1] + b"\n",
        MARKERS[0] + MARKERS[1],
    ],
    ids=["none", "one", "wrong way round", "twice", "in a line", "in one line"],
)
def test_a_file_without_the_two_markers_is_refused_in_words(content: bytes) -> None:
    with pytest.raises(OutputError, match=r"README\.md does not have the two markers") as refused:
        with_block(content, "block\n", "README.md")
    assert BEGIN in refused.value.todo
    assert END in refused.value.todo


def test_the_last_marker_may_end_the_file() -> None:
    assert with_block(b"\n".join(MARKERS), "block\n", "x") == MARKERS[0] + b"\nblock\n" + MARKERS[1]


def test_the_block_counts_draws_and_links() -> None:
    erd = an_erd(
        [a_table("model.orders"), a_table("model.customers")], [a_relationship("model.orders", "id", "model.customers")]
    )
    lines = excerpt(erd, Options(), "docs/an erd.md").splitlines()
    assert lines[1] == "**2 tables**, **1 relationship**."
    assert lines.count("```mermaid") == 1
    assert lines[-2] == "[All tables and columns](docs/an%20erd.md)"


def test_of_many_pictures_the_block_has_the_one_with_most_lines() -> None:
    tables = [a_table(f"model.{group}{number}") for group in "abc" for number in range(40)]
    joins = [
        a_relationship(f"model.{group}{number}", "id", f"model.{group}0") for group in "ab" for number in range(1, 40)
    ]
    joins += [
        a_relationship(f"model.c{number}", "id", f"model.c{to}")
        for number in range(1, 40)
        for to in range(2)
        if to < number
    ]
    block = excerpt(an_erd(tables, joins), Options())
    assert "Drawn here are 12 of the 120 tables that are joined." in block
    assert block.count("```mermaid") == 1
    assert "c0" in block
    assert "a39" not in block


def test_nothing_related_is_a_block_all_the_same() -> None:
    assert "**0 tables**" in excerpt(an_erd(), Options(), "erd.md")
