"""Reviews for tests: the demo's pull request, and ones of any size."""

from collections.abc import Collection, Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from erd.artifacts.compiled import read_compiled_sql
from erd.diff.assess import assess
from erd.diff.changes import Side
from erd.diff.compare import compare
from erd.diff.review import Review
from erd.diff.risk import Name, Risk, RiskKind, Severity
from erd.model import Column, Relationship, Table
from erd.project import Project, Source, Use, UseKind
from erd.report.review_links import Links
from tests.builders import a_relationship, an_erd
from tests.diff.test_demo_risks import a_side

PRODUCTION = Source(
    "run 70437463654001",
    "70437463654001",
    "https://cloud.getdbt.com/deploy/1/projects/2/runs/70437463654001",
    "9b1f3c5e7a2d46801c3e5f7a9b2d4c6e8f0a1b2c",
    "2026-11-22T05:58:58Z",
    "1.11.16",
)
PULL_REQUEST = Source(
    "run 70437463654017",
    "70437463654017",
    "https://cloud.getdbt.com/deploy/1/projects/2/runs/70437463654017",
    "4c8d2e6f0a1b35972d4f6a8c0e1b3d5f7a9c2e4b",
    "2026-11-23T14:12:03Z",
    "1.11.16",
)
LINKS = Links(
    erd="target/output.dbml",
    erd_url="https://github.com/acme/shop/blob/main/target/output.dbml",
    run_url="https://github.com/acme/shop/actions/runs/99",
    whole="erd-diff.md",
    version="0.4.0",
)
SCHEMAS = ("staging", "intermediate", "core", "finance", "marketing", "support", "logistics", "people")
WORDS = ("orders", "customers", "payments", "refunds", "shipments", "products", "visits", "tickets", "stores", "staff")


@cache
def the_demo() -> Review:
    """The review of the demo's pull request, from its artifacts."""
    with TemporaryDirectory() as place:
        folders = Path(place, "base"), Path(place, "head")
        for folder in folders:
            folder.mkdir()
        base, head = a_side(folders[0], "production"), a_side(folders[1], "pull-request")

        def read(nodes: Collection[str]) -> Mapping[str, str]:
            return read_compiled_sql(folders[1] / "manifest.json", None, nodes)

        compared = compare(base, head)
        risks = assess(compared, base, head, read)
    return Review(compared.diff, risks, compared.base_erd, compared.head_erd, PRODUCTION, PULL_REQUEST)


def a_review(base: Side, head: Side, risks: tuple[Risk, ...] = ()) -> Review:
    """What differs between two sides, with these risks."""
    found = compare(base, head)
    return Review(found.diff, risks, found.base_erd, found.head_erd, PRODUCTION, PULL_REQUEST)


def generated(tables: int, changed: int, schemas: int = 8, columns: int = 20, risky: int = 12) -> Review:
    """So many tables, of which so many are changed, added or removed, and some of them risky.

    They stand in several schemas and refer to those before them.
    """
    changed = min(changed, tables)
    names = [_name(number, schemas) for number in range(tables)]
    step = tables // changed if changed else 0
    touched = {number * step: number for number in range(changed)}
    before, after = [], []
    for number in range(tables):
        table = _table(number, names[number], schemas, columns)
        turn = touched.get(number, -1)
        if turn < 0:
            before.append(table)
            after.append(table)
        elif turn % 10 == 3:
            after.append(table)
        elif turn % 10 == 7:
            before.append(table)
        else:
            before.append(table)
            after.append(_changed(table, turn))
    joined = [
        a_relationship(names[number], column, names[number // divisor], "id")
        for number in range(1, tables)
        for column, divisor in (("parent_id", 2), ("other_id", 7))
        if number % 3
    ]
    extra = [a_relationship(names[at], "new_id", names[at // 3], "id") for at in touched if at and touched[at] % 4 == 0]
    base, head = _side(before, joined), _side(after, [*joined, *extra])
    risks = [_risk(names[number], turn) for number, turn in touched.items() if turn < risky]
    return a_review(base, head, tuple(sorted(risks, key=lambda risk: risk.severity is not Severity.BREAKING)))


def _name(number: int, schemas: int) -> str:
    schema = SCHEMAS[number % schemas % len(SCHEMAS)]
    return f"model.shop.{schema[:3]}_{WORDS[number % len(WORDS)]}_{number}"


def _table(number: int, name: str, schemas: int, columns: int) -> Table:
    kinds = ("INTEGER", "VARCHAR", "TIMESTAMP", "NUMERIC(38,2)")
    named = ("id", "parent_id", "other_id", *(f"attribute_{place}" for place in range(max(columns - 3, 0))))
    return Table(
        unique_id=name,
        name=name,
        resource_type="model",
        schema=SCHEMAS[number % schemas % len(SCHEMAS)],
        columns=tuple(
            Column(column, kinds[place % 4] if place > 2 else "INTEGER") for place, column in enumerate(named)
        ),
        primary_key=("id",),
    )


def _changed(table: Table, turn: int) -> Table:
    columns = [*table.columns]
    if turn % 4 == 0:
        columns.append(Column("new_id", "INTEGER"))
    if turn % 3 == 0:
        columns[3:4] = []
    if turn % 2:
        columns[-1] = msgspec.structs.replace(columns[-1], type="BOOLEAN")
    columns += [Column(f"addition_{place}", "VARCHAR") for place in range(1 + turn % 6)]
    return msgspec.structs.replace(table, columns=tuple(columns))


def _side(tables: list[Table], joined: list[Relationship]) -> Side:
    there = {table.unique_id for table in tables}
    erd = an_erd(tables, [one for one in joined if one.child.table in there and one.parent.table in there])
    project = Project(tables=frozenset(there), checksums={one.unique_id: str(len(one.columns)) for one in tables})
    return Side(msgspec.structs.replace(erd, warehouse="postgres"), project)


def _risk(table: str, turn: int) -> Risk:
    short = table.rpartition(".")[2]
    uses = (
        Use(UseKind.FOREIGN_KEY, "model.shop.x", f"{short}_lines", ("attribute_0",), f"{short}_fk"),
        Use(UseKind.EXPOSURE, "exposure.shop.y", "weekly_report", owner="Data Office"),
    )
    return Risk(
        severity=Severity.WORTH_A_LOOK if turn % 3 else Severity.BREAKING,
        kind=RiskKind.REMOVED_BUT_USED,
        table=table,
        columns=("attribute_0",),
        said=(Name(f"{short}.attribute_0"), " is removed, and still used"),
        uses=uses[: 1 + turn % 2],
        file=f"models/{short}.sql",
    )
