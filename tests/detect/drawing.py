"""Draws manifests, and says what was drawn in words that a test can compare."""

from collections.abc import Collection, Mapping, Sequence

from erd.artifacts.catalog import Catalog
from erd.artifacts.manifest import Manifest
from erd.checks import RESOURCE_TYPES, Algorithm
from erd.detect.erd import Naming, detect, table_nodes
from erd.detect.evidence import gather_evidence
from erd.model import Column, Endpoint, Erd, State, Table

ALL = Algorithm()
DEFAULT_PARTS = ("resource", "package", "model")


def drawn(
    manifest: Manifest,
    catalog: Catalog | None = None,
    *,
    wanted: Collection[str] | None = None,
    parts: Sequence[str] = DEFAULT_PARTS,
    groups: Sequence[str] = (),
    types: Sequence[str] = RESOURCE_TYPES,
    algorithm: Algorithm = ALL,
    states: Mapping[str, State] | None = None,
) -> Erd:
    """The ERD of a manifest: all of its tables, unless some are `wanted`; `types` are the kinds that share names."""
    chosen = table_nodes(manifest) if wanted is None else wanted
    naming = Naming(tuple(parts), tuple(groups), tuple(types))
    return detect(manifest, catalog, gather_evidence(manifest, algorithm), chosen, naming, states)


def table_of(erd: Erd, unique_id: str) -> Table:
    """The one table of that id."""
    (found,) = [table for table in erd.tables if table.unique_id == unique_id]
    return found


def column_of(erd: Erd, unique_id: str, name: str) -> Column:
    """The one column of that name, in the table of that id."""
    (found,) = [column for column in table_of(erd, unique_id).columns if column.name == name]
    return found


def column_names(erd: Erd, unique_id: str) -> list[str]:
    """The names of a table's columns, in order."""
    return [column.name for column in table_of(erd, unique_id).columns]


def names(erd: Erd) -> dict[str, str]:
    """The names of the tables by `unique_id`."""
    return {table.unique_id: table.name for table in erd.tables}


def joins(erd: Erd) -> list[str]:
    """The relationships, each as `child(column) > parent(column)`."""
    return [f"{_end(one.child)} > {_end(one.parent)}" for one in erd.relationships]


def _end(end: Endpoint) -> str:
    return f"{end.table}({', '.join(end.columns)})"
