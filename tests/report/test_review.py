"""The review in a comment: what matters first, everything once, and never more than there is room for."""

import re
import time
from pathlib import Path

import msgspec
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from erd.diff.changes import Diff, NotCompared, Unknown
from erd.diff.review import Review
from erd.formats.mermaid_text import Style
from erd.model import Cardinality, Column, End
from erd.project import Source
from erd.report.review import MOST_CHARACTERS, comment, full, unchanged
from erd.report.review_links import Links
from erd.report.review_text import text
from tests.builders import a_relationship, a_table
from tests.diff.sides import a_side
from tests.formats.mermaid_expectation import mermaid_complaints
from tests.report.review_reading import complaints, read_review
from tests.report.reviews import LINKS, PRODUCTION, PULL_REQUEST, a_review, generated, the_demo
from tests.tools.mermaid_judge import MermaidJudge

GOLDEN = Path(__file__).with_name("golden")
OWN_LINKS = (PRODUCTION.url, PULL_REQUEST.url, LINKS.erd_url, LINKS.run_url)
MEGABYTE = 1_000_000
LEFT_OUT = "Left out, as there is no room"
SIZES = [(1, 1), (3, 3), (30, 20), (60, 40), (400, 40), (2_000, 300), (2_000, 600)]


def first_screen(review: str) -> str:
    """What is seen before anything is unfolded, without the pictures."""
    seen = re.sub("```mermaid.*?```", "(picture)", review, flags=re.DOTALL)
    return re.sub("<details>(<summary>.*?</summary>).*?</details>", r"\1", seen, flags=re.DOTALL)


GOLDENS = {
    "demo.comment.md": lambda: comment(the_demo(), LINKS),
    "demo.plain.comment.md": lambda: comment(the_demo(), msgspec.structs.replace(LINKS, mermaid=Style.PLAIN)),
    "demo.review.txt": lambda: text(the_demo()),
    "40-of-400.comment.md": lambda: comment(generated(400, 40), LINKS),
    "300-of-2000.first-screen.md": lambda: first_screen(comment(generated(2_000, 300), LINKS)),
    "600-of-2000.first-screen.md": lambda: first_screen(comment(generated(2_000, 600), LINKS)),
}


@pytest.mark.parametrize("file", GOLDENS)
def test_a_review_is_written_as_it_was_found_good(file: str, refresh_golden: bool) -> None:
    written = GOLDENS[file]()
    if refresh_golden:
        (GOLDEN / file).write_text(written, "utf-8")
    assert written == (GOLDEN / file).read_text("utf-8")


@pytest.mark.parametrize(("tables", "changed"), SIZES)
def test_a_comment_of_any_size_fits_and_is_whole(mermaid: MermaidJudge, tables: int, changed: int) -> None:
    written = comment(generated(tables, changed), LINKS)
    assert len(written.encode("utf-16-le")) // 2 <= MOST_CHARACTERS
    assert complaints(written, OWN_LINKS) == []
    pictures = read_review(written).pictures
    assert 1 <= len(pictures) <= 6
    assert [complaint for one in pictures for complaint in mermaid_complaints(one, mermaid)] == []
    assert max(map(len, pictures)) <= 15_000


@pytest.mark.parametrize(("tables", "changed"), SIZES)
def test_a_summary_of_any_size_fits_and_is_whole(mermaid: MermaidJudge, tables: int, changed: int) -> None:
    written = full(generated(tables, changed), LINKS, MEGABYTE)
    assert len(written.encode()) <= MEGABYTE
    assert complaints(written, OWN_LINKS) == []
    pictures = read_review(written).pictures
    assert 1 <= len(pictures) <= 20
    assert [complaint for one in pictures for complaint in mermaid_complaints(one, mermaid)] == []
    assert max(map(len, pictures)) <= 15_000


@pytest.mark.parametrize(("tables", "changed"), SIZES)
def test_no_picture_is_more_than_a_reader_takes_in(mermaid: MermaidJudge, tables: int, changed: int) -> None:
    for picture in read_review(comment(generated(tables, changed), LINKS)).pictures:
        read = mermaid.read(picture)
        assert len(read.entities) <= 12
        assert len(read.lines) <= 20
        assert all(len(box.rows) <= 9 for box in read.entities)
        assert read.direction == "LR"


