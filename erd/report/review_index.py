"""All that a review says, table by table, looked up once for everything that shows it."""

from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from enum import Enum

import msgspec

from erd.diff.changes import Aspect, ColumnChange, Diff, RelationshipChange, TableChange
from erd.diff.review import Review
from erd.diff.risk import Risk, Severity
from erd.model import Endpoint, Erd, Relationship, Table
from erd.project import short_name


class Mark(Enum):
    """What has become of a thing, as it is marked: by a picture's emoji, and by a listing's sign."""

    REMOVED = "removed"
    CHANGED = "changed"
    ADDED = "added"

    @property
    def emoji(self) -> str:
        """The mark that is seen before it is read."""
        return _EMOJIS[self]

    @property
    def sign(self) -> str:
        """The mark in plain text, as in a diff."""
        return _SIGNS[self]


_EMOJIS = {Mark.REMOVED: "🔴", Mark.CHANGED: "🟡", Mark.ADDED: "🟢"}
_SIGNS = {Mark.REMOVED: "-", Mark.CHANGED: "!", Mark.ADDED: "+"}


class Join(msgspec.Struct, frozen=True):
    """A relationship that came, went or changed: as it is now, or as it was last."""

    mark: Mark
    now: Relationship
    change: RelationshipChange | None = None

    @property
    def tables(self) -> tuple[str, str]:
        """Its ends' tables, the child first."""
        return self.now.child.table, self.now.parent.table


class Item(msgspec.Struct, frozen=True):
    """A table to be told of: as it is now, or as it was last, and what has become of it.

    `mark` is None for one that is the same but for its relationships, those that it holds the foreign key of.
    """

    table: Table
    name: str
    mark: Mark | None
    change: TableChange | None = None
    joins: Sequence[Join] = ()

    @property
    def id(self) -> str:
        """The `unique_id`."""
        return self.table.unique_id

    @property
    def weight(self) -> int:
        """How many columns came, went or changed."""
        if self.change is None:
            return len(self.table.columns) if self.mark else 0
        return len(self.change.added) + len(self.change.removed) + len(self.loud_columns)

    @property
    def loud_columns(self) -> list[ColumnChange]:
        """The columns of which more than the description has changed."""
        return [one for one in self.change.changed if one.aspects != (Aspect.DESCRIPTION,)] if self.change else []


class Index(msgspec.Struct, frozen=True):
    """A review, looked up. `items` are all tables to be told of, but those of which only descriptions changed.

    `names` are what tables are called, no two the same; `places` are schemas, or whatever tells the items apart best,
    by table; `severity` is that of a table's worst risk; `ended` are how many changed relationships end at a table;
    `same` are the relationships that did not change, by the tables that they end at, those of `items` or of changed
    relationships; `foreign` are the columns that hold a foreign key, by table, also of relationships that are gone.
    """

    review: Review
    names: Mapping[str, str]
    items: Sequence[Item]
    quiet: Sequence[TableChange]
    joins: Sequence[Join]
    places: Mapping[str, str]
    severity: Mapping[str, Severity]
    ended: Mapping[str, int]
    same: Mapping[str, Sequence[Relationship]]
    foreign: Mapping[str, Collection[str]]

    def end(self, end: Endpoint) -> str:
        """An end of a relationship by name: `orders.id`, `orders (id, line)`, or the table alone."""
        name = self.names.get(end.table, end.table)
        if len(end.columns) == 1:
            return f"{name}.{end.columns[0]}"
        return f"{name} ({', '.join(end.columns)})" if end.columns else name

    def rank(self, item: Item) -> tuple[int, int, int, str]:
        """What is sorted by if the most important tables come first: risk, changed relationships, changed columns."""
        severity = self.severity.get(item.id)
        return _SEVERITIES.get(severity, len(_SEVERITIES)), -self.ended.get(item.id, 0), -item.weight, item.name


_SEVERITIES: Mapping[Severity | None, int] = {severity: place for place, severity in enumerate(Severity)}


