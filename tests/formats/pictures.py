"""ERDs with all that a picture can show, and the words that should be in it, found without the renderers' own code."""

import unicodedata
from collections.abc import Iterator

import msgspec
from hypothesis import strategies as st

from erd.model import Dependency, Erd, Outcome, Relationship, State, Table
from tests.builders import a_relationship, an_erd
from tests.formats.hostile import NAMES
from tests.formats.sample import STATES
from tests.formats.strategies import erds, texts
from tests.formats.test_any_text import hostile_table

NAMES_A_DOCUMENT = 100


def hostile_pictures() -> Iterator[Erd]:
    """ERDs that have each hostile name in all slots: of table, group, description, column, type and relationship."""
    for start in range(0, len(NAMES), NAMES_A_DOCUMENT):
        names = NAMES[start : start + NAMES_A_DOCUMENT]
        # Two and two, with a line each way: programs take long to place long chains.
        pairs = list(zip(names, names[1:] + names[:1], strict=True))[::2]
        erd = an_erd(
            [msgspec.structs.replace(hostile_table(name), label=name) for name in names],
            [
                line
                for one, other in pairs
                for line in (
                    a_relationship(one, one, other, other, label=one),
                    a_relationship(other, "k", one, "k", label=other),
                )
            ],
        )
        yield msgspec.structs.replace(erd, dependencies=tuple(Dependency(*pair) for pair in sorted(pairs)))


@st.composite
def any_pictures(draw: st.DrawFn) -> Erd:
    """Any ERD, with labels, states, relationships between tables only, and dependencies."""
    erd = draw(erds())
    if not erd.tables:
        return erd
    tables = [msgspec.structs.replace(table, label=draw(texts)) for table in erd.tables]
    ids = st.sampled_from([table.unique_id for table in tables])
    states = st.sampled_from(STATES)
    known = [msgspec.structs.replace(one, state=draw(states)) for one in erd.relationships]
    joined = [
        a_relationship(child, (), parent, (), label=draw(texts))
        for child, parent in draw(st.lists(st.tuples(ids, ids), max_size=3, unique=True))
    ]
    return msgspec.structs.replace(
        an_erd(tables, [*known, *joined]),
        dependencies=tuple(sorted(draw(st.sets(st.builds(Dependency, ids, ids), max_size=3)))),
    )


def seen(text: str) -> str:
    """A text as it is seen in a picture: blanks are one, and what is no character is a blank."""
    return " ".join("".join(character if _visible(character) else " " for character in text).split())


def seen_name(name: str) -> str:
    """A name as it is seen: never nothing."""
    return seen(name) or "(empty)"


def seen_title(table: Table) -> str:
    """What stands over a table."""
    return seen(table.label) or seen_name(table.name)


def seen_labels(one: Relationship) -> list[str]:
    """The lines at a relationship."""
    child, parent = (", ".join(end.columns) for end in (one.child, one.parent))
    label = one.label or (child if child == parent else f"{child} → {parent}")
    match one.state:
        case State(Outcome.FAILED, 0):
            state = "failed"
        case State(Outcome.FAILED):
            state = "1,234 orphans"
        case State(Outcome.NOT_RUN):
            state = "not run"
        case _:
            state = ""
    return [line for line in (seen(label), state) if line]


def keys(erd: Erd, table: Table, column: str) -> list[str]:
    """The marks of a column: PK, FK and UK."""
    foreign = any(one.child.table == table.unique_id and column in one.child.columns for one in erd.relationships)
    marks = {"PK": column in table.primary_key, "FK": foreign, "UK": (column,) in table.unique_keys}
    return [mark for mark, deserved in marks.items() if deserved]


def groups(erd: Erd) -> list[str]:
    """The names of the groups, sorted as they are, as they are seen."""
    return [seen_name(group) for group in sorted({table.group for table in erd.tables if table.group})]


def _visible(character: str) -> bool:
    no_character = ord(character) & 0xFFFE == 0xFFFE or 0xFDD0 <= ord(character) <= 0xFDEF or character == "\ufeff"
    return unicodedata.category(character) not in {"Cc", "Cs", "Zl", "Zp"} and not no_character
