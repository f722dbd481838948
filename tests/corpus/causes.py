"""Why dbterd 1.32 and this project differ in a relationship: each cause with the facts that prove it to be the one."""

from collections.abc import Callable

import msgspec

from tests.corpus.edges import Difference, Edge, What
from tests.corpus.manifests import RawManifest

# dbterd's default rule: a test says a relationship if its id has this word.
WORD = "relationship"
DEFAULT_CODE = "n1"
UNKNOWN = ("unknown",)
# dbterd's default names are of the first three parts of a unique_id.
NAMED_PARTS = 3


class Case(msgspec.Struct, frozen=True):
    """A difference, all that dbterd draws with the same algorithm, and what the artifacts say."""

    difference: Difference
    dbterd: tuple[Edge, ...]
    manifest: RawManifest

    @property
    def is_only_ours(self) -> bool:
        """Whether dbterd has nothing there."""
        return self.difference.what is What.ONLY_OURS

    @property
    def drawn_by_dbterd(self) -> list[Edge]:
        """What dbterd draws for the same tests, there or elsewhere."""
        edge = self.difference.edge
        return [one for one in self.dbterd if one.name in {edge.name, *edge.said_by}]


def cause_of(case: Case) -> str | None:
    """Why the tools differ there; None if nobody knows."""
    return next((cause for cause, holds in _CAUSES.items() if holds(case)), None)


def _is_disabled(case: Case) -> bool:
    test = case.manifest.nodes.get(case.difference.edge.name)
    return case.difference.what is What.ONLY_DBTERD and test is not None and test.is_disabled


def _is_misnamed(case: Case) -> bool:
    """Whether dbterd draws a test between other tables than it depends on, but of the same names."""
    if case.difference.ours and case.difference.dbterd:
        return False
    for edge in case.drawn_by_dbterd:
        test = case.manifest.nodes.get(edge.name)
        theirs = frozenset({edge.from_id, edge.to_id})
        if test and theirs != test.tables and _named(theirs) == _named(test.tables):
            return True
    return False


def _is_joined_by_and(case: Case) -> bool:
    """Whether dbterd makes one column out of the names of several."""
    return not (case.difference.ours and case.difference.dbterd) and any(
        len(edge.from_columns) == 1 and "_and_" in edge.from_columns[0] and not _has_column(case, edge)
        for edge in case.drawn_by_dbterd
    )


def _is_unknown(case: Case) -> bool:
    """Whether neither tool is told the columns."""
    ours = case.difference.ours
    return (ours is None or not ours.from_columns) and any(
        UNKNOWN in {edge.from_columns, edge.to_columns} for edge in case.drawn_by_dbterd
    )


def _is_not_called_so(case: Case) -> bool:
    """Whether only tests say it that dbterd's rule does not take, or whether one of those has the cardinality."""
    edge = case.difference.edge
    drawn = {one.name for one in case.dbterd}
    unread = [one.node for one in edge.provenance if one.kind == "test" and WORD not in one.node.lower()]
    unread = [test for test in unread if test not in drawn]
    if case.is_only_ours:
        return len(unread) == len(edge.provenance)
    return case.difference.what is What.CARDINALITY and any(
        (case.manifest.nodes[test].meta or {}).get("relationship_type") for test in unread
    )


def _is_in_an_expression(case: Case) -> bool:
    """Whether only foreign keys say it whose target is no `to`."""
    edge = case.difference.edge
    keys = [
        constraint for model, constraint, columns in case.manifest.foreign_keys()
        if model == edge.from_id and set(columns) == set(edge.from_columns)
    ]  # fmt: skip
    said = all(one.kind == "constraint" for one in edge.provenance)
    return case.is_only_ours and said and bool(keys) and all(not constraint.to for constraint in keys)


def _is_no_primary_entity(case: Case) -> bool:
    """Whether only entities say it that are the parent's own but not primary."""
    edge = case.difference.edge
    said = [one for one in edge.provenance if one.kind == "semantic"]
    types = [case.manifest.own_entity_types(one.name, edge.to_id) for one in said]
    return case.is_only_ours and len(said) == len(edge.provenance) and all(
        found and "primary" not in found for found in types
    )  # fmt: skip


def _is_a_key(case: Case) -> bool:
    """Whether the child's columns are a key and nobody says in `meta` what the cardinality is."""
    mine, theirs = case.difference.ours, case.difference.dbterd
    if case.difference.what is not What.CARDINALITY or not mine or not theirs or theirs.cardinality != DEFAULT_CODE:
        return False
    return mine.cardinality in {"01", "11"} and case.manifest.is_key(mine.from_id, mine.from_columns)


def _named(tables: frozenset[str]) -> set[str]:
    return {".".join(table.split(".")[:NAMED_PARTS]) for table in tables}


def _has_column(case: Case, edge: Edge) -> bool:
    """Whether the test itself names the column that dbterd draws."""
    test = case.manifest.nodes.get(edge.name)
    named = test.test_metadata.kwargs.values() if test and test.test_metadata else ()
    return any(isinstance(value, str) and value.lower() == edge.from_columns[0] for value in named)


_CAUSES: dict[str, Callable[[Case], bool]] = {
    "dbterd draws a disabled test; dbt no longer lists its parent, so it refers to its own table": _is_disabled,
    "dbterd finds tables by name, and all tables of a source share one, as do all versions of a model": _is_misnamed,
    "dbterd draws a key of several columns as one column, `a_and_b`, that no table has": _is_joined_by_and,
    "what the rule does not name is a column `unknown` of dbterd's, and a line between tables of ours": _is_unknown,
    f"dbterd reads tests with “{WORD}” in their id alone; foreign_key tests need the rule": _is_not_called_so,
    "dbterd reads foreign keys with `to` alone; before dbt 1.9 the target is in `expression`": _is_in_an_expression,
    "dbterd joins primary entities alone, no unique or natural ones": _is_no_primary_entity,
    "dbterd takes many-to-one where meta says nothing; the child's columns are a key, so it is one row": _is_a_key,
}
"""What is said of a difference, and the proof; the first that holds is the cause."""
