"""What artifacts say of keys and relationships, read by a few lines of its own where that is plain.

Where it is not plain, a table is said to be entangled, and no edit goes near it.
"""

import re
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Any

import msgspec

from tests.corpus.mutations.artifacts import Artifacts, Json, arguments_of, bare, macro_of, meta_of

_WORDS = re.compile(r"[\w$]+")
_CONDITIONS = ("row_condition", "ignore_row_if")
# How many rows stand at the child and at the parent for each `relationship_type` (dbterd's documentation of meta).
DECLARED = {
    "many-to-one": ("zero or many", "exactly one"),
    "zero-to-one": ("zero or one", "exactly one"),
    "one-to-one": ("exactly one", "exactly one"),
    "zero-to-many": ("zero or one", "one or many"),
    "one-to-many": ("exactly one", "one or many"),
    "many-to-many": ("one or many", "one or many"),
}


class Relation(msgspec.Struct, frozen=True):
    """What a `relationships` test says, its columns in lower case."""

    test: str
    child: str
    child_column: str
    parent: str
    parent_column: str

    @property
    def ends(self) -> tuple[tuple[str, tuple[str]], tuple[str, tuple[str]]]:
        """Both ends, as facts have them."""
        return (self.child, (self.child_column,)), (self.parent, (self.parent_column,))

    @property
    def unordered(self) -> frozenset[tuple[str, str]]:
        """Both ends, whichever way round."""
        return frozenset({(self.child, self.child_column), (self.parent, self.parent_column)})


class Keys(msgspec.Struct, frozen=True):
    """The keys of a table as the documentation of relationships has them; columns sorted, in lower case."""

    primary: tuple[str, ...]
    unique: frozenset[tuple[str, ...]]
    not_null: frozenset[str]

    def cardinality(self, column: str) -> tuple[str, str]:
        """The rows at the child and at the parent of a relationship on this column, where nobody declares them."""
        is_key = self.primary == (column,) or (column,) in self.unique
        return "zero or one" if is_key else "zero or many", "exactly one" if column in self.not_null else "zero or one"


class Reading:
    """Artifacts as they were before any edit."""

    def __init__(self, artifacts: Artifacts) -> None:
        self.artifacts = artifacts
        self.adapter: str = artifacts.manifest["metadata"].get("adapter_type") or ""
        self.tables = artifacts.tables()
        self.tests_of: defaultdict[str, list[str]] = defaultdict(list)
        self.relations: list[Relation] = []
        self.entangled: set[str] = set()
        self._words_of: defaultdict[str, set[str]] = defaultdict(set)
        self._words: set[str] = set()
        self._read_tests()
        self._read_constraints()
        self._read_semantic_models()
        often = Counter(one.unordered for one in self.relations)
        self.sole = [one for one in self.relations if often[one.unordered] == 1]

    @cached_property
    def seen(self) -> list[str]:
        """The tables that the catalog has, none of whose columns differ in case alone."""
        names = {table: [name.lower() for name in self.artifacts.observed(table)] for table in self.tables}
        return [table for table in self.tables if names[table] and len(set(names[table])) == len(names[table])]

    def free_columns(self, table: str) -> list[str]:
        """The columns of the catalog that no test, constraint or semantic model can mean, in their order."""
        taken = self._words | self._words_of[table]
        return [
            name
            for name in self.artifacts.in_order(table)
            if name.lower() not in taken and not taken.intersection(_words(name))
        ]

    def neighbours(self, table: str) -> set[str]:
        """The table, and those that it is joined with."""
        found = {table}
        for one in self.relations:
            if table in (one.child, one.parent):
                found |= {one.child, one.parent}
        return found

    def is_loose(self, *tables: str) -> bool:
        """Whether all that is said of these tables' relationships is in `relations`."""
        return self.entangled.isdisjoint(tables)

    def _read_tests(self) -> None:
        for unique_id in self.artifacts.tests():
            node, used = self.artifacts.node(unique_id), self.artifacts.used_by(unique_id)
            for table in used:
                self.tests_of[table].append(unique_id)
                self._words_of[table] |= {*_words(arguments_of(node)), *_words(node.get("column_name"))}
            if "relationship" in macro_of(node) or "foreign" in macro_of(node):
                found = self._relation(unique_id, node, used)
                if found:
                    self.relations.append(found)
                else:
                    self.entangled.update(used)

    def _relation(self, unique_id: str, node: Json, used: list[str]) -> Relation | None:
        arguments, column = arguments_of(node), node.get("column_name") or arguments_of(node).get("column_name")
        field = arguments.get("field")
        if macro_of(node) != "relationships" or len(used) != 2 or not column or not isinstance(field, str):
            return None
        named = re.findall(r"'([^']+)'", str(arguments.get("model", "")))
        children = [table for table in used if table == node.get("attached_node")] or [
            table for table in used if named and table.split(".")[-1] == named[-1]
        ]
        if len(children) != 1 or "ignore_in_erd" in meta_of(node):
            return None
        child, (parent,) = children[0], [table for table in used if table != children[0]]
        for table, name in ((child, column), (parent, field)):
            if [seen.lower() for seen in self.artifacts.observed(table)].count(bare(name)) != 1:
                return None
        return Relation(unique_id, child, bare(column), parent, bare(field))

    def _read_constraints(self) -> None:
        for table in self.tables:
            constraints = list(constraints_of(self.artifacts.node(table)))
            self._words |= {word for constraint in constraints for word in _words(constraint)}
            if any("foreign" in str(constraint.get("type")).lower() for constraint in constraints):
                self.entangled.add(table)
        last = {word.lower() for word in self._words}
        self.entangled |= {table for table in self.tables if last.intersection(_words(table.split(".", 2)[2]))}

    def _read_semantic_models(self) -> None:
        for unique_id, model in (self.artifacts.manifest.get("semantic_models") or {}).items():
            self.entangled |= {unique_id, *((model.get("depends_on") or {}).get("nodes") or ())}
            self._words |= {*_words(model.get("entities")), *_words(model.get("primary_entity"))}


