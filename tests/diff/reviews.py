"""Reviews for tests: one that has everything, those of hostile names, and those of any two ERDs of the same tables."""

from collections.abc import Iterable
from itertools import pairwise

import msgspec
from hypothesis import strategies as st

from erd.diff.changes import (
    Aspect,
    ColumnChange,
    ColumnRename,
    Diff,
    NotCompared,
    RelationshipChange,
    Relationships,
    Side,
    TableChange,
    TableRename,
    Tables,
    Unknown,
)
from erd.diff.compare import compare
from erd.diff.review import Review
from erd.diff.risk import Name, Risk, RiskKind, Severity
from erd.model import (
    Cardinality,
    Column,
    End,
    Endpoint,
    Erd,
    Origin,
    Outcome,
    Provenance,
    Relationship,
    State,
    Table,
)
from erd.project import Project, Source, Use, UseKind
from tests.builders import CUSTOMERS, ORDERS, a_relationship, a_table, an_erd
from tests.formats.strategies import erds, texts

BASE = Source("dbt Cloud run 17", "17", "https://cloud.getdbt.com/17", "abc", "2026-01-02T03:04:05Z", "1.11.0")
HEAD = Source("the folder target")
OLD, NEW, STORES = "model.shop.old", "model.shop.new", "model.shop.stores"
A_USE = Use(
    UseKind.FOREIGN_KEY, "model.shop.cards", "cards", ("email",), "cards_fk", "Ada <ada@example.com>", "m/_cards.yml"
)


def a_review(base: Side, head: Side, risks: Iterable[Risk] = ()) -> Review:
    """The review of two sides with these risks."""
    compared = compare(base, head)
    return Review(compared.diff, tuple(risks), compared.base_erd, compared.head_erd, BASE, HEAD)


def a_risk(
    *said: str | Name,
    severity: Severity = Severity.BREAKING,
    kind: RiskKind = RiskKind.REMOVED_BUT_USED,
    table: str = CUSTOMERS,
    columns: tuple[str, ...] = ("email",),
    uses: tuple[Use, ...] = (),
    file: str = "",
) -> Risk:
    return Risk(severity, kind, table, columns, said or (Name("customers.email"), " is removed"), uses, file)


def a_full_review() -> Review:
    """One in which every list has something, and every aspect has changed somewhere."""
    old = a_table(OLD, ["x"])
    new = _but(a_table(NEW, ["x"]), label="New", database="db", schema="main")
    customers = (
        _customers(),
        _but(_customers(), name="main.customers", label="Clients", primary_key=("id",), unique_keys=()),
    )
    stores = a_table(STORES, ["id"], description="Stores."), a_table(STORES, ["id"], description="Shops.")
    orders = a_table(ORDERS, ["customer_id", "store_id"])
    other_way = Relationship(
        Endpoint(CUSTOMERS, ("id",)),
        Endpoint(ORDERS, ("customer_id",)),
        Cardinality(End.ONE, End.ONE_OR_MANY),
        "of",
        (Provenance("constraint", CUSTOMERS, "fk"),),
        State(Outcome.FAILED, 7),
    )
    one_way = a_relationship(provenance=[Provenance("test", "test.shop.a")])
    before, after = a_relationship(ORDERS, "store_id", STORES), a_relationship(NEW, "x", CUSTOMERS)
    columns = customers[0].columns
    added = Column("mail", origin=Origin.DECLARED)
    return Review(
        diff=Diff(
            tables=Tables(
                added=(new,),
                removed=(old,),
                changed=(
                    TableChange(
                        *customers,
                        aspects=(Aspect.PRIMARY_KEY, Aspect.UNIQUE_KEYS, Aspect.LABEL),
                        added=(added,),
                        removed=(columns[1],),
                        changed=(
                            ColumnChange(
                                columns[0],
                                Column("ID", "bigint", "The key.", not_null=True),
                                (Aspect.TYPE, Aspect.NOT_NULL, Aspect.DESCRIPTION),
                            ),
                        ),
                        renamed=(ColumnRename(columns[1], added),),
                    ),
                    TableChange(*stores, aspects=(Aspect.DESCRIPTION,)),
                ),
            ),
            relationships=Relationships(
                added=(after,),
                removed=(_but(before, label="at", state=State(Outcome.PASSED), provenance=other_way.provenance),),
                changed=(
                    RelationshipChange(
                        one_way,
                        other_way,
                        (Aspect.DIRECTION, Aspect.CARDINALITY, Aspect.STATE, Aspect.EVIDENCE, Aspect.LABEL),
                    ),
                ),
            ),
            renamed=(TableRename(old, new, "the code is the same"),),
            unknown=(NotCompared("", Unknown.TYPES), NotCompared(ORDERS, Unknown.COLUMNS_OF_HEAD)),
        ),
        risks=(
            a_risk(uses=(A_USE,), file="models/customers.sql"),
            a_risk("Only ", Name("this"), severity=Severity.WORTH_A_LOOK, kind=RiskKind.WEAKER_PROOF, columns=()),
        ),
        base_erd=an_erd([old, customers[0], stores[0], orders], [before, one_way]),
        head_erd=an_erd([new, customers[1], stores[1], orders], [after, other_way]),
        base=BASE,
        head=HEAD,
        base_is_older=True,
    )


