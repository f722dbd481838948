"""What artifacts say of keys and relationships before any table is drawn, whichever kind of evidence says it."""

from collections import defaultdict
from collections.abc import Iterator

import msgspec

from erd.model import CONSTRAINT, SEMANTIC

Key = tuple[str, ...]
"""Names of columns in key order, in the words of whoever named them, without quotes."""


class Claim(msgspec.Struct, frozen=True):
    """That one table refers to another, and who says so.

    `kind` and `node` are those of `erd.model.Provenance`, as is `name`. Columns are in the claimant's own words.
    Without `child_columns` it is known of the tables only; without `parent_columns` alone, the parent's key is meant.
    `type` and `label` come from `meta`, empty when unset.
    """

    kind: str
    node: str
    child: str
    child_columns: Key
    parent: str
    parent_columns: Key
    name: str = ""
    type: str = ""
    label: str = ""

    @property
    def called(self) -> str:
        """Who says it, as a message begins."""
        if self.kind == CONSTRAINT:
            return foreign_key_called(self.node, self.name, self.child_columns)
        return entity_called(self.node, self.name) if self.kind == SEMANTIC else self.node


def ends_called(child: str, child_columns: Key, parent: str, parent_columns: Key) -> str:
    """Both ends of a relationship, as a message says them."""
    return f"{_end_called(child, child_columns)} to {_end_called(parent, parent_columns)}"


def foreign_key_called(node: str, name: str | None, columns: Key) -> str:
    """A foreign-key constraint of a model, as a message begins."""
    return f"The foreign key {name or ', '.join(columns) or 'without a name'} of {node}"


def entity_called(node: str, name: str | None) -> str:
    """An entity of a semantic model, as a message begins."""
    return f"The entity {name} of {node}"


def _end_called(table: str, columns: Key) -> str:
    return f"{table} ({', '.join(columns)})" if columns else table


class Evidence:
    """All that is said: unique, primary and not-null keys by table, and relationships."""

    def __init__(self) -> None:
        self.unique: defaultdict[str, list[Key]] = defaultdict(list)
        self.primary: defaultdict[str, list[Key]] = defaultdict(list)
        self.not_null: defaultdict[str, list[Key]] = defaultdict(list)
        self.claims: list[Claim] = []

    def joined_tables(self) -> Iterator[tuple[str, str]]:
        """The two tables of each relationship, by `unique_id`."""
        return ((claim.child, claim.parent) for claim in self.claims)
