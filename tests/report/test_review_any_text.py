"""Whatever a project, a run or an address is called, a review mentions nobody, links nowhere, and stays whole."""

import re
from itertools import pairwise

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from erd.diff.changes import (
    Aspect,
    ColumnChange,
    ColumnRename,
    Diff,
    NotCompared,
    RelationshipChange,
    Relationships,
    TableChange,
    TableRename,
    Tables,
    Unknown,
)
from erd.diff.review import Review
from erd.diff.risk import Name, Risk, RiskKind, Severity
from erd.formats.mermaid_text import Style
from erd.model import Cardinality, Column, End, Endpoint, Erd, Outcome, Provenance, Relationship, State, Table
from erd.project import Source, Use, UseKind
from erd.report.review import MOST_CHARACTERS, comment, full, unchanged
from erd.report.review_links import Links
from erd.report.review_text import text
from tests.examples import so_many
from tests.formats.hostile import NAMES, hostile_331
from tests.formats.mermaid_expectation import mermaid_complaints
from tests.report.review_reading import complaints, read_review
from tests.tools.mermaid_judge import MermaidJudge

MEGABYTE = 1_000_000
LIVELY = (
    "@org/team", "#12", "GH-7", ":smile:", "https://evil.example/x", "www.evil.example", "a@evil.example", "$x$",
    "$`x`$", "[x](https://evil.example)", "![x](https://evil.example/x.png)", "<img src=x>", "</details>", "<!-- -->",
    "</sub>", "```", "~~~", "````\n```mermaid", "|", "a | b", "\\|", "`|`", "| --- |", "- x", "> x", "# x",
    "deadbeefdeadbeef", "::error::x", "##[error]x", "</code>", "<details>", "\n\n", "\r\n- x", "&lt;b&gt;", "&#64;org",
    "x" * 3_000, "|" * 500, "`" * 300, "\ud800", "🟢", "@@ x @@", "+ x", "! x", "\u202e", "\x00", "\x1b[31m",
)  # fmt: skip
HOSTILE = tuple(dict.fromkeys([*hostile_331(), *LIVELY]))


def hostile_review(names: tuple[str, ...]) -> Review:
    """A review that has such names in all of its slots: tables are added, removed and changed in turn."""
    after = [_table(name, number) for number, name in enumerate(names)]
    before = [msgspec.structs.replace(table, columns=_columns(table.name[::-1])) for table in after]
    added, removed, changed = after[0::3], before[1::3], [*zip(before[2::3], after[2::3], strict=True)]
    joined = [_join(one, other) for one, other in pairwise(after)]
    risks = [_risk(table, number) for number, table in enumerate(after)]
    diff = Diff(
        Tables(tuple(added), tuple(removed), tuple(_change(*pair) for pair in changed)),
        Relationships(tuple(joined[0::3]), tuple(joined[1::3]), tuple(_join_change(one) for one in joined[2::3])),
        tuple(TableRename(one, other, "nearly the same columns") for one, other in zip(removed, added, strict=False)),
        tuple(NotCompared(table.unique_id, why) for table, why in zip(after, [*Unknown] * len(after), strict=False)),
    )
    return Review(
        diff=diff,
        risks=tuple(risks),
        base_erd=Erd(tuple(before), tuple(joined[1:])),
        head_erd=Erd(tuple(after), tuple(joined)),
        base=_source(names[0]),
        head=_source(names[-1]),
        base_is_older=True,
    )


def _table(name: str, number: int) -> Table:
    return Table(
        unique_id=f"model.{name}.{name}.v{number}", name=f"{name} {number}", resource_type=name, database=name,
        schema=name, label=name, description=name, group=name, columns=_columns(name), primary_key=(name,),
        unique_keys=((name, "k"),),
    )  # fmt: skip


def _columns(name: str) -> tuple[Column, ...]:
    return Column(name, name, name, not_null=True), Column("k", name)


def _change(base: Table, head: Table) -> TableChange:
    first, last = base.columns[0], head.columns[0]
    return TableChange(
        base, head, (Aspect.PRIMARY_KEY, Aspect.UNIQUE_KEYS, Aspect.LABEL, Aspect.DESCRIPTION),
        added=(last,), removed=(first,),
        changed=(ColumnChange(base.columns[1], head.columns[1], (Aspect.TYPE, Aspect.NOT_NULL, Aspect.DESCRIPTION)),),
        renamed=(ColumnRename(first, last),),
    )  # fmt: skip


def _join(child: Table, parent: Table) -> Relationship:
    ends = Endpoint(child.unique_id, (child.columns[0].name,)), Endpoint(parent.unique_id, ("k",))
    return Relationship(
        *ends, Cardinality(End.ZERO_OR_MANY, End.ONE), child.label if len(child.name) % 2 else "",
        (Provenance(child.name, child.name, child.name),), State(Outcome.FAILED, 7),
    )  # fmt: skip


def _join_change(one: Relationship) -> RelationshipChange:
    aspects = Aspect.DIRECTION, Aspect.CARDINALITY, Aspect.STATE, Aspect.EVIDENCE, Aspect.LABEL
    return RelationshipChange(msgspec.structs.replace(one, label=one.label[::-1], state=None), one, aspects)


