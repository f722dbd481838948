"""What differs, as the lists of tables and of relationships that `erd-diff.json` has."""

from collections.abc import Iterable, Iterator, Mapping

from erd.diff import document_entries as entries
from erd.diff.changes import Aspect, Diff, RelationshipChange, TableChange
from erd.model import Cardinality, Column, Endpoint, Erd, Provenance, Relationship, State, Table

_Aspects = tuple[Aspect, ...]


class Names:
    """What is asked of an ERD: what its tables are called, and which of their columns refer to others."""

    def __init__(self, erd: Erd) -> None:
        self.tables: Mapping[str, str] = {table.unique_id: table.name for table in erd.tables}
        self.foreign_keys: Mapping[str, set[str]] = erd.foreign_keys()

    def of(self, unique_id: str) -> str:
        """What readers see of a table; its `unique_id` where it is not drawn."""
        return self.tables.get(unique_id, unique_id)


def table_lists(diff: Diff, base: Names, head: Names) -> entries.TableLists:
    """The tables that differ."""
    return entries.TableLists(
        added=tuple(_table(table, head) for table in sorted(diff.tables.added, key=_unique_id)),
        removed=tuple(_table(table, base) for table in sorted(diff.tables.removed, key=_unique_id)),
        changed=tuple(
            _changed_table(one, base, head) for one in sorted(diff.tables.changed, key=lambda one: one.head.unique_id)
        ),
    )


def _unique_id(table: Table) -> str:
    return table.unique_id


def _table(table: Table, names: Names) -> entries.TableEntry:
    return entries.TableEntry(
        unique_id=table.unique_id,
        name=table.name,
        resource_type=table.resource_type,
        database=table.database or None,
        schema=table.schema or None,
        label=table.label or None,
        description=table.description or None,
        columns=_columns(table.columns, table, names),
        primary_key=table.primary_key,
        unique_keys=table.unique_keys,
    )


def _columns(columns: Iterable[Column], table: Table, names: Names) -> tuple[entries.ColumnEntry, ...]:
    foreign = names.foreign_keys.get(table.unique_id, ())
    return tuple(
        entries.ColumnEntry(
            name=column.name,
            type=column.type or None,
            description=column.description or None,
            origin=column.origin,
            not_null=column.not_null,
            is_primary_key=column.name in table.primary_key,
            is_foreign_key=column.name in foreign,
        )
        for column in columns
    )


def _changed_table(one: TableChange, base: Names, head: Names) -> entries.ChangedTable:
    return entries.ChangedTable(
        unique_id=one.head.unique_id,
        name=one.head.name,
        resource_type=one.head.resource_type,
        aspects=tuple(_of_table(one.base, one.head, one.aspects)),
        columns=entries.ColumnLists(
            added=_columns(one.added, one.head, head),
            removed=_columns(one.removed, one.base, base),
            changed=tuple(
                entries.ChangedColumn(change.head.name, tuple(_of_column(change.base, change.head, change.aspects)))
                for change in one.changed
            ),
        ),
    )


def _of_table(
    base: Table, head: Table, aspects: _Aspects
) -> Iterator[entries.PrimaryKeyChange | entries.UniqueKeysChange | entries.LabelChange | entries.DescriptionChange]:
    for aspect in aspects:
        match aspect:
            case Aspect.PRIMARY_KEY:
                yield entries.PrimaryKeyChange(base.primary_key, head.primary_key)
            case Aspect.UNIQUE_KEYS:
                yield entries.UniqueKeysChange(base.unique_keys, head.unique_keys)
            case Aspect.LABEL:
                yield entries.LabelChange(base.label or None, head.label or None)
            case Aspect.DESCRIPTION:
                yield entries.DescriptionChange(base.description or None, head.description or None)


def _of_column(
    base: Column, head: Column, aspects: _Aspects
) -> Iterator[entries.TypeChange | entries.NotNullChange | entries.DescriptionChange]:
    for aspect in aspects:
        match aspect:
            case Aspect.TYPE:
                yield entries.TypeChange(base.type or None, head.type or None)
            case Aspect.NOT_NULL:
                yield entries.NotNullChange(base.not_null, head.not_null)
            case Aspect.DESCRIPTION:
                yield entries.DescriptionChange(base.description or None, head.description or None)


def relationship_lists(diff: Diff, base: Names, head: Names) -> entries.RelationshipLists:
    """The relationships that differ."""
    return entries.RelationshipLists(
        added=tuple(_relationship(one, head) for one in sorted(diff.relationships.added, key=_ends)),
        removed=tuple(_relationship(one, base) for one in sorted(diff.relationships.removed, key=_ends)),
        changed=tuple(
            _changed_relationship(one, base, head)
            for one in sorted(diff.relationships.changed, key=lambda one: _ends(one.head))
        ),
    )


def _ends(one: Relationship) -> tuple[Endpoint, Endpoint]:
    return one.child, one.parent


def _relationship(one: Relationship, names: Names) -> entries.RelationshipEntry:
    return entries.RelationshipEntry(
        child=_end(one.child, names),
        parent=_end(one.parent, names),
        cardinality=_cardinality(one.cardinality),
        evidence=_evidence(one.provenance),
        state=_state(one.state),
        label=one.label or None,
    )


def _end(end: Endpoint, names: Names) -> entries.EndEntry:
    return entries.EndEntry(end.table, names.of(end.table), end.columns)


def _cardinality(one: Cardinality) -> entries.CardinalityEntry:
    return entries.CardinalityEntry(one.child, one.parent)


def _evidence(provenance: Iterable[Provenance]) -> tuple[entries.EvidenceEntry, ...]:
    return tuple(entries.EvidenceEntry(one.kind, one.node, one.name or None) for one in provenance)


def _state(state: State | None) -> entries.StateEntry | None:
    return entries.StateEntry(state.outcome, state.orphans) if state else None


def _changed_relationship(one: RelationshipChange, base: Names, head: Names) -> entries.ChangedRelationship:
    return entries.ChangedRelationship(
        child=_end(one.head.child, head),
        parent=_end(one.head.parent, head),
        aspects=tuple(_of_relationship(one, base, head)),
    )


def _of_relationship(one: RelationshipChange, base: Names, head: Names) -> Iterator[entries.RelationshipAspect]:
    before, after = one.base, one.head
    for aspect in one.aspects:
        match aspect:
            case Aspect.DIRECTION:
                yield entries.DirectionChange(_direction(before, base), _direction(after, head))
            case Aspect.CARDINALITY:
                yield entries.CardinalityChange(_cardinality(before.cardinality), _cardinality(after.cardinality))
            case Aspect.STATE:
                yield entries.StateChange(_state(before.state), _state(after.state))
            case Aspect.EVIDENCE:
                yield entries.EvidenceChange(_evidence(before.provenance), _evidence(after.provenance))
            case Aspect.LABEL:
                yield entries.LabelChange(before.label or None, after.label or None)


def _direction(one: Relationship, names: Names) -> entries.Direction:
    return entries.Direction(_end(one.child, names), _end(one.parent, names))
