"""What is at risk when a relationship, or a key at its end, is not what it was."""

from collections import defaultdict
from collections.abc import Iterator

from erd.diff.changes import Aspect, Diff
from erd.diff.ends import end_at, is_key, tables_of
from erd.diff.families import family
from erd.diff.risk import Name, Risk, RiskKind, Sentence, Severity
from erd.diff.saying import column_name, end_name, listed, table_name
from erd.diff.users import Users
from erd.model import Column, Endpoint, Erd, Relationship, Table


def risks_of_keys(diff: Diff, head_erd: Erd, users: Users) -> Iterator[Risk]:
    """Keys that are lost while a relationship refers to them."""
    changes = {change.head.unique_id: change for change in diff.tables.changed}
    children: defaultdict[Endpoint, list[str]] = defaultdict(list)
    for one in head_erd.relationships:
        if one.parent.table in changes and one.parent.columns:
            children[one.parent].append(one.child.table)
    for parent, tables in sorted(children.items()):
        change = changes[parent.table]
        if is_key(change.base, parent.columns) and not is_key(change.head, parent.columns):
            names = [table_name(table) for table in sorted(set(tables))]
            verb = " refers to it" if len(names) == 1 else " refer to it"
            yield Risk(
                Severity.BREAKING,
                RiskKind.KEY_LOST,
                parent.table,
                parent.columns,
                (end_name(parent), " is unique no more, and ", *listed(names), verb),
                users.of_key(parent.table, parent.columns),
                users.yaml_of(parent.table),
            )


def risks_of_types(diff: Diff, base_erd: Erd, head_erd: Erd, users: Users) -> Iterator[Risk]:
    """Relationships whose ends are of types that do not join: new ones, and those that joined in the base."""
    added = {(one.child, one.parent) for one in diff.relationships.added}
    retyped = {
        change.head.unique_id: {one.head.name for one in change.changed if Aspect.TYPE in one.aspects}
        for change in diff.tables.changed
    }
    concerned = [
        one
        for one in head_erd.relationships
        if any(retyped.get(end.table, set()).intersection(end.columns) for end in (one.child, one.parent))
        or (added and (one.child, one.parent) in added)
    ]
    tables, before = (tables_of(head_erd), tables_of(base_erd)) if concerned else ({}, {})
    for one in concerned:
        is_new = (one.child, one.parent) in added
        for names in zip(one.child.columns, one.parent.columns, strict=True):
            child, parent = _columns(tables, one, names)
            if child and parent and _differ(child, parent) and (is_new or _join(*_columns(before, one, names))):
                yield _mismatch(one, (child, parent), is_new, users, retyped)
                break


def _mismatch(
    one: Relationship, ends: tuple[Column, Column], is_new: bool, users: Users, retyped: dict[str, set[str]]
) -> Risk:
    child, parent = ends
    left: Sentence = column_name(one.child.table, child.name), " is ", Name(child.type)
    right: Sentence = column_name(one.parent.table, parent.name), " is ", Name(parent.type)
    changed = one.parent.table if parent.name in retyped.get(one.parent.table, ()) else one.child.table
    return Risk(
        Severity.WORTH_A_LOOK if is_new else Severity.BREAKING,
        RiskKind.TYPE_MISMATCH,
        one.child.table,
        one.child.columns,
        (*left, " and ", *right, ": they do not join" if is_new else ": they no longer join"),
        users.of_relationship(one),
        users.yaml_of(one.child.table) if is_new else users.code_of(changed),
    )


def risks_of_rows(diff: Diff, head_erd: Erd, users: Users) -> Iterator[Risk]:
    """Joins of which an end turned from one row to many."""
    tables: dict[str, Table] = {}
    for change in diff.relationships.changed:
        if Aspect.CARDINALITY not in change.aspects:
            continue
        tables = tables or tables_of(head_erd)
        for end, other, severity in (
            (change.head.parent, change.head.child, Severity.BREAKING),
            (change.head.child, change.head.parent, Severity.WORTH_A_LOOK),
        ):
            if end_at(change.head, end).many and not end_at(change.base, end).many:
                unique = is_key(tables[end.table], end.columns)
                yield Risk(
                    severity,
                    RiskKind.ROWS_MULTIPLY,
                    end.table,
                    end.columns,
                    _multiplied(end, other, unique),
                    users.of_relationship(change.head),
                    users.yaml_of(end.table),
                )


def _multiplied(end: Endpoint, other: Endpoint, unique: bool) -> Sentence:
    many: Sentence = "one row of ", table_name(other.table), " may join to many of ", table_name(end.table)
    if unique or not end.columns:
        return ("From now on ", *many)
    return (end_name(end), " is unique no more: ", *many)


def _columns(
    tables: dict[str, Table], one: Relationship, names: tuple[str, str]
) -> tuple[Column | None, Column | None]:
    """A pair of columns that a relationship joins, each None where its table does not have it."""
    return _column(tables, one.child.table, names[0]), _column(tables, one.parent.table, names[1])


def _column(tables: dict[str, Table], table: str, name: str) -> Column | None:
    columns = tables[table].columns if table in tables else ()
    exact = next((column for column in columns if column.name == name), None)
    return exact or next((column for column in columns if column.name.lower() == name.lower()), None)


def _join(child: Column | None, parent: Column | None) -> bool:
    """Whether two columns are known to join."""
    return bool(child and parent and family(child.type) and family(child.type) == family(parent.type))


def _differ(child: Column, parent: Column) -> bool:
    """Whether two columns are known not to join."""
    left, right = family(child.type), family(parent.type)
    return bool(left and right and left != right)
