"""The words in pictures, the same in every target: what stands at a relationship, and beside a column."""

import re
from collections.abc import Collection

from erd.model import Outcome, Relationship, State, Table

PRIMARY, FOREIGN, UNIQUE = "PK", "FK", "UK"
EMPTY_NAME = "(empty)"

# Control characters, line ends, halves of characters, and code points that are no characters (Unicode 23.7).
_INVISIBLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff\ufdd0-\ufdef"
    + "".join(chr(plane << 16 | last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
    + "]+"
)


def relationship_label(one: Relationship) -> str:
    """What a relationship is called: its label, else its columns, those of both ends where they differ.

    Empty for one without a label that is known between the tables only.
    """
    if one.label:
        return one.label
    child, parent = ", ".join(one.child.columns), ", ".join(one.parent.columns)
    return child if child == parent else f"{child} → {parent}"


def state_label(state: State | None) -> str:
    """What is to be said of a relationship's tests: how many orphans, or that they did not run; empty when all is well.

    A test can fail without a number of orphans: its query was wrong.
    """
    match state:
        case State(Outcome.FAILED, orphans) if orphans:
            return "1 orphan" if orphans == 1 else f"{orphans:,} orphans"
        case State(Outcome.FAILED):
            return "failed"
        case State(Outcome.NOT_RUN):
            return "not run"
    return ""


def key_marks(table: Table, foreign: Collection[str]) -> dict[str, tuple[str, ...]]:
    """PK, FK and UK, in this order, by the name of each column that has one.

    `foreign` are the table's foreign keys (`Erd.foreign_keys`). A column of a unique key of several is not unique.
    """
    unique = {key[0] for key in table.unique_keys if len(key) == 1}
    kinds = ((PRIMARY, table.primary_key), (FOREIGN, foreign), (UNIQUE, unique))
    return {
        name: tuple(mark for mark, columns in kinds if name in columns)
        for name in {*table.primary_key, *foreign, *unique}
    }


def one_line(content: str) -> str:
    """The content as a picture can show it: on one line, without characters that are none or cannot be seen."""
    if not content.isprintable():
        content = _INVISIBLE.sub(" ", content)
    return content.strip()


def lines(content: str) -> str:
    """A text of several lines as a picture can show it."""
    return "\n".join(map(one_line, content.strip().splitlines()))


def shown_name(name: str) -> str:
    """A name as a picture can show it, and never nothing."""
    return one_line(name) or EMPTY_NAME
