"""Assesses what differs between two small ERDs, and says the risks in words that a test can compare."""

from collections.abc import Collection, Mapping

from erd.diff.assess import assess
from erd.diff.changes import Side
from erd.diff.compare import compare
from erd.diff.risk import Risk, plain_text
from erd.model import Erd
from erd.project import Place, Project, Use, UseKind
from tests.builders import CUSTOMERS, ORDERS

UNUSED = Project(tables=frozenset({ORDERS, CUSTOMERS}))


def a_project(
    *contracted: str, uses: Mapping[str, Collection[Use]] | None = None, places: Mapping[str, Place] | None = None
) -> Project:
    """A project in which these contracts are enforced, and these uses made of its tables."""
    return Project(
        frozenset({ORDERS, CUSTOMERS}),
        contracted=frozenset(contracted),
        uses={table: tuple(users) for table, users in (uses or {}).items()},
        places=places or {},
    )


def a_use(kind: UseKind, name: str, *columns: str, part: str = "", file: str = "", node: str = "") -> Use:
    return Use(kind, node or f"{kind.name.lower()}.shop.{name}", name, columns, part, file=file)


def risks(
    base: Erd,
    head: Erd,
    base_project: Project = UNUSED,
    head_project: Project = UNUSED,
    code: Mapping[str, str] | None = None,
) -> tuple[Risk, ...]:
    """The risks between two states; `code` is that of nodes by `unique_id`."""
    sides = Side(base, base_project), Side(head, head_project)

    def read(nodes: Collection[str]) -> Mapping[str, str]:
        return {node: (code or {}).get(node, "") for node in nodes}

    return assess(compare(*sides), *sides, None if code is None else read)


def said(found: Collection[Risk]) -> list[str]:
    """Each risk as its severity, kind and sentence."""
    return [f"{risk.severity.value} {risk.kind.value}: {plain_text(risk.said)}" for risk in found]


def hit(risk: Risk) -> list[str]:
    """Whom a risk hits, each by kind, name and part."""
    return [" ".join(filter(None, (use.kind.value, use.name, use.part))) for use in risk.uses]
