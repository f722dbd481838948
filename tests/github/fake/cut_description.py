"""Cuts the operations that the fake serves out of GitHub's official OpenAPI description, into `description.json`.

The whole is 13 MB of a package of 385 MB (npm's `@octokit/openapi`), too much to install for every run of the tests.
Kept is what can be checked, as JSON Schema: no prose and no examples. After a route was added to the fake:

    python -m tests.github.fake.cut_description
"""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from .description import DESCRIPTION
from .exchange import Route
from .packages import Package
from .server import ROUTES

PACKAGE = Package(
    "@octokit/openapi",
    "23.0.2",
    "sha512-pV8M7L9GY23AybNvTmo2nyjmpmnt6+2sRE/tqr0ZLQcPS4lnw7u5eZGNmwRNkBC3D7gZXbFx5AHzLUVRBXGDhg==",
)
SCHEMAS = "#/components/schemas/"
JSON_MEDIA = "application/json"

# The keywords of a schema that are kept, by what stands behind them.
WITH_A_VALUE = frozenset({"type", "enum", "pattern", "required", "minimum", "maximum", "minLength", "maxLength"}) | {
    "minItems", "maxItems", "uniqueItems",
}  # fmt: skip
WITH_A_SCHEMA = frozenset({"items", "not", "additionalProperties"})
WITH_A_LIST_OF_SCHEMAS = frozenset({"allOf", "anyOf", "oneOf"})


def main() -> None:
    """Write the cut."""
    DESCRIPTION.write_text(cut(downloaded(), ROUTES), "utf-8")


def downloaded() -> dict[str, Any]:
    """The whole description, by npm. Raises `ToolMissing`, or `ToolBroken` where `CI` is set."""
    whole: dict[str, Any] = json.loads(PACKAGE.member("generated/api.github.com.json"))
    return whole


def cut(whole: dict[str, Any], routes: Iterable[Route]) -> str:
    """The file: where it comes from, the operations of the routes, and the schemas that these lead to."""
    operations = {f"{route.method} {route.template}": _operation(whole, route) for route in routes}
    file = {
        "source": f"{PACKAGE} (MIT), generated/api.github.com.json",
        "operations": operations,
        "schemas": _reached(whole, operations),
    }
    return json.dumps(file, indent=1, sort_keys=True) + "\n"


def _operation(whole: dict[str, Any], route: Route) -> dict[str, Any]:
    path = whole["paths"][route.template]
    operation = path[route.method.lower()]
    parameters = [_followed(whole, one) for one in (*path.get("parameters", ()), *operation.get("parameters", ()))]
    body = _followed(whole, operation.get("requestBody", {}))
    return {
        "parameters": [
            {"name": one["name"], "in": one["in"], "required": one.get("required", False)}
            | {"schema": _schema(one["schema"])}
            for one in parameters
        ],
        "body": _content(body),
        "body_required": body.get("required", False),
        "answers": {status: _content(_followed(whole, one)) for status, one in operation["responses"].items()},
    }


def _followed(whole: dict[str, Any], one: dict[str, Any]) -> dict[str, Any]:
    """What a reference to a parameter or an answer leads to."""
    while reference := one.get("$ref"):
        one = whole
        for step in reference.removeprefix("#/").split("/"):
            one = one[step]
    return one


def _content(message: dict[str, Any]) -> Any:
    """The schema of a message's JSON, if it has any."""
    content = message.get("content", {}).get(JSON_MEDIA)
    return content and _schema(content["schema"])


def _schema(schema: Any) -> Any:
    """An OpenAPI 3.0 schema as a JSON Schema."""
    if not isinstance(schema, dict):
        return schema
    if "$ref" in schema:
        return {"$ref": schema["$ref"].replace(SCHEMAS, "#/$defs/")}
    made: dict[str, Any] = {}
    for keyword, value in schema.items():
        if keyword in WITH_A_VALUE:
            made[keyword] = value
        elif keyword in WITH_A_SCHEMA:
            made[keyword] = _schema(value)
        elif keyword in WITH_A_LIST_OF_SCHEMAS:
            made[keyword] = [_schema(one) for one in value]
        elif keyword == "properties":
            made[keyword] = {name: _schema(one) for name, one in value.items()}
    return {"anyOf": [made, {"type": "null"}]} if schema.get("nullable") else made


def _reached(whole: dict[str, Any], operations: dict[str, Any]) -> dict[str, Any]:
    """All schemas that the operations lead to, and the one of errors."""
    reached: dict[str, Any] = {}
    waiting = ["basic-error", *_references(operations)]
    while waiting:
        name = waiting.pop()
        if name not in reached:
            reached[name] = _schema(whole["components"]["schemas"][name])
            waiting += _references(reached[name])
    return reached


def _references(schema: Any) -> Iterator[str]:
    if isinstance(schema, dict):
        if isinstance(reference := schema.get("$ref"), str):
            yield reference.removeprefix("#/$defs/")
        for value in schema.values():
            yield from _references(value)
    elif isinstance(schema, list):
        for value in schema:
            yield from _references(value)


if __name__ == "__main__":
    main()
