"""One module for each target, each of which turns an ERD into text; here is the list of them.

Formats know the model and nothing of dbt. A format is imported when it is asked for.
"""

from collections.abc import Callable, Collection, Mapping
from importlib import import_module

import msgspec

from erd.model import Column, Erd, Table

# dbterd's word for a type that nobody says, in DBML too.
UNKNOWN_TYPE = "unknown"


class Options(msgspec.Struct, frozen=True):
    """What a reader can choose about the text.

    `columns` is which of its columns a table is drawn with: "all", "keys" (those of keys and relationships) or "none".
    `grouped_by` says in words what the tables' groups are, empty for none. `title` is what a target that has one is
    called, and `schema_base_url` where a target's schema is, if not where we publish it.
    """

    columns: str = "all"
    omit_entity_name_quotes: bool = False
    grouped_by: str = ""
    title: str = ""
    schema_base_url: str = ""


class Target(msgspec.Struct, frozen=True):
    """A target: the module that renders it, and the file name it has unless another is given.

    `holds_sql` says that it has a place for `Table.sql`, which costs a pass over the artifacts.
    """

    module: str
    file_name: str
    holds_sql: bool = False

    @property
    def render(self) -> Callable[[Erd, Options], str]:
        """The function that turns an ERD into the target's text."""
        function: Callable[[Erd, Options], str] = import_module(self.module).render
        return function


TARGETS = {
    "dbml": Target("erd.formats.dbml", "output.dbml"),
    "json": Target("erd.formats.json", "output.json", holds_sql=True),
    "drawdb": Target("erd.formats.drawdb", "output.ddb"),
    "tbls": Target("erd.formats.tbls", "schema.json"),
    "plantuml": Target("erd.formats.plantuml", "output.plantuml"),
    "graphviz": Target("erd.formats.graphviz", "output.graphviz"),
    "d2": Target("erd.formats.d2", "output.d2"),
    "mermaid": Target("erd.formats.mermaid", "output.md"),
    "markdown": Target("erd.report.page", "erd.md"),
}
"""The targets, those of dbterd under its own default names."""


def shown_columns(table: Table, options: Options, joined: Mapping[str, Collection[str]]) -> tuple[Column, ...]:
    """The columns that a table is drawn with; `joined` are those of relationships (`Erd.joined_columns`)."""
    match options.columns:
        case "all":
            return table.columns
        case "keys":
            kept = {*table.primary_key, *joined.get(table.unique_id, ())}.union(*table.unique_keys)
            return tuple(column for column in table.columns if column.name in kept)
    return ()