def constraints_of(node: Mapping[str, Any]) -> Iterator[Json]:
    """The constraints of a table and of its columns, these with the names of their columns."""
    yield from node.get("constraints") or ()
    for name, column in (node.get("columns") or {}).items():
        yield from ({**constraint, "columns": [name]} for constraint in column.get("constraints") or ())


def keys_of(artifacts: Artifacts, table: str) -> Keys | None:
    """The keys that tests prove; None where constraints or tests that are not plain speak of them."""
    columns = [name.lower() for name in artifacts.in_order(table)]
    unique: set[tuple[str, ...]] = set()
    not_null: set[str] = set()
    if any(constraints_of(artifacts.node(table))):
        return None
    for unique_id in artifacts.tests():
        node = artifacts.node(unique_id)
        used = artifacts.used_by(unique_id)
        if table not in used or macro_of(node) == "relationships":
            continue
        key = key_of(node)
        if key is None or len(used) > 1 or not {*key}.issubset(columns):
            return None
        if not key or _is_partial(node):
            continue
        if macro_of(node) == "not_null":
            not_null.update(key)
        else:
            unique.add(key)
    single = [name for name in columns if (name,) in unique and name in not_null]
    together = sorted(key for key in unique if len(key) > 1 and not_null.issuperset(key))
    primary = (single[0],) if single else tuple(sorted(together[0])) if together else ()
    others = frozenset(tuple(sorted(key)) for key in unique) - {primary}
    return Keys(primary, others, frozenset(not_null.union(primary)))


def cardinality_of(meta: Json, keys: Keys, column: str) -> tuple[str, str]:
    """The rows at child and parent: as meta declares them, else as the keys say."""
    return DECLARED.get(str(meta.get("relationship_type")).lower()) or keys.cardinality(column)


def key_of(test: Mapping[str, Any]) -> tuple[str, ...] | None:
    """The columns of which a test says that they are unique or not null.

    None of a test that says nothing of keys, and None where what it says is not plain.
    """
    macro, arguments = macro_of(test), arguments_of(test)
    if macro in {"unique", "not_null"}:
        column = test.get("column_name") or arguments.get("column_name")
        return (bare(column),) if isinstance(column, str) else None
    if macro == "unique_combination_of_columns":
        columns = arguments.get("combination_of_columns")
        return tuple(bare(name) for name in columns) if isinstance(columns, list) else None
    return None if re.search("unique|key|null", macro) else ()


def _is_partial(test: Mapping[str, Any]) -> bool:
    arguments = arguments_of(test)
    return bool((test.get("config") or {}).get("where") or any(arguments.get(name) for name in _CONDITIONS))


def _words(value: Any) -> set[str]:
    """All words in the texts of a value, in lower case."""
    if isinstance(value, str):
        return {bare(value), *(word.lower() for word in _WORDS.findall(value))}
    if isinstance(value, dict):
        return {word for one in value.values() for word in _words(one)}
    return {word for one in value for word in _words(one)} if isinstance(value, list) else set()