@settings(deadline=None, max_examples=20, suppress_health_check=[HealthCheck.too_slow])
@given(tables=st.integers(0, 2_000), changed=st.integers(1, 600), risky=st.integers(0, 100))
def test_any_number_of_changes_fits_and_is_whole(tables: int, changed: int, risky: int) -> None:
    review = generated(tables, changed, risky)
    written = comment(review, LINKS)
    assert len(written.encode("utf-16-le")) // 2 <= MOST_CHARACTERS
    assert complaints(written, OWN_LINKS) == []
    found = review.diff.tables
    changed_tables = [*found.added, *found.removed, *(one.head for one in found.changed)]
    named = {*re.findall("`([^`]*)`", written)}
    assert {table.name.rpartition(".")[2] for table in changed_tables} <= named
    assert LEFT_OUT in written or len(changed_tables) <= sum(one.count("@@ ") for one in read_review(written).lists)


def test_what_has_no_room_is_said_with_the_place_where_it_is() -> None:
    assert LEFT_OUT not in comment(generated(400, 40), LINKS)
    (line,) = [line for line in comment(generated(2_000, 600), LINKS).splitlines() if LEFT_OUT in line]
    assert "what changes in 250 of 600 tables" in line
    assert f"All of it is in the [job summary]({LINKS.run_url}) and in `erd-diff.md`." in line


def test_each_step_with_less_says_more_of_what_is_left_out() -> None:
    review = generated(600, 400)
    sizes = [
        (limit, full(review, LINKS, limit)) for limit in (MEGABYTE, 120_000, 80_000, 50_000, 25_000, 12_000, 5_000)
    ]
    assert all(len(written.encode()) <= limit for limit, written in sizes)
    said = [next((line for line in written.splitlines() if LEFT_OUT in line), "") for _, written in sizes]
    assert said[0] == ""
    assert all(line.endswith(" All of it is in `erd-diff.json`.") for line in said[1:] if line)
    assert len({*said}) >= 5
    assert all(complaints(written, OWN_LINKS) == [] for _, written in sizes)


def test_a_comment_on_ten_thousand_tables_takes_a_moment() -> None:
    review = generated(10_000, 500)
    taken = []
    for _ in range(3):
        start = time.process_time()
        comment(review, LINKS)
        taken.append(time.process_time() - start)
    assert min(taken) < 0.3


def test_the_same_review_is_the_same_text() -> None:
    assert comment(generated(400, 40), LINKS) == comment(generated(400, 40), LINKS)


def test_the_headline_says_how_bad_it_is_and_how_much() -> None:
    first, _, second = comment(the_demo(), LINKS).splitlines()[:3]
    assert first == "### Data model: 3 breaking risks, 1 worth a look"
    assert second == "Tables **+3 ~3** · relationships **+3 −1**"  # noqa: RUF001 - the minus sign that readers see


def test_risks_come_first_the_breaking_ones_before_the_others_and_name_whom_they_hit() -> None:
    written = comment(the_demo(), LINKS)
    places = [
        written.index(part) for part in ("**Breaking**", "**Worth a look**", "```mermaid", "| Table |", "<sub>Base")
    ]
    assert places == sorted(places)
    assert "exposure `newsletter` (owner `Jörg Amsler`)" in written


def test_of_many_risks_the_first_five_are_open() -> None:
    written = comment(generated(400, 40, risky=30), LINKS)
    before, after = written.split("<details><summary>25 more risks</summary>")
    assert before.count("\n- `") == 5
    assert after.split("</details>")[0].count("\n- `") == 25


def test_of_very_many_risks_it_is_said_where_the_others_are() -> None:
    written = comment(generated(400, 200, risky=150), LINKS)
    assert "45 of 150 risks are told here; all are in the [job summary]" in written


def test_a_large_change_is_counted_by_schema_in_the_words_of_the_base() -> None:
    review = generated(400, 40)
    renamed = [msgspec.structs.replace(table, schema=f"pr_17_{table.schema}") for table in review.head_erd.tables]
    head = msgspec.structs.replace(review.head_erd, tables=tuple(renamed))
    assert comment(msgspec.structs.replace(review, head_erd=head), LINKS).count("pr_17") == 0


def test_tables_that_join_nothing_are_listed_and_not_drawn(mermaid: MermaidJudge) -> None:
    written = comment(the_demo(), LINKS)
    assert "Not drawn, as they join nothing: `stg_refunds`, `pos.refunds`" in written
    (picture,) = read_review(written).pictures
    assert not {"🟢 stg_refunds", "🟢 pos.refunds"} & {box.title for box in mermaid.read(picture).entities}


