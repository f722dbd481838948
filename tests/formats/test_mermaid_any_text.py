"""Whatever a name, type or description holds, mermaid reads back that and nothing else."""

from itertools import chain, pairwise, zip_longest

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from erd.formats import Options
from erd.formats.mermaid import render
from erd.model import Column, Dependency, Erd, Outcome, State, Table
from tests.builders import a_relationship, a_table, an_erd
from tests.examples import many_documents
from tests.formats.hostile import NAMES, hostile_331
from tests.formats.mermaid_expectation import expected, folded
from tests.formats.strategies import erds
from tests.tools.mermaid_judge import Diagram, MermaidJudge

states = st.none() | st.builds(State, st.sampled_from(Outcome), st.integers(0, 10_000))


def hostile_erd(names: tuple[str, ...]) -> Erd:
    """A table for each name, which has that name in all slots, and refers to the next one's."""
    tables = [hostile_table(name) for name in names]
    return an_erd(
        tables,
        [
            a_relationship(one.unique_id, "k", other.unique_id, "k", label=one.name)
            for one, other in pairwise(sorted(tables, key=lambda table: table.name))
        ],
    )


def hostile_table(name: str) -> Table:
    columns = (Column(name, name, name), Column("k", name, not_null=True, description=name), Column("direction", "LR"))
    return Table(
        unique_id=name, name=name, resource_type="model", label=name, columns=columns,
        primary_key=(name,), unique_keys=(("k",),),
    )  # fmt: skip


def differences(read: Diagram, wanted: Diagram) -> list[object]:
    """The complaints, or else the first things that should be read and are not, each with what is read."""
    if read.errors:
        return [*read.errors]
    pairs = chain(zip_longest(wanted.entities, read.entities), zip_longest(wanted.lines, read.lines))
    found: list[object] = [pair for pair in pairs if pair[0] != pair[1]]
    return found[:2] or [read] * (read != wanted)


@pytest.mark.parametrize("names", [hostile_331(), NAMES], ids=["331", "pairs of pieces"])
def test_hostile_names_in_all_slots_at_once_are_read_back(mermaid: MermaidJudge, names: tuple[str, ...]) -> None:
    erd = hostile_erd(names)
    assert len(erd.tables) >= 331
    assert differences(folded(mermaid.read(render(erd, Options()))), expected(erd)) == []


@many_documents
@given(erd=erds(), data=st.data())
def test_any_erd_is_read_back(mermaid: MermaidJudge, erd: Erd, data: st.DataObject) -> None:
    tested = [msgspec.structs.replace(one, state=data.draw(states)) for one in erd.relationships]
    made = [Dependency(one.unique_id, erd.tables[0].unique_id) for one in erd.tables[1:] if data.draw(st.booleans())]
    whole = Erd(erd.tables, tuple(tested), tuple(made))
    assert differences(folded(mermaid.read(render(whole, Options()))), expected(whole)) == []


@pytest.mark.parametrize("columns", ["keys", "none"])
@many_documents
@given(erd=erds())
def test_any_erd_with_fewer_columns_has_the_same_tables_and_lines(
    mermaid: MermaidJudge, columns: str, erd: Erd
) -> None:
    read, wanted = mermaid.read(render(erd, Options(columns=columns))), expected(erd)
    assert (read.errors, read.lines) == ((), wanted.lines)
    assert [box.title for box in read.entities] == [box.title for box in wanted.entities]


def test_halves_of_characters_are_shown_as_unknown_ones(mermaid: MermaidJudge) -> None:
    document = render(an_erd([a_table("\ud800", ["\udfff"])]), Options())
    assert document.encode()
    (box,) = mermaid.read(document).entities
    assert (box.title, box.rows[0].name) == ("\ufffd", "\ufffd")


@pytest.mark.parametrize("document", ["erDiagram\n  t1 {", 'erDiagram\n  t1["a"b"]', "flowchart\n  a", ""])
def test_a_document_that_is_broken_is_told(mermaid: MermaidJudge, document: str) -> None:
    assert mermaid.read(document).errors != ()
