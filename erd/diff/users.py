"""Who in the head uses a table or a column, the strongest first."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence

import msgspec

from erd.diff.changes import Aspect, Diff, Side
from erd.diff.code import words
from erd.model import Relationship
from erd.project import Place, Project, Use, UseKind

ReadCode = Callable[[Collection[str]], Mapping[str, str]]
"""Gives the code of nodes, by `unique_id`, as their authors wrote it."""

IN_CODE = "names it in its code"
"""The part of a use that is a guess: a downstream node whose code has a word like the column."""

NAMING = frozenset({UseKind.FOREIGN_KEY, UseKind.CONTRACT, UseKind.TEST, UseKind.SEMANTIC_MODEL})
"""The kinds of users that dbt or the warehouse stops at when what they name is gone."""

_DOWNSTREAM = frozenset({UseKind.MODEL, UseKind.SNAPSHOT})
# Tests that hold whatever the type.
_OF_ANY_TYPE = frozenset({"unique", "not_null"})
_STRENGTH = {
    kind: place
    for place, kind in enumerate((
        UseKind.FOREIGN_KEY,
        UseKind.CONTRACT,
        UseKind.TEST,
        UseKind.SEMANTIC_MODEL,
        UseKind.UNIT_TEST,
        UseKind.EXPOSURE,
        UseKind.MODEL,
        UseKind.SNAPSHOT,
    ))
}  # fmt: skip
_NOTHING = Project()


class Users:
    """Finds users in the project of the head."""

    def __init__(self, head: Side, suspects: Collection[str], read_code: ReadCode | None) -> None:
        """The code is read of all that is made from one of the `suspects`, tables by `unique_id`."""
        self._project = head.project or _NOTHING
        downstream = {use.node: use.file for table in suspects for use in self._downstream(table)}
        code = read_code(tuple(sorted(downstream))) if read_code and downstream else {}
        self._words = {node: words(text, head.erd.warehouse, downstream[node]) for node, text in code.items()}

    def of_column(self, table: str, column: str) -> tuple[Use, ...]:
        """Those that name a column, or may well do so: the exposures of its table, and code with such a word."""
        found = [use for use in self._uses(table) if use.kind is UseKind.EXPOSURE or _names(use, [column])]
        found += [
            msgspec.structs.replace(use, columns=(column,), part=IN_CODE)
            for use in self._downstream(table)
            if column.lower() in self._words.get(use.node, ())
        ]
        return strongest_first(found)

    def of_type(self, table: str, column: str) -> tuple[Use, ...]:
        """Those of a column's users to whom its type may matter; its own contract names the new one already."""
        found = self.of_column(table, column)
        return tuple(use for use in found if use.kind is not UseKind.CONTRACT and not _is_of_any_type(use))

    def of_lost_table(self, table: str) -> tuple[Use, ...]:
        """Those that still name a table that is gone."""
        found = list(self._uses(table))
        for word in _words_for(table):
            found += self._project.unresolved.get(word, ())
        return strongest_first(use for use in found if use.node != table)

    def of_key(self, table: str, columns: Sequence[str]) -> tuple[Use, ...]:
        """Those that count on columns to be a key of their table."""
        key = {column.lower() for column in columns}
        return strongest_first(
            use
            for use in self._uses(table)
            if use.kind in NAMING
            and use.kind is not UseKind.CONTRACT
            and not _is_of_any_type(use)
            and key == {column.lower() for column in use.columns}
        )

    def of_relationship(self, one: Relationship) -> tuple[Use, ...]:
        """Those that say that a relationship exists."""
        who = {said.node for said in one.provenance}
        found = {
            (use.node, use.part): use
            for end in (one.child, one.parent)
            for use in self._uses(end.table)
            if use.node in who and use.kind in NAMING and use.kind is not UseKind.CONTRACT and _names(use, end.columns)
        }
        return strongest_first(found.values())

    def code_of(self, table: str) -> str:
        """The file with a table's code; that with its YAML if it has none."""
        place = self._project.places.get(table, Place())
        return place.code or place.yaml

    def yaml_of(self, table: str) -> str:
        """The file with a table's YAML; that with its code if it has none."""
        place = self._project.places.get(table, Place())
        return place.yaml or place.code

    def _uses(self, table: str) -> Sequence[Use]:
        return self._project.uses.get(table, ())

    def _downstream(self, table: str) -> list[Use]:
        return [use for use in self._uses(table) if use.kind in _DOWNSTREAM]


def suspects(diff: Diff) -> frozenset[str]:
    """The tables of which code may name a column that is not what it was."""
    return frozenset(
        change.head.unique_id
        for change in diff.tables.changed
        if change.removed or any(Aspect.TYPE in one.aspects for one in change.changed)
    )


def strongest_first(uses: Iterable[Use]) -> tuple[Use, ...]:
    """Users in the order in which people should hear of them."""
    return tuple(sorted(uses, key=lambda use: (_STRENGTH[use.kind], use.name, use.part, use.node, use.columns)))


def _is_of_any_type(use: Use) -> bool:
    return use.kind is UseKind.TEST and use.part in _OF_ANY_TYPE


def _names(use: Use, columns: Iterable[str]) -> bool:
    lower = {column.lower() for column in columns}
    return any(column.lower() in lower for column in use.columns)


def _words_for(table: str) -> tuple[str, ...]:
    """What texts may call a table: a versioned model also by its name, and by both as dbt names it in the warehouse.

    A table out of a diagram may be called anything.
    """
    kind, *rest = table.lower().split(".")
    rest = rest[1:]
    if not rest:
        return (table.lower(),)
    if kind == "source" or len(rest) == 1:
        return tuple(rest[-1:])
    name, version = rest[0], rest[-1]
    return name, f"{name}.{version}", f"{name}_{version}"
