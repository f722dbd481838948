"""Pairs of sides in which the same few names meet again and again, so that much of them is the same."""

from hypothesis import strategies as st

from erd.diff.changes import Side
from erd.model import (
    KINDS,
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
from erd.project import Project
from tests.builders import an_erd

TABLES = [f"model.shop.{name}" for name in "abcd"] + ["source.shop.raw.a"]
COLUMNS = st.sampled_from(["id", "ID", "Id", "code", "CODE", "a_id", "b_id", "total"])
TYPES = st.sampled_from(["", "int", "INTEGER", "text", "varchar(3)", "VARCHAR", "character varying", "numeric(1,0)"])
TEXTS = st.sampled_from(["", "", "One.", "One. ", "Two."])

columns = st.lists(
    st.builds(Column, COLUMNS, TYPES, TEXTS, st.sampled_from(Origin), st.booleans()),
    max_size=6,
    unique_by=lambda column: column.name,
)
provenances = st.builds(Provenance, st.sampled_from(KINDS), st.sampled_from(["one", "two"]))


@st.composite
def tables(draw: st.DrawFn, unique_id: str) -> Table:
    """A table of this identity, called and put as it may be."""
    chosen = draw(columns)
    if draw(st.booleans()):
        chosen = [column for column in chosen if column.origin is not Origin.OBSERVED]
    names = [column.name for column in chosen]
    keys = st.lists(st.sampled_from(names), min_size=1, max_size=2, unique=True).map(tuple) if names else st.just(())
    primary, unique = draw(st.just(()) | keys), draw(st.lists(keys, max_size=2, unique_by=frozenset))
    return Table(
        unique_id,
        draw(st.sampled_from(["", "x."])) + unique_id,
        unique_id.split(".", maxsplit=1)[0],
        schema=draw(st.sampled_from(["main", "ci"])),
        label=draw(TEXTS),
        description=draw(TEXTS),
        columns=tuple(chosen),
        primary_key=primary,
        unique_keys=tuple(key for key in unique if key and set(key) != set(primary)),
    )


@st.composite
def relationships(draw: st.DrawFn, among: list[Table]) -> Relationship:
    """A relationship between two of these tables or within one, on columns or on none."""
    child, parent = draw(st.sampled_from(among)), draw(st.sampled_from(among))
    width = draw(st.integers(0, min(2, len(child.columns), len(parent.columns))))
    ends = [
        tuple(draw(st.permutations([column.name for column in table.columns]))[:width]) for table in (child, parent)
    ]
    return Relationship(
        Endpoint(child.unique_id, ends[0]),
        Endpoint(parent.unique_id, ends[1]),
        draw(st.builds(Cardinality, st.sampled_from(End), st.sampled_from(End))),
        draw(TEXTS),
        tuple(sorted(draw(st.sets(provenances, max_size=2)))),
        draw(st.none() | st.builds(State, st.sampled_from(Outcome))),
    )


def pairing(one: Relationship) -> object:
    """What a relationship joins, whichever way round and in whichever order of columns."""
    pairs = zip(one.child.columns, one.parent.columns, strict=True)
    return frozenset([frozenset([(one.child.table, a), (one.parent.table, b)]) for a, b in pairs]) or frozenset(
        [one.child.table, one.parent.table]
    )


@st.composite
def sides(draw: st.DrawFn) -> Side:
    """A side of some tables; now and then a diagram."""
    chosen = [draw(tables(name)) for name in draw(st.lists(st.sampled_from(TABLES), unique=True))]
    joined = draw(st.lists(relationships(chosen), max_size=5, unique_by=pairing)) if chosen else []
    erd = an_erd(chosen, [one for one in joined if one.child != one.parent])
    found = Erd(erd.tables, erd.relationships, warehouse=draw(st.sampled_from(["", "postgres", "postgres", "duckdb"])))
    if not draw(st.integers(0, 4)):
        return Side(found)
    project = Project(
        tables=frozenset(draw(st.sets(st.sampled_from(TABLES)))).union(table.unique_id for table in chosen),
        checksums=draw(st.dictionaries(st.sampled_from(TABLES), st.sampled_from(["", "1", "2"]))),
        contracted=draw(st.frozensets(st.sampled_from(TABLES))),
    )
    return Side(found, project)
