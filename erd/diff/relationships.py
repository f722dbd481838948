"""What differs between the relationships of two sides.

A relationship joins pairs of columns of two tables, whichever way round and in whichever order. What of it a side could
know is in `erd.diff.evidence`: what it could not is neither lost nor new.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

import msgspec

from erd.diff.changes import Aspect, RelationshipChange, Relationships, ends
from erd.diff.columns import same_text
from erd.diff.evidence import could_know, is_same_claim, kinds, tables_of
from erd.diff.filling import Pair
from erd.diff.keys import keys_of
from erd.diff.known import Known, Terms
from erd.model import TEST, End, Endpoint, Outcome, Relationship

Joined: TypeAlias = tuple[Any, ...]
"""What a relationship joins, however it is drawn: the tables, and the pairs of their columns in one case."""
_TOLD = frozenset({Outcome.PASSED, Outcome.FAILED})


class Compared(msgspec.Struct, frozen=True):
    """What differs, and what of the other side's each would have drawn too, had it known as much."""

    differing: Relationships
    unknown_to_base: tuple[Relationship, ...] = ()
    unknown_to_head: tuple[Relationship, ...] = ()


def compare_relationships(base: Known, head: Known, pairs: Mapping[str, Pair], terms: Terms) -> Compared:
    """What differs. `pairs` are the tables of both sides that are not the very same on both, by `unique_id`."""
    of_base, of_head = base.erd.relationships, head.erd.relationships
    if of_base == of_head and not terms.diagram:
        return Compared(Relationships())
    if terms.diagram:
        of_base, of_head = _drawable(of_base), _drawable(of_head)
    matched, only_base, only_head = _matched(of_base, of_head, terms)
    changed = [
        RelationshipChange(before, after, aspects)
        for before, after in matched
        if before != after and (aspects := _aspects(before, after, base, head, pairs, terms))
    ]
    removed = _only(only_base, base, head)
    added = _only(only_head, head, base)
    changed += [RelationshipChange(before, after, (Aspect.EVIDENCE,)) for before, after in removed.weaker]
    changed += [RelationshipChange(before, after, (Aspect.EVIDENCE,)) for after, before in added.weaker]
    return Compared(
        Relationships(
            added=tuple(sorted(added.real, key=_place)),
            removed=tuple(sorted(removed.real, key=_place)),
            changed=tuple(sorted(changed, key=lambda one: sorted([_place(one.base), _place(one.head)]))),
        ),
        unknown_to_base=tuple(added.unknown),
        unknown_to_head=tuple(removed.unknown),
    )


def _place(one: Relationship) -> tuple[Endpoint, ...]:
    return *ends(one), one.child


def _drawable(relationships: Iterable[Relationship]) -> tuple[Relationship, ...]:
    """Those that DBML can say: on columns, and one for each two sets of them."""
    found: dict[Joined, Relationship] = {}
    for one in relationships:
        if one.child.columns and len(joined := _sets(one)) > 1:
            found.setdefault((joined,), one)
    return tuple(found.values())


def _sets(one: Relationship) -> frozenset[tuple[str, frozenset[str]]]:
    return frozenset((end.table, frozenset(name.lower() for name in end.columns)) for end in (one.child, one.parent))


def _pairing(one: Relationship) -> Joined:
    columns = list(zip(_folded(one.child), _folded(one.parent), strict=True))
    there = (one.child.table, one.parent.table, *sorted(columns))
    back = (one.parent.table, one.child.table, *sorted([(parent, child) for child, parent in columns]))
    return min(there, back)


def _folded(end: Endpoint) -> list[str]:
    return [name.lower() for name in end.columns]


def _matched(
    base: Iterable[Relationship], head: Iterable[Relationship], terms: Terms
) -> tuple[list[tuple[Relationship, Relationship]], list[Relationship], list[Relationship]]:
    """The relationships that both have, and those that only one has: by the very same ends, else by what they join."""
    theirs = {(one.child, one.parent): one for one in head}
    found, rest = [], []
    for one in base:
        other = theirs.pop((one.child, one.parent), None)
        if other is None:
            rest.append(one)
        else:
            found.append((one, other))
    there, here = _by_joined(rest, terms), _by_joined(theirs.values(), terms)
    # Of several that are the same but for case, nobody can say which is which.
    clear = [key for key in there.keys() & here.keys() if len(there[key]) == len(here[key]) == 1]
    found.extend([(there.pop(key)[0], here.pop(key)[0]) for key in clear])
    return found, [one for some in there.values() for one in some], [one for some in here.values() for one in some]


def _by_joined(relationships: Iterable[Relationship], terms: Terms) -> dict[Joined, list[Relationship]]:
    found: dict[Joined, list[Relationship]] = defaultdict(list)
    for one in relationships:
        found[(_sets(one),) if terms.diagram else _pairing(one)].append(one)
    return found


