"""What a reader of our JSON documents can rely on, by their schemas: what stands where, and whether it always does."""

import re
from collections.abc import Iterator
from typing import Any

Fact = dict[str, Any]
_KINDS = {str: "string", int: "integer", bool: "boolean", type(None): "null"}


def facts(schema: dict[str, Any]) -> dict[str, Fact]:
    """By place (`.` is the document, `[]` any item of a list): its kinds, its values, and if it is always there."""
    places = _at(schema, ".")
    for name, definition in schema.get("$defs", {}).items():
        places |= _at(definition, name)
    return places


def _at(schema: dict[str, Any], place: str, *, always: bool = False) -> dict[str, Fact]:
    values = list(_values(schema))
    fact = {
        "is": " or ".join(dict.fromkeys(_kinds(schema))),
        **({"values": values} if values else {}),
        **({"always": True} if always else {}),
    }
    return {place: fact} | _below(schema, place)


def _below(schema: dict[str, Any], place: str) -> dict[str, Fact]:
    inside: dict[str, Fact] = {}
    for name, one in schema.get("properties", {}).items():
        inside |= _at(one, f"{place.removesuffix('.')}.{name}", always=name in schema.get("required", ()))
    if "items" in schema:
        inside |= _at(schema["items"], f"{place}[]")
    return inside


def _kinds(schema: dict[str, Any]) -> Iterator[str]:
    """The types that can stand there, and the definitions, which have places of their own."""
    if "$ref" in schema:
        yield re.sub(r".*/", "", schema["$ref"])
    elif "anyOf" in schema:
        for one in schema["anyOf"]:
            yield from _kinds(one)
    elif "type" in schema:
        yield from [schema["type"]] if isinstance(schema["type"], str) else schema["type"]
    else:
        yield from sorted({_KINDS[type(value)] for value in _values(schema)})


def _values(schema: dict[str, Any]) -> Iterator[Any]:
    """Those out of which one stands there, where not any of its type does."""
    yield from schema.get("enum", ())
    if "const" in schema:
        yield schema["const"]
    for one in schema.get("anyOf", ()):
        yield from _values(one)
