"""`manifest.json` as two of them are compared: what dbt looks at to call a node modified.

Read only for a `state:` rule, once for the manifest at hand and once for the base. What is compared is dbt-core 1.11's;
before 1.3 `raw_code` was called `raw_sql`.
"""

from pathlib import Path
from typing import Any

import msgspec

from erd.artifacts.manifest import KNOWN_VERSIONS
from erd.artifacts.reading import Artifact, read_artifact


class Dependencies(msgspec.Struct, frozen=True):
    """The `unique_id`s of the macros that something calls."""

    macros: list[str | None] | None = None


class Contract(msgspec.Struct, frozen=True):
    """A model's contract, and the checksum that dbt makes of its columns."""

    enforced: bool | None = None
    checksum: str | None = None


class PersistDocs(msgspec.Struct, frozen=True):
    """Which descriptions go to the warehouse."""

    relation: Any = None
    columns: Any = None


class Rendered(msgspec.Struct, frozen=True):
    """The part of the rendered configuration that changes what else is compared."""

    persist_docs: PersistDocs | None = None


class Described(msgspec.Struct, frozen=True):
    """A column's description."""

    description: str | None = None


class Present(msgspec.Struct, frozen=True):
    """Something that is there, whatever it holds."""


class ComparableNode(msgspec.Struct, frozen=True):
    """A node, source or function."""

    fqn: list[str] | None = None
    raw_code: str | None = None
    raw_sql: str | None = None
    checksum: Any = None
    unrendered_config: dict[str, Any] | None = None
    config: Rendered | None = None
    description: str | None = None
    columns: dict[str, Described] | None = None
    contract: Contract | None = None
    latest_version: Any = None
    access: str | None = None
    deprecation_date: str | None = None
    depends_on: Dependencies | None = None
    test_metadata: Present | None = None
    database: str | None = None
    schema: str | None = None
    identifier: str | None = None
    quoting: Any = None
    freshness: Any = None
    loaded_at_field: str | None = None
    external: Any = None
    arguments: Any = None
    returns: Any = None

    @property
    def body(self) -> str | None:
        """The code as it was written."""
        return self.raw_code if self.raw_code is not None else self.raw_sql

    @property
    def enforced(self) -> bool:
        """Whether its contract is enforced."""
        return bool(self.contract and self.contract.enforced)


class Macro(msgspec.Struct, frozen=True):
    """A macro and what it calls."""

    macro_sql: str | None = None
    depends_on: Dependencies | None = None


class ComparableManifest(Artifact, frozen=True):
    """All that can be new or modified, by `unique_id`, and the macros."""

    nodes: dict[str, ComparableNode] | None = None
    sources: dict[str, ComparableNode] | None = None
    functions: dict[str, ComparableNode] | None = None
    exposures: dict[str, dict[str, Any]] | None = None
    metrics: dict[str, dict[str, Any]] | None = None
    semantic_models: dict[str, dict[str, Any]] | None = None
    saved_queries: dict[str, dict[str, Any]] | None = None
    unit_tests: dict[str, dict[str, Any]] | None = None
    macros: dict[str, Macro] | None = None

    def nodes_and_sources(self) -> dict[str, ComparableNode]:
        """What is compared field by field."""
        return {**(self.sources or {}), **(self.functions or {}), **(self.nodes or {})}

    def others(self) -> dict[str, dict[str, Any]]:
        """What is compared as it is written."""
        maps = (self.exposures, self.metrics, self.semantic_models, self.saved_queries, self.unit_tests)
        return {unique_id: one for of_kind in maps for unique_id, one in (of_kind or {}).items()}


def read_comparable_manifest(path: Path, shown: str | None = None) -> ComparableManifest:
    """The manifest in the file at `path`, which errors call `shown`. Raises `ArtifactError`."""
    return read_artifact(path, shown, "manifest", ComparableManifest, KNOWN_VERSIONS)
