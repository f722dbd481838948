"""The keys of one table: its primary key, its further unique keys, and the columns that are never null."""

from collections import defaultdict

import msgspec

from erd.artifacts.manifest import Constraint, Node
from erd.detect.columns import Columns, unquoted
from erd.detect.evidence import Evidence

Key = tuple[str, ...]


class Keys(msgspec.Struct, frozen=True):
    """Keys as names of columns, in key order; no key is listed twice."""

    primary: Key
    unique: tuple[Key, ...]
    not_null: frozenset[str]


def find_keys(unique_id: str, node: Node, columns: Columns, evidence: Evidence) -> Keys:
    """The keys of a table, from its constraints and the tests on it.

    The primary key is what a constraint says; else the column that tests prove unique and not null, the first if there
    are several: the others stay unique keys. Keys that name a column nobody knows are left out.
    """
    constrained = _constraints(node)
    unique = _known(columns, [(name,) for name in evidence.unique.get(unique_id, ())] + constrained["unique"])
    declared = _known(columns, constrained["primary_key"])
    tested = [(name,) for name in evidence.not_null.get(unique_id, ())]
    not_null = {name for names in _known(columns, tested + constrained["not_null"]) for name in names}
    proven = columns.first(key[0] for key in unique if len(key) == 1 and key[0] in not_null)
    primary = declared[0] if declared else (proven,) if proven is not None else ()
    others = {frozenset(key): key for key in unique if key != primary and set(key) != set(primary)}
    return Keys(primary, tuple(sorted(others.values())), frozenset(not_null.union(primary)))


def _known(columns: Columns, keys: list[Key]) -> list[Key]:
    """The keys of which every column is known, by the names in use."""
    found = [tuple([columns.find(name) for name in names]) for names in keys]
    return [tuple(name for name in names if name is not None) for names in found if names and None not in names]


def _constraints(node: Node) -> defaultdict[str, list[Key]]:
    """The columns of all constraints of a model by their kind, those on a single column included."""
    found: defaultdict[str, list[Key]] = defaultdict(list)
    for constraint in node.constraints or ():
        found[_kind(constraint)].append(tuple([unquoted(name) for name in constraint.columns or ()]))
    for name, column in (node.columns or {}).items():
        if column.constraints:
            for constraint in column.constraints:
                found[_kind(constraint)].append((unquoted(name),))
    return found


def _kind(constraint: Constraint) -> str:
    return (constraint.type or "").lower()
