"""Risks as annotations: the worst first, few, no error on a job that passes, and nothing in them is a command."""

from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from erd.diff.changes import Diff
from erd.diff.review import Review
from erd.diff.risk import Name, Risk, RiskKind, Severity
from erd.github.commands import annotation
from erd.model import Erd
from erd.project import Use, UseKind
from erd.report.annotations import Annotation, annotations
from tests.container.log_commands import find_commands
from tests.diff.reviews import A_USE, BASE, HEAD, a_risk
from tests.formats.hostile import NAMES
from tests.github.test_commands import hostile_texts

COMMANDS = (
    *("::error::x", "  ::add-mask::x", "##[error]x", "a\n::error::x", "a\r::stop-commands::t", "a\r\n##[add-mask]x"),
    *("x::error file=a::y", ",title=x::", "%0A::error::x", "%3A%3A", "%", "=", "a,b:c", "\u2028::error::x", "\ud800"),
)


def a_review(*risks: Risk) -> Review:
    return Review(Diff(), risks, Erd(), Erd(), BASE, HEAD)


def commands_of(found: list[Annotation]) -> str:
    """The annotations as a runner reads them, in a log with other lines."""
    lines = [annotation(one.level, one.text, one.file, one.title) for one in found]
    return "\n".join(["before", *lines, "after"])


def test_a_risk_is_told_with_whom_it_hits_on_the_file_to_look_at() -> None:
    assert annotations(a_review(a_risk(uses=(A_USE,), file="models/customers.sql"))) == [
        Annotation(
            "warning",
            "Breaking: removed but used",
            "customers.email is removed. Concerns foreign key cards_fk of cards (owner Ada <ada@example.com>).",
            "models/customers.sql",
        )
    ]


def test_what_is_worth_a_look_is_a_notice_and_may_have_no_file() -> None:
    risk = a_risk("One ", Name("a.b"), severity=Severity.WORTH_A_LOOK, kind=RiskKind.WEAKER_PROOF)
    assert annotations(a_review(risk)) == [Annotation("notice", "Worth a look: weaker proof", "One a.b.", "")]


@pytest.mark.parametrize(
    ("failing", "levels"),
    [
        ((), ["warning", "notice"]),
        ({Severity.BREAKING}, ["error", "notice"]),
        ({*Severity}, ["error", "error"]),
    ],
)
def test_only_what_makes_the_job_fail_is_an_error(failing: Any, levels: list[str]) -> None:
    review = a_review(a_risk(), a_risk(severity=Severity.WORTH_A_LOOK))
    assert [one.level for one in annotations(review, failing)] == levels


def test_no_risk_is_no_annotation() -> None:
    assert annotations(a_review()) == []


def test_ten_are_told_and_the_last_says_how_many_more_there_are() -> None:
    risks = [a_risk(f"Risk {number}") for number in range(12)]
    assert [one.text for one in annotations(a_review(*risks[:10]))] == [f"Risk {number}." for number in range(10)]
    assert [one.text for one in annotations(a_review(*risks))] == [
        *[f"Risk {number}." for number in range(9)],
        "Risk 9. The review has 2 more risks.",
    ]
    assert annotations(a_review(*risks[:11]))[-1].text == "Risk 9. The review has 1 more risk."


def hostile_risk(words: list[str]) -> Risk:
    """A risk with these words, one after the other, in all its slots."""
    said, table, column, node, used, part, owner, file = words
    use = Use(UseKind.EXPOSURE, node, used, (column,), part, owner, file)
    return a_risk(Name(said), " is removed", table=table, columns=(column,), uses=(use,), file=file)


def is_read_as_ours(found: list[Annotation]) -> bool:
    """Whether a runner finds one command for each annotation, on its own file, and no other command."""
    commands = find_commands(commands_of(found))
    visible = [[text.replace("\u200b", "") for text in (one.name, one.properties["title"])] for one in commands]
    keys = [{"title", "file"} if one.file.strip() else {"title"} for one in found]
    return visible == [[one.level, one.title] for one in found] and keys == [set(one.properties) for one in commands]


@pytest.mark.parametrize("text", COMMANDS)
def test_a_command_in_any_slot_is_none(text: str) -> None:
    assert is_read_as_ours(annotations(a_review(*[hostile_risk([text] * 8)] * 11)))


def test_hostile_names_in_all_slots_are_no_commands() -> None:
    for start in range(0, len(NAMES), 10):
        assert is_read_as_ours(annotations(a_review(*[hostile_risk([one] * 8) for one in NAMES[start : start + 10]])))


@settings(deadline=None)
@given(st.lists(st.lists(hostile_texts, min_size=8, max_size=8).map(hostile_risk), max_size=12))
def test_no_words_of_a_project_ever_make_a_command_of_their_own(risks: list[Risk]) -> None:
    found = annotations(a_review(*risks))
    assert is_read_as_ours(found)
    assert len(found) == min(len(risks), 10)


def test_a_file_of_any_name_arrives_as_it_is() -> None:
    path = "models/a, b: 50%\n=c.sql"
    (command,) = find_commands(commands_of(annotations(a_review(a_risk(file=path)))))
    assert command.properties["file"] == path


def test_very_many_users_fit() -> None:
    uses = tuple(msgspec.structs.replace(A_USE, name="x" * 5_000) for _ in range(500))
    (command,) = find_commands(commands_of(annotations(a_review(a_risk(uses=uses)))))
    assert len(command.data) <= 4_096
    assert command.data.endswith("and 492 more.")
