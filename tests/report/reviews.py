"""Reviews for tests: the demo's pull request, and ones of any size."""

from collections.abc import Collection, Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Self

import msgspec

from erd.artifacts.compiled import read_compiled_sql
from erd.diff.assess import assess
from erd.diff.changes import Side
from erd.diff.compare import compare
from erd.diff.review import Review
from erd.diff.risk import Name, Risk, RiskKind, Sentence, Severity
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
    erd_url="https://github.com/acme/shop/blob/main/target/output.dbml",
    run_url="https://github.com/acme/shop/actions/runs/99",
    whole="erd-diff.md",
    data="erd-diff.json",
    version="0.4.0",
)
AREAS = ("sales", "finance", "marketing", "support", "logistics", "people", "web", "product")
KINDS = ("dim", "fct", "stg", "int", "agg", "rpt")
THINGS = (
    "orders", "customers", "payments", "promotions", "refunds", "shipments", "products", "visits", "tickets", "stores",
    "staff", "invoices", "budgets", "campaigns", "leads", "carriers", "returns", "sessions", "features", "reviews",
)  # fmt: skip
COLUMNS = (
    ("status", "VARCHAR"), ("amount", "NUMERIC(38,2)"), ("currency", "VARCHAR"), ("channel", "VARCHAR"),
    ("quantity", "INTEGER"), ("created_at", "TIMESTAMP"), ("updated_at", "TIMESTAMP"), ("region", "VARCHAR"),
    ("is_active", "BOOLEAN"), ("unit_price", "NUMERIC(38,2)"), ("discount", "NUMERIC(38,2)"), ("tax", "NUMERIC(38,2)"),
    ("note", "VARCHAR"), ("source_system", "VARCHAR"), ("valid_from", "DATE"), ("valid_to", "DATE"),
    ("batch_id", "VARCHAR"),
)  # fmt: skip
NEW = ("loyalty_tier", "approved_at", "cost_centre", "origin", "weight", "language")


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


def generated(tables: int, changed: int, risky: int = 12) -> Review:
    """A project of so many tables in eight schemas, of which so many, near each other, changed, came or went."""
    changed = min(changed, tables)
    everything = [_Place.of(number) for number in range(tables)]
    there = {place.id for place in everything}
    near = sorted(everything, key=lambda place: (place.area, place.thing, place.kind, place.number))
    turns = {place.id: turn for turn, place in enumerate(near[:changed])}
    before, after, joined, extra = [], [], [], []
    for place in everything:
        turn = turns.get(place.id, -1)
        table = place.table()
        if turn < 0 or turn % 10 != 3:
            before.append(table)
        if turn < 0 or turn % 10 != 7:
            after.append(_changed(table, turn) if turn >= 0 and turn % 10 != 3 else table)
        joined += [a_relationship(place.id, key, parent, "id") for key, parent in place.parents() if parent in there]
        new = f"model.shop.dim_{AREAS[place.area]}_promotions"
        if turn >= 0 and turn % 4 == 0 and turn % 10 not in {3, 7} and new in there - {place.id}:
            extra.append(a_relationship(place.id, "promotion_id", new, "id"))
    risks = [_risk(place.id, turns[place.id]) for place in near[:changed] if turns[place.id] < risky]
    return a_review(
        _side(before, joined),
        _side(after, [*joined, *extra]),
        tuple(sorted(risks, key=lambda risk: risk.severity is not Severity.BREAKING)),
    )


class _Place(msgspec.Struct, frozen=True):
    """Where a table of a generated project stands."""

    number: int
    area: int
    kind: int
    thing: int

    @classmethod
    def of(cls, number: int) -> Self:
        rest, area = divmod(number, len(AREAS))
        rest, kind = divmod(rest, len(KINDS))
        return cls(number, area, kind, rest % len(THINGS))

    @property
    def id(self) -> str:
        series = self.number // (len(AREAS) * len(KINDS) * len(THINGS))
        suffix = f"_{series + 1}" if series else ""
        return f"model.shop.{KINDS[self.kind]}_{AREAS[self.area]}_{THINGS[self.thing]}{suffix}"

    def parents(self) -> list[tuple[str, str]]:
        """The keys that it refers to tables with, each with its table."""
        if KINDS[self.kind] in {"dim", "stg"}:
            return []
        things = dict.fromkeys(THINGS[(self.thing * step + start) % len(THINGS)] for step, start in ((1, 1), (3, 5)))
        return [(f"{thing}_id", f"model.shop.dim_{AREAS[self.area]}_{thing}") for thing in things]

    def table(self) -> Table:
        keys = [Column("id", "INTEGER", not_null=True), *[Column(key, "INTEGER") for key, _ in self.parents()]]
        return Table(
            unique_id=self.id,
            name=self.id,
            resource_type="model",
            schema=AREAS[self.area],
            columns=(*keys, *[Column(name, kind) for name, kind in COLUMNS]),
            primary_key=("id",),
        )


def _changed(table: Table, turn: int) -> Table:
    columns = {column.name: column for column in table.columns}
    if turn % 4 == 0:
        columns["promotion_id"] = Column("promotion_id", "INTEGER")
    if turn % 3 == 0:
        del columns["region"]
    if turn % 2:
        columns["quantity"] = Column("quantity", "BIGINT")
        columns["batch_id"] = Column("batch_id", "INTEGER")
    columns |= {name: Column(name, "VARCHAR") for name in NEW[: turn % 6 + (turn % 4 > 1)]}
    if [*columns.values()] == [*table.columns]:
        columns["note"] = Column("note", "TEXT[]")
    return msgspec.structs.replace(table, columns=tuple(columns.values()))


def _side(tables: list[Table], joined: list[Relationship]) -> Side:
    there = {table.unique_id for table in tables}
    erd = an_erd(tables, [one for one in joined if one.child.table in there and one.parent.table in there])
    project = Project(tables=frozenset(there), checksums={one.unique_id: str(len(one.columns)) for one in tables})
    return Side(msgspec.structs.replace(erd, warehouse="postgres"), project)


def _risk(table: str, turn: int) -> Risk:
    name = table.rpartition(".")[2]
    uses = (
        Use(UseKind.SEMANTIC_MODEL, "semantic_model.shop.x", name.partition("_")[2], ("region",), "region"),
        Use(UseKind.EXPOSURE, "exposure.shop.y", "weekly_report", owner="Data Office"),
        Use(UseKind.TEST, "test.shop.z", f"accepted_values_{name}_region"),
    )
    if turn % 3:
        said: Sentence = (Name(f"{name}.batch_id"), " changes from ", Name("VARCHAR"), " to ", Name("INTEGER"))
        kind, severity = RiskKind.RETYPED_BUT_USED, Severity.WORTH_A_LOOK
    else:
        said = (Name(f"{name}.region"), " is removed, and still used")
        kind, severity = RiskKind.REMOVED_BUT_USED, Severity.BREAKING
    return Risk(severity, kind, table, ("region",), said, uses[: 1 + turn % 3], f"models/{name}.sql")
