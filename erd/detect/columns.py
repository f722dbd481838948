"""The columns of one table, from what the warehouse has and what YAML declares, and the way to find one by name."""

from collections import Counter
from collections.abc import Iterable, Mapping
from math import inf, isnan

import msgspec

from erd.artifacts.catalog import ObservedColumn
from erd.artifacts.manifest import DeclaredColumn
from erd.model import Column, Origin

# Warehouses that store an unquoted name in upper case, so that an all-upper name says nothing of how it was written.
UPPER_FOLDING = frozenset({"snowflake", "oracle"})
NOT_DECLARED = DeclaredColumn()
_QUOTES = {'"': '"', "`": "`", "[": "]"}


class Columns:
    """The columns of one table in order, found by name as people write it: exactly, else by a clear match but for case.

    The warehouse's columns come first, by their position, then those that only YAML declares. Names keep their case,
    except that an all-upper name of an upper-folding warehouse is shown as YAML has it, else in lower case, unless two
    columns would then share a name.
    """

    def __init__(
        self, observed: Mapping[str, ObservedColumn], declared: Mapping[str, DeclaredColumn], folds: bool
    ) -> None:
        self._columns, self._by_lower = _merged(observed, _without_quotes(declared), folds)
        self._by_name: dict[str, int] = {}
        if len(self._by_lower) < len(self._columns):
            # Some names differ in case alone, so only an exact name, or one that has no such twin, is clear.
            self._by_name = {column.name: place for place, column in enumerate(self._columns)}
            twice = Counter(name.lower() for name in self._by_name)
            self._by_lower = {lower: place for lower, place in self._by_lower.items() if twice[lower] == 1}

    @property
    def is_empty(self) -> bool:
        """Whether nobody knows any column of the table."""
        return not self._columns

    def find(self, name: str) -> str | None:
        """The column meant by `name`, if there is one and only one."""
        place = self._place(name)
        return None if place is None else self._columns[place].name

    def find_or_add(self, name: str) -> str:
        """The column meant by `name`; one that nobody else knows is added at the end."""
        found = self.find(name)
        if found is None:
            lower = name.lower()
            if all(column.name.lower() != lower for column in self._columns):
                self._by_lower[lower] = len(self._columns)
            self._by_name[name] = len(self._columns)
            self._columns.append(Column(name, origin=Origin.NAMED))
        return found or name

    def first(self, names: Iterable[str]) -> str | None:
        """The one of these columns that comes first in the table."""
        return min(names, key=lambda name: self._place(name) or 0, default=None)

    def build(self, not_null: Iterable[str]) -> tuple[Column, ...]:
        """The columns, those in `not_null` marked."""
        for name in not_null:
            place = self._place(name)
            if place is not None:
                self._columns[place] = msgspec.structs.replace(self._columns[place], not_null=True)
        return tuple(self._columns)

    def _place(self, name: str) -> int | None:
        place = self._by_name.get(name)
        return self._by_lower.get(name.lower()) if place is None else place


def unquoted(column: str) -> str:
    """The name of a column without the quotes of a warehouse, its case kept."""
    if column.isidentifier():
        return column
    name = column.strip()
    if name[:1] in _QUOTES and len(name) > 1 and name[-1] == _QUOTES[name[0]] and name[0] not in name[1:-1]:
        return name[1:-1]
    return name


def _without_quotes(declared: Mapping[str, DeclaredColumn]) -> Mapping[str, DeclaredColumn]:
    """The columns of YAML by their names; few projects write quotes into them, and the others pay nothing."""
    names = "".join(declared)
    if not any(quote in names for quote in _QUOTES):
        return declared
    return {unquoted(written): yaml for written, yaml in declared.items()}


def _merged(
    observed: Mapping[str, ObservedColumn], declared: Mapping[str, DeclaredColumn], folds: bool
) -> tuple[list[Column], dict[str, int]]:
    """The columns in order, and their places by lower-case name; fewer places than columns if some share one."""
    by_lower = {written.lower(): written for written in declared}
    some_alike = len(by_lower) < len(declared)
    columns: list[Column] = []
    lowers: list[str] = []
    for stored, column in _in_order(observed):
        lower = stored.lower()
        written = by_lower.pop(lower, None)
        kind, description = column.type, column.comment
        if written is not None:
            yaml = declared[written]
            kind, description = kind or yaml.data_type, yaml.description or description
        lowers.append(lower)
        shown = (written or lower) if folds and stored.isupper() else stored
        columns.append(Column(shown, kind or "", description or ""))
    columns += [_declared_only(written, declared[written]) for written in by_lower.values()]
    places = dict(zip([*lowers, *by_lower], range(len(columns)), strict=True))
    if some_alike or len(places) < len(columns):
        return _merged_by_case(observed, declared, folds)
    return columns, places


def _merged_by_case(
    observed: Mapping[str, ObservedColumn], declared: Mapping[str, DeclaredColumn], folds: bool
) -> tuple[list[Column], dict[str, int]]:
    """As `_merged`, for tables in which some names differ in case alone."""
    twins = _twins(observed, declared)
    names = _shown_names(observed, declared, twins) if folds else {}
    columns = []
    for stored, column in _in_order(observed):
        written = twins[stored]
        yaml = declared[written] if written is not None else NOT_DECLARED
        kind, description = column.type or yaml.data_type or "", yaml.description or column.comment or ""
        columns.append(Column(names.get(stored, stored), kind, description))
    matched = set(twins.values())
    columns += [_declared_only(written, yaml) for written, yaml in declared.items() if written not in matched]
    return columns, {column.name.lower(): place for place, column in enumerate(columns)}


def _declared_only(written: str, yaml: DeclaredColumn) -> Column:
    return Column(written, yaml.data_type or "", yaml.description or "", Origin.DECLARED)


def _in_order(observed: Mapping[str, ObservedColumn]) -> Iterable[tuple[str, ObservedColumn]]:
    """The warehouse's columns by their position; most catalogs list them so, counting up from 0 or 1."""
    positions = [column.index for column in observed.values()]
    if positions == list(range(len(positions))) or positions == list(range(1, len(positions) + 1)):
        return observed.items()
    return sorted(observed.items(), key=_position)


def _position(item: tuple[str, ObservedColumn]) -> tuple[float, str]:
    """Where a column stands; those that do not say stand last, by name."""
    name, column = item
    try:
        position = float(column.index)  # type: ignore[arg-type]  # None and odd text are what `except` is for
    except (TypeError, ValueError, OverflowError):
        return inf, name
    return inf if isnan(position) else position, name


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