def _customers() -> Table:
    return a_table(CUSTOMERS, ["id", Column("email", "text", "Mail.", not_null=True)], unique_keys=[["email"]])


def hostile_review(names: Iterable[str]) -> Review:
    """All tables are removed and risky, and each has one of these names in all its slots; new ones refer to each."""
    tables = [_hostile_table(name) for name in names]
    relationships = [
        a_relationship(one.unique_id, one.name, other.unique_id, other.name, label=one.name, provenance=[_proof(one)])
        for one, other in pairwise(tables)
    ]
    risks = [
        a_risk(
            Name(one.name),
            " is removed",
            table=one.unique_id,
            columns=(one.name,),
            uses=(Use(UseKind.EXPOSURE, one.name, one.name, (one.name,), one.name, one.name, one.name),),
            file=one.name,
        )
        for one in tables
    ]
    removed = an_erd(tables, relationships)
    added = an_erd([_but(one, unique_id=f"new {one.name}", name=f"new {one.name}") for one in tables])
    return a_review(Side(removed, Project()), Side(added, Project()), risks)


def _hostile_table(name: str) -> Table:
    return Table(
        name, name, name, name, name, name, name, name, columns=(Column(name, name, name),), primary_key=(name,)
    )


def _proof(table: Table) -> Provenance:
    return Provenance("constraint", table.name, table.name)


@st.composite
def reviews(draw: st.DrawFn) -> Review:
    """A review of any two ERDs whose tables are called by the same few ids, with risks of any words."""
    base, head = draw(erds()), draw(erds())
    said = st.lists(texts | st.builds(Name, texts), max_size=3).map(tuple)
    risk = st.builds(
        Risk, st.sampled_from(Severity), st.sampled_from(RiskKind), texts, st.tuples(texts), said, st.just(()), texts
    )
    risks = draw(st.lists(risk, max_size=3))
    return a_review(
        _side(draw, base), _side(draw, head), sorted(risks, key=lambda one: list(Severity).index(one.severity))
    )


def _side(draw: st.DrawFn, erd: Erd) -> Side:
    ids = {table.unique_id: f"model.shop.{number}" for number, table in enumerate(erd.tables)}
    tables = tuple(_but(table, unique_id=ids[table.unique_id]) for table in erd.tables)
    relationships = [_but(one, child=_end(one.child, ids), parent=_end(one.parent, ids)) for one in erd.relationships]
    project = Project(
        tables=frozenset(ids.values()), checksums=dict.fromkeys(ids.values(), draw(st.sampled_from("12")))
    )
    return Side(an_erd(tables, relationships), project)


def _end(end: Endpoint, ids: dict[str, str]) -> Endpoint:
    return Endpoint(ids[end.table], end.columns)


_but = msgspec.structs.replace
