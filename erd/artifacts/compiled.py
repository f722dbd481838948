"""The SQL of a manifest's nodes, in a pass of its own: it is most of the file, and few targets show it."""

from collections.abc import Collection
from pathlib import Path

import msgspec

from erd.artifacts.reading import Artifact, read_artifact


class CompiledNode(msgspec.Struct, frozen=True, gc=False):
    """A node's code: as dbt compiled it, or as its author wrote it. Until dbt 1.3, code was called SQL."""

    compiled_code: str | None = None
    compiled_sql: str | None = None
    raw_code: str | None = None
    raw_sql: str | None = None

    @property
    def sql(self) -> str:
        """What makes the table: compiled, and raw where nobody compiled it; empty for a seed or source."""
        return self.compiled_code or self.compiled_sql or self.raw_code or self.raw_sql or ""


class CompiledManifest(Artifact, frozen=True):
    """The code of all nodes by `unique_id`."""

    nodes: dict[str, CompiledNode] | None = None


def read_compiled_sql(path: Path, shown: str | None, wanted: Collection[str]) -> dict[str, str]:
    """The SQL of the `wanted` nodes of the manifest at `path`, by `unique_id`; those without any are left out.

    It is a manifest that was read before; errors call it `shown`. Raises `ArtifactError`.
    """
    manifest = read_artifact(path, shown, "manifest", CompiledManifest, known_versions=None)
    nodes = manifest.nodes or {}
    return {unique_id: node.sql for unique_id in wanted if (node := nodes.get(unique_id)) and node.sql}
