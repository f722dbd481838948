"""`manifest.json` as selection needs it: all that dbt's graph holds, with what its selection methods look at.

Wider than `erd.artifacts.manifest`, and so read only when a rule asks for it, instead of the lean one. Read as
tolerantly: any field may be missing or null. Names of keys: dbt's published manifest schemas, versions 1 to 12.
"""

from pathlib import Path
from typing import Any, TypeAlias

import msgspec

from erd.artifacts.manifest import KNOWN_VERSIONS, DependsOn, Manifest, Node, NodeConfig, SemanticModel
from erd.artifacts.reading import Artifact, read_artifact

Words: TypeAlias = list[str] | str | None
Version: TypeAlias = int | float | str | None


class MemberConfig(NodeConfig, frozen=True):
    """The configuration of a node. dbt keeps the tags of unit tests only here."""

    group: str | None = None
    tags: Words = None


class SelectableNode(Node, frozen=True):
    """A model, seed, snapshot, source, test, analysis or operation."""

    fqn: list[str] | None = None
    tags: Words = None
    patch_path: str | None = None
    version: Version = None
    group: str | None = None
    access: str | None = None
    source_name: str | None = None
    config: MemberConfig | None = None


class OtherMember(msgspec.Struct, frozen=True):
    """An exposure, metric, saved query, unit test or function."""

    name: str | None = None
    package_name: str | None = None
    original_file_path: str | None = None
    fqn: list[str] | None = None
    tags: Words = None
    patch_path: str | None = None
    group: str | None = None
    config: MemberConfig | None = None
    depends_on: DependsOn | None = None

    @property
    def depends_on_nodes(self) -> list[str]:
        """The `unique_id`s that it refers to."""
        return (self.depends_on and self.depends_on.nodes) or []


class SelectableSemanticModel(SemanticModel, frozen=True):
    """A semantic model, which has no tags of its own in dbt's eyes."""

    name: str | None = None
    package_name: str | None = None
    original_file_path: str | None = None
    fqn: list[str] | None = None
    tags: Words = None
    patch_path: str | None = None
    config: MemberConfig | None = None

    @property
    def depends_on_nodes(self) -> list[str]:
        """The `unique_id`s that it refers to."""
        return (self.depends_on and self.depends_on.nodes) or []


Member: TypeAlias = SelectableNode | OtherMember | SelectableSemanticModel


class SelectableManifest(Manifest, frozen=True):
    """The manifest with all members of dbt's graph by `unique_id`, and the YAML selectors by name."""

    nodes: dict[str, SelectableNode] | None = None  # type: ignore[assignment]  # read-only, so narrower is safe
    sources: dict[str, SelectableNode] | None = None  # type: ignore[assignment]  # read-only as well
    semantic_models: dict[str, SelectableSemanticModel] | None = None  # type: ignore[assignment]  # read-only as well
    exposures: dict[str, OtherMember] | None = None
    metrics: dict[str, OtherMember] | None = None
    saved_queries: dict[str, OtherMember] | None = None
    unit_tests: dict[str, OtherMember] | None = None
    functions: dict[str, OtherMember] | None = None
    selectors: dict[str, Any] | None = None

    def members(self) -> dict[str, Member]:
        """All members of the graph by `unique_id`: as in dbt, what is disabled is none."""
        maps: tuple[dict[str, Any] | None, ...] = (
            self.nodes,
            self.sources,
            self.exposures,
            self.metrics,
            self.semantic_models,
            self.saved_queries,
            self.unit_tests,
            self.functions,
        )
        return {
            unique_id: member
            for one in maps
            for unique_id, member in (one or {}).items()
            if member.config is None or member.config.enabled is not False
        }


def read_selectable_manifest(path: Path, shown: str | None = None) -> SelectableManifest:
    """The manifest in the file at `path`, which errors call `shown`. Raises `ArtifactError`."""
    return read_artifact(path, shown, "manifest", SelectableManifest, KNOWN_VERSIONS)


def read_configurations(path: Path, shown: str | None, key: str) -> dict[str, Any]:
    """What nodes and sources have under `key` of their configuration, by `unique_id`; only those that have it.

    Nothing else of the file is kept. Raises `ArtifactError`.
    """
    config = msgspec.defstruct("Config", [("value", Any, msgspec.UNSET)], rename={"value": key}, frozen=True)
    node = msgspec.defstruct("Configured", [("config", config | None, None)], frozen=True)
    nodes = dict[str, node] | None  # type: ignore[valid-type]  # the type is made for this key
    shape: Any = msgspec.defstruct(
        "ConfiguredManifest", [("nodes", nodes, None), ("sources", nodes, None)], bases=(Artifact,), frozen=True
    )
    manifest: Any = read_artifact(path, shown, "manifest", shape, KNOWN_VERSIONS)
    return {
        unique_id: one.config.value
        for members in (manifest.nodes, manifest.sources)
        for unique_id, one in (members or {}).items()
        if one.config is not None and one.config.value is not msgspec.UNSET
    }