def test_tables_that_join_nothing_are_drawn_if_there_are_no_others(mermaid: MermaidJudge) -> None:
    review = a_review(a_side(), a_side(a_table("model.shop.a"), a_table("model.shop.b")))
    (picture,) = read_review(comment(review, LINKS)).pictures
    assert [box.title for box in mermaid.read(picture).entities] == ["🟢 a", "🟢 b"]


def test_the_picture_marks_what_changed_and_shows_neighbours_without_rows(mermaid: MermaidJudge) -> None:
    (picture,) = read_review(comment(the_demo(), LINKS)).pictures
    read = mermaid.read(picture)
    boxes = {box.title: box for box in read.entities}
    assert {title: box.classes for title, box in boxes.items()} == {
        "🟡 customers.v2": ("chg",),
        "🟡 orders": ("chg",),
        "🟡 payments": ("chg",),
        "🟢 refunds": ("add",),
        "employees": ("ctx",),
        "loyalty_cards": ("ctx",),
        "order_items": ("ctx",),
        "stores": ("ctx",),
    }
    assert boxes["employees"].rows == ()
    said = {(row.name, row.comment) for row in boxes["🟡 payments"].rows if row.comment}
    assert said == {("taken_by", "🟡 was INTEGER")}
    (gone,) = [line for line in read.lines if not line.solid]
    assert gone.label == "🔴 taken_by"


def test_a_column_that_is_gone_and_still_named_stands_once(mermaid: MermaidJudge) -> None:
    (picture,) = read_review(comment(the_demo(), LINKS)).pictures
    customers = next(box for box in mermaid.read(picture).entities if box.title == "🟡 customers.v2")
    assert [(row.type, row.comment) for row in customers.rows if row.name == "email"] == [("VARCHAR", "🔴 removed")]


def test_one_row_stands_for_each_changed_table() -> None:
    rows = read_review(comment(the_demo(), LINKS)).rows
    assert [row[1] for row in rows] == ["customers.v2", "orders", "payments", "refunds", "stg_refunds", "pos.refunds"]
    assert rows[2] == ("🟡", "payments", "🟡 taken_by INTEGER → VARCHAR · 🔴 taken_by → employees")


def test_a_table_whose_relationships_alone_change_has_a_row_without_a_mark() -> None:
    tables = a_table("model.shop.a", ["x"]), a_table("model.shop.b", ["id"])
    review = a_review(a_side(*tables), a_side(*tables, a_relationship("model.shop.a", "x", "model.shop.b", "id")))
    assert read_review(comment(review, LINKS)).rows == (("", "a", "🟢 x → b"),)


def test_the_list_has_every_column_and_relationship_as_a_diff() -> None:
    (listed,) = read_review(comment(the_demo(), LINKS)).lists
    assert "- email  VARCHAR UK\n" in listed
    assert "! taken_by  INTEGER → VARCHAR, description\n" in listed
    assert "+ orders.served_by → employees.employee_id  0..n : 0..1\n" in listed
    assert "  5 columns unchanged: payment_id, order_id, payment_method, amount, paid_at\n" in listed


def test_a_changed_description_alone_does_not_shout() -> None:
    before = a_table("model.shop.a", [Column("x", "int", "old")], description="old")
    after = a_table("model.shop.a", [Column("x", "int", "new")], description="new")
    written = comment(a_review(a_side(before), a_side(after)), LINKS)
    assert written.startswith("Data model: only descriptions change, in 1 table (1 column).\n")
    assert "- `a`: the table, `x`" in written
    assert not any(part in written for part in ("```", "###", "|", "risk"))


def test_among_other_changes_descriptions_are_one_line() -> None:
    quiet = a_table("model.shop.q", description="old"), a_table("model.shop.q", description="new")
    written = comment(a_review(a_side(quiet[0]), a_side(quiet[1], a_table("model.shop.n"))), LINKS)
    assert "\nOnly descriptions change in `q`.\n" in written
    assert "Tables **+1** · relationships **0**" in written


def test_no_change_is_one_quiet_line() -> None:
    side = a_side(a_table("model.shop.a"))
    review = a_review(side, side)
    written = unchanged(review, LINKS)
    assert written == comment(review, LINKS) == full(review, LINKS, MEGABYTE)
    assert written.startswith(f"Data model: no changes from [`{PRODUCTION.name}`]({PRODUCTION.url}) to ")
    assert written.count("\n") == 1


