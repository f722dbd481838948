"""Whatever differs, its risks are in order, each said once, with names as names and users of the head only."""

from hypothesis import given
from hypothesis import strategies as st

from erd.diff.assess import assess
from erd.diff.changes import Side
from erd.diff.compare import compare
from erd.diff.risk import Name, RiskKind, Severity, plain_text
from erd.diff.users import IN_CODE
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
from erd.project import Project, Use, UseKind
from tests.builders import an_erd

TABLES = tuple(f"model.shop.qtab{number}" for number in range(3))
COLUMNS = ("qid", "qmail", "qday")
TYPES = ("qint", "integer", "text", "uuid", "")
ENDS = tuple(End)

columns = st.builds(Column, st.sampled_from(COLUMNS), st.sampled_from(TYPES), origin=st.sampled_from(Origin))
keys = st.lists(st.sampled_from(COLUMNS), max_size=2, unique=True).map(tuple)
states = st.none() | st.builds(State, st.sampled_from(Outcome), st.integers(0, 3))
provenance = st.lists(st.builds(Provenance, st.sampled_from(KINDS), st.sampled_from(TABLES)), max_size=2)
uses = st.builds(
    Use,
    st.sampled_from(UseKind),
    st.sampled_from(TABLES) | st.just("test.shop.q"),
    st.just("quser"),
    st.lists(st.sampled_from(COLUMNS), max_size=2).map(tuple),
    st.sampled_from(["unique", "relationships", ""]),
)


@st.composite
def tables(draw: st.DrawFn, name: str) -> Table:
    chosen = draw(st.lists(columns, min_size=1, max_size=3, unique_by=lambda column: column.name))
    known = {column.name for column in chosen}
    primary, unique = (tuple(name for name in draw(keys) if name in known) for _ in range(2))
    return Table(
        name, name, "model", columns=tuple(chosen), primary_key=primary, unique_keys=(unique,) if unique else ()
    )


@st.composite
def relationships(draw: st.DrawFn, among: list[Table]) -> Relationship:
    ends = []
    for _ in range(2):
        table = draw(st.sampled_from(among))
        ends.append(Endpoint(table.unique_id, (draw(st.sampled_from(table.columns)).name,)))
    cardinality = Cardinality(draw(st.sampled_from(ENDS)), draw(st.sampled_from(ENDS)))
    return Relationship(ends[0], ends[1], cardinality, provenance=tuple(sorted(draw(provenance))), state=draw(states))


@st.composite
def erds(draw: st.DrawFn) -> Erd:
    chosen = [draw(tables(name)) for name in draw(st.lists(st.sampled_from(TABLES), max_size=3, unique=True))]
    if not chosen:
        return an_erd()
    pairs = draw(st.lists(relationships(chosen), max_size=3, unique_by=lambda one: frozenset((one.child, one.parent))))
    return an_erd(chosen, [one for one in pairs if one.child != one.parent])


@st.composite
def sides(draw: st.DrawFn) -> Side:
    erd = draw(erds())
    contracted = frozenset(draw(st.lists(st.sampled_from(TABLES), max_size=2)))
    found = draw(st.dictionaries(st.sampled_from(TABLES), st.lists(uses, max_size=3).map(tuple)))
    unresolved = draw(st.dictionaries(st.sampled_from(["qtab0", "qtab1"]), st.lists(uses, max_size=1).map(tuple)))
    project = Project(
        frozenset(table.unique_id for table in erd.tables),
        contracted=contracted,
        uses=found,
        unresolved=unresolved,
    )
    return Side(erd, project)


@given(sides(), sides(), st.none() | st.sampled_from(["select qmail", "-- qmail"]))
def test_any_risk_is_well_made(base: Side, head: Side, code: str | None) -> None:
    read = None if code is None else lambda nodes: dict.fromkeys(nodes, code)
    risks = assess(compare(base, head), base, head, read)
    order = [([*Severity].index(risk.severity), [*RiskKind].index(risk.kind), risk.table) for risk in risks]
    assert order == sorted(order)
    assert len({(risk.kind, risk.table, risk.columns, plain_text(risk.said)) for risk in risks}) == len(risks)
    assert head.project is not None
    of_head = {use for found in (*head.project.uses.values(), *head.project.unresolved.values()) for use in found}
    for risk in risks:
        words = [word for word in risk.said if isinstance(word, str)]
        assert all("q" not in word.replace("unique", "").replace("required", "") for word in words)
        assert all(word.text for word in risk.said if isinstance(word, Name))
        assert not plain_text(risk.said).endswith(".")
        assert all(use in of_head for use in risk.uses if use.part != IN_CODE)


@given(sides())
def test_a_state_compared_with_itself_has_no_risk(side: Side) -> None:
    assert assess(compare(side, side), side, side, lambda nodes: dict.fromkeys(nodes, "select qmail")) == ()
