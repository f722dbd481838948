"""ERDs of any shape and of any text in all slots."""

from hypothesis import strategies as st

from erd.model import Cardinality, Column, End, Erd, Origin, Relationship, Table
from tests.builders import a_relationship, an_erd
from tests.formats.hostile import PIECES, SEEN

# Halves of characters cannot come out of a JSON file.
texts = st.lists(
    st.sampled_from(PIECES) | st.sampled_from(SEEN) | st.characters(exclude_categories=["Cs"]), max_size=6
).map("".join)
# At the start of a note, the parser takes a byte order mark for indentation.
notes = texts.map(lambda note: note.replace("\ufeff", ""))
# A name of nothing is written as "(empty)", and would be the same as one that reads so.
names = texts.filter(lambda name: name != "(empty)")
cardinalities = st.builds(Cardinality, st.sampled_from(End), st.sampled_from(End))
columns = st.builds(Column, names, texts, notes, st.sampled_from(Origin), st.booleans())


@st.composite
def tables(draw: st.DrawFn, name: str) -> Table:
    """A table of this name; its keys are some of its columns."""
    chosen = draw(st.lists(columns, max_size=5, unique_by=lambda column: column.name))
    keys = st.just(()) if not chosen else st.lists(
        st.sampled_from([column.name for column in chosen]), max_size=3, unique=True
    ).map(tuple)  # fmt: skip
    return Table(
        unique_id=f"model.shop.{name}",
        name=name,
        resource_type="model",
        database=draw(texts),
        schema=draw(texts),
        description=draw(notes),
        group=draw(names),
        columns=tuple(chosen),
        primary_key=draw(keys),
        unique_keys=tuple(key for key in draw(st.lists(keys, max_size=2)) if key),
    )


@st.composite
def relationships(draw: st.DrawFn, among: list[Table]) -> Relationship:
    """A relationship on one column or several, between two of these tables or within one."""
    child, parent = draw(st.sampled_from(among)), draw(st.sampled_from(among))
    width = draw(st.integers(1, min(2, len(child.columns), len(parent.columns))))
    ends = [
        draw(
            st.lists(st.sampled_from([one.name for one in table.columns]), min_size=width, max_size=width, unique=True)
        )
        for table in (child, parent)
    ]
    return a_relationship(
        child.unique_id, ends[0], parent.unique_id, ends[1], cardinality=draw(cardinalities), label=draw(texts)
    )


def endpoints(one: Relationship) -> frozenset[tuple[str, frozenset[str]]]:
    """The pair of endpoints, whichever way round and in whichever order of columns."""
    return frozenset((end.table, frozenset(end.columns)) for end in (one.child, one.parent))


@st.composite
def erds(draw: st.DrawFn) -> Erd:
    """An ERD; a pair of endpoints stands in it once, and no column is compared with itself."""
    chosen = [draw(tables(name)) for name in draw(st.lists(names, max_size=5, unique=True))]
    with_columns = [table for table in chosen if table.columns]
    if not with_columns:
        return an_erd(chosen)
    joined = draw(st.lists(relationships(with_columns), max_size=5, unique_by=endpoints))
    return an_erd(chosen, [one for one in joined if len(endpoints(one)) > 1])
