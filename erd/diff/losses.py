"""What is at risk when a table or a column is gone, or a column is of another type."""

from collections.abc import Iterator

from erd.diff.changes import Aspect, ColumnChange, Diff, Side, TableChange
from erd.diff.risk import Name, Risk, RiskKind, Sentence, Severity
from erd.diff.saying import column_name, table_name
from erd.diff.users import NAMING, Users
from erd.model import Column, Erd
from erd.project import Use


def risks_of_losses(diff: Diff, base: Side, head: Side, head_erd: Erd, users: Users) -> Iterator[Risk]:
    """Removed tables, removed columns, and columns of another type."""
    renamed = {one.base.unique_id: one.head.unique_id for one in diff.renamed}
    for one in diff.tables.removed:
        yield from _removed_table(one.unique_id, renamed.get(one.unique_id, ""), users)
    joined = head_erd.joined_columns()
    for change in diff.tables.changed:
        table = change.head.unique_id
        was_contracted = base.project is not None and table in base.project.contracted
        is_contracted = head.project is not None and table in head.project.contracted
        for column in change.removed:
            yield from _removed_column(change, column, was_contracted and is_contracted, users)
        for retyped in change.changed:
            if Aspect.TYPE in retyped.aspects:
                yield from _retyped(table, retyped, was_contracted, retyped.head.name in joined.get(table, ()), users)


def _removed_table(table: str, new: str, users: Users) -> Iterator[Risk]:
    uses = users.of_lost_table(table)
    if uses:
        yield Risk(
            _severity(uses),
            RiskKind.REMOVED_BUT_USED,
            table,
            (),
            (table_name(table), " is removed", *_perhaps(table_name(new) if new else ""), ", and still used"),
            uses,
            next((use.file for use in uses if use.file), ""),
        )


def _removed_column(change: TableChange, column: Column, promised: bool, users: Users) -> Iterator[Risk]:
    table = change.head.unique_id
    uses = users.of_column(table, column.name)
    if not uses and not promised:
        return
    new = next((one.head.name for one in change.renamed if one.base.name == column.name), "")
    name, perhaps = column_name(table, column.name), _perhaps(Name(new) if new else "")
    said: Sentence
    if not uses:
        said = (name, " is removed", *perhaps, ", though a contract promised it")
    elif promised:
        said = (name, " is removed", *perhaps, ", though a contract promised it and it is still used")
    else:
        said = (name, " is removed", *perhaps, ", and still used")
    yield Risk(
        Severity.BREAKING if promised else _severity(uses),
        RiskKind.REMOVED_BUT_USED if uses else RiskKind.CONTRACT_BROKEN,
        table,
        (column.name,),
        said,
        uses,
        users.code_of(table),
    )


def _retyped(table: str, change: ColumnChange, promised: bool, joined: bool, users: Users) -> Iterator[Risk]:
    uses = users.of_type(table, change.head.name)
    if not (uses or joined or promised):
        return
    types = Name(change.base.type), " to ", Name(change.head.type)
    how = ", though a contract promised it" if promised else ", and is used"
    yield Risk(
        Severity.BREAKING if promised else Severity.WORTH_A_LOOK,
        RiskKind.RETYPED_BUT_USED,
        table,
        (change.head.name,),
        (column_name(table, change.head.name), " changes from ", *types, how),
        uses,
        users.code_of(table),
    )


def _severity(uses: tuple[Use, ...]) -> Severity:
    return Severity.BREAKING if any(use.kind in NAMING for use in uses) else Severity.WORTH_A_LOOK


def _perhaps(new: Name | str) -> Sentence:
    return (", perhaps renamed to ", new) if new else ()
