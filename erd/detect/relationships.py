"""Relationships among drawn tables, from what tests say: each pair of endpoints once, with all that speaks for it."""

import logging
from collections.abc import Iterable, Mapping

from erd.detect.evidence import RelationshipTest
from erd.model import Cardinality, End, Endpoint, Provenance, Relationship, Table

log = logging.getLogger(__name__)

# The values of dbterd's `relationship_type`, and the codes it also takes (its documentation, "meta").
_TYPES: Mapping[str, Cardinality] = {
    name: cardinality
    for names, cardinality in (
        (("many-to-one", "n1"), Cardinality(End.ZERO_OR_MANY, End.ONE)),
        (("zero-to-one", "01"), Cardinality(End.ZERO_OR_ONE, End.ONE)),
        (("one-to-one", "11"), Cardinality(End.ONE, End.ONE)),
        (("zero-to-many", "0n"), Cardinality(End.ZERO_OR_ONE, End.ONE_OR_MANY)),
        (("one-to-many", "1n"), Cardinality(End.ONE, End.ONE_OR_MANY)),
        (("many-to-many", "nn"), Cardinality(End.ONE_OR_MANY, End.ONE_OR_MANY)),
    )
    for name in names
}


class Candidate:
    """A relationship as one test says it, its columns already those of the tables."""

    __slots__ = ("child", "parent", "test")

    def __init__(self, test: RelationshipTest, child_column: str, parent_column: str) -> None:
        self.test = test
        self.child = Endpoint(test.child, (child_column,))
        self.parent = Endpoint(test.parent, (parent_column,))


def merge(candidates: Iterable[Candidate], tables: Mapping[str, Table]) -> tuple[Relationship, ...]:
    """One relationship for each unordered pair of endpoints, sorted by child and parent.

    Where tests disagree on the direction, the end that is a key is the parent; else the test whose `unique_id` comes
    first decides. A declared cardinality or label is the first that a test of the chosen direction gives.
    """
    pairs: dict[tuple[Endpoint, Endpoint], list[Candidate]] = {}
    for found in candidates:
        if found.child == found.parent:
            log.debug("%s compares a column with itself, which is no relationship", found.test.test)
            continue
        ends = (found.child, found.parent)
        pairs.setdefault(ends if found.child < found.parent else ends[::-1], []).append(found)
    merged = [_relationship(sorted(group, key=lambda one: one.test.test), tables) for group in pairs.values()]
    return tuple(sorted(merged, key=lambda one: (one.child, one.parent)))


def _relationship(group: list[Candidate], tables: Mapping[str, Table]) -> Relationship:
    chosen = group[0]
    if any(one.child != chosen.child for one in group):
        keyed = (one for one in group if _is_key(one.parent, tables) and not _is_key(one.child, tables))
        chosen = next(keyed, chosen)
    agreeing = [one.test for one in group if one.child == chosen.child]
    declared = next((test for test in agreeing if test.type), None)
    return Relationship(
        child=chosen.child,
        parent=chosen.parent,
        cardinality=(declared and _declared(declared)) or _derived(chosen.child, tables),
        label=next((test.label for test in agreeing if test.label), ""),
        provenance=tuple(Provenance("test", one.test.test) for one in group),
    )


def _declared(test: RelationshipTest) -> Cardinality | None:
    cardinality = _TYPES.get(test.type.lower())
    if cardinality is None:
        log.warning(
            "%s has the relationship_type %r, which is none of %s; it is derived from the keys instead",
            test.test,
            test.type,
            ", ".join(name for name in _TYPES if "-" in name),
        )
    return cardinality


def _derived(child: Endpoint, tables: Mapping[str, Table]) -> Cardinality:
    required = all(column.not_null for column in tables[child.table].columns if column.name in child.columns)
    return Cardinality(
        child=End.ZERO_OR_ONE if _is_key(child, tables) else End.ZERO_OR_MANY,
        parent=End.ONE if required else End.ZERO_OR_ONE,
    )


def _is_key(end: Endpoint, tables: Mapping[str, Table]) -> bool:
    """Whether the columns of an endpoint hold a key, so that their values stand in one row at most."""
    table = tables[end.table]
    keys = (table.primary_key, *table.unique_keys)
    return end.columns in keys or any(key and set(end.columns).issuperset(key) for key in keys)
