"""What a comment begins with, and when it says the same."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from erd.github.saying import LONGEST, Marker, Order, Said, Saying, said

SAYING = Saying(comment_id="erd", body="# ERD\n\nHello.\n", commit="abc123", order=Order(17, 2))


def a_said(text: str) -> Said:
    found = said(1, "https://github.invalid/1", text)
    assert found is not None
    return found


def test_a_comment_begins_with_one_line_that_github_does_not_show() -> None:
    first, _, rest = SAYING.text.partition("\n")
    assert first == f"<!-- dbt-cloud-erd id=erd commit=abc123 order=17.2 body={SAYING.marker.hash} -->"
    assert rest == SAYING.body


@given(st.text(), st.text(), st.text(), st.integers(0, 2**63), st.integers(0, 99))
def test_what_is_written_is_read(comment_id: str, commit: str, body: str, run: int, attempt: int) -> None:
    saying = Saying(comment_id=comment_id, commit=commit, body=body, order=Order(run, attempt))
    found = a_said(saying.text)
    assert found.marker == saying.marker
    assert found.says(saying)
    assert not found.is_edited


@given(st.text())
def test_whatever_the_id_is_the_marker_stays_a_comment_of_one_line(comment_id: str) -> None:
    first = str(Saying(comment_id=comment_id, body="Hello.").marker)
    tokens = MarkdownIt("commonmark").parse(f"{first}\nHello.")
    assert [token.type for token in tokens] == ["html_block", "paragraph_open", "inline", "paragraph_close"]
    assert first.isascii()
    assert not set("@#\n\r\"'`[]|:") & set(first)
    assert "--" not in first.removeprefix("<!--").removesuffix("-->")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "Hello.",
        f"> {SAYING.text}",
        f"\n{SAYING.text}",
        f" {SAYING.text}",
        f"Look:\n{SAYING.text}",
        SAYING.text.replace("<!--", "<!-"),
        SAYING.text.replace(" -->\n", " --> Hello\n"),
        "<!-- dbt-cloud-erd -->\n",
        "<!-- dbt-cloud-erd id=<script> -->\n",
    ],
)
def test_what_does_not_begin_with_a_marker_has_none(text: str) -> None:
    assert Marker.of(text) is None


@pytest.mark.parametrize("order", ["", "x", "1", "-1.2", "9" * 5000, "1.1.1"])
def test_a_strange_order_is_none_or_a_number(order: str) -> None:
    marker = Marker.of(f"<!-- dbt-cloud-erd id=erd order={order} -->\n")
    assert marker is None or marker.order in {Order(), Order(1, 0), Order(1, 1)}


def test_a_field_that_a_later_version_adds_is_passed_over() -> None:
    marker = Marker.of("<!-- dbt-cloud-erd id=erd colour=red commit=abc order=1.1 body=00 -->\r\nHello.")
    assert marker == Marker(comment_id="erd", commit="abc", order=Order(1, 1), hash="00")


@pytest.mark.parametrize(
    "stored", [SAYING.text.replace("\n", "\r\n"), SAYING.text.rstrip(), f"{SAYING.text} \n\n", SAYING.text]
)
def test_what_github_makes_of_a_text_is_no_difference(stored: str) -> None:
    assert a_said(stored).says(SAYING)
    assert not a_said(stored).is_edited


@pytest.mark.parametrize("stored", [f"{SAYING.text}.", SAYING.text.replace("Hello", "hello"), SAYING.text + "\n\nx"])
def test_what_a_person_has_changed_is_one(stored: str) -> None:
    assert not a_said(stored).says(SAYING)
    assert a_said(stored).is_edited


def test_half_a_surrogate_pair_is_sent_as_a_question_mark() -> None:
    saying = Saying(comment_id="\ud800", body="a\udfffb")
    assert saying.text.endswith("\na?b")
    assert a_said(saying.text).says(saying)


@pytest.mark.parametrize(
    ("older", "newer", "is_before"),
    [
        (Order(1, 1), Order(2, 1), True),
        (Order(2, 1), Order(2, 2), True),
        (Order(2, 9), Order(10, 1), True),
        (Order(2, 1), Order(2, 1), False),
        (Order(3, 1), Order(2, 5), False),
        (Order(), Order(2, 1), False),
        (Order(2, 1), Order(), False),
    ],
)
def test_a_run_is_older_by_its_id_then_its_attempt_and_never_if_one_is_unknown(
    older: Order, newer: Order, is_before: bool
) -> None:
    assert older.before(newer) is is_before


def test_the_marker_is_of_the_size() -> None:
    room = LONGEST - len(str(SAYING.marker)) - 1
    assert not Saying(comment_id="erd", body="🟢" * room, commit="abc123", order=Order(17, 2)).is_too_long
    assert Saying(comment_id="erd", body="🟢" * (room + 1), commit="abc123", order=Order(17, 2)).is_too_long
