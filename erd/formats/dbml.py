r"""DBML, as `@dbml/core` reads it in all versions from 3.9 on.

Its lexer takes backslash escapes in names ("…") and texts ('…'); a raw line break there ends the file with an error,
as does a table without columns, a table, column or reference that stands twice, and a name that nobody declared. Two
references are the same to it when they join the same sets of columns, in whichever order.
"""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from erd.formats import Options, shown_columns
from erd.model import Cardinality, Column, Endpoint, Erd, Origin, Relationship, Table

# All that cannot stand in a DBML name or text as it is: escapes, control characters, and halves of characters.
_SPECIAL = re.compile("[\\\\'\"\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ud800-\udfff]")
_LINE_BREAK = re.compile("\r\n?|\u2028|\u2029|\x85")
_ESCAPES = {"\n": "\\n", "\t": "\\t", "\\": "\\\\"}
_BARE_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)?")
# Words that begin something of DBML's own; a table of that name keeps its quotes.
_KEYWORDS = frozenset(
    {
        *("as", "check", "checks", "delete", "dep", "diagramview", "enum", "headercolor", "indexes", "name", "note"),
        *("null", "pk", "primary", "project", "records", "ref", "schema", "table", "tablegroup", "tablepartial"),
        *("type", "unique", "update"),
    }
)
NO_COLUMNS = "(no columns)"
UNKNOWN_TYPE = "unknown"
EMPTY_NAME = "(empty)"
NAMED_ONLY = "Named by a relationship only; neither the catalog nor YAML has this column."


def render(erd: Erd, options: Options) -> str:
    """The ERD as one DBML document."""
    names = _table_names(erd, options)
    joined = {} if options.columns == "all" else erd.joined_columns()
    blocks = ["//Tables (based on the selection criteria)\n"]
    words = _Words()
    for table in erd.tables:
        columns = shown_columns(table, options, joined)
        if options.columns == "none":
            # A reference needs the columns that it joins.
            columns = tuple(column for column in table.columns if column.name in joined.get(table.unique_id, ()))
        blocks.append(_table(table, columns, names[table.unique_id], words))
    blocks.append("//Refs (based on the DBT Relationship Tests)\n")
    blocks.extend(_reference(one, names, words.quoted) for one in _references(erd.relationships))
    blocks.extend(_dependencies(erd, names))
    if options.grouped_by:
        blocks.append(f"\n//TableGroups (based on {_comment(options.grouped_by)})\n")
        blocks.extend(_groups(erd.tables, names, words.quoted))
    return "".join(blocks)


def identifier(name: str) -> str:
    """A name in quotes, whatever it holds. DBML has no empty ones, and no warehouse has either."""
    return f'"{_escaped(name, chr(34)) or EMPTY_NAME}"'


def text(content: str) -> str:
    """A text in quotes, on one line, whatever it holds; blanks around it are left out."""
    line = content.strip()
    if not _SPECIAL.search(line):
        return f"'{line}'"
    return f"'{_escaped(_LINE_BREAK.sub(chr(10), line), chr(39))}'"


class _Quoted(dict[str, str]):
    """Names in quotes; the same few names and types stand in many columns."""

    def __missing__(self, name: str) -> str:
        quoted = self[name] = identifier(name)
        return quoted


class _Settings(dict[str, str]):
    """What stands behind a column, by its description; many columns share one."""

    def __init__(self, first: str) -> None:
        super().__init__()
        self._first = (first,) if first else ()

    def __missing__(self, description: str) -> str:
        note = (f"note: {text(description)}",) if description.strip() else ()
        listed = ", ".join(self._first + note)
        written = self[description] = f" [{listed}]" if listed else ""
        return written


class _Words:
    """What the columns of a whole document are written with."""

    def __init__(self) -> None:
        self.quoted = _Quoted()
        self.nullable = _Settings("")
        self.required = _Settings("not null")


def _escaped(content: str, quote: str) -> str:
    """The content with escapes in place of what would end or break it: no two contents become the same."""
    if not _SPECIAL.search(content):
        return content
    return _SPECIAL.sub(lambda match: _escape(match[0], quote), content)


def _escape(character: str, quote: str) -> str:
    if character in "\"'":
        return f"\\{character}" if character == quote else character
    return _ESCAPES.get(character) or f"\\u{ord(character):04X}"


def _comment(content: str) -> str:
    return _SPECIAL.sub(" ", content)


