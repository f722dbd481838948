"""What is at risk when less speaks for a relationship than did, or when its test speaks against it."""

from collections.abc import Iterator

from erd.diff.changes import Diff, RelationshipChange, Unknown
from erd.diff.ends import by_joined, end_at, joined, tables_of
from erd.diff.risk import Risk, RiskKind, Sentence, Severity
from erd.diff.saying import end_name, table_name
from erd.diff.users import Users
from erd.model import CONSTRAINT, SEMANTIC, TEST, End, Endpoint, Erd, Origin, Outcome, Relationship, Table
from erd.project import Use

_GONE = {CONSTRAINT: "its foreign key is gone", TEST: "its test is gone", SEMANTIC: "its entity is gone"}
_HEAD_UNKNOWN = frozenset({Unknown.COLUMNS_OF_HEAD, Unknown.COLUMNS})
_REQUIRED = frozenset({End.ONE, End.ONE_OR_MANY})


def risks_of_tests(base_erd: Erd, head_erd: Erd, users: Users) -> Iterator[Risk]:
    """Relationships whose test fails in the head and did not in the base, as far as that is known."""
    failed = [one for one in head_erd.relationships if one.state and one.state.outcome is Outcome.FAILED]
    before = by_joined(base_erd.relationships) if failed else {}
    for one in failed:
        severity = _of_failure(before.get(joined(one)))
        if severity:
            uses = users.of_relationship(one)
            yield Risk(
                severity,
                RiskKind.TEST_FAILS,
                one.child.table,
                one.child.columns,
                _failure(one),
                uses,
                next((use.file for use in uses if use.file), "") or users.yaml_of(one.child.table),
            )


def _of_failure(base: Relationship | None) -> Severity | None:
    """How bad it is that a test fails, by how it fared in the base; None if it failed there too."""
    if base is None:
        return Severity.BREAKING
    if base.state and base.state.outcome is not Outcome.NOT_RUN:
        return Severity.BREAKING if base.state.outcome is Outcome.PASSED else None
    is_new = bool(base.provenance) and all(said.kind != TEST for said in base.provenance)
    return Severity.BREAKING if is_new else Severity.WORTH_A_LOOK


def _failure(one: Relationship) -> Sentence:
    orphans = one.state.orphans if one.state else 0
    ends = end_name(one.child), end_name(one.parent)
    if not orphans:
        return "The test that ", ends[0], " refers to ", ends[1], " fails"
    rows = "1 row of " if orphans == 1 else f"{orphans:,} rows of "
    return rows, ends[0], " have no match in " if orphans > 1 else " has no match in ", ends[1]


def risks_of_proofs(diff: Diff, base_erd: Erd, head_erd: Erd, users: Users) -> Iterator[Risk]:
    """Relationships that nothing says any more though both ends are there, and those of which less is known."""
    removed = diff.relationships.removed
    if removed:
        before, tables = tables_of(base_erd), tables_of(head_erd)
        unknown = {one.table for one in diff.unknown if one.why in _HEAD_UNKNOWN}
        still = {frozenset((one.child.table, one.parent.table)) for one in head_erd.relationships}
        for one in removed:
            is_vague = not one.child.columns and frozenset((one.child.table, one.parent.table)) in still
            if not is_vague and all(
                end.table in unknown or _is_there(end, before, tables) for end in (one.child, one.parent)
            ):
                yield _weaker(one, _unsaid(one), (), users)
    for change in diff.relationships.changed:
        said = _less(change)
        if said:
            yield _weaker(change.head, said, users.of_relationship(change.head), users)


def _weaker(one: Relationship, said: Sentence, uses: tuple[Use, ...], users: Users) -> Risk:
    return Risk(
        Severity.WORTH_A_LOOK,
        RiskKind.WEAKER_PROOF,
        one.child.table,
        one.child.columns,
        said,
        uses,
        users.yaml_of(one.child.table),
    )


def _is_there(end: Endpoint, base: dict[str, Table], head: dict[str, Table]) -> bool:
    """Whether the table of an end is still there with all of its columns."""
    table = head.get(end.table)
    if table is None:
        return False
    # A column that only relationships name in the base goes with them, and nobody knows whether it is there.
    named = {column.name for column in base[end.table].columns if column.origin is Origin.NAMED}
    there = {column.name.lower() for column in table.columns if column.origin is not Origin.NAMED}
    return all(name in named or name.lower() in there for name in end.columns)


def _unsaid(one: Relationship) -> Sentence:
    kinds = {said.kind for said in one.provenance}
    gone = [words for kind, words in _GONE.items() if kind in kinds]
    why = f": {' and '.join(gone)}" if gone else ""
    return "Nothing says any more that ", end_name(one.child), " refers to ", end_name(one.parent), why


def _less(change: RelationshipChange) -> Sentence:
    """What is known no more of a relationship that is in both; nothing if it is all the same."""
    head = change.head
    kinds = [{said.kind for said in one.provenance} for one in (change.base, head)]
    only: Sentence = ()
    if kinds[1] == {SEMANTIC} and kinds[0] - kinds[1]:
        only = "Only a semantic model still says that ", end_name(head.child), " refers to ", end_name(head.parent)
    if end_at(change.base, head.parent) in _REQUIRED and end_at(head, head.parent) not in _REQUIRED:
        start: Sentence = (*only, "; ") if only else ()
        rows: Sentence = "a row of ", table_name(head.child.table), " can be without ", table_name(head.parent.table)
        return *start, end_name(head.child), " may be empty now: ", *rows
    return only
