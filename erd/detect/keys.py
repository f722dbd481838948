"""The keys of one table: its primary key, its further unique keys, and the columns that are never null."""

from collections import defaultdict

import msgspec

from erd.artifacts.manifest import Constraint, Node
from erd.detect.claims import Evidence, Key
from erd.detect.columns import Columns, unquoted


class Keys(msgspec.Struct, frozen=True):
    """Keys as names of columns, in key order; no key is listed twice."""

    primary: Key
    unique: tuple[Key, ...]
    not_null: frozenset[str]


def find_keys(unique_id: str, node: Node, columns: Columns, evidence: Evidence) -> Keys:
    """The keys of a table, from its constraints and the tests on it.

    The primary key is what a constraint says, else a test of that name; else the column that tests prove unique and not
    null, or several columns together where no single one is. The first of several is taken: the others stay unique
    keys. Keys that name a column nobody knows are left out.
    """
    constrained = _constraints(node)
    declared = _known(columns, constrained["primary_key"]) + sorted(
        _known(columns, evidence.primary.get(unique_id, []))
    )
    unique = _known(columns, evidence.unique.get(unique_id, []) + constrained["unique"]) + declared
    tested = evidence.not_null.get(unique_id, [])
    if required := constrained["not_null"]:
        # Of several columns each is never null, whether the others are known or not.
        tested = tested + [(name,) for names in required for name in names]
    not_null = {name for names in _known(columns, tested) for name in names}
    primary = declared[0] if declared else _proven(columns, unique, not_null)
    others = {frozenset(key): key for key in sorted(unique) if key != primary and set(key) != set(primary)}
    return Keys(primary, tuple(sorted(others.values())), frozenset(not_null.union(primary)))


def _proven(columns: Columns, unique: list[Key], not_null: set[str]) -> Key:
    """The key that tests prove to be a primary one, if there is one."""
    single = columns.first(key[0] for key in unique if len(key) == 1 and key[0] in not_null)
    if single is not None:
        return (single,)
    return min((key for key in unique if len(key) > 1 and not_null.issuperset(key)), default=())


def _known(columns: Columns, keys: list[Key]) -> list[Key]:
    """The keys of which every column is known, by the names in use."""
    if not keys:
        return []
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
