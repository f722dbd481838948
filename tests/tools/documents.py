"""Judges of JSON documents: the published schemas, and what a schema cannot say.

Each function returns what is wrong with a text, in words; nothing when it is as it should be.
"""

import json
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any, TypeAlias

import jsonschema  # type: ignore[import-untyped] # it brings no types

from tests.tools.diff_references import diff_references

SCHEMAS = Path(__file__).resolve().parents[2] / "docs" / "schemas"
MOST_COMPLAINTS = 5

Json: TypeAlias = Mapping[str, Any]


def json_complaints(text: str) -> list[str]:
    """What is wrong with a document of the target json."""
    return _complaints(text, "erd.json", _json_references)


def drawdb_complaints(text: str) -> list[str]:
    """What is wrong with a document of the target drawdb."""
    return _complaints(text, "drawdb.json", _drawdb_references)


def tbls_complaints(text: str) -> list[str]:
    """What is wrong with a document of the target tbls."""
    return _complaints(text, "tbls.json", _tbls_references)


def diff_complaints(text: str) -> list[str]:
    """What is wrong with a review as JSON, erd-diff.json."""
    return _complaints(text, "erd-diff.json", diff_references)


def schema(name: str) -> Json:
    """A published schema."""
    content: Json = json.loads((SCHEMAS / name).read_text("utf-8"))
    return content


def strictly_read(text: str) -> Any:
    """The JSON in a text, which must hold no key twice and no number that JSON does not have. Raises `ValueError`."""
    return json.loads(text, object_pairs_hook=_without_repetition, parse_constant=_refuse)


def _complaints(text: str, name: str, references: Callable[[Json], Iterable[str]]) -> list[str]:
    try:
        content = strictly_read(text)
    except ValueError as error:
        return [f"not JSON: {error}"]
    errors = [f"{error.json_path}: {error.message}" for error in _validator(name).iter_errors(content)]
    return (errors or list(references(content)))[:MOST_COMPLAINTS]


@cache
def _validator(name: str) -> jsonschema.Draft202012Validator:
    content = schema(name)
    jsonschema.Draft202012Validator.check_schema(content)
    return jsonschema.Draft202012Validator(content)


def _json_references(content: Json) -> Iterable[str]:
    nodes = {node["id"]: [column["name"] for column in node["columns"]] for node in content["nodes"]}
    yield from _repeated("node ids", (node["id"] for node in content["nodes"]))
    yield from _repeated("node names", (node["name"] for node in content["nodes"]))
    yield from _repeated("edge ids", (edge["id"] for edge in content["edges"]))
    for node in content["nodes"]:
        yield from _repeated(f"columns of {node['id']}", nodes[node["id"]])
        for key in (node["primary_key"], *node["unique_keys"]):
            yield from _unknown(f"key of {node['id']}", key, nodes[node["id"]])
        flagged = {column["name"] for column in node["columns"] if column["is_primary_key"]}
        if flagged != set(node["primary_key"]):
            yield f"the primary key of {node['id']} is not what its columns say"
    for edge in content["edges"]:
        yield from _ends(edge["id"], edge["from_columns"], edge["to_columns"])
        yield from _unknown(f"from of {edge['id']}", edge["from_columns"], nodes.get(edge["from_id"]))
        yield from _unknown(f"to of {edge['id']}", edge["to_columns"], nodes.get(edge["to_id"]))
    for group in content.get("groups", ()):
        yield from _unknown(f"group {group['name']}", group["node_ids"], nodes)
    for one in content.get("dependencies", ()):
        yield from _unknown("dependency", one.values(), nodes)


def _drawdb_references(content: Json) -> Iterable[str]:
    for kind in ("tables", "relationships"):
        if [one["id"] for one in content[kind]] != list(range(len(content[kind]))):
            yield f"the ids of {kind} are not their positions"
    for table in content["tables"]:
        if [one["id"] for one in table["fields"]] != list(range(len(table["fields"]))):
            yield f"the ids of fields of {table['name']} are not their positions"
        for index in table["indices"]:
            yield from _unknown(f"index of {table['name']}", index["fields"], [one["name"] for one in table["fields"]])
    for one in content["relationships"]:
        for end in ("start", "end"):
            fields = dict(enumerate(content["tables"])).get(one[f"{end}TableId"], {}).get("fields", ())
            yield from _unknown(f"{end} of {one['id']}", [one[f"{end}FieldId"]], range(len(fields)))
    yield from _overlapping(content["tables"])


def _overlapping(tables: Iterable[Json]) -> Iterable[str]:
    columns: dict[int, list[tuple[int, int, str]]] = {}
    for table in tables:
        # The sizes of src/data/constants.js.
        lower = table["y"] + 57 + 36 * len(table["fields"])
        columns.setdefault(table["x"], []).append((table["y"], lower, table["name"]))
    lefts = sorted(columns)
    yield from (f"columns at {left} and {right}" for left, right in pairwise(lefts) if right < left + 220)
    for stacked in columns.values():
        stacked.sort()
        for (_, lower, above), (upper, _, below) in pairwise(stacked):
            if upper <= lower:
                yield f"{above} lies over {below}"


def _tbls_references(content: Json) -> Iterable[str]:
    tables = {table["name"]: [column["name"] for column in table["columns"]] for table in content["tables"]}
    yield from _repeated("tables", (table["name"] for table in content["tables"]))
    held = []
    for table in content["tables"]:
        constraints = table.get("constraints", ())
        yield from _repeated(f"columns of {table['name']}", tables[table["name"]])
        yield from _repeated(f"constraints of {table['name']}", (one["name"] for one in constraints))
        yield from _unknown("referenced_tables", table.get("referenced_tables", ()), tables)
        for one in constraints:
            if one["table"] != table["name"]:
                yield f"{one['name']} is not of its table"
            yield from _unknown(one["name"], one["columns"], tables[table["name"]])
            if one["type"] == "FOREIGN KEY":
                yield from _unknown(one["name"], one["referenced_columns"], tables.get(one["referenced_table"]))
                yield from _ends(one["name"], one["columns"], one["referenced_columns"])
                held.append((one["table"], one["columns"], one["referenced_table"], one["referenced_columns"]))
    related = []
    for one in content.get("relations", ()):
        yield from _unknown("relation", one["columns"], tables.get(one["table"]))
        yield from _unknown("relation", one["parent_columns"], tables.get(one["parent_table"]))
        related.append((one["table"], one["columns"], one["parent_table"], one["parent_columns"]))
    if sorted(held) != sorted(related):
        yield "foreign keys and relations are not the same"


def _repeated(what: str, names: Iterable[str]) -> list[str]:
    return [f"{what}: {name!r} stands {often} times" for name, often in Counter(names).items() if often > 1]


def _unknown(where: str, names: Iterable[object], known: Iterable[object] | None) -> list[str]:
    if known is None:
        return [f"{where}: no such table"]
    there = set(known)
    return [f"{where}: no {name!r}" for name in names if name not in there]


def _ends(what: str, some: list[str], others: list[str]) -> list[str]:
    return [] if len(some) == len(others) else [f"{what} joins {len(some)} columns to {len(others)}"]


def _without_repetition(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    repeated = _repeated("keys", (key for key, _ in pairs))
    if repeated:
        raise ValueError(repeated[0])
    return dict(pairs)


def _refuse(constant: str) -> None:
    raise ValueError(f"{constant} is no JSON")
