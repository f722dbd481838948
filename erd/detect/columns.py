"""The columns of one table, from what the warehouse has and what YAML declares, and the way to find one by name."""

from collections.abc import Iterable, Mapping

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
    by_lower = {written.lower(): written for written in declared}
    if len(by_lower) == len(declared) and len({stored.lower() for stored in observed}) == len(observed):
        # Nearly every table: no two names differ in case alone, so a name's lower-case form says which column it is.
        twins = {stored: by_lower.pop(stored.lower(), None) for stored in observed}
        names = {stored: twins[stored] or stored.lower() for stored in observed if stored.isupper()} if folds else {}
        only_declared: Iterable[str] = by_lower.values()
    else:
        twins = _twins(observed, declared)
        names = _shown_names(observed, declared, twins) if folds else {}
        only_declared = [written for written in declared if written not in set(twins.values())]
    columns = []
    for stored, column in sorted(observed.items(), key=_position):
        kind, description = column.type or "", column.comment or ""
        written = twins[stored]
        if written is not None:
            yaml = declared[written]
            kind, description = kind or yaml.data_type or "", yaml.description or description
        columns.append(Column(names.get(stored, stored), kind, description))
    for written in only_declared:
        yaml = declared[written]
        columns.append(Column(written, yaml.data_type or "", yaml.description or "", Origin.DECLARED))
    return columns


def _position(item: tuple[str, ObservedColumn]) -> tuple[float, str]:
    """Where a column stands; those that do not say stand last, by name."""
    name, column = item
    try:
        return float(column.index), name  # type: ignore[arg-type]  # None and odd text are what `except` is for
    except (TypeError, ValueError):
        return float("inf"), name


def _twins(observed: Iterable[str], declared: Iterable[str]) -> dict[str, str | None]:
    """For each of the warehouse's columns its name in YAML: the same, else the only one that differs but for case."""
    exact = set(declared).intersection(observed)
    free = _unambiguous(stored for stored in observed if stored not in exact)
    named = _unambiguous(written for written in declared if written not in exact)
    twins: dict[str, str | None] = {stored: stored if stored in exact else None for stored in observed}
    twins |= {stored: named.get(lower) for lower, stored in free.items() if stored is not None}
    return twins


def _shown_names(observed: Iterable[str], declared: Iterable[str], twins: Mapping[str, str | None]) -> dict[str, str]:
    """The warehouse's names as people write them; none if two columns of the table would then share a name."""
    names = {stored: twins[stored] or stored.lower() for stored in observed if stored.isupper()}
    kept = [stored for stored in observed if stored not in names]
    shown = [*names.values(), *kept, *set(declared).difference(twins.values())]
    return names if len(set(shown)) == len(shown) else {}


def _unambiguous(names: Iterable[str]) -> dict[str, str | None]:
    """The names by their lower-case form; `None` where several share it."""
    found: dict[str, str | None] = {}
    for name in names:
        lower = name.lower()
        found[lower] = None if lower in found else name
    return found