def test_a_rename_is_a_guess_and_says_so() -> None:
    columns = ["id", "name", "place", "size"]
    base, head = a_table("model.shop.old", columns), a_table("model.shop.new", columns)
    written = comment(
        a_review(a_side(base, code={"model.shop.old": "x"}), a_side(head, code={"model.shop.new": "x"})), LINKS
    )
    assert "Perhaps renamed, which is a guess: `old` → `new`, " in written


def test_a_column_that_may_be_renamed_is_one_thing_in_its_row() -> None:
    base = a_side(a_table("model.shop.a", ["id", "x"]))
    head = a_side(a_table("model.shop.a", ["id", "y"]))
    ((_, _, said),) = read_review(comment(a_review(base, head), LINKS)).rows
    assert said == "🔴 x → 🟢 y (perhaps renamed)"


def unknown(*why: tuple[str, Unknown]) -> Review:
    review = a_review(a_side(), a_side(a_table("model.shop.a"), a_table("model.shop.b"), a_table("model.shop.c")))
    found = tuple(NotCompared(table, one) for table, one in why)
    return msgspec.structs.replace(review, diff=msgspec.structs.replace(review.diff, unknown=found))


def test_what_could_not_be_compared_is_said_with_the_reason() -> None:
    assert "Not compared in full: `a`, as the head's run has not built it since its code changed.\n" in comment(
        unknown(("model.shop.a", Unknown.COLUMNS_OF_HEAD)), LINKS
    )
    several = unknown(
        ("model.shop.a", Unknown.COLUMNS_OF_HEAD), ("model.shop.b", Unknown.COLUMNS_OF_HEAD), ("", Unknown.TYPES)
    )
    written = comment(several, LINKS)
    assert "<details><summary>2 tables could not be compared in full</summary>" in written
    assert "- `a`, `b`, as the head's run has not built them since their code changed\n" in written
    assert "- types of columns, as the two are of different kinds of warehouse\n" in written


def test_no_change_says_how_much_is_not_known() -> None:
    side = a_side(a_table("model.shop.a"))
    diff = Diff(unknown=(NotCompared("model.shop.a", Unknown.COLUMNS),))
    review = msgspec.structs.replace(a_review(side, side), diff=diff)
    assert " 1 table could not be compared in full." in unchanged(review, LINKS)


def test_the_foot_says_what_was_compared_and_warns_of_an_older_base() -> None:
    written = comment(the_demo(), LINKS)
    assert "finished 2026-11-22 05:58 UTC, 1 day before the head · dbt 1.11.16<br>Head: " in written
    assert "⚠️" not in written
    assert "⚠️ The base lacks commits" in comment(msgspec.structs.replace(the_demo(), base_is_older=True), LINKS)


def test_what_is_not_known_is_not_spoken_of() -> None:
    bare = msgspec.structs.replace(the_demo(), base=Source("target/base"), head=Source("target"))
    assert comment(bare, Links()).endswith("<sub>Base: `target/base`<br>Head: `target`<br>dbt-cloud-erd</sub>\n")


def test_a_change_of_a_relationship_says_what_of_it() -> None:
    tables = a_table("model.shop.a", ["x"]), a_table("model.shop.b", ["id"])
    one = a_relationship("model.shop.a", "x", "model.shop.b", "id")
    many = msgspec.structs.replace(one, cardinality=Cardinality(End.ZERO_OR_MANY, End.ONE_OR_MANY))
    ((_, _, said),) = read_review(comment(a_review(a_side(*tables, one), a_side(*tables, many)), LINKS)).rows
    assert said == "🟡 x → b (0..n : 1 → 0..n : 1..n)"


def test_the_terminal_has_a_line_for_each_thing_that_names_it() -> None:
    lines = text(the_demo()).splitlines()
    assert [line for line in lines if "payments.taken_by" in line and line[0] in "+-!"] == [
        "! payments.taken_by  INTEGER → VARCHAR, description",
        "- payments.taken_by → employees.employee_id  0..n : 0..1",
    ]
    assert "tables: +3 ~3" in lines
    assert "relationships: +3 -1" in lines
    assert sum(line.startswith("breaking: ") for line in lines) == 3
