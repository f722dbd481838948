"""Reads a DBML document that this tool or dbterd (1.x) wrote, back into an ERD.

DBML does not say everything that an ERD does, and what is read says no more than is written:

- There is no `unique_id` in it. A table's `unique_id` is its name as written, which is the `unique_id` where this tool
  drew with its default names (sources and versions too), and for most models that dbterd drew: dbterd calls all tables
  of a source, and all versions of a model, the same. Tables of one name are numbered: "a", "a (2)".
- `resource_type` is empty. Database and schema are read from the comment that both tools write above a table, in which
  all before the last dot is the database.
- An end of a relationship is zero or many where it is many, exactly one where it is not, and zero or one where a `?`
  says so. dbterd says of no column that it is not null, of no key but the primary one of a contract.
- Both tools write the child on the left, whatever the cardinality, and so it is read.
"""

from collections.abc import Iterable

from erd.formats.dbml import NAMED_ONLY, NO_COLUMNS, UNKNOWN_TYPE
from erd.formats.dbml_statements import Document, parse
from erd.formats.dbml_tables import Block, Reference, Side
from erd.formats.dbml_tokens import Path
from erd.model import Cardinality, Column, Dependency, End, Endpoint, Erd, Origin, Relationship, Table

_NOTHING = [Column(NO_COLUMNS, UNKNOWN_TYPE)]
# By what is left of an operator without its `?`: whether the left side is many, and whether the right one is.
_MANY = {">": (True, False), "<": (False, True), "-": (False, False), "<>": (True, True)}
_DEFAULT_SCHEMA = "public"


def read_dbml(text: str) -> Erd:
    """The ERD that a DBML document draws.

    Raises `ArtifactError`, with the line, if it breaks off or is not DBML. What `@dbml/core` refuses for its meaning is
    read as far as it has one: of two columns of a name, of two references of the same ends, the first; a column that
    only a reference names is added; a reference or a group's member of an unknown table is left out.
    """
    document = parse(text)
    names = _Names(document.tables)
    relationships = _relationships(document.references, names)
    groups: dict[str, str] = {}
    for group, member in document.groups:
        groups.setdefault(names.find(member), group)
    tables = [_table(block, names, groups) for block in document.tables]
    return Erd(
        tables=tuple(sorted(tables, key=lambda table: (table.schema, table.name))),
        relationships=tuple(sorted(relationships, key=lambda one: (one.child, one.parent))),
        dependencies=_dependencies(document, names),
        project=document.project,
    )


class _Names:
    """What each table is called, and which columns it has: those of its own, and those that references add."""

    def __init__(self, blocks: list[Block]) -> None:
        taken = {_name(block.path) for block in blocks}
        used: dict[str, int] = {}
        self._found: dict[Path, str] = {}
        self._blocks: dict[int, str] = {}
        self.columns: dict[str, dict[str, Column]] = {}
        for block in blocks:
            name = _unused(_name(block.path), taken, used)
            self._blocks[id(block)] = name
            self._found.setdefault(_key(block.path), name)
            self.columns[name] = _columns(block)
        for block in blocks:
            if block.alias:
                self._found.setdefault((block.alias,), self._blocks[id(block)])

    def of(self, block: Block) -> str:
        """The name of this table."""
        return self._blocks[id(block)]

    def find(self, path: Path) -> str:
        """The name of the table that is meant; empty if there is none."""
        return self._found.get(_key(path), "")


def _unused(name: str, taken: set[str], used: dict[str, int]) -> str:
    """The name, with a number behind it unless it is the first table of that name."""
    number = used.get(name, 0) + 1
    numbered = name
    while number > 1 and (numbered := f"{name} ({number})") in taken:
        number += 1
    used[name] = number
    taken.add(numbered)
    return numbered


def _key(path: Path) -> Path:
    """What tables are looked up by: `public` is the schema of those that name none."""
    return path[1:] if len(path) > 1 and path[0] == _DEFAULT_SCHEMA else path


def _name(path: Path) -> str:
    return ".".join(path)


def _columns(block: Block) -> dict[str, Column]:
    columns: dict[str, Column] = {}
    if block.columns != _NOTHING:
        for column in block.columns:
            columns.setdefault(column.name, _column(column))
    return columns


def _column(column: Column) -> Column:
    """The column, with nothing in place of what this tool writes where it knows nothing."""
    kind = "" if column.type == UNKNOWN_TYPE else column.type
    if column.description == NAMED_ONLY:
        return Column(column.name, kind, origin=Origin.NAMED, not_null=column.not_null)
    return column if kind else Column(column.name, kind, column.description, not_null=column.not_null)


def _table(block: Block, names: _Names, groups: dict[str, str]) -> Table:
    name = names.of(block)
    columns = names.columns[name]
    database, _, schema = block.place.rpartition(".")
    keys = [key for key in [*block.primary_keys[:1], *block.unique_keys] if key and columns.keys() >= set(key)]
    primary_key = next((key for key in block.primary_keys[:1] if key in keys), ())
    return Table(
        unique_id=name,
        name=name,
        resource_type="",
        database=database,
        schema=schema,
        description=block.note,
        group=groups.get(name, ""),
        columns=tuple(columns.values()),
        primary_key=primary_key,
        unique_keys=tuple(key for key in dict.fromkeys(keys) if key != primary_key),
    )


def _relationships(references: Iterable[Reference], names: _Names) -> list[Relationship]:
    found: dict[frozenset[tuple[str, frozenset[str]]], Relationship] = {}
    for one in references:
        child, parent = _endpoint(one.left, names), _endpoint(one.right, names)
        ends = frozenset((end.table, frozenset(end.columns)) for end in (child, parent))
        if child.table and parent.table and len(child.columns) == len(parent.columns) and len(ends) > 1:
            found.setdefault(ends, Relationship(child, parent, _cardinality(one.operator), one.name))
    for relationship in found.values():
        for end in (relationship.child, relationship.parent):
            columns = names.columns[end.table]
            for column in end.columns:
                columns.setdefault(column, Column(column, origin=Origin.NAMED))
    return list(found.values())


def _endpoint(side: Side, names: _Names) -> Endpoint:
    return Endpoint(names.find(side.table), side.columns)


def _cardinality(operator: str) -> Cardinality:
    left, right = _MANY[operator.strip("?")]
    return Cardinality(_end(left, operator.startswith("?")), _end(right, operator.endswith("?")))


def _end(many: bool, optional: bool) -> End:
    if many:
        return End.ZERO_OR_MANY
    return End.ZERO_OR_ONE if optional else End.ONE


def _dependencies(document: Document, names: _Names) -> tuple[Dependency, ...]:
    found = {Dependency(names.find(downstream), names.find(upstream)) for upstream, downstream in document.dependencies}
    return tuple(sorted(one for one in found if one.downstream and one.upstream))
