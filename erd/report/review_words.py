"""How a review says what has changed: in sentences, in which all of the project's own words are names.

A sentence is shown in Markdown, in a table's cell, or as plain text; names are code, or as they are.
"""

from collections.abc import Iterable, Sequence

from erd.diff.changes import Aspect, ColumnChange, RelationshipChange, TableChange
from erd.diff.risk import Name, Sentence
from erd.formats.labels import state_label
from erd.formats.mermaid_text import cut, shown
from erd.model import KINDS, Cardinality, Column, End, Outcome, Relationship, State
from erd.project import Use, UseKind
from erd.report.markdown import cell, code

LONGEST_NAME = 100
DESCRIPTION: Sentence = (Aspect.DESCRIPTION.value,)
_LONGEST_TYPE = 60
_ENDS = {End.ZERO_OR_ONE: "0..1", End.ONE: "1", End.ZERO_OR_MANY: "0..n", End.ONE_OR_MANY: "1..n"}


def name(content: str, length: int = LONGEST_NAME) -> str:
    """A name as readers see it: on one line, cut, and never empty."""
    return cut(shown(content), length)


def in_markdown(said: Sentence) -> str:
    """The sentence in a line of Markdown."""
    return "".join([word if isinstance(word, str) else code(name(word.text)) for word in said])


def in_cell(said: Sentence) -> str:
    """The sentence in a cell of a Markdown table."""
    return "".join([word if isinstance(word, str) else cell(name(word.text)) for word in said])


def in_text(said: Sentence) -> str:
    """The sentence in plain text, on one line."""
    return "".join([word if isinstance(word, str) else name(word.text) for word in said])


def joined(parts: Iterable[Sentence], between: str) -> Sentence:
    """Sentences as one."""
    words: list[str | Name] = []
    for part in parts:
        if words:
            words.append(between)
        words += part
    return tuple(words)


def listed(names: Sequence[str], most: int) -> Sentence:
    """Names in a row, and how many more there are if they are more than `most`."""
    shown_names = joined([(Name(one),) for one in names[:most]], ", ")
    more = len(names) - most
    return (*shown_names, f" and {more:,} more") if more > 0 else shown_names


def count(number: int, noun: str) -> str:
    """A number of things, in the singular or the plural."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def column_change(change: ColumnChange) -> list[Sentence]:
    """What has changed of a column, thing by thing."""
    said: list[Sentence] = []
    for aspect in change.aspects:
        match aspect:
            case Aspect.TYPE:
                said.append((Name(_type(change.base)), " → ", Name(_type(change.head))))
            case Aspect.NOT_NULL:
                said.append(("now not null" if change.head.not_null else "may be null now",))
            case Aspect.DESCRIPTION:
                said.append(DESCRIPTION)
            case _:
                said.append((aspect.value,))
    return said


def table_change(change: TableChange) -> list[Sentence]:
    """What has changed of a table itself, thing by thing."""
    said: list[Sentence] = []
    for aspect in change.aspects:
        match aspect:
            case Aspect.PRIMARY_KEY:
                said.append(_primary_key(change.base.primary_key, change.head.primary_key))
            case Aspect.UNIQUE_KEYS:
                said += _unique_keys(change)
            case Aspect.LABEL:
                said.append(("label ", Name(change.base.label), " → ", Name(change.head.label)))
            case _:
                said.append((aspect.value,))
    return said


def relationship_change(change: RelationshipChange) -> list[Sentence]:
    """What has changed of a relationship, thing by thing."""
    base, head = change.base, change.head
    said: list[Sentence] = []
    for aspect in change.aspects:
        match aspect:
            case Aspect.DIRECTION:
                said.append(("the other way round",))
            case Aspect.CARDINALITY:
                said.append((f"{ends(base.cardinality)} → {ends(head.cardinality)}",))
            case Aspect.STATE:
                said.append((f"{tested(head.state)}, {_before(tested(base.state))}",))
            case Aspect.EVIDENCE:
                said.append((f"said by {_evidence(head)}, {_before(_evidence(base))}",))
            case Aspect.LABEL:
                said.append(("label ", Name(base.label), " → ", Name(head.label)))
            case _:
                said.append((aspect.value,))
    return said


def ends(cardinality: Cardinality) -> str:
    """How many rows of the child stand for how many of the parent: `0..n : 1`."""
    return f"{_ENDS[cardinality.child]} : {_ENDS[cardinality.parent]}"


def tested(state: State | None) -> str:
    """How a relationship fared in its tests."""
    if state is None:
        return "not tested"
    return "test passed" if state.outcome is Outcome.PASSED else f"test: {state_label(state)}"


def used_by(use: Use) -> Sentence:
    """Who uses a table, and whom to ask."""
    of: Sentence = (" (", Name(use.part), ")") if use.part else ()
    match use.kind:
        case UseKind.CONTRACT:
            said: Sentence = ("contract of ", Name(use.name))
        case UseKind.FOREIGN_KEY:
            said = (
                ("foreign key ", Name(use.part), " of ", Name(use.name))
                if use.part
                else (
                    "foreign key of ",
                    Name(use.name),
                )
            )
        case _:
            said = (f"{use.kind.value} ", Name(use.name), *of)
    return (*said, " (owner ", Name(use.owner), ")") if use.owner else said


def _type(column: Column) -> str:
    return cut(column.type, _LONGEST_TYPE) if column.type.strip() else "unknown type"


def _primary_key(base: Sequence[str], head: Sequence[str]) -> Sentence:
    if not head:
        return ("no primary key any more, was ", *listed(base, len(base)))
    was: Sentence = (", was ", *listed(base, len(base))) if base else ()
    return ("primary key ", *listed(head, len(head)), *was)


def _unique_keys(change: TableChange) -> list[Sentence]:
    base, head = {*change.base.unique_keys}, {*change.head.unique_keys}
    # The other key of a table is told as what it has become.
    gone = [key for key in change.base.unique_keys if key not in head and {*key} != {*change.head.primary_key}]
    come = [key for key in change.head.unique_keys if key not in base and {*key} != {*change.base.primary_key}]
    said: list[Sentence] = [(*listed(key, len(key)), " unique no more") for key in gone]
    said += [(*listed(key, len(key)), " now unique") for key in come]
    return said or [(Aspect.UNIQUE_KEYS.value,)]


def _before(said: str) -> str:
    return f"was {said}"


def _evidence(one: Relationship) -> str:
    kinds = {provenance.kind for provenance in one.provenance}
    return " and ".join(kind for kind in KINDS if kind in kinds) or "nothing"
