"""Artifacts as the Discovery API would tell of them: only what its schema has a place for."""

from typing import Any

from .discovery_api import Rows


def a_model_row(name: str, **fields: Any) -> dict[str, Any]:
    """A model with as little as the schema allows."""
    return {
        "uniqueId": f"model.shop.{name}",
        "name": name,
        "tags": [],
        "fqn": ["shop", name],
        "filePath": f"models/{name}.sql",
        "constraints": [],
        "parents": [],
        **fields,
    }


def a_test_row(unique_id: str, kind: str, *parents: str, **fields: Any) -> dict[str, Any]:
    """A generic test."""
    return {
        "uniqueId": unique_id,
        "name": unique_id.split(".")[2],
        "tags": [],
        "testType": "GENERIC_DATA_TEST",
        "testMetadata": {"name": kind, "kwargs": fields.pop("kwargs", {})},
        "executionInfo": {},
        "parents": _parents(list(parents)),
        **fields,
    }


def rows_of(manifest: dict[str, Any], catalog: dict[str, Any], results: dict[str, Any]) -> Rows:
    """The lists that a job with these artifacts would leave."""
    nodes = list(manifest["nodes"].values())
    ran = {result["unique_id"]: result for result in results["results"]}

    def tables(kind: str) -> list[dict[str, Any]]:
        return [_table(node, catalog["nodes"]) for node in nodes if node["resource_type"] == kind]

    return {
        "models": tables("model"),
        "seeds": tables("seed"),
        "snapshots": tables("snapshot"),
        "sources": [_table(node, catalog["sources"]) for node in manifest["sources"].values()],
        "exposures": [_exposure(node) for node in manifest["exposures"].values()],
        "tests": [_test(node, ran.get(node["unique_id"], {})) for node in nodes if node["resource_type"] == "test"],
        "semanticModels": [_semantic_model(node) for node in manifest["semantic_models"].values()],
    }


def _table(node: dict[str, Any], catalog: dict[str, Any]) -> dict[str, Any]:
    version, latest = node.get("version"), node.get("latest_version")
    return _node(node) | {
        "packageName": node["package_name"],
        "sourceName": node.get("source_name"),
        "identifier": node.get("identifier"),
        "loader": node.get("loader"),
        "fqn": node["fqn"],
        "filePath": node["original_file_path"],
        "database": node["database"],
        "schema": node["schema"],
        "alias": node.get("alias"),
        "materializedType": node["config"].get("materialized"),
        "access": node.get("access"),
        "group": node.get("group"),
        "version": None if version is None else str(version),
        "latestVersion": None if latest is None else str(latest),
        "constraints": [
            {name: one[name] for name in ("type", "name", "columns", "expression")}
            for one in node.get("constraints") or []
        ],
        "catalog": _catalog(node, catalog.get(node["unique_id"])),
        "compiledCode": node.get("compiled_code"),
        "rawCode": node.get("raw_code"),
        "parents": _parents(node.get("depends_on", {}).get("nodes", [])),
    }


def _catalog(node: dict[str, Any], table: dict[str, Any] | None) -> dict[str, Any] | None:
    if table is None:
        return None
    described = {name.lower(): column["description"] for name, column in node["columns"].items()}
    columns = [
        {**column, "description": described.get(name.lower())}
        for name, column in sorted(table["columns"].items(), reverse=True)
    ]
    return {"type": table["metadata"]["type"], "columns": columns}


def _test(node: dict[str, Any], result: dict[str, Any]) -> dict[str, Any]:
    metadata = node.get("test_metadata") or {}
    return _node(node) | {
        "columnName": node.get("column_name"),
        "config": node["config"],
        "testType": "GENERIC_DATA_TEST" if metadata else "SINGULAR_DATA_TEST",
        "testMetadata": {
            "name": metadata.get("name"),
            "namespace": metadata.get("namespace"),
            "kwargs": {_camel(name): value for name, value in metadata.get("kwargs", {}).items()},
        },
        "executionInfo": {"lastRunStatus": result.get("status"), "lastRunFailures": result.get("failures")},
        "parents": _parents(node["depends_on"]["nodes"]),
    }


def _semantic_model(node: dict[str, Any]) -> dict[str, Any]:
    return _node(node) | {
        "entities": [{name: one[name] for name in ("name", "type", "description")} for one in node["entities"]],
        "parents": _parents(node["depends_on"]["nodes"]),
    }


def _exposure(node: dict[str, Any]) -> dict[str, Any]:
    return _node(node) | {
        "exposureType": node["type"],
        "label": node["label"],
        "url": node["url"],
        "ownerName": node["owner"]["name"],
        "ownerEmail": node["owner"]["email"],
        "parents": _parents(node["depends_on"]["nodes"]),
    }


def _node(node: dict[str, Any]) -> dict[str, Any]:
    return {
        "uniqueId": node["unique_id"],
        "name": node["name"],
        "description": node.get("description"),
        "tags": node.get("tags") or [],
        "meta": node.get("meta") or (node.get("config") or {}).get("meta"),
    }


def _parents(unique_ids: list[str]) -> list[dict[str, Any]]:
    """In another order than the manifest's, which is that of no meaning."""
    return [{"uniqueId": name, "resourceType": name.split(".")[0]} for name in sorted(unique_ids, reverse=True)]


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(word.capitalize() for word in others)
