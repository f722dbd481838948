"""The review as JSON, for programs: `erd-diff.json`, which `docs/schemas/erd-diff.json` describes.

The same review gives the same bytes: all is sorted, and no time is in it but those of the two runs.
"""

from collections.abc import Iterator

import msgspec

from erd import __version__
from erd.diff import document_types as types
from erd.diff.changes import Diff, NotCompared, Unknown
from erd.diff.document_lists import Names, relationship_lists, table_lists
from erd.diff.review import Review
from erd.diff.risk import Risk, Severity, plain_text
from erd.documents import document as json_text
from erd.documents import schema_address
from erd.project import Source, Use

SCHEMA = "erd-diff.json"
RENAMED_COLUMN = "the same type in the same place"


def document(review: Review, schema_base_url: str = "") -> bytes:
    """The review as one JSON document; its schema is at `schema_base_url`, if not where we publish it."""
    diff = review.diff
    base, head = Names(review.base_erd), Names(review.head_erd)
    content = types.Document(
        schema=schema_address(SCHEMA, schema_base_url),
        version=types.VERSION,
        tables=table_lists(diff, base, head),
        relationships=relationship_lists(diff, base, head),
        renamed=(*_renamed_tables(diff), *_renamed_columns(diff)),
        unknown=tuple(_unknown(one, head) for one in diff.unknown),
        risks=tuple(_risk(risk, base, head) for risk in review.risks),
        breaking=review.is_breaking,
        base=_source(review.base),
        head=_source(review.head),
        base_is_older=review.base_is_older,
        changed=not diff.is_empty,
        only_descriptions=diff.is_quiet and not diff.is_empty,
        counts=_counts(review),
        generator="dbt-cloud-erd",
        generator_version=__version__,
    )
    return json_text(content).encode()


def _renamed_tables(diff: Diff) -> Iterator[types.RenamedTable]:
    for one in sorted(diff.renamed, key=lambda one: (one.base.unique_id, one.head.unique_id)):
        yield types.RenamedTable(
            base=types.TableReference(one.base.unique_id, one.base.name),
            head=types.TableReference(one.head.unique_id, one.head.name),
            guess=True,
            why=one.why,
        )


def _renamed_columns(diff: Diff) -> Iterator[types.RenamedColumn]:
    for table in sorted(diff.tables.changed, key=lambda one: one.head.unique_id):
        for one in table.renamed:
            yield types.RenamedColumn(
                unique_id=table.head.unique_id,
                name=table.head.name,
                base=one.base.name,
                head=one.head.name,
                guess=True,
                why=RENAMED_COLUMN,
            )


def _unknown(one: NotCompared, head: Names) -> types.UnknownEntry:
    return types.UnknownEntry(
        unique_id=one.table or None,
        name=head.of(one.table) if one.table else None,
        what="types" if one.why is Unknown.TYPES else "columns",
        why=one.why.value,
    )


def _risk(risk: Risk, base: Names, head: Names) -> types.RiskEntry:
    return types.RiskEntry(
        severity=risk.severity,
        kind=risk.kind,
        unique_id=risk.table,
        name=head.tables.get(risk.table) or base.of(risk.table),
        columns=risk.columns,
        message=plain_text(risk.said),
        uses=tuple(_use(use) for use in risk.uses),
        file=risk.file or None,
    )


def _use(use: Use) -> types.UseEntry:
    return types.UseEntry(
        kind=use.kind,
        unique_id=use.node,
        name=use.name,
        part=use.part or None,
        columns=use.columns,
        owner=use.owner or None,
        file=use.file or None,
    )


def _source(source: Source) -> types.SourceEntry:
    return types.SourceEntry(
        name=source.name,
        run_id=source.run_id or None,
        url=source.url or None,
        commit=source.commit or None,
        finished_at=source.finished_at or None,
        dbt_version=source.dbt_version or None,
    )


def _counts(review: Review) -> types.Counts:
    diff, changed = review.diff, review.diff.tables.changed
    return types.Counts(
        tables=_lengths(diff.tables.added, diff.tables.removed, changed),
        columns=types.ListCounts(
            added=sum(len(one.added) for one in changed),
            removed=sum(len(one.removed) for one in changed),
            changed=sum(len(one.changed) for one in changed),
        ),
        relationships=_lengths(diff.relationships.added, diff.relationships.removed, diff.relationships.changed),
        renamed=len(diff.renamed) + sum(len(one.renamed) for one in changed),
        unknown=len(diff.unknown),
        risks=types.RiskCounts(
            breaking=sum(risk.severity is Severity.BREAKING for risk in review.risks),
            worth_a_look=sum(risk.severity is Severity.WORTH_A_LOOK for risk in review.risks),
        ),
    )


def _lengths(
    added: tuple[msgspec.Struct, ...], removed: tuple[msgspec.Struct, ...], changed: tuple[msgspec.Struct, ...]
) -> types.ListCounts:
    return types.ListCounts(len(added), len(removed), len(changed))
