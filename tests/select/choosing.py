"""Projects to select from, and what rules select there."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec

from erd.artifacts.graph import SelectableManifest, read_selectable_manifest
from erd.artifacts.manifest import Manifest
from erd.artifacts.run_results import RunResults
from erd.checks import RESOURCE_TYPES
from erd.select.project import Files
from erd.select.rules import read_rules, select_tables
from erd.select.selection import Selection

Json = Mapping[str, Any]
MAPS = ("nodes", "sources", "exposures", "metrics", "semantic_models", "saved_queries", "unit_tests", "functions")
NOWHERE = Path("nowhere.json")


def a_document(*members: Json, **more: Any) -> dict[str, Any]:
    """A manifest's JSON of these members, each in its map by its `unique_id`."""
    document: dict[str, Any] = {"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json"}}
    document["metadata"]["project_name"] = "shop"
    document |= {name: {} for name in MAPS} | more
    for member in members:
        kind = member["unique_id"].partition(".")[0]
        document[_map_of(kind)][member["unique_id"]] = member
    return document


def _map_of(kind: str) -> str:
    plurals = {"saved_query": "saved_queries"}
    name = plurals.get(kind, f"{kind}s")
    return name if name in MAPS else "nodes"


def a_member(unique_id: str, *parents: str, **more: Any) -> dict[str, Any]:
    """A member of the graph: its name and place are those that its `unique_id` says."""
    kind, package, *names = unique_id.split(".")
    versioned = len(names) > 1 and kind == "model"
    name = names[0] if versioned else names[-1]
    member: dict[str, Any] = {
        "unique_id": unique_id,
        "name": name,
        "package_name": package,
        "original_file_path": f"{kind}s/{name}.sql",
        "fqn": [package, *names],
        "depends_on": {"nodes": list(parents), "macros": []},
        "config": {"enabled": True},
    }
    if versioned:
        member["version"] = names[1].removeprefix("v")
    if kind == "source":
        member["source_name"] = names[0]
    return member | more


def a_graph(*members: Json, **more: Any) -> SelectableManifest:
    return msgspec.convert(a_document(*members, **more), SelectableManifest)


def selection(
    manifest: Manifest,
    *select: str,
    exclude: Sequence[str] = (),
    types: Sequence[str] = RESOURCE_TYPES,
    results: RunResults | None = None,
) -> Selection:
    """What these rules select out of all kinds of tables."""
    return select_tables(read_rules(select, exclude), manifest, types, Files(NOWHERE, "nowhere", results=results))


def selected(
    manifest: Manifest,
    *select: str,
    exclude: Sequence[str] = (),
    types: Sequence[str] = RESOURCE_TYPES,
    results: RunResults | None = None,
) -> frozenset[str]:
    return selection(manifest, *select, exclude=exclude, types=types, results=results).tables


def written(folder: Path, document: Json) -> tuple[SelectableManifest, Path]:
    """A manifest on disk, for the rules that read more of it."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "manifest.json"
    path.write_bytes(msgspec.json.encode(document))
    return read_selectable_manifest(path), path
