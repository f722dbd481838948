"""The columns of one table, from what the warehouse has and what YAML declares, and the way to find one by name."""

from collections import Counter
from collections.abc import Collection, Iterable, Mapping

import msgspec

from erd.artifacts.catalog import ObservedColumn
from erd.artifacts.manifest import DeclaredColumn
from erd.model import Column, Origin

# Warehouses that store an unquoted name in upper case, so that an all-upper name says nothing of how it was written.
UPPER_FOLDING = frozenset({"snowflake", "oracle"})


class Columns:
    """The columns of one table in order, found by name as people write it: exactly, else by a clear match but for case.

    The warehouse's columns come first, by their position, then those that only YAML declares. Names keep their case,
    except that an all-upper name of an upper-folding warehouse is shown as YAML has it, else in lower case, unless two
    columns would then share a name.
    """

    def __init__(
        self, observed: Mapping[str, ObservedColumn], declared: Mapping[str, DeclaredColumn], folds: bool
    ) -> None:
        self._columns = _merged(observed, declared, folds)
        self._places = {column.name: place for place, column in enumerate(self._columns)}
        self._by_lower: dict[str, str | None] | None = None

    def find(self, name: str) -> str | None:
        """The column meant by `name`, if there is one and only one."""
        if name in self._places:
            return name
        if self._by_lower is None:
            self._by_lower = _unambiguous(self._places)
        return self._by_lower.get(name.lower())

    def find_or_add(self, name: str) -> str:
        """The column meant by `name`; one that nobody else knows is added at the end."""
        found = self.find(name)
        if found is None:
            found = name
            self._places[name] = len(self._columns)
            self._by_lower = None
            self._columns.append(Column(name, origin=Origin.NAMED))
        return found

    def first(self, names: Iterable[str]) -> str | None:
        """The one of these columns that comes first in the table."""
        return min(names, key=self._places.__getitem__, default=None)

    def build(self, not_null: Iterable[str]) -> tuple[Column, ...]:
        """The columns, those in `not_null` marked."""
        for name in not_null:
            place = self._places[name]
            self._columns[place] = msgspec.structs.replace(self._columns[place], not_null=True)
        return tuple(self._columns)


def _merged(
    observed: Mapping[str, ObservedColumn], declared: Mapping[str, DeclaredColumn], folds: bool
) -> list[Column]:
    twins = _twins(observed, declared)
    names = _shown_names(observed, declared, twins) if folds else {}
    columns = []
    for stored, column in sorted(observed.items(), key=_position):
        name, kind, description = names.get(stored, stored), column.type or "", column.comment or ""
        written = twins.get(stored)
        if written is not None:
            yaml = declared[written]
            kind, description = kind or yaml.data_type or "", yaml.description or description
        columns.append(Column(name, kind, description))
    if len(twins) < len(declared):
        matched = set(twins.values())
        columns += [
            Column(written, yaml.data_type or "", yaml.description or "", Origin.DECLARED)
            for written, yaml in declared.items()
            if written not in matched
        ]
    return columns


def _position(item: tuple[str, ObservedColumn]) -> tuple[float, str]:
    """Where a column stands; those that do not say stand last, by name."""
    name, column = item
    try:
        return float(column.index), name  # type: ignore[arg-type]  # None and odd text are what `except` is for
    except (TypeError, ValueError):
        return float("inf"), name


def _twins(observed: Mapping[str, ObservedColumn], declared: Mapping[str, DeclaredColumn]) -> dict[str, str]:
    """For each of the warehouse's columns that YAML declares, its name there: the same, else the same but for case."""
    twins = {stored: stored for stored in observed if stored in declared}
    if len(twins) == len(declared):
        return twins
    free = _unambiguous([stored for stored in observed if stored not in twins])
    for lower, written in _unambiguous([written for written in declared if written not in twins]).items():
        stored = free.get(lower)
        if stored is not None and written is not None:
            twins[stored] = written
    return twins


def _shown_names(
    observed: Mapping[str, ObservedColumn], declared: Mapping[str, DeclaredColumn], twins: Mapping[str, str]
) -> dict[str, str]:
    """The warehouse's names as people write them; none if two columns of the table would then share a name."""
    names = {stored: twins.get(stored) or stored.lower() for stored in observed if stored.isupper()}
    shown = set(names.values())
    shown.update([stored for stored in observed if stored not in names])
    if len(twins) < len(declared):
        shown.update(set(declared).difference(twins.values()))
    return names if len(shown) == len(observed) + len(declared) - len(twins) else {}


def _unambiguous(names: Collection[str]) -> dict[str, str | None]:
    """The names by their lower-case form; `None` where several share it."""
    found: dict[str, str | None] = {name.lower(): name for name in names}
    if len(found) < len(names):
        for lower, count in Counter(name.lower() for name in names).items():
            if count > 1:
                found[lower] = None
    return found
