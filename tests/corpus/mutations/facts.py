"""What a diff says, as a set of facts that can be told in advance and compared."""

from collections.abc import Iterable

import msgspec

from erd.diff.changes import Aspect, Diff, TableChange, Unknown
from erd.model import Column, Endpoint, Relationship

ADDED, REMOVED, CHANGED, RENAMED, UNKNOWN = "added", "removed", "changed", "renamed", "unknown"
_MIRRORED = {
    ADDED: REMOVED,
    REMOVED: ADDED,
    Unknown.COLUMNS_OF_HEAD.value: Unknown.COLUMNS_OF_BASE.value,
    Unknown.COLUMNS_OF_BASE.value: Unknown.COLUMNS_OF_HEAD.value,
}


class Fact(msgspec.Struct, frozen=True, order=True):
    """One thing that a diff says of `where`: a table, a table and its column, or both ends of a relationship.

    Columns are in lower case. `base` and `head` are the two types of a column that is retyped, and the two names of
    what is renamed.
    """

    where: tuple[str, ...]
    how: str
    aspects: tuple[str, ...] = ()
    base: str = ""
    head: str = ""

    @property
    def mirrored(self) -> "Fact":
        """The same, seen from the other side."""
        aspects = tuple(_MIRRORED.get(word, word) for word in self.aspects)
        return Fact(self.where, _MIRRORED.get(self.how, self.how), aspects, self.head, self.base)

    @property
    def is_quiet(self) -> bool:
        """Whether it is not to be made a noise about."""
        return self.how == UNKNOWN or self.aspects == (Aspect.DESCRIPTION.value,)


def changed(where: tuple[str, ...], aspects: Iterable[Aspect], base: str = "", head: str = "") -> Fact:
    """That of this in both these aspects have changed."""
    return Fact(where, CHANGED, tuple(sorted(aspect.value for aspect in aspects)), base, head)


def unknown(table: str, why: Unknown) -> Fact:
    """That a table cannot be compared."""
    return Fact((table,), UNKNOWN, (why.value,))


def joined(*ends: tuple[str, Iterable[str]]) -> tuple[str, ...]:
    """Both ends of a relationship, the same whichever way round and in whichever order of pairs of columns."""
    (one, its), (other, others) = ends
    pairs = list(zip((name.lower() for name in its), (name.lower() for name in others), strict=True))
    there = (f"{one}({', '.join(a for a, _ in sorted(pairs))})", f"{other}({', '.join(b for _, b in sorted(pairs))})")
    pairs = [(b, a) for a, b in pairs]
    back = (f"{other}({', '.join(b for b, _ in sorted(pairs))})", f"{one}({', '.join(a for _, a in sorted(pairs))})")
    return min(there, back)


def facts_of(diff: Diff) -> set[Fact]:
    """All that a diff says."""
    said = [Fact((one.unique_id,), ADDED) for one in diff.tables.added]
    said += [Fact((one.unique_id,), REMOVED) for one in diff.tables.removed]
    for table in diff.tables.changed:
        said += _facts_of_table(table)
    said += [Fact(_joined(one), ADDED) for one in diff.relationships.added]
    said += [Fact(_joined(one), REMOVED) for one in diff.relationships.removed]
    said += [changed(_joined(one.head), one.aspects) for one in diff.relationships.changed]
    said += [Fact((), RENAMED, (), one.base.unique_id, one.head.unique_id) for one in diff.renamed]
    said += [unknown(one.table, one.why) for one in diff.unknown]
    facts = set(said)
    assert len(facts) == len(said), f"said twice: {sorted(one for one in facts if said.count(one) > 1)}"
    return facts


def _facts_of_table(table: TableChange) -> list[Fact]:
    name = table.head.unique_id
    assert name == table.base.unique_id
    said = [Fact(_column(name, one), ADDED) for one in table.added]
    said += [Fact(_column(name, one), REMOVED) for one in table.removed]
    for one in table.changed:
        types = (one.base.type, one.head.type) if Aspect.TYPE in one.aspects else ("", "")
        said.append(changed(_column(name, one.head), one.aspects, *types))
    said += [Fact((name,), RENAMED, (), one.base.name.lower(), one.head.name.lower()) for one in table.renamed]
    assert table.aspects or said, f"{name} is among the changed tables, and nothing of it is"
    return [*said, changed((name,), table.aspects)] if table.aspects else said


def _column(table: str, column: Column) -> tuple[str, ...]:
    return table, column.name.lower()


def _joined(one: Relationship) -> tuple[str, ...]:
    return joined(_end(one.child), _end(one.parent))


def _end(end: Endpoint) -> tuple[str, tuple[str, ...]]:
    return end.table, end.columns
