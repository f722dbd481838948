"""GitHub's official OpenAPI description as the judge of every exchange: of what is asked, and of what is answered."""

import json
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import jsonschema  # type: ignore[import-untyped] # it brings no types

from .exchange import Answer, Asked, Route

DESCRIPTION = Path(__file__).with_name("description.json")
BASIC_ERROR = {"$ref": "#/$defs/basic-error"}
FIRST_ERROR = 400


def complaints(route: Route, asked: Asked, parts: Mapping[str, str], answer: Answer) -> list[str]:
    """What is not as GitHub describes it, in an exchange by this route."""
    key = f"{route.method} {route.template}"
    operation = _whole()["operations"].get(key)
    if operation is None:
        return [f"{key} is not in {DESCRIPTION.name}: run python -m tests.github.fake.cut_description"]
    found = [*_in_parameters(operation, asked, parts), *_in_body(operation, asked), *_in_answer(operation, answer)]
    return [f"{asked.method} {asked.path} {asked.query or ''} → {answer.status}: {complaint}" for complaint in found]


def _in_parameters(operation: dict[str, Any], asked: Asked, parts: Mapping[str, str]) -> Iterator[str]:
    given = {"path": {name: unquote(value) for name, value in parts.items()}, "query": asked.query}
    known = {place: {one["name"]: one for one in operation["parameters"] if one["in"] == place} for place in given}
    for place, values in given.items():
        for name in values.keys() - known[place].keys():
            yield f"there is no parameter {name} in the {place}"
        for name, parameter in known[place].items():
            if name in values:
                yield from _against(parameter["schema"], _read(parameter["schema"], values[name]), f"parameter {name}")
            elif parameter["required"]:
                yield f"the parameter {name} is missing in the {place}"


def _read(schema: dict[str, Any], value: str) -> Any:
    """A value on the wire as what its schema makes of it; as it is, if that cannot be."""
    if schema.get("type") in {"integer", "boolean", "number"}:
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def _in_body(operation: dict[str, Any], asked: Asked) -> Iterator[str]:
    if not asked.body:
        if operation["body_required"]:
            yield "the request has no body"
    elif operation["body"] is None:
        yield "the request has a body, and should have none"
    else:
        try:
            given = json.loads(asked.body)
        except ValueError:
            yield "the request is no JSON"
        else:
            yield from _against(operation["body"], given, "the request")


def _in_answer(operation: dict[str, Any], answer: Answer) -> Iterator[str]:
    """Not all of an operation's errors are described: the others have the form that all have."""
    status = str(answer.status)
    schema = operation["answers"].get(status)
    if schema is None and answer.status >= FIRST_ERROR:
        yield from _against(BASIC_ERROR, answer.json, "the answer")
    elif status in operation["answers"]:
        if answer.status >= FIRST_ERROR and "oneOf" in schema:
            # What is one of these is an error of the usual form as well.
            schema = {"anyOf": schema["oneOf"]}
        if schema is not None:
            yield from _against(schema, answer.json, "the answer")
        elif answer.json is not None:
            yield "the answer has a body, and should have none"
    else:
        yield "there is no answer with this status"


def _against(schema: dict[str, Any], value: Any, subject: str) -> Iterator[str]:
    validator = jsonschema.Draft202012Validator(schema | {"$defs": _whole()["schemas"]})
    if error := jsonschema.exceptions.best_match(validator.iter_errors(value)):
        yield f"{subject} at {error.json_path}: {error.message[:300]}"


@cache
def _whole() -> dict[str, Any]:
    whole: dict[str, Any] = json.loads(DESCRIPTION.read_text("utf-8"))
    return whole
