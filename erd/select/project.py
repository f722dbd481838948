"""The project that rules are judged on: its tables, the members of its graph, and the ways through the graph."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from functools import cached_property
from pathlib import Path
from typing import Any, NamedTuple

from erd.artifacts.comparable import ComparableManifest, read_comparable_manifest
from erd.artifacts.graph import Member, SelectableManifest, SelectableNode, read_configurations
from erd.artifacts.manifest import TABLE_PREFIXES, Manifest, Node
from erd.artifacts.run_results import RunResults
from erd.errors import UsageError


class Files(NamedTuple):
    """Where more can be read, if a rule asks for it.

    `manifest` is the file that the manifest was read from, `shown` what errors call it; `base` finds the one to compare
    with, and what to call that; `results` are those of the run. What is not there is None.
    """

    manifest: Path | None = None
    shown: str = ""
    base: Callable[[], tuple[Path, str] | None] = lambda: None
    results: RunResults | None = None

    def configurations(self, key: str) -> dict[str, Any]:
        """What nodes and sources have under this key of their configuration, by `unique_id`. Raises `UsageError`."""
        return read_configurations(self._there("config"), self.shown, key)

    def compared(self) -> tuple[ComparableManifest, ComparableManifest]:
        """The manifest and that of the base. Raises `UsageError` if there is no base."""
        manifest = self._there("state")
        base = self.base()
        if base is None:
            raise UsageError(
                "A state: rule compares with another manifest, and there is none.",
                "Set base-artifacts-dir to a folder with the manifest.json to compare with, such as production's, or"
                " dbt-cloud-base-run-id to a run.",
            )
        return read_comparable_manifest(manifest, self.shown), read_comparable_manifest(*base)

    def outcomes(self) -> Mapping[str, str | None]:
        """How nodes fared in the run, by `unique_id`. Raises `UsageError` if that is not known."""
        if self.results is None:
            raise UsageError(
                "A result: rule looks at how the nodes of a run fared, and there is no run_results.json.",
                "Put the run's run_results.json beside manifest.json.",
            )
        return {result.unique_id: result.status for result in self.results.results or () if result.unique_id}

    def _there(self, method: str) -> Path:
        if self.manifest is None:
            raise UsageError(
                f"A {method}: rule looks at manifest.json, which the Discovery API does not have.",
                "Draw a run instead, or leave the rule out.",
            )
        return self.manifest


class Project:
    """A manifest, as rules see it. Identities are `unique_id`s throughout."""

    def __init__(self, manifest: Manifest, files: Files) -> None:
        self._manifest = manifest
        self.files = files
        self.name = manifest.project_name

    @cached_property
    def tables(self) -> dict[str, Node]:
        """All models, seeds, snapshots and sources."""
        nodes = self._manifest.nodes or {}
        tables = {unique_id: node for unique_id, node in nodes.items() if unique_id.startswith(TABLE_PREFIXES)}
        return tables | (self._manifest.sources or {})

    @cached_property
    def members(self) -> dict[str, Member]:
        """All members of dbt's graph."""
        return self._wide.members()

    @cached_property
    def nodes(self) -> dict[str, SelectableNode]:
        """The members that are models, seeds, snapshots, tests, analyses or operations."""
        among = self._wide.nodes or {}
        return {unique_id: node for unique_id, node in among.items() if unique_id in self.members}

    @cached_property
    def sources(self) -> dict[str, SelectableNode]:
        """The members that are sources."""
        among = self._wide.sources or {}
        return {unique_id: node for unique_id, node in among.items() if unique_id in self.members}

    @property
    def selectors(self) -> Mapping[str, Any]:
        """The YAML selectors by name, as the manifest holds them."""
        return self._wide.selectors or {}

    @cached_property
    def compared(self) -> tuple[ComparableManifest, ComparableManifest]:
        """The manifest and that of the base, as they are compared. Raises `UsageError` if there is no base."""
        return self.files.compared()

    def upstream(self, start: Iterable[str], most: int) -> set[str]:
        """What is found from `start` in at most so many steps up, with `start`."""
        return _walked(start, most, self._parents)

    def downstream(self, start: Iterable[str], most: int) -> set[str]:
        """What is found from `start` in at most so many steps down, with `start`."""
        return _walked(start, most, lambda unique_id: self._children.get(unique_id, ()))

    def tables_used(self, users: Iterable[str]) -> set[str]:
        """The nearest tables upstream, by way of members that are none; a table stands for itself."""
        found: set[str] = set()
        seen = set(users)
        waiting = list(seen)
        while waiting:
            unique_id = waiting.pop()
            if unique_id in self.tables:
                found.add(unique_id)
                continue
            parents = [parent for parent in self._parents(unique_id) if parent not in seen]
            seen.update(parents)
            waiting.extend(parents)
        return found

    @property
    def _wide(self) -> SelectableManifest:
        if isinstance(self._manifest, SelectableManifest):
            return self._manifest
        raise UsageError(
            "A rule looks at more than is known of this project.",
            "Draw a run, whose manifest.json has all, or select by one of dbterd's methods, such as name: or schema:.",
        )

    def _parents(self, unique_id: str) -> list[str]:
        # Seeds have no parents, whatever a hook of theirs refers to.
        if unique_id.startswith("seed."):
            return []
        return [parent for parent in self.members[unique_id].depends_on_nodes if parent in self.members]

    @cached_property
    def _children(self) -> Mapping[str, list[str]]:
        children: dict[str, list[str]] = defaultdict(list)
        for unique_id, member in self.members.items():
            if member.depends_on and not unique_id.startswith("seed."):
                for parent in member.depends_on.nodes or ():
                    children[parent].append(unique_id)
        return children


def _walked(start: Iterable[str], most: int, neighbors: Callable[[str], Iterable[str]]) -> set[str]:
    seen = set(start)
    layer: Iterable[str] = tuple(seen)
    while layer and most > 0:
        found: set[str] = set()
        for unique_id in layer:
            found.update(neighbors(unique_id))
        layer = found - seen
        seen |= layer
        most -= 1
    return seen
