"""The columns of one table, from what the warehouse has and what YAML declares, and the way to find one by name."""

from collections.abc import Collection, Iterable, Mapping

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
        self._parts: list[tuple[str, str, str, Origin]] = []
        self._add(observed, declared, folds)
        self._names = {part[0]: part[0] for part in self._parts}
        self._by_lower: dict[str, str | None] | None = None

    def find(self, name: str) -> str | None:
        """The column meant by `name`, if there is one and only one."""
        if name in self._names:
            return self._names[name]
        if self._by_lower is None:
            self._by_lower = _unambiguous(self._names)
        return self._by_lower.get(name.lower())

    def find_or_add(self, name: str) -> str:
        """The column meant by `name`; one that nobody else knows is added at the end."""
        found = self.find(name)
        if found is None:
            found = self._names[name] = name
            self._by_lower = None
            self._parts.append((name, "", "", Origin.NAMED))
        return found

    def in_order(self, names: Iterable[str]) -> list[str]:
        """The given columns in the table's order."""
        wanted = set(names)
        return [name for name in self._names if name in wanted]

    def build(self, not_null: frozenset[str]) -> tuple[Column, ...]:
        """The columns, those in `not_null` marked."""
        return tuple([Column(*part, part[0] in not_null) for part in self._parts])

    def _add(self, observed: Mapping[str, ObservedColumn], declared: Mapping[str, DeclaredColumn], folds: bool) -> None:
        twins = _matches(observed, declared)
        taken = set(twins.values())
        only_yaml = {written: column for written, column in declared.items() if written not in taken}
        names = _shown_names(observed, twins, only_yaml) if folds else {}
        add = self._parts.append
        for stored, column in sorted(observed.items(), key=_position):
            kind, description = column.type or "", column.comment or ""
            if stored in twins:
                yaml = declared[twins[stored]]
                kind, description = kind or yaml.data_type or "", yaml.description or description
            add((names.get(stored, stored), kind, description, Origin.OBSERVED))
        for written, yaml in only_yaml.items():
            add((written, yaml.data_type or "", yaml.description or "", Origin.DECLARED))


def _position(item: tuple[str, ObservedColumn]) -> tuple[float, str]:
    name, column = item
    try:
        return float(column.index), name  # type: ignore[arg-type]  # None and odd text are what `except` is for
    except (TypeError, ValueError):
        return float("inf"), name


def _matches(observed: Mapping[str, ObservedColumn], declared: Mapping[str, DeclaredColumn]) -> dict[str, str]:
    """For each of the warehouse's columns that YAML declares, its name there: the same, else the same but for case."""
    exact = {name: name for name in observed if name in declared}
    if len(exact) == len(declared):
        return exact
    free = _unambiguous(name for name in observed if name not in exact)
    for written in declared:
        stored = None if written in exact else free.pop(written.lower(), None)
        if stored is not None:
            exact[stored] = written
    return exact


def _shown_names(observed: Iterable[str], twins: Mapping[str, str], others: Collection[str]) -> dict[str, str]:
    """The warehouse's names as people write them; as they are if two columns would then share a name."""
    names = {name: twins.get(name, name.lower()) if name.isupper() else name for name in observed}
    return names if len({*names.values(), *others}) == len(names) + len(others) else {}


def _unambiguous(names: Iterable[str]) -> dict[str, str | None]:
    """The names by their lower-case form; `None` where several share it."""
    found: dict[str, str | None] = {}
    for name in names:
        lower = name.lower()
        found[lower] = None if lower in found else name
    return found
