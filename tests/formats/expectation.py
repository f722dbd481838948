"""What `@dbml/core` should read in a rendered ERD: the ERD itself, less what DBML cannot say."""

import re
from collections.abc import Iterable
from itertools import chain, zip_longest

from erd.model import Column, Endpoint, Erd, Origin, Table
from tests.tools.judge import Document, ReadColumn, ReadEnd, ReadGroup, ReadKey, ReadTable

NAMED_ONLY = "Named by a relationship only; neither the catalog nor YAML has this column."
LINE_BREAK = re.compile("\r\n|[\r\x85\u2028\u2029]")


def expected(erd: Erd) -> Document:
    """The document that every name in quotes gives, with all columns, and with groups."""
    names = {table.unique_id: _name(table.name) for table in erd.tables}

    def end(one: Endpoint, many: bool) -> ReadEnd:
        return ReadEnd("public", names[one.table], tuple(map(_name, one.columns)), "*" if many else "1")

    return Document(
        errors=(),
        tables=tuple(_table(table) for table in erd.tables),
        refs=tuple(
            (end(one.child, one.cardinality.child.many), end(one.parent, one.cardinality.parent.many))
            for one in erd.relationships
        ),
        groups=tuple(_groups(erd.tables)),
    )


def differences(read: Document, wanted: Document) -> list[object]:
    """The parser's complaints, or else the first things that it should read and does not, each with what it reads."""
    pairs: list[object] = [
        (should, does)
        for should, does in chain(
            zip_longest(wanted.tables, read.tables),
            zip_longest(wanted.refs, read.refs),
            zip_longest(wanted.groups, read.groups),
        )
        if should != does
    ]
    return [*read.errors] or pairs[:2]


def without_schemas(document: Document) -> Document:
    """The same with every schema as a part of the name, `public` as none, and sorted: what quotes or none both give."""

    def said(schema: str, name: str) -> str:
        return name.removeprefix("public.") if schema == "public" else f"{schema}.{name}"

    def end(one: ReadEnd) -> ReadEnd:
        return ReadEnd("", said(one.schema, one.table), one.columns, one.relation)

    tables = [ReadTable("", said(one.schema, one.name), one.note, one.columns, one.keys) for one in document.tables]
    refs = [(end(child), end(parent)) for child, parent in document.refs]
    groups = [ReadGroup(one.name, tuple(("", said(*table)) for table in one.tables)) for one in document.groups]
    return Document(
        errors=document.errors,
        tables=tuple(sorted(tables, key=repr)),
        refs=tuple(sorted(refs, key=repr)),
        groups=tuple(sorted(groups, key=repr)),
    )


def _table(table: Table) -> ReadTable:
    keys = [ReadKey(tuple(map(_name, table.primary_key)), primary=True, unique=False)] if table.primary_key else []
    keys += [ReadKey(tuple(map(_name, key)), primary=False, unique=True) for key in table.unique_keys]
    columns = tuple(_column(column) for column in table.columns)
    placeholder = ReadColumn("(no columns)", "unknown")
    return ReadTable("public", _name(table.name), _note(table.description), columns or (placeholder,), tuple(keys))


def _column(column: Column) -> ReadColumn:
    description = column.description or (NAMED_ONLY if column.origin is Origin.NAMED else "")
    return ReadColumn(_name(column.name), column.type or "unknown", _note(description), column.not_null)


def _groups(tables: Iterable[Table]) -> Iterable[ReadGroup]:
    members: dict[str, list[tuple[str, str]]] = {}
    for table in tables:
        if table.group:
            members.setdefault(table.group, []).append(("public", _name(table.name)))
    return (ReadGroup(group, tuple(inside)) for group, inside in sorted(members.items()))


def _name(name: str) -> str:
    return name or "(empty)"


def _note(description: str) -> str:
    return LINE_BREAK.sub("\n", description.strip())
