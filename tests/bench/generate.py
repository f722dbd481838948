"""Writes the artifacts of a generated dbt project, `manifest.json` (v12) and `catalog.json` (v1), of any size.

    python -m tests.bench.generate MODELS FOLDER

Beside them `project.json` says what is in them (`Made`). Node by node to the disk, so that a manifest of 200 MB needs
little memory. The same number of models gives the same bytes, always. 10,000 models are a manifest of 213 MB.
"""

import hashlib
import json
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping
from pathlib import Path
from typing import TextIO, TypeAlias

import msgspec

from tests.bench import data_tests, manifest_nodes, sql
from tests.bench.manifest_nodes import CREATED_AT, Json
from tests.bench.plan import DATABASE, PACKAGE, Plan, PlannedModel, plan

Pairs: TypeAlias = Iterable[tuple[str, object]]

DBT_VERSION = "1.11.11"
GENERATED_AT = "2026-06-04T07:07:42.536371Z"
MODELS_AN_EXPOSURE = 50

_MAKERS = ("changed.py", "data_tests.py", "generate.py", "manifest_nodes.py", "plan.py", "sql.py")
_INVOCATION: Json = {
    "dbt_version": DBT_VERSION,
    "generated_at": GENERATED_AT,
    "invocation_id": "5f0a3a52-0f5e-4c4e-9a57-6a2d8a1f6b10",
    "invocation_started_at": GENERATED_AT,
    "env": {},
}
_DBT_MACROS = ("test_unique", "test_not_null", "test_relationships", "get_where_subquery", "is_incremental")
_MACRO_PACKAGES = ("dbt", "dbt_snowflake", "dbt_utils", "codegen", PACKAGE)
_MACRO_VERBS = ("get", "create", "drop", "rename", "alter", "list", "render", "check", "make", "run")
_MACRO_NOUNS = (
    "relation", "schema", "column", "view", "table", "index", "snapshot", "seed", "grant", "comment", "hook", "clone",
    "merge", "insert", "constraint", "partition", "stage",
)  # fmt: skip


class Made(msgspec.Struct, frozen=True):
    """What a generated project holds, and `maker`, the fingerprint of the code that made it.

    `differs` is how it differs from another one, by what is counted; empty where there is no other.
    """

    models: int
    relationships: int
    maker: str
    differs: Mapping[str, int] = {}


def write_project(folder: Path, models: int) -> None:
    """Write both artifacts of a project of so many models into `folder`, and last what was made."""
    project = plan(models)
    write_plan(folder, project, range(models), {})


def write_plan(folder: Path, project: Plan, built: Collection[int], differs: Mapping[str, int]) -> None:
    """The same of a project that is planned; its catalog has the models that were built, by their numbers."""
    with (folder / "manifest.json").open("w", encoding="utf-8") as out:
        _write(out, _manifest(project))
    with (folder / "catalog.json").open("w", encoding="utf-8") as out:
        _write(out, _catalog(project, built))
    made = Made(len(project.present), project.relationships, fingerprint(), differs)
    (folder / "project.json").write_bytes(msgspec.json.encode(made))


def fingerprint() -> str:
    """What the bytes of a generated project depend on: the code of its makers."""
    here = Path(__file__).parent
    return hashlib.sha256(b"".join((here / maker).read_bytes() for maker in _MAKERS)).hexdigest()


def _write(out: TextIO, pairs: Pairs) -> None:
    """Write a JSON object member by member; a member that is itself an iterator is written the same way."""
    out.write("{")
    for number, (key, value) in enumerate(pairs):
        out.write(f"{', ' if number else ''}{json.dumps(key)}: ")
        if isinstance(value, Iterator):
            _write(out, value)
        else:
            out.write(json.dumps(value))
    out.write("}")


def _manifest(project: Plan) -> Iterator[tuple[str, object]]:
    parents: dict[str, list[str]] = {}
    sources = [manifest_nodes.source_node(model) for model in project.present if not model.upstream]
    yield "metadata", _metadata()
    yield "nodes", _remembering(parents, _nodes(project))
    yield "sources", _remembering(parents, sources)
    yield "macros", _by_unique_id(_macros())
    yield "docs", {}
    yield "exposures", _remembering(parents, _exposures(project))
    for empty in ("metrics", "groups", "selectors", "disabled"):
        yield empty, {}
    yield "parent_map", iter(parents.items())
    yield "child_map", iter(_turned_round(parents).items())
    for empty in ("group_map", "saved_queries", "semantic_models", "unit_tests", "functions"):
        yield empty, {}


def _catalog(project: Plan, built: Collection[int]) -> Iterator[tuple[str, object]]:
    schema = "https://schemas.getdbt.com/dbt/catalog/v1.json"
    yield "metadata", {"dbt_schema_version": schema, **_INVOCATION}
    yield "nodes", _by_unique_id(_catalog_node(model) for model in project.present if model.number in built)
    yield "sources", {}
    yield "errors", None


def _metadata() -> Json:
    return {
        "dbt_schema_version": "https://schemas.getdbt.com/dbt/manifest/v12.json",
        **_INVOCATION,
        "project_name": PACKAGE,
        "project_id": "7d8f0a4f2f6e4d52a9c5b8f6f1f0c3aa",
        "user_id": None,
        "send_anonymous_usage_stats": False,
        "adapter_type": "snowflake",
        "quoting": {"database": False, "schema": False, "identifier": False, "column": None},
        "run_started_at": "2026-06-04T07:07:42.154483+00:00",
    }