def _risk(table: Table, number: int) -> Risk:
    name = table.label
    uses = tuple(Use(kind, name, name, (name,), name, name, name) for kind in UseKind)
    severity, kind = [*Severity][number % 2], [*RiskKind][number % len(RiskKind)]
    return Risk(severity, kind, table.unique_id, (name,), (Name(name), " is removed, and ", Name(name)), uses, name)


def _source(name: str) -> Source:
    return Source(name, name, f"https://cloud.getdbt.com/{name}", name, name, name)


def links(name: str, mermaid: Style = Style.FULL) -> Links:
    return Links(f"https://github.com/{name}", f"https://github.com/{name}", name, name, name, mermaid)


def other_complaints(written: str) -> list[str]:
    """What is wrong besides: links to ours alone are allowed, whatever follows."""
    ours = [
        link
        for link in read_review(written).links
        if link.startswith(("https://cloud.getdbt.com/", "https://github.com/"))
    ]
    return complaints(written, ours)


@pytest.mark.parametrize("style", Style)
def test_every_picture_is_read_by_the_oldest_that_its_style_is_for(
    oldest_full_mermaid: MermaidJudge, oldest_plain_mermaid: MermaidJudge, style: Style
) -> None:
    judge = oldest_plain_mermaid if style is Style.PLAIN else oldest_full_mermaid
    for start in range(0, len(HOSTILE), 12):
        names = HOSTILE[start : start + 12]
        for picture in read_review(comment(hostile_review(names), links(names[0], style))).pictures:
            assert judge.read(picture).errors == ()


def picture_complaints(written: str, mermaid: MermaidJudge) -> list[str]:
    pictures = read_review(written).pictures
    found = [complaint for one in pictures for complaint in mermaid_complaints(one, mermaid)]
    return found + [f"{len(one)} characters" for one in pictures if len(one) > 15_000]


@pytest.mark.parametrize("number", [3, 20, 60, len(HOSTILE)])
def test_hostile_names_in_all_slots_break_no_comment(mermaid: MermaidJudge, number: int) -> None:
    for start in range(0, len(HOSTILE), number):
        names = HOSTILE[start : start + number]
        review, to = hostile_review(names), links(names[0])
        written = comment(review, to)
        assert other_complaints(written) == []
        assert picture_complaints(written, mermaid) == []
        assert len(written.encode("utf-16-le")) // 2 <= MOST_CHARACTERS
        if number > 1:
            assert len(read_review(written).pictures) >= 1


@pytest.mark.parametrize("number", [3, 60])
def test_rows_have_their_cells_whatever_stands_in_them(number: int) -> None:
    for start in range(0, len(HOSTILE), number):
        names = HOSTILE[start : start + number]
        rows = read_review(full(hostile_review(names), links(names[0]), MEGABYTE)).rows
        tables = [row for row in rows if len(row) == 3]
        assert {len(row) for row in rows} <= {3, 4}
        assert len(tables) == len(names)


@pytest.mark.parametrize("names", [HOSTILE, NAMES[:600]], ids=["331", "pairs of pieces"])
def test_hostile_names_break_no_summary_and_no_text(mermaid: MermaidJudge, names: tuple[str, ...]) -> None:
    review = hostile_review(names)
    written = full(review, links(names[-1]), MEGABYTE)
    assert other_complaints(written) == []
    assert picture_complaints(written, mermaid) == []
    assert len(written.encode()) <= MEGABYTE
    lines = text(review).split("\n")
    assert len(lines) == len(text(review).splitlines()) + 1
    assert not [line for line in lines if re.search("[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", line)]


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_address_or_run_breaks_no_line(name: str) -> None:
    review = msgspec.structs.replace(hostile_review(("a", "b")), base=_source(name), head=_source(name))
    for written in (comment(review, links(name)), unchanged(review, links(name))):
        assert other_complaints(written) == []
    assert unchanged(review, links(name)).count("\n") == 1


@pytest.mark.parametrize(
    "url", ["javascript:alert(1)", "//evil.example", "ftp://evil.example", "", "https:/x", " https://x"]
)
def test_what_is_no_web_address_is_no_link(url: str) -> None:
    source = Source("run 1", url=url)
    review = msgspec.structs.replace(hostile_review(("a", "b")), base=source, head=source)
    to = Links(erd_url=url, run_url=url)
    assert read_review(comment(review, to)).links == read_review(unchanged(review, to)).links == ()


@settings(
    deadline=None,
    max_examples=so_many(20),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
@given(names=st.lists(st.text() | st.sampled_from(HOSTILE), min_size=1, max_size=40, unique=True).map(tuple))
def test_any_names_break_nothing(mermaid: MermaidJudge, names: tuple[str, ...]) -> None:
    review = hostile_review(names)
    for written in (comment(review, links(names[0])), full(review, links(names[0]), MEGABYTE)):
        assert other_complaints(written) == []
        assert picture_complaints(written, mermaid) == []
    assert len(comment(review, links(names[0])).encode("utf-16-le")) // 2 <= MOST_CHARACTERS
    text(review).encode()
