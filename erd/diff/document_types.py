"""What `erd-diff.json` holds: the types that are written, and that its published schema is made from.

`python -m tests.tools.diff_schema` writes `docs/schemas/erd-diff.json` after a change here. Keys may be added within a
version; when one goes, or changes its meaning, there is a new `VERSION`.
"""

from typing import Annotated, Literal, TypeAlias

import msgspec
from msgspec import Meta

from erd.diff.document_entries import Count, RelationshipLists, TableLists, TableName, UniqueId
from erd.diff.risk import RiskKind, Severity
from erd.project import UseKind

VERSION = 1

FileName: TypeAlias = Annotated[str | None, Meta(description="Relative to the dbt project, null when unknown.")]


class TableReference(msgspec.Struct, frozen=True):
    """A table."""

    unique_id: UniqueId
    name: TableName


Guess: TypeAlias = Annotated[
    bool, Meta(description="Always true: dbt knows no renames. Both are listed as changes too.")
]
Why: TypeAlias = Annotated[str, Meta(description="What speaks for it, in a few words.")]


class RenamedTable(msgspec.Struct, frozen=True, tag_field="kind", tag="table"):
    """A removed table that may live on as an added one."""

    base: TableReference
    head: TableReference
    guess: Guess
    why: Why


class RenamedColumn(msgspec.Struct, frozen=True, tag_field="kind", tag="column"):
    """A removed column of a table that may live on as an added one."""

    unique_id: UniqueId
    name: TableName
    base: Annotated[str, Meta(description="The column's name in the base.")]
    head: Annotated[str, Meta(description="The column's name in the head.")]
    guess: Guess
    why: Why


class UnknownEntry(msgspec.Struct, frozen=True):
    """What could not be compared, and is therefore neither changed nor the same."""

    unique_id: Annotated[str | None, Meta(description="The table, null where it concerns all tables.")]
    name: Annotated[str | None, Meta(description="What readers see of the table.")]
    what: Literal["columns", "types"]
    why: Annotated[str, Meta(description="In a few words.")]


class UseEntry(msgspec.Struct, frozen=True):
    """Something in the project that stands on the table."""

    kind: UseKind
    unique_id: UniqueId
    name: Annotated[str, Meta(description="What people call it.")]
    part: Annotated[str | None, Meta(description="What in it does, such as the name of a constraint or an entity.")]
    columns: Annotated[tuple[str, ...], Meta(description="Those that it names; empty when only the table is known.")]
    owner: Annotated[str | None, Meta(description="Who dbt says is responsible.")]
    file: FileName


class RiskEntry(msgspec.Struct, frozen=True):
    """A risk of the change; docs/review.md has the rules."""

    severity: Severity
    kind: RiskKind
    unique_id: Annotated[str, Meta(description="The table at stake.")]
    name: TableName
    columns: Annotated[tuple[str, ...], Meta(description="Its columns at stake, perhaps none.")]
    message: Annotated[str, Meta(description="All of it in one sentence, but for who is hit.")]
    uses: Annotated[tuple[UseEntry, ...], Meta(description="Who is hit, the strongest first.")]
    file: Annotated[str | None, Meta(description="Where to look, relative to the dbt project, null when unknown.")]


class SourceEntry(msgspec.Struct, frozen=True):
    """Where one of the two came from; null what is not known."""

    name: Annotated[str, Meta(description="What to call it, such as a run or a folder.")]
    run_id: str | None
    url: str | None
    commit: str | None
    finished_at: Annotated[str | None, Meta(description="ISO 8601, UTC.")]
    dbt_version: str | None


class ListCounts(msgspec.Struct, frozen=True):
    """How many there are in each list."""

    added: Count
    removed: Count
    changed: Count


class RiskCounts(msgspec.Struct, frozen=True):
    """How many risks there are of each severity."""

    breaking: Count
    worth_a_look: Count


class Counts(msgspec.Struct, frozen=True):
    """How many of each there are. The columns are those of changed tables."""

    tables: ListCounts
    columns: ListCounts
    relationships: ListCounts
    renamed: Count
    unknown: Count
    risks: RiskCounts


class Document(msgspec.Struct, frozen=True, rename={"schema": "$schema"}):
    """What a pull request, or any other step from a base to a head, does to the data model."""

    schema: Annotated[str, Meta(description="Where this schema is.")]
    version: Annotated[int, Meta(ge=VERSION, le=VERSION, description="Of this schema; keys may be added within it.")]
    tables: TableLists
    relationships: RelationshipLists
    renamed: Annotated[tuple[RenamedTable | RenamedColumn, ...], Meta(description="Guesses, tables first.")]
    unknown: tuple[UnknownEntry, ...]
    risks: Annotated[tuple[RiskEntry, ...], Meta(description="The worst first.")]
    breaking: Annotated[bool, Meta(description="Whether a risk is breaking.")]
    base: SourceEntry
    head: SourceEntry
    base_is_older: Annotated[bool, Meta(description="Whether the base lacks commits that the head has from elsewhere.")]
    changed: Annotated[bool, Meta(description="Whether anything differs, as far as it could be compared.")]
    only_descriptions: Annotated[bool, Meta(description="Whether all that differs is descriptions.")]
    counts: Counts
    generator: Literal["dbt-cloud-erd"]
    generator_version: str
