"""Writes tests as dbt does, each after one that the pair has."""

from copy import deepcopy
from typing import Any

from tests.corpus.mutations.artifacts import Json, macro_of
from tests.corpus.mutations.case import Case
from tests.corpus.mutations.reading import Relation


def write(case: Case, one: Relation, config: Json) -> None:
    """Write a `relationships` test as this version of dbt does."""
    template = template_of(case, "relationships") or template_of(case, "not_null")
    assert template is not None
    node = like(case, template, "relationships", one.child, one.child_column)
    node["config"] = {**(node.get("config") or {}), "meta": {}, **config}
    node["meta"] = config.get("meta", {})
    arguments = {
        "column_name": one.child_column,
        "to": call(case, one.parent),
        "field": one.parent_column,
        "model": f"{{{{ get_where_subquery({call(case, one.child)}) }}}}",
    }
    nested = "arguments" in ((node.get("test_metadata") or {}).get("kwargs") or {})
    kwargs: dict[str, Any] = arguments
    if nested:
        kwargs = {key: arguments.pop(key) for key in ("column_name", "model")} | {"arguments": arguments}
    node["test_metadata"] = {"name": "relationships", "kwargs": kwargs, "namespace": None}
    node["depends_on"] = {**node["depends_on"], "nodes": [one.parent, one.child]}
    case.here.add(node["unique_id"], node)


def drop(case: Case, test: str) -> str:
    """Drop a test, or disable it in one of the two ways that dbt writes."""
    way = case.random.choice(("drop", "disable", "disable among the nodes"))
    if way == "disable among the nodes":
        node = case.here.edit(test)
        node["config"] = {**(node.get("config") or {}), "enabled": False}
    else:
        node = case.here.manifest["nodes"].pop(test)
        if way == "disable":
            case.here.manifest["disabled"] = {**(case.here.manifest.get("disabled") or {}), test: [node]}
    return f"{way} {test}"


def has_template(case: Case) -> bool:
    return bool(template_of(case, "relationships") or template_of(case, "not_null"))


def template_of(case: Case, macro: str) -> str | None:
    """A test of the pair to write another after."""
    found = (test for test in case.reading.artifacts.tests() if macro_of(case.reading.artifacts.node(test)) == macro)
    return min(found, default=None)


def like(case: Case, template: str, macro: str, table: str, column: str | None) -> Json:
    """A test of another name on a table, else like this one."""
    node = deepcopy(case.reading.artifacts.node(template))
    package = template.split(".")[1]
    node["name"] = f"{macro}_{table.rsplit('.', maxsplit=1)[-1]}_{column or ''}_{case.name()}"
    node["unique_id"] = f"test.{package}.{node['name']}.{case.name()[4:]}"
    node["column_name"] = column
    if "attached_node" in node:
        node["attached_node"] = None if table.startswith("source.") else table
    node["config"] = {**(node.get("config") or {}), "where": None, "meta": {}}
    node["meta"] = {}
    return node


def call(case: Case, table: str) -> str:
    """How Jinja calls a table."""
    node = case.here.node(table)
    if table.startswith("source."):
        return f"source('{node['source_name']}', '{node['name']}')"
    version = f", v={node['version']}" if node.get("version") is not None else ""
    return f"ref('{node['name']}'{version})"


def any_column(case: Case, table: str) -> str:
    return case.random.choice(case.here.in_order(table)).lower()