class _Only(msgspec.Struct):
    """The relationships of one side alone: really, as far as the other side can know, and with weaker evidence there.

    Of a weaker one it is known that a test no longer says so; what else does cannot say there what it joins.
    """

    real: list[Relationship] = msgspec.field(default_factory=list)
    unknown: list[Relationship] = msgspec.field(default_factory=list)
    weaker: list[tuple[Relationship, Relationship]] = msgspec.field(default_factory=list)


def _only(relationships: Iterable[Relationship], here: Known, there: Known) -> _Only:
    found = _Only()
    between: dict[frozenset[str], list[Relationship]] = defaultdict(list)
    some = list(relationships)
    if some:
        for other in there.erd.relationships:
            between[tables_of(other)].append(other)
    for one in some:
        absent = [table for table in tables_of(one) if table not in there.tables]
        others = between.get(tables_of(one), [])
        if absent:
            found.real += [] if any(map(there.hides, absent)) else [one]
        elif one.child.columns:
            _sort_in(one, others, here, there, found)
        elif not _is_hidden(one, others, here, there):
            found.real.append(one)
    return found


def _sort_in(one: Relationship, others: list[Relationship], here: Known, there: Known, found: _Only) -> None:
    """A relationship on columns is gone there, or not known, or known between the tables only."""
    vague = next((other for other in others if not other.child.columns and _is_vaguer(other, one, there, here)), None)
    if vague and TEST in kinds(one):
        found.weaker.append((one, vague))
    elif vague or not _could_be_known(one, there, here):
        found.unknown.append(one)
    else:
        found.real.append(one)


def _could_be_known(one: Relationship, there: Known, here: Known) -> bool:
    """Whether that side would show the relationship if anything there said so."""
    return not one.provenance or any(could_know(kind, one, there, here) for kind in kinds(one))


def _is_vaguer(vague: Relationship, one: Relationship, there: Known, here: Known) -> bool:
    """Whether the same is said on that side, which does not know the columns."""
    return any(not could_know(kind, one, there, here) for kind in is_same_claim(vague, one))


def _is_hidden(vague: Relationship, others: list[Relationship], here: Known, there: Known) -> bool:
    """Whether that side may say as much: on columns, or hidden behind others that join the tables on columns."""
    clear = [other for other in others if other.child.columns]
    if any(_is_vaguer(vague, other, here, there) for other in clear):
        return True
    same_way = [other for other in clear if other.child.table == vague.child.table]
    return bool(same_way) and not any(is_same_claim(vague, other) for other in same_way)


def _aspects(
    before: Relationship, after: Relationship, base: Known, head: Known, pairs: Mapping[str, Pair], terms: Terms
) -> tuple[Aspect, ...]:
    """What differs in a relationship that both have. A diagram knows no evidence, no state and no label."""
    same_way = _is_same_way(before, after)
    found = [] if same_way else [Aspect.DIRECTION]
    if terms.diagram:
        many = [(one.cardinality.child.many, one.cardinality.parent.many) for one in (before, after)]
        return (*found, *([Aspect.CARDINALITY] if many[0] != (many[1] if same_way else many[1][::-1]) else []))
    lost = {kind for kind in kinds(before) - kinds(after) if could_know(kind, before, head, base)}
    new = {kind for kind in kinds(after) - kinds(before) if could_know(kind, after, base, head)}
    if lost | new == kinds(before) ^ kinds(after):
        if _cardinality(before) != _cardinality(after, same_way=same_way) and not _is_key_unknown(
            (before, after), base, head, pairs
        ):
            found.append(Aspect.CARDINALITY)
        if not same_text(before.label, after.label):
            found.append(Aspect.LABEL)
    else:
        # Who speaks for it decides on the rest, and that is not known.
        found = []
    outcomes = {one.state.outcome for one in (before, after) if one.state}
    found += [Aspect.STATE] if outcomes == _TOLD else []
    found += [Aspect.EVIDENCE] if lost or new else []
    return tuple([aspect for aspect in Aspect if aspect in found])


def _is_same_way(before: Relationship, after: Relationship) -> bool:
    return before.child.table == after.child.table and set(_folded(before.child)) == set(_folded(after.child))


def _cardinality(one: Relationship, *, same_way: bool = True) -> tuple[End, End]:
    found = one.cardinality.child, one.cardinality.parent
    return found if same_way else found[::-1]


def _is_key_unknown(
    both: tuple[Relationship, Relationship], base: Known, head: Known, pairs: Mapping[str, Pair]
) -> bool:
    """Whether a side lacks a primary key of which the child's columns are a part: so they seem to be optional."""
    for one in both:
        pair = pairs.get(one.child.table)
        if pair is None:
            continue
        for side, keys in ((base, pair.base_keys), (head, pair.head_keys)):
            shown = keys_of(side.tables[one.child.table]).primary
            if shown != keys.primary and not keys.primary.isdisjoint(_folded(one.child)):
                return True
    return False