def index_of(review: Review) -> Index:
    """Look a review up."""
    diff = review.diff
    before = {table.unique_id: table for table in review.base_erd.tables}
    after = {table.unique_id: table for table in review.head_erd.tables}
    # A diff may hold what an ERD does not: a table out of a diagram whose names were matched.
    known = {table.unique_id: table for table in (*diff.tables.removed, *diff.tables.added)} | before | after
    names = _names(known)
    joins = _joins(diff)
    items = _items(diff, joins, known, names)
    told = {item.id for item in items}
    ended = Counter(table for one in joins for table in {*one.tables})
    same, foreign = _surroundings(review.head_erd, joins, told | {*ended})
    return Index(
        review=review,
        names=names,
        items=items,
        quiet=[one for one in diff.tables.changed if one.is_quiet and one.head.unique_id not in told],
        joins=joins,
        places=_places(items, before, after),
        severity=_severities(review.risks),
        ended=ended,
        same=same,
        foreign=foreign,
    )


def _names(known: Mapping[str, Table]) -> dict[str, str]:
    wanted = {unique_id: short_name(unique_id) for unique_id in known}
    often = Counter(wanted.values())
    return {unique_id: name if often[name] == 1 else unique_id for unique_id, name in wanted.items()}


def _joins(diff: Diff) -> list[Join]:
    found = diff.relationships
    return [
        *[Join(Mark.REMOVED, one) for one in found.removed],
        *[Join(Mark.CHANGED, one.head, one) for one in found.changed],
        *[Join(Mark.ADDED, one) for one in found.added],
    ]


def _items(diff: Diff, joins: Iterable[Join], known: Mapping[str, Table], names: Mapping[str, str]) -> list[Item]:
    held: defaultdict[str, list[Join]] = defaultdict(list)
    for one in joins:
        held[one.now.child.table].append(one)

    def item(table: Table, mark: Mark | None, change: TableChange | None = None) -> Item:
        unique_id = table.unique_id
        return Item(table, names.get(unique_id, unique_id), mark, change, held.pop(unique_id, ()))

    tables = diff.tables
    found = [item(table, Mark.REMOVED) for table in tables.removed]
    found += [
        item(one.head, Mark.CHANGED if not one.is_quiet else None, one)
        for one in tables.changed
        if not one.is_quiet or one.head.unique_id in held
    ]
    found += [item(table, Mark.ADDED) for table in tables.added]
    return found + [item(known[table], None) for table in sorted(held) if table in known]


def _surroundings(
    head: Erd, joins: Iterable[Join], told: Collection[str]
) -> tuple[dict[str, list[Relationship]], dict[str, set[str]]]:
    """What `Index` calls `same` and `foreign`."""
    changed = {(one.now.child, one.now.parent) for one in joins}
    same: defaultdict[str, list[Relationship]] = defaultdict(list)
    foreign: defaultdict[str, set[str]] = defaultdict(set)
    for one in joins:
        foreign[one.now.child.table].update(one.now.child.columns)
    for found in head.relationships:
        child, parent = found.child.table, found.parent.table
        if child in told:
            foreign[child].update(found.child.columns)
        if (child in told or parent in told) and (found.child, found.parent) not in changed:
            for table in {child, parent}:
                same[table].append(found)
    return same, foreign


def _places(items: Sequence[Item], before: Mapping[str, Table], after: Mapping[str, Table]) -> dict[str, str]:
    """By table, the schema, by the base's name for it; if all have one, then the group, or the package."""
    schemas = _schemas_of_base(before, after)

    def schema(table: Table) -> str:
        known = before.get(table.unique_id)
        return known.schema if known else schemas.get(table.schema, table.schema)

    ways = (schema, lambda table: table.group, lambda table: "".join(table.unique_id.split(".")[1:2]))
    for way in ways:
        found = {one.id: way(one.table) for one in items}
        if len({*found.values()}) > 1:
            return found
    return {one.id: "" for one in items}


def _schemas_of_base(before: Mapping[str, Table], after: Mapping[str, Table]) -> dict[str, str]:
    """What the base calls the schemas of the head, which has its own in a pull request's run."""
    seen: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for unique_id, table in after.items():
        if (other := before.get(unique_id)) is not None:
            seen[table.schema][other.schema] += 1
    return {schema: found.most_common(1)[0][0] for schema, found in seen.items()}


def _severities(risks: Iterable[Risk]) -> dict[str, Severity]:
    found: dict[str, Severity] = {}
    for risk in risks:
        found.setdefault(risk.table, risk.severity)
    return found
