"""A diagram for DrawDB (drawdb.app), as its import checks it.

Facts from drawdb-io/drawdb: the schema of a `.ddb` file (src/data/schemas.js), sizes, colours and constants
(src/data/constants.js). Some versions look tables up by position, so a table's id is its position.
"""

from collections.abc import Mapping

import msgspec

from erd.documents import document
from erd.formats import UNKNOWN_TYPE, Options
from erd.formats.labels import relationship_label
from erd.formats.layout import Place, places
from erd.model import Cardinality, Erd, Relationship, Table

UNTITLED = "ERD"
TABLE_WIDTH, HEADER_HEIGHT, STRIP_HEIGHT, FIELD_HEIGHT = 220, 50, 7, 36
COLUMN_GAP, ROW_GAP = 180, 60
COLOR = "#175e7a"
NO_ACTION = "No action"
# The databases that DrawDB knows, by dbt's names of adapters; it draws all others as "generic".
DATABASES = {
    "postgres": "postgresql",
    "redshift": "postgresql",
    "mysql": "mysql",
    "mysql5": "mysql",
    "mariadb": "mariadb",
    "sqlite": "sqlite",
    "sqlserver": "transactsql",
    "synapse": "transactsql",
    "fabric": "transactsql",
}


class _Field(msgspec.Struct, frozen=True, gc=False, rename="camel"):
    id: int
    name: str
    type: str
    primary: bool
    unique: bool
    not_null: bool
    comment: str
    default: str = ""
    check: str = ""
    increment: bool = False


class _Index(msgspec.Struct, frozen=True):
    id: int
    name: str
    unique: bool
    fields: tuple[str, ...]


class _Table(msgspec.Struct, frozen=True):
    id: int
    name: str
    x: int
    y: int
    fields: list[_Field]
    comment: str
    indices: list[_Index]
    color: str = COLOR


class _Link(msgspec.Struct, frozen=True, rename="camel"):
    id: int
    name: str
    start_table_id: int
    start_field_id: int
    end_table_id: int
    end_field_id: int
    cardinality: str
    update_constraint: str = NO_ACTION
    delete_constraint: str = NO_ACTION


class _Document(msgspec.Struct, frozen=True, rename="camel"):
    title: str
    database: str
    tables: list[_Table]
    relationships: list[_Link]
    notes: tuple[()] = ()
    subject_areas: tuple[()] = ()
    types: tuple[()] = ()


def render(erd: Erd, options: Options) -> str:
    """The ERD as one `.ddb` file, with all columns.

    Relationships between tables only are left out: in DrawDB, a line runs from a column to a column.
    """
    placed = places(erd, {table.unique_id: _height(table) for table in erd.tables}, TABLE_WIDTH + COLUMN_GAP, ROW_GAP)
    return document(
        _Document(
            title=options.title or erd.project or UNTITLED,
            database=DATABASES.get(erd.warehouse, "generic"),
            tables=[_table(number, table, placed[table.unique_id]) for number, table in enumerate(erd.tables)],
            relationships=_links(erd),
        )
    )


def _height(table: Table) -> int:
    return HEADER_HEIGHT + STRIP_HEIGHT + FIELD_HEIGHT * len(table.columns)


def _table(number: int, table: Table, place: Place) -> _Table:
    primary = set(table.primary_key)
    unique = {key[0] for key in table.unique_keys if len(key) == 1}
    return _Table(
        id=number,
        name=table.name,
        x=place.x,
        y=place.y,
        fields=[
            _Field(
                position,
                column.name,
                column.type or UNKNOWN_TYPE,
                column.name in primary,
                column.name in unique,
                column.not_null or column.name in primary,
                column.description,
            )
            for position, column in enumerate(table.columns)
        ],
        comment=table.description,
        indices=_indices(table),
    )


def _indices(table: Table) -> list[_Index]:
    """Unique keys of several columns; a primary key of several is said by its fields."""
    composite = [key for key in table.unique_keys if len(key) > 1]
    return [_Index(number, ", ".join(key), unique=True, fields=key) for number, key in enumerate(composite)]


def _links(erd: Erd) -> list[_Link]:
    """A line for each pair of columns, of a composite key as well: DrawDB joins one column to one."""
    numbers = {table.unique_id: number for number, table in enumerate(erd.tables)}
    fields = {
        table.unique_id: {column.name: position for position, column in enumerate(table.columns)}
        for table in erd.tables
    }
    links: list[_Link] = []
    for one in erd.relationships:
        _add_links(one, numbers, fields, links)
    return links


def _add_links(
    one: Relationship, numbers: Mapping[str, int], fields: Mapping[str, Mapping[str, int]], links: list[_Link]
) -> None:
    name, cardinality = relationship_label(one), _cardinality(one.cardinality)
    for child, parent in zip(one.child.columns, one.parent.columns, strict=True):
        links.append(
            _Link(
                id=len(links),
                name=name,
                start_table_id=numbers[one.child.table],
                start_field_id=fields[one.child.table][child],
                end_table_id=numbers[one.parent.table],
                end_field_id=fields[one.parent.table][parent],
                cardinality=cardinality,
            )
        )


def _cardinality(cardinality: Cardinality) -> str:
    """The constant, which every version and language reads; the words of dbterd are read in an English DrawDB only.

    There is none for many to many (drawdb-io/drawdb#113): the child refers to the parent all the same.
    """
    if cardinality.child.many:
        return "many_to_one"
    return "one_to_many" if cardinality.parent.many else "one_to_one"