def _nodes(project: Plan) -> Iterator[Json]:
    """Models first, then tests, as dbt has them."""
    for model in project.present:
        yield manifest_nodes.model_node(project, model)
    for model in project.present:
        yield from data_tests.key_tests(model)
        for reference in model.references:
            yield data_tests.relationship_test(project, model, reference)


def _macros() -> Iterator[Json]:
    """As many macros as a project on Snowflake with two packages has, most of them small, a few long."""
    names = [("dbt", name) for name in _DBT_MACROS]
    names += [
        (package, f"{verb}_{noun}") for package in _MACRO_PACKAGES for verb in _MACRO_VERBS for noun in _MACRO_NOUNS
    ]
    for number, (package, name) in enumerate(names):
        path = f"macros/{name.split('_', maxsplit=1)[0]}/{name}.sql"
        called = [f"macro.{names[number - 1][0]}.{names[number - 1][1]}"] if number % 3 else []
        yield {
            "name": name,
            "resource_type": "macro",
            "package_name": package,
            "path": path,
            "original_file_path": path,
            "unique_id": f"macro.{package}.{name}",
            "macro_sql": sql.macro(name, lines=100 if number % 50 == 0 else 3 + number % 4),
            "depends_on": {"macros": called},
            "description": "",
            "meta": {},
            "docs": {"show": True, "node_color": None},
            "config": {"meta": {}, "docs": {"show": True, "node_color": None}},
            "patch_path": None,
            "arguments": [],
            "created_at": CREATED_AT,
            "supported_languages": None,
        }


def _exposures(project: Plan) -> Iterator[Json]:
    for model in project.present:
        if model.number % MODELS_AN_EXPOSURE:
            continue
        name = f"board_{model.name}"
        yield {
            "name": name,
            "resource_type": "exposure",
            "package_name": PACKAGE,
            "path": "marts/_exposures.yml",
            "original_file_path": "models/marts/_exposures.yml",
            "unique_id": f"exposure.{PACKAGE}.{name}",
            "fqn": [PACKAGE, "marts", name],
            "type": "dashboard",
            "owner": {"email": "board@example.com", "name": "Board"},
            "description": f"What the board sees of {model.name}.",
            "label": None,
            "maturity": None,
            "meta": {},
            "tags": [],
            "config": {"enabled": True, "tags": [], "meta": {}},
            "unrendered_config": {},
            "url": None,
            "depends_on": {"macros": [], "nodes": [model.unique_id]},
            "refs": [{"name": model.name, "package": None, "version": None}],
            "sources": [],
            "metrics": [],
            "created_at": CREATED_AT,
        }


def _catalog_node(model: PlannedModel) -> Json:
    """A model as Snowflake shows it: names in upper case, types in its own words."""
    return {
        "metadata": {
            "type": "VIEW" if model.folder.startswith("staging") else "BASE TABLE",
            "schema": model.schema.upper(),
            "name": model.name.upper(),
            "database": DATABASE.upper(),
            "comment": None,
            "owner": "TRANSFORMER",
        },
        "columns": {
            column.name.upper(): {
                "type": column.type.split("(")[0].upper(),
                "index": place,
                "name": column.name.upper(),
                "comment": None,
            }
            for place, column in enumerate(model.columns, start=1)
        },
        "stats": {
            "last_modified": _stat("last_modified", "Last Modified", "2026-04-04 05:08UTC"),
            "bytes": _stat("bytes", "Approximate Size", 6656 + model.number),
            "row_count": _stat("row_count", "Row Count", 5 + model.number),
            "has_stats": _stat("has_stats", "Has Stats?", value=True),
        },
        "unique_id": model.unique_id,
    }


def _stat(name: str, label: str, value: object) -> Json:
    return {"id": name, "label": label, "value": value, "include": True, "description": f"{label}, by the warehouse"}


def _by_unique_id(nodes: Iterable[Json]) -> Iterator[tuple[str, object]]:
    for node in nodes:
        yield str(node["unique_id"]), node


def _remembering(parents: dict[str, list[str]], nodes: Iterable[Json]) -> Iterator[tuple[str, object]]:
    """The nodes by their ids; on the way, what each depends on is written down in `parents`."""
    for unique_id, node in _by_unique_id(nodes):
        parents[unique_id] = _depends_on(node)
        yield unique_id, node


def _depends_on(node: object) -> list[str]:
    match node:
        case {"depends_on": {"nodes": list(nodes)}}:
            return nodes
        case _:
            return []


def _turned_round(parents: dict[str, list[str]]) -> dict[str, list[str]]:
    children: dict[str, list[str]] = {unique_id: [] for unique_id in parents}
    for child, its_parents in parents.items():
        for parent in its_parents:
            children[parent].append(child)
    return {parent: sorted(its_children) for parent, its_children in children.items()}


def main(arguments: list[str]) -> None:
    """Write a project as the command line asks."""
    models, folder = arguments
    write_project(Path(folder), int(models))


if __name__ == "__main__":
    main(sys.argv[1:])
