"""Relationships among drawn tables: each pair of endpoints once, with all that speaks for it.

Where claims contradict each other, constraints come before tests, tests before semantic models, and among equals the
first `unique_id` decides; but a direction towards a key always wins.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeAlias

from erd.detect.claims import Claim, ends_called
from erd.model import (
    KINDS,
    TEST,
    Cardinality,
    End,
    Endpoint,
    Outcome,
    Provenance,
    Relationship,
    State,
    Table,
)

log = logging.getLogger(__name__)

# The values of dbterd's `relationship_type`, and the codes it also takes (its documentation, "meta").
_TYPES: Mapping[str, Cardinality] = {
    name: cardinality
    for names, cardinality in (
        (("many-to-one", "n1"), Cardinality(End.ZERO_OR_MANY, End.ONE)),
        (("zero-to-one", "01"), Cardinality(End.ZERO_OR_ONE, End.ONE)),
        (("one-to-one", "11"), Cardinality(End.ONE, End.ONE)),
        (("zero-to-many", "0n"), Cardinality(End.ZERO_OR_ONE, End.ONE_OR_MANY)),
        (("one-to-many", "1n"), Cardinality(End.ONE, End.ONE_OR_MANY)),
        (("many-to-many", "nn"), Cardinality(End.ONE_OR_MANY, End.ONE_OR_MANY)),
    )
    for name in names
}


Pairing: TypeAlias = tuple[Any, ...]
"""Two tables, and then the pairs of columns that are joined, sorted."""


class Candidate:
    """A relationship as one claim says it, its columns already those of the tables.

    `pairing` is what it joins, the same whichever way round and in whichever order of columns; `forward` whether the
    child comes first there.
    """

    __slots__ = ("child", "claim", "forward", "pairing", "parent")

    def __init__(self, claim: Claim, child_columns: Sequence[str], parent_columns: Sequence[str]) -> None:
        self.claim = claim
        # A key that names a column twice says no more than one that does so once.
        pairs = dict.fromkeys(zip(child_columns, parent_columns, strict=True))
        self.child = Endpoint(claim.child, tuple([child for child, _ in pairs]))
        self.parent = Endpoint(claim.parent, tuple([parent for _, parent in pairs]))
        there: Pairing = (claim.child, claim.parent, *sorted(pairs))
        back: Pairing = (claim.parent, claim.child, *sorted([(parent, child) for child, parent in pairs]))
        self.forward = there <= back
        self.pairing = there if self.forward else back

    def __str__(self) -> str:
        """Who says that what refers to what, as a message begins."""
        ends = ends_called(self.child.table, self.child.columns, self.parent.table, self.parent.columns)
        return f"{self.claim.called}: {ends}"


def merge(
    candidates: Iterable[Candidate], tables: Mapping[str, Table], states: Mapping[str, State] | None = None
) -> tuple[Relationship, ...]:
    """One relationship for each unordered pair of endpoints, sorted by child and parent.

    A claim that joins only tables is left out beside one that joins them on columns. `states` are the outcomes of
    tests by `unique_id`, None when no results are known. A declared cardinality or label is the first that a claim of
    the chosen direction gives.
    """
    groups: dict[Pairing, list[Candidate]] = {}
    for found in _without_vague(candidates):
        if found.child == found.parent:
            log.debug("%s is not drawn: it joins a column to itself", found)
            continue
        groups.setdefault(found.pairing, []).append(found)
    merged = [
        _relationship(sorted(group, key=_strength) if len(group) > 1 else group, tables, states)
        for group in groups.values()
    ]
    return tuple(sorted(merged, key=_place))


def _place(one: Relationship) -> tuple[str, tuple[str, ...], str, tuple[str, ...]]:
    return one.child.table, one.child.columns, one.parent.table, one.parent.columns


def _without_vague(candidates: Iterable[Candidate]) -> list[Candidate]:
    """The candidates but for those that join only tables which another joins on columns, in the same direction.

    Such a one says nothing more, and on which of the columns, nobody knows.
    """
    found = list(candidates)
    if all(one.child.columns for one in found):
        return found
    joined = {(one.child.table, one.parent.table) for one in found if one.child.columns}
    clear = []
    for one in found:
        if not one.child.columns and (one.child.table, one.parent.table) in joined:
            log.debug("%s is not drawn: another joins these tables on columns", one)
        else:
            clear.append(one)
    return clear


def _strength(one: Candidate) -> tuple[int, str, str, tuple[str, ...]]:
    return KINDS.index(one.claim.kind), one.claim.node, one.claim.name, one.child.columns


def _relationship(
    group: list[Candidate], tables: Mapping[str, Table], states: Mapping[str, State] | None
) -> Relationship:
    chosen = group[0]
    if len(group) > 1 and any(one.forward is not chosen.forward for one in group):
        keyed = (one for one in group if _is_key(one.parent, tables) and not _is_key(one.child, tables))
        chosen = next(keyed, chosen)
    _log_drawn(chosen, group)
    agreeing = [one.claim for one in group if one.forward is chosen.forward]
    declared = next((claim for claim in agreeing if claim.type), None)
    provenance = [Provenance(one.claim.kind, one.claim.node, one.claim.name) for one in group]
    return Relationship(
        child=chosen.child,
        parent=chosen.parent,
        cardinality=(declared and _declared(declared)) or _derived(chosen.child, tables),
        label=next((claim.label for claim in agreeing if claim.label), ""),
        provenance=tuple(sorted(set(provenance)) if len(group) > 1 else provenance),
        state=None if states is None else _state([one.claim.node for one in group if one.claim.kind == TEST], states),
    )


def _log_drawn(chosen: Candidate, group: Iterable[Candidate]) -> None:
    """For those who ask: the relationship that is drawn, and what else says so."""
    log.debug("%s is drawn", chosen)
    for one in group:
        if one is not chosen and one.forward is chosen.forward:
            log.debug("%s is drawn once: %s says the same", one, chosen.claim.called)
        elif one is not chosen:
            log.debug("%s is drawn the other way round, as by %s", one, chosen.claim.called)


def _state(tests: Iterable[str], states: Mapping[str, State]) -> State | None:
    """The worst outcome of some tests; None without any."""
    outcomes = [states.get(test, State(Outcome.NOT_RUN)) for test in tests]
    failed = [state for state in outcomes if state.outcome is Outcome.FAILED]
    passed = [state for state in outcomes if state.outcome is Outcome.PASSED]
    return max(failed or passed or outcomes, key=lambda state: state.orphans, default=None)


def _declared(claim: Claim) -> Cardinality | None:
    cardinality = _TYPES.get(claim.type.lower())
    if cardinality is None:
        log.warning(
            "%s has the relationship_type %r, which is none of %s; it is derived from the keys instead",
            claim.called,
            claim.type,
            ", ".join(name for name in _TYPES if "-" in name),
        )
    return cardinality


def _derived(child: Endpoint, tables: Mapping[str, Table]) -> Cardinality:
    required = bool(child.columns) and all(
        column.not_null for column in tables[child.table].columns if column.name in child.columns
    )
    return Cardinality(
        child=End.ZERO_OR_ONE if _is_key(child, tables) else End.ZERO_OR_MANY,
        parent=End.ONE if required else End.ZERO_OR_ONE,
    )


def _is_key(end: Endpoint, tables: Mapping[str, Table]) -> bool:
    """Whether the columns of an endpoint hold a key, so that their values stand in one row at most."""
    table = tables[end.table]
    keys = (table.primary_key, *table.unique_keys)
    return bool(end.columns) and any(key and set(end.columns).issuperset(key) for key in keys)
