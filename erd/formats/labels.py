"""The words in pictures, the same in every target: what stands at a relationship, and beside a column."""

from collections.abc import Collection

from erd.model import Outcome, Relationship, State, Table

PRIMARY, FOREIGN, UNIQUE = "PK", "FK", "UK"


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