def _table(table: Table, columns: Sequence[Column], name: str, words: _Words) -> str:
    place = ".".join(part for part in (table.database, table.schema) if part)
    lines = [f"//--configured at schema: {_comment(place)}\nTable {name} {{\n"]
    lines += _columns(columns, words)
    if len(lines) == 1:
        lines.append(f'  "{NO_COLUMNS}" "{UNKNOWN_TYPE}"\n')
    if table.description.strip():
        lines.append(f"\n  Note: {text(table.description)}\n")
    lines.append(_indexes(table, columns, words.quoted))
    lines.append("}\n")
    return "".join(lines)


def _columns(columns: Iterable[Column], words: _Words) -> list[str]:
    quoted, nullable, required = words.quoted, words.nullable, words.required
    return [
        f"  {quoted[column.name]} {quoted[column.type or UNKNOWN_TYPE]}"
        f"{(required if column.not_null else nullable)[column.description or _why_empty(column)]}\n"
        for column in columns
    ]


def _why_empty(column: Column) -> str:
    return NAMED_ONLY if column.origin is Origin.NAMED else ""


def _indexes(table: Table, columns: Iterable[Column], quoted: Mapping[str, str]) -> str:
    keys = [(key, "pk") for key in (table.primary_key,) if key] + [(key, "unique") for key in table.unique_keys]
    # Keys are of columns that the table has; only when some are left out can one of them be missing.
    drawn = None if columns is table.columns else {column.name for column in columns}
    lines = [f"    ({_list(key, quoted)}) [{kind}]\n" for key, kind in keys if drawn is None or drawn.issuperset(key)]
    return f"\n  indexes {{\n{''.join(lines)}  }}\n" if lines else ""


def _list(columns: Iterable[str], quoted: Mapping[str, str]) -> str:
    return ", ".join([quoted[name] for name in columns])


def _references(relationships: Iterable[Relationship]) -> Iterable[Relationship]:
    """Those that DBML has a form for: on columns, and one for each two sets of them, whichever column joins which."""
    seen = set()
    for one in relationships:
        if len(one.child.columns) == 1:
            yield one
            continue
        ends = frozenset((end.table, frozenset(end.columns)) for end in (one.child, one.parent))
        if one.child.columns and len(ends) > 1 and ends not in seen:
            seen.add(ends)
            yield one


def _reference(relationship: Relationship, names: Mapping[str, str], quoted: Mapping[str, str]) -> str:
    child = _endpoint(relationship.child, names, quoted)
    parent = _endpoint(relationship.parent, names, quoted)
    return f"Ref: {child} {_symbol(relationship.cardinality)} {parent}\n"


def _endpoint(end: Endpoint, names: Mapping[str, str], quoted: Mapping[str, str]) -> str:
    if len(end.columns) == 1:
        return f"{names[end.table]}.{quoted[end.columns[0]]}"
    return f"{names[end.table]}.({_list(end.columns, quoted)})"


def _dependencies(erd: Erd, names: Mapping[str, str]) -> Iterable[str]:
    if erd.dependencies:
        yield "\n//Deps (based on the DBT lineage)\n"
    for one in erd.dependencies:
        yield f"Dep: {names[one.upstream]} -> {names[one.downstream]}\n"


def _symbol(cardinality: Cardinality) -> str:
    match cardinality.child.many, cardinality.parent.many:
        case True, True:
            return "<>"
        case True, False:
            return ">"
        case False, True:
            return "<"
        case _:
            return "-"


def _groups(tables: Iterable[Table], names: Mapping[str, str], quoted: Mapping[str, str]) -> Iterable[str]:
    members: dict[str, list[str]] = {}
    for table in tables:
        if table.group:
            members.setdefault(table.group, []).append(f"  {names[table.unique_id]}\n")
    for group, lines in sorted(members.items()):
        yield f"TableGroup {quoted[group]} {{\n{''.join(lines)}}}\n"


def _table_names(erd: Erd, options: Options) -> dict[str, str]:
    """The tables' names as they stand in the document, by `unique_id`, no two the same.

    Without quotes only where every version reads it the same: a plain name, or a schema and a plain name. `public` is
    the schema of names that have none, so `public.a` and `a` would be one table: both keep their quotes.
    """
    if not options.omit_entity_name_quotes:
        return {table.unique_id: identifier(table.name) for table in erd.tables}
    often = Counter(table.name.removeprefix("public.") for table in erd.tables)
    return {
        table.unique_id: _bare(table.name) if often[table.name.removeprefix("public.")] == 1 else identifier(table.name)
        for table in erd.tables
    }


def _bare(name: str) -> str:
    plain = _BARE_NAME.fullmatch(name) and _KEYWORDS.isdisjoint(name.lower().split("."))
    return name if plain else identifier(name)
