"""`schema.json` of tbls, which Liam's viewer reads as well.

Facts from k1LoW/tbls: the keys (schema/json.go, spec/tbls.schema.json_schema.json, which allow no others) and the words
for cardinality (schema/cardinality.go). Liam draws lines from FOREIGN KEY constraints only, so relationships that
nobody declared in the warehouse are constraints here too; `virtual` and a comment tell them apart.
"""

from collections.abc import Iterable, Mapping, Sequence

import msgspec

from erd.documents import document
from erd.formats import UNKNOWN_TYPE, Options
from erd.formats.identities import distinct, relationship_name
from erd.model import CONSTRAINT, Column, End, Erd, Relationship, Table

UNDECLARED = "Not a constraint of the warehouse."
CARDINALITY = {
    End.ZERO_OR_ONE: "zero_or_one",
    End.ONE: "exactly_one",
    End.ZERO_OR_MANY: "zero_or_more",
    End.ONE_OR_MANY: "one_or_more",
}
# A key that Python has no name for.
_KEYWORDS = {"definition": "def"}


class _Column(msgspec.Struct, frozen=True, gc=False, omit_defaults=True):
    name: str
    type: str
    nullable: bool
    comment: str = ""


class _Constraint(msgspec.Struct, frozen=True, omit_defaults=True, rename=_KEYWORDS):
    name: str
    type: str
    definition: str
    table: str
    columns: tuple[str, ...]
    referenced_table: str | msgspec.UnsetType = msgspec.UNSET
    referenced_columns: tuple[str, ...] | msgspec.UnsetType = msgspec.UNSET
    comment: str = ""


class _Label(msgspec.Struct, frozen=True):
    name: str
    virtual: bool = True


class _Table(msgspec.Struct, frozen=True, omit_defaults=True):
    name: str
    type: str
    columns: list[_Column]
    comment: str = ""
    constraints: list[_Constraint] = []
    labels: list[_Label] = []
    referenced_tables: list[str] = []


class _Relation(msgspec.Struct, frozen=True, rename=_KEYWORDS):
    table: str
    columns: tuple[str, ...]
    cardinality: str
    parent_table: str
    parent_columns: tuple[str, ...]
    parent_cardinality: str
    definition: str
    virtual: bool


class _Driver(msgspec.Struct, frozen=True):
    name: str


class _Document(msgspec.Struct, frozen=True, omit_defaults=True):
    tables: list[_Table]
    name: str = ""
    relations: list[_Relation] = []
    driver: _Driver | None = None


def render(erd: Erd, options: Options) -> str:
    """The ERD as one `schema.json`, with all columns.

    Relationships between tables only are left out: tbls takes the first column of each end without asking.
    """
    names = {table.unique_id: table.name for table in erd.tables}
    joined = [one for one in erd.relationships if one.child.columns]
    held: dict[str, list[Relationship]] = {}
    for one in joined:
        held.setdefault(one.child.table, []).append(one)
    upstream: dict[str, list[str]] = {}
    for dependency in erd.dependencies:
        upstream.setdefault(dependency.downstream, []).append(names[dependency.upstream])
    return document(
        _Document(
            name=erd.project or options.title,
            tables=[
                _table(table, held.get(table.unique_id, ()), upstream.get(table.unique_id, ()), names)
                for table in erd.tables
            ],
            relations=[_relation(one, names) for one in joined],
            driver=_Driver(erd.warehouse) if erd.warehouse else None,
        )
    )


def _table(table: Table, held: Sequence[Relationship], upstream: Sequence[str], names: Mapping[str, str]) -> _Table:
    return _Table(
        name=table.name,
        type=table.resource_type,
        columns=_columns(table),
        comment=table.description,
        constraints=_constraints(table, held, names),
        labels=[_Label(table.group)] if table.group else [],
        referenced_tables=list(upstream),
    )


def _columns(table: Table) -> list[_Column]:
    primary = table.primary_key
    return [
        _Column(column.name, column.type or UNKNOWN_TYPE, _nullable(column, primary), column.description)
        for column in table.columns
    ]


def _nullable(column: Column, primary: Sequence[str]) -> bool:
    return not column.not_null and column.name not in primary


def _constraints(table: Table, held: Iterable[Relationship], names: Mapping[str, str]) -> list[_Constraint]:
    found = [_key("PRIMARY KEY", table, table.primary_key)] if table.primary_key else []
    found += [_key("UNIQUE", table, key) for key in table.unique_keys]
    found += [_foreign_key(one, names) for one in held]
    # Liam keeps a table's constraints by name.
    unique = distinct([one.name for one in found])
    return [msgspec.structs.replace(one, name=name) for one, name in zip(found, unique, strict=True)]


def _key(kind: str, table: Table, columns: tuple[str, ...]) -> _Constraint:
    definition = f"{kind} ({', '.join(columns)})"
    return _Constraint(name=definition, type=kind, definition=definition, table=table.name, columns=columns)


def _foreign_key(one: Relationship, names: Mapping[str, str]) -> _Constraint:
    return _Constraint(
        name=relationship_name(one),
        type="FOREIGN KEY",
        definition=_definition(one, names),
        table=names[one.child.table],
        columns=one.child.columns,
        referenced_table=names[one.parent.table],
        referenced_columns=one.parent.columns,
        comment="" if _declared(one) else UNDECLARED,
    )


def _relation(one: Relationship, names: Mapping[str, str]) -> _Relation:
    return _Relation(
        table=names[one.child.table],
        columns=one.child.columns,
        cardinality=CARDINALITY[one.cardinality.child],
        parent_table=names[one.parent.table],
        parent_columns=one.parent.columns,
        parent_cardinality=CARDINALITY[one.cardinality.parent],
        definition=one.label or _definition(one, names),
        virtual=not _declared(one),
    )


def _definition(one: Relationship, names: Mapping[str, str]) -> str:
    child, parent = ", ".join(one.child.columns), ", ".join(one.parent.columns)
    return f"FOREIGN KEY ({child}) REFERENCES {names[one.parent.table]} ({parent})"


def _declared(one: Relationship) -> bool:
    return any(evidence.kind == CONSTRAINT for evidence in one.provenance)
