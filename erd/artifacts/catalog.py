"""`catalog.json`: the tables and columns that the warehouse has, as `dbt docs generate` found them.

The schema has had one version. Tables that were not built, ephemeral models and many sources are missing from it by
nature; a run that built only what changed has a partial one.
"""

from pathlib import Path

import msgspec

from erd.artifacts.reading import Artifact, read_artifact

KNOWN_VERSIONS = frozenset({1})


class ObservedColumn(msgspec.Struct, frozen=True, gc=False):
    """A column of the warehouse. `index` is its position, in most adapters a number, in some text."""

    type: str | None = None
    index: int | float | str | None = None
    comment: str | None = None


class CatalogTable(msgspec.Struct, frozen=True):
    """A table of the warehouse: its columns by their name there."""

    columns: dict[str, ObservedColumn] | None = None


class Catalog(Artifact, frozen=True):
    """All tables of the warehouse by `unique_id`."""

    nodes: dict[str, CatalogTable] | None = None
    sources: dict[str, CatalogTable] | None = None

    def observed(self, unique_id: str) -> dict[str, ObservedColumn]:
        """The columns that the warehouse has for a node; none when it does not know the table."""
        tables = self.sources if unique_id.startswith("source.") else self.nodes
        table = (tables or {}).get(unique_id)
        return (table and table.columns) or {}


def read_catalog(path: Path, shown: str | None = None) -> Catalog:
    """The catalog in the file at `path`, which errors call `shown`. Raises `ArtifactError`."""
    return read_artifact(path, shown, "catalog", Catalog, KNOWN_VERSIONS)
