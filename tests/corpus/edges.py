"""Relationships as dbterd's JSON has them, which is this project's too, and what differs between two lists of them."""

from collections import defaultdict
from collections.abc import Iterable
from enum import Enum
from itertools import zip_longest
from typing import TypeAlias

import msgspec

Joined: TypeAlias = tuple[str, str, tuple[tuple[str, str], ...]]
"""Two tables and the pairs of columns that are joined, in lower case as dbterd has them, whichever way round."""


class Said(msgspec.Struct, frozen=True, order=True):
    """Who says that a relationship exists; only this project's JSON has it."""

    kind: str
    node: str
    name: str = ""


class Edge(msgspec.Struct, frozen=True):
    """A relationship. `cardinality` is one of dbterd's codes; `name` is the test, constraint or semantic model."""

    from_id: str
    from_columns: tuple[str, ...]
    to_id: str
    to_columns: tuple[str, ...]
    name: str
    cardinality: str
    provenance: tuple[Said, ...] = ()

    @property
    def joined(self) -> Joined:
        """What it joins, whichever way round."""
        there, back = self._end(self.from_id, self.from_columns), self._end(self.to_id, self.to_columns)
        pairs = list(zip_longest(there[1], back[1], fillvalue=""))
        return min(
            (there[0], back[0], tuple(sorted(pairs))),
            (back[0], there[0], tuple(sorted((parent, child) for child, parent in pairs))),
        )

    @property
    def child(self) -> tuple[str, frozenset[str]]:
        """The end that refers to the other."""
        table, columns = self._end(self.from_id, self.from_columns)
        return table, frozenset(columns)

    @property
    def said_by(self) -> list[str]:
        """Who says so."""
        return [f"{said.name} of {said.node}" if said.name else said.node for said in self.provenance] or [self.name]

    def __str__(self) -> str:
        """Both ends, child first, and the cardinality."""
        there, back = ", ".join(self.from_columns), ", ".join(self.to_columns)
        return f"{self.from_id} ({there}) > {self.to_id} ({back}) [{self.cardinality}]"

    @staticmethod
    def _end(table: str, columns: Iterable[str]) -> tuple[str, tuple[str, ...]]:
        return table, tuple(column.lower() for column in columns)


class What(Enum):
    """In what two tools differ."""

    ONLY_DBTERD = "only dbterd's"
    ONLY_OURS = "only ours"
    TWICE = "drawn again by dbterd"
    DIRECTION = "another direction"
    CARDINALITY = "another cardinality"


class Difference(msgspec.Struct, frozen=True):
    """Something in which the tools differ: what each has there."""

    what: What
    dbterd: Edge | None
    ours: Edge | None

    def __str__(self) -> str:
        """What differs, in the words of whoever has it."""
        match self.dbterd, self.ours:
            case Edge(), Edge():
                return f"{self.what.value}: {self.ours}, {self.dbterd} by dbterd"
            case theirs, mine:
                return f"{self.what.value}: {mine or theirs}"

    @property
    def edge(self) -> Edge:
        """The relationship, as this project has it where it does."""
        found = self.ours or self.dbterd
        assert found is not None
        return found


class _Document(msgspec.Struct, frozen=True):
    edges: tuple[Edge, ...]


def read_edges(text: str) -> tuple[Edge, ...]:
    """The relationships of a JSON document."""
    return msgspec.json.decode(text, type=_Document).edges


def differences(dbterd: Iterable[Edge], ours: Iterable[Edge]) -> list[Difference]:
    """All in which two lists of relationships differ, those of dbterd alone first."""
    theirs: defaultdict[Joined, list[Edge]] = defaultdict(list)
    for edge in dbterd:
        theirs[edge.joined].append(edge)
    mine = {edge.joined: edge for edge in ours}
    found = [Difference(What.ONLY_DBTERD, edge, None) for key in theirs if key not in mine for edge in theirs[key]]
    for key, edge in mine.items():
        found += _compared(theirs[key], edge) if key in theirs else [Difference(What.ONLY_OURS, None, edge)]
    return found


def _compared(theirs: list[Edge], mine: Edge) -> list[Difference]:
    """What differs in a relationship that both tools have; dbterd may have it several times."""
    said = {name for one in mine.provenance for name in (one.node, one.name)}
    first, *others = sorted(theirs, key=lambda edge: edge.name not in said)
    found = [Difference(What.TWICE, edge, None) for edge in others]
    if first.child != mine.child:
        found.append(Difference(What.DIRECTION, first, mine))
    if first.cardinality != mine.cardinality:
        found.append(Difference(What.CARDINALITY, first, mine))
    return found
