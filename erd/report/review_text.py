"""The review for a terminal: plain lines, each of which says by itself what it is about, so that `grep` finds it."""

from collections.abc import Iterator, Sequence

from erd.diff.changes import Diff
from erd.diff.review import Review
from erd.diff.risk import Name
from erd.project import Source
from erd.report.review_foot import minute
from erd.report.review_index import Index, Item, Mark, index_of
from erd.report.review_listing import Columns, Entry, Kind, entries
from erd.report.review_risks import risk_said, verdict
from erd.report.review_rows import MINUS, counts
from erd.report.review_words import count, in_text, name
from erd.report.summary import SHORT_COMMIT

_ALL = 1_000


def text(review: Review) -> str:
    """The whole review."""
    index = index_of(review)
    return (
        ("\n".join([*_sides(review), *_headline(index), *_risks(review), *_tables(index), *_guesses(index)]) + "\n")
        .encode(errors="replace")
        .decode()
    )


def _sides(review: Review) -> Iterator[str]:
    yield f"base: {_source(review.base)}"
    yield f"head: {_source(review.head)}"
    if review.base_is_older:
        yield "warning: the base lacks commits that the head has from elsewhere"


def _source(source: Source) -> str:
    commit = f"commit {name(source.commit[:SHORT_COMMIT])}" if source.commit else ""
    finished = f"finished {minute(source.finished_at) or name(source.finished_at)}" if source.finished_at else ""
    dbt = f"dbt {name(source.dbt_version)}" if source.dbt_version else ""
    return ", ".join(part for part in (name(source.name), commit, finished, dbt) if part)


def _headline(index: Index) -> Iterator[str]:
    review = index.review
    if review.diff.is_empty:
        yield "data model: no changes"
    elif review.diff.is_quiet:
        yield f"data model: only descriptions change, in {count(len(index.quiet), 'table')}"
    else:
        yield f"data model: {verdict(review)}"
        yield f"tables: {_counts([item.mark for item in index.items if item.mark])}"
        yield f"relationships: {_counts([one.mark for one in index.joins])}"


def _counts(marks: Sequence[Mark]) -> str:
    return counts(marks).replace(MINUS, "-") or "0"


def _risks(review: Review) -> Iterator[str]:
    for risk in review.risks:
        at = f" ({name(risk.file)})" if risk.file else ""
        yield f"{risk.severity.value}: {in_text(risk_said(risk, _ALL))}{at}"


def _tables(index: Index) -> Iterator[str]:
    for item in index.items:
        if item.mark:
            yield _line(item.mark.sign, name(item.name), f"{item.mark.value} table")
        yield from _entries(item, index)
    for change in index.quiet:
        called = name(index.names[change.head.unique_id])
        if change.aspects:
            yield _line("!", called, "description")
        yield from (_line("!", f"{called}.{name(one.head.name)}", "description") for one in change.changed)


def _entries(item: Item, index: Index) -> Iterator[str]:
    """The entries of a table's list, each with the table's name."""
    for entry in entries(item, index, Columns.ALL):
        yield _line(entry.sign, _about(entry, item), entry.said)


def _about(entry: Entry, item: Item) -> str:
    match entry.kind:
        case Kind.RELATIONSHIP:
            return entry.about
        case Kind.COLUMN:
            return f"{name(item.name)}.{entry.about}"
        case Kind.TABLE:
            return f"{name(item.name)}: {entry.about}"


def _guesses(index: Index) -> Iterator[str]:
    diff: Diff = index.review.diff
    for one in diff.renamed:
        said = (Name(index.names[one.base.unique_id]), " → ", Name(index.names[one.head.unique_id]))
        yield f"perhaps renamed: {in_text(said)} ({one.why})"
    for unknown in diff.unknown:
        called = name(index.names.get(unknown.table, unknown.table)) if unknown.table else "types of columns"
        yield f"not compared: {called}: {unknown.why.value}"


def _line(sign: str, about: str, said: str) -> str:
    return f"{sign} {about}  {said}".rstrip()
