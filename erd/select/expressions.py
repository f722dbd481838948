"""What a rule says, once it is read: criteria, and how they are put together."""

from collections.abc import Iterator
from typing import Any, TypeAlias

import msgspec

UNLIMITED = 1_000_000_000
"""As many steps of the graph as there are."""

# Those of dbterd, which ask for no more than what every manifest is read for.
START = "start"
DBTERD_METHODS = ("name", "exact", "schema", "wildcard")
LEAN_METHODS = frozenset({START, *DBTERD_METHODS})


class Criterion(msgspec.Struct, frozen=True):
    """A method with its value, and how far to go from what it finds.

    `arguments` are the words behind the method's name (`config.meta.owner`). `parents` and `children` are numbers of
    steps up and down the graph, and `childrens_parents` is dbt's `@`. With `tables_used`, what it finds stands for the
    tables that it uses. `text` is how it was written.
    """

    text: str
    method: str
    value: Any
    arguments: tuple[str, ...] = ()
    parents: int = 0
    children: int = 0
    childrens_parents: bool = False
    tables_used: bool = False

    @property
    def has_operator(self) -> bool:
        """Whether it goes on from what it finds."""
        return bool(self.parents or self.children or self.childrens_parents)


class AnyOf(msgspec.Struct, frozen=True):
    """A union."""

    parts: "tuple[Expression, ...]"


class AllOf(msgspec.Struct, frozen=True):
    """An intersection."""

    parts: "tuple[Expression, ...]"


class Without(msgspec.Struct, frozen=True):
    """A difference."""

    wanted: "Expression"
    unwanted: "Expression"


Expression: TypeAlias = Criterion | AnyOf | AllOf | Without


class Rule(msgspec.Struct, frozen=True):
    """One rule as it was written, and what it says."""

    text: str
    expression: Expression


def criteria(expression: Expression) -> Iterator[Criterion]:
    """All criteria of an expression."""
    match expression:
        case Criterion():
            yield expression
        case AnyOf(parts) | AllOf(parts):
            for part in parts:
                yield from criteria(part)
        case Without(wanted, unwanted):
            yield from criteria(wanted)
            yield from criteria(unwanted)
