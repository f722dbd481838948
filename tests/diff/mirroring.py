"""A diff seen from the other side."""

from erd.diff.changes import (
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

_OTHER = {
    Unknown.COLUMNS_OF_BASE: Unknown.COLUMNS_OF_HEAD,
    Unknown.COLUMNS_OF_HEAD: Unknown.COLUMNS_OF_BASE,
}


def mirrored(diff: Diff) -> Diff:
    """The same with base and head in each other's place."""
    tables, relationships = diff.tables, diff.relationships
    return Diff(
        tables=Tables(tables.removed, tables.added, tuple(map(_table, tables.changed))),
        relationships=Relationships(
            relationships.removed,
            relationships.added,
            tuple(RelationshipChange(one.head, one.base, one.aspects) for one in relationships.changed),
        ),
        renamed=tuple(TableRename(one.head, one.base, one.why) for one in diff.renamed),
        unknown=tuple(NotCompared(one.table, _OTHER.get(one.why, one.why)) for one in diff.unknown),
    )


def _table(change: TableChange) -> TableChange:
    return TableChange(
        base=change.head,
        head=change.base,
        aspects=change.aspects,
        added=change.removed,
        removed=change.added,
        changed=tuple(ColumnChange(one.head, one.base, one.aspects) for one in change.changed),
        renamed=tuple(ColumnRename(one.head, one.base) for one in change.renamed),
    )
