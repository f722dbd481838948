"""Reads an ERD back from the target json, by the meaning of its keys alone."""

import json
from typing import Any

import msgspec

from erd.model import (
    Cardinality,
    Column,
    Dependency,
    End,
    Endpoint,
    Erd,
    Origin,
    Outcome,
    Provenance,
    Relationship,
    State,
    Table,
)


def erd_of(text: str) -> Erd:
    """The ERD in a document of the target json."""
    content = json.loads(text)
    groups = {name: group["name"] for group in content.get("groups", ()) for name in group["node_ids"]}
    return Erd(
        tables=tuple(_table(node, groups.get(node["id"], "")) for node in content["nodes"]),
        relationships=tuple(_relationship(edge) for edge in content["edges"]),
        dependencies=tuple(Dependency(one["downstream"], one["upstream"]) for one in content.get("dependencies", ())),
        project=content["metadata"]["dbt_project_name"],
        warehouse=content["metadata"]["warehouse"],
    )


def _table(node: dict[str, Any], group: str) -> Table:
    return Table(
        unique_id=node["id"],
        name=node["name"],
        resource_type=node["resource_type"],
        database=node["database"],
        schema=node["schema_name"],
        label=node["label"] or "",
        description=node["description"] or "",
        group=group,
        sql=node["compiled_sql"] or "",
        columns=tuple(
            Column(one["name"], one["data_type"], one["description"] or "", Origin(one["origin"]), one["not_null"])
            for one in node["columns"]
        ),
        primary_key=tuple(node["primary_key"]),
        unique_keys=tuple(map(tuple, node["unique_keys"])),
    )


def _relationship(edge: dict[str, Any]) -> Relationship:
    state = edge["state"]
    return Relationship(
        child=Endpoint(edge["from_id"], tuple(edge["from_columns"])),
        parent=Endpoint(edge["to_id"], tuple(edge["to_columns"])),
        cardinality=Cardinality(End(edge["from_cardinality"]), End(edge["to_cardinality"])),
        label=edge["label"] or "",
        provenance=tuple(Provenance(**one) for one in edge["provenance"]),
        state=State(Outcome(state["outcome"]), state["orphans"]) if state else None,
    )


def typed(erd: Erd) -> Erd:
    """The same with `unknown` in place of types that nobody says."""
    replace = msgspec.structs.replace
    tables = [
        replace(table, columns=tuple(replace(one, type=one.type or "unknown") for one in table.columns))
        for table in erd.tables
    ]
    return replace(erd, tables=tuple(tables))
