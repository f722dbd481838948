"""What a refresh says of itself, in few words."""

import pytest

from erd.diff.changes import Aspect, ColumnChange, Diff, RelationshipChange, Relationships, TableChange, Tables
from erd.errors import GitHubError
from erd.model import Column
from erd.report.refresh import changes_in_words, committed, proposal, proposed, refused
from erd.report.review_links import Links
from tests.builders import a_relationship, a_table

ORDERS, CUSTOMERS = a_table("model.orders"), a_table("model.customers")
JOIN = a_relationship()
ID = Column("id")
DESCRIBED = TableChange(ORDERS, ORDERS, changed=(ColumnChange(ID, ID, (Aspect.DESCRIPTION,)),))
KEYED = TableChange(CUSTOMERS, CUSTOMERS, (Aspect.UNIQUE_KEYS,), added=(ID, Column("name")), removed=(Column("mail"),))


@pytest.mark.parametrize(
    ("diff", "said"),
    [
        (Diff(), "the diagram, written anew"),
        (Diff(Tables(added=(ORDERS,))), "+1 table"),
        (Diff(Tables(added=(ORDERS, CUSTOMERS), removed=(ORDERS,))), "+2 \N{MINUS SIGN}1 tables"),
        (Diff(Tables(changed=(DESCRIBED,))), "descriptions of 1 table"),
        (Diff(Tables(changed=(DESCRIBED, KEYED))), "+2 \N{MINUS SIGN}1 columns, ~1 key"),
        (Diff(relationships=Relationships(removed=(JOIN,))), "\N{MINUS SIGN}1 relationship"),
        (
            Diff(Tables(added=(ORDERS,)), Relationships((JOIN,) * 2, (), (RelationshipChange(JOIN, JOIN, ()),))),
            "+1 table, +2 ~1 relationships",
        ),
    ],
)
def test_what_changes_is_counted_with_signs(diff: Diff, said: str) -> None:
    assert changes_in_words(diff) == said


def test_where_nothing_can_be_compared_the_files_are_named() -> None:
    said = proposal(None, ["docs/`erd`.json"], Links(), "main")
    assert said.startswith("These files are brought to `main`: ``docs/`erd`.json``.")
    assert "This pull request follows `main`" in said


def test_the_summary_has_a_line_for_each_end() -> None:
    assert committed("main", "5" * 40, "https://x.example/c", ["a"]) == (
        "- **Commit** [`5555555`](https://x.example/c) on `main`: `a`\n"
    )
    assert committed("main", "5" * 40, "", []) == "- **Commit** none: all files are on `main` as they should be\n"
    assert proposed(7, "https://x.example/7", "opened", "main") == (
        "- **Pull request** [`#7`](https://x.example/7) to `main`: opened\n"
    )
    assert proposed(0, "", "", "main") == "- **Pull request** none: all files are on `main` as they should be\n"


def test_a_refusal_is_one_line_of_text_whatever_stands_in_it() -> None:
    said = refused(GitHubError("The branch <b>x</b>\n# @team is protected.", "Use another."))
    assert said.count("\n") == 1
    assert "<b>" not in said
    assert "@team" not in said.replace("@\N{ZERO WIDTH SPACE}team", "").replace("&#64;team", "")
