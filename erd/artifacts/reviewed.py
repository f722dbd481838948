"""`manifest.json` as a review needs it: besides what is drawn, who uses it, who owns that, and where it is written.

Wider than `erd.artifacts.manifest`, and read in its place, once for each side, when two states are compared. Read as
tolerantly: any field may be missing or null. Names of keys: dbt's published manifest schemas, versions 1 to 12.
"""

from pathlib import Path
from typing import TypeAlias

import msgspec

from erd.artifacts.manifest import KNOWN_VERSIONS, DependsOn, Manifest, Node, NodeConfig, SemanticModel
from erd.artifacts.reading import read_artifact

Expression: TypeAlias = str | int | float | bool | None


class Checksum(msgspec.Struct, frozen=True, gc=False):
    """A fingerprint of a node's code; its `name` says how it was made."""

    name: str | None = None
    checksum: str | None = None


class Enforcement(msgspec.Struct, frozen=True, gc=False):
    """Whether dbt holds a model to its contract."""

    enforced: bool | None = None


class Owner(msgspec.Struct, frozen=True):
    """Who is responsible."""

    name: str | list[str] | None = None
    email: str | list[str] | None = None

    @property
    def called(self) -> str:
        """The name, or else the address; empty when there is neither."""
        known = self.name or self.email or ""
        return known if isinstance(known, str) else ", ".join(known)


class ReviewedNode(Node, frozen=True):
    """A model, seed, snapshot, source or test."""

    checksum: Checksum | str | None = None
    contract: Enforcement | None = None
    patch_path: str | None = None
    group: str | None = None

    @property
    def fingerprint(self) -> str:
        """What its code comes to; empty where dbt has looked at no more than a large seed's path."""
        known = self.checksum
        if not isinstance(known, Checksum):
            return known or ""
        return "" if known.name in {"none", "path"} else known.checksum or ""

    @property
    def is_enforced(self) -> bool:
        """Whether it has a contract that is enforced."""
        return self.contract is not None and bool(self.contract.enforced)


class Group(msgspec.Struct, frozen=True):
    """A group of nodes with an owner."""

    name: str | None = None
    owner: Owner | None = None


class SemanticPart(msgspec.Struct, frozen=True):
    """A dimension or a measure. `expr` is its column, or SQL; without one the column is called as the part."""

    name: str | None = None
    expr: Expression = None


class ReviewedSemanticModel(SemanticModel, frozen=True):
    """A semantic model with all that it takes from its table."""

    name: str | None = None
    package_name: str | None = None
    original_file_path: str | None = None
    group: str | None = None
    dimensions: list[SemanticPart] | None = None
    measures: list[SemanticPart] | None = None


class Aggregation(msgspec.Struct, frozen=True):
    """How a metric aggregates by itself, which is known of it since dbt 1.12."""

    semantic_model: str | None = None


class MetricParameters(msgspec.Struct, frozen=True):
    """What a metric is made of. `expr` is a column or SQL if it aggregates by itself."""

    expr: Expression = None
    metric_aggregation_params: Aggregation | None = None


class Member(msgspec.Struct, frozen=True):
    """An exposure, metric or unit test. Only an exposure has an `owner`, and only a metric has `type_params`."""

    name: str | None = None
    package_name: str | None = None
    original_file_path: str | None = None
    group: str | None = None
    owner: Owner | None = None
    config: NodeConfig | None = None
    depends_on: DependsOn | None = None
    type_params: MetricParameters | None = None

    @property
    def depends_on_nodes(self) -> list[str]:
        """The `unique_id`s that it refers to."""
        return (self.depends_on and self.depends_on.nodes) or []


class ReviewedManifest(Manifest, frozen=True):
    """The manifest with all that uses a table, by `unique_id`."""

    nodes: dict[str, ReviewedNode] | None = None  # type: ignore[assignment]  # read-only, so narrower is safe
    sources: dict[str, ReviewedNode] | None = None  # type: ignore[assignment]  # read-only as well
    semantic_models: dict[str, ReviewedSemanticModel] | None = None  # type: ignore[assignment]  # read-only as well
    exposures: dict[str, Member] | None = None
    metrics: dict[str, Member] | None = None
    unit_tests: dict[str, Member] | None = None
    groups: dict[str, Group] | None = None

    def owners(self) -> dict[str, str]:
        """Who owns each group, by its name."""
        return {group.name or "": group.owner.called for group in (self.groups or {}).values() if group.owner}


def read_reviewed_manifest(path: Path, shown: str | None = None) -> ReviewedManifest:
    """The manifest in the file at `path`, which errors call `shown`. Raises `ArtifactError`."""
    return read_artifact(path, shown, "manifest", ReviewedManifest, KNOWN_VERSIONS)
