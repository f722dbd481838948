"""The full style is for Mermaid from 11.5 on, the plain one for older ones too: each is read by the oldest of them."""

from itertools import pairwise

import pytest

from erd.formats import Options
from erd.formats.mermaid import ADDED, Box, Line, picture, render, row
from erd.formats.mermaid_text import Style, plain_word
from tests.formats.hostile import NAMES, hostile_331
from tests.formats.test_mermaid_any_text import hostile_erd
from tests.tools.mermaid_judge import MermaidJudge

HOSTILE = [hostile_331(), NAMES]
IDS = ["331", "pairs of pieces"]


def plain_picture(names: tuple[str, ...]) -> str:
    """A table for each name, which has that name in all slots, and a line to the next one."""
    boxes = [
        Box(name, name, [row(name, name, "PK, FK", name, Style.PLAIN), row("", f"pk{name}", style=Style.PLAIN)], ADDED)
        for name in names
    ]
    lines = [Line(one, other, one) for one, other in pairwise(names)]
    return picture(boxes, lines, Style.PLAIN)


@pytest.mark.parametrize("names", HOSTILE, ids=IDS)
def test_the_plain_style_is_read_by_the_oldest(oldest_plain_mermaid: MermaidJudge, names: tuple[str, ...]) -> None:
    read = oldest_plain_mermaid.read(plain_picture(names))
    assert read.errors == ()
    assert (len(read.entities), len(read.lines)) == (len(names), len(names) - 1)
    assert {len(box.rows) for box in read.entities} == {2}


@pytest.mark.parametrize("names", HOSTILE, ids=IDS)
def test_the_plain_style_is_read_by_the_newest(mermaid: MermaidJudge, names: tuple[str, ...]) -> None:
    read = mermaid.read(plain_picture(names))
    assert read.errors == ()
    assert (len(read.entities), len(read.lines)) == (len(names), len(names) - 1)
    assert {len(box.rows) for box in read.entities} == {2}
    assert read.classes == ()


@pytest.mark.parametrize("names", HOSTILE, ids=IDS)
def test_the_full_style_is_read_by_the_oldest_with_classes(
    oldest_full_mermaid: MermaidJudge, names: tuple[str, ...]
) -> None:
    erd = hostile_erd(names)
    read = oldest_full_mermaid.read(render(erd, Options()))
    assert read.errors == ()
    assert (len(read.entities), len(read.lines)) == (len(erd.tables), len(erd.relationships))
    assert read.direction == "LR"


def test_the_full_style_is_an_error_to_what_the_plain_one_is_for(oldest_plain_mermaid: MermaidJudge) -> None:
    boxes = [Box("a", "a", [row("int", "x")])]
    assert oldest_plain_mermaid.read(picture(boxes, [])).errors != ()
    assert oldest_plain_mermaid.read(picture(boxes, [], Style.PLAIN)).errors == ()


@pytest.mark.parametrize(
    ("name", "written"),
    [
        ("order_id", "order_id"),
        ("pk", "c_pk"),
        ("PK", "c_PK"),
        ("pkey", "pkey"),
        ("pk-x", "pk_-x"),
        ("uk(a)", "uk_(a)"),
        ("1st", "c_1st"),
        ("__init__", "c___init__"),
        ("NUMBER(38,0)", "NUMBER(38_0)"),
        ("漢字", "c___"),
        ("", "c_-"),
        ("x" * 50, "x" * 39 + "_"),
    ],
)
def test_a_plain_word_is_ascii(name: str, written: str) -> None:
    assert plain_word(name) == written
