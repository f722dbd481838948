"""The parameters of a request to the API, checked: what is malformed or not known is refused with a 400."""

import re
from collections.abc import Iterable, Mapping
from types import GenericAlias
from typing import Any

import msgspec

Query = Mapping[str, str]


class Refusal(Exception):  # noqa: N818 (it is an answer, not an error of this program)
    """Ends the handling of a request with an envelope that says why."""

    def __init__(self, status: int, user_message: str, data: object = None) -> None:
        super().__init__(status, user_message)
        self.status = status
        self.user_message = user_message
        self.data = data


def only(query: Query, known: Iterable[str]) -> None:
    """Refuse parameters that are not in `known`."""
    unknown = sorted(set(query) - set(known))
    if unknown:
        raise Refusal(400, f"Unsupported parameter: {unknown[0]}")


def related(query: Query, known: frozenset[str]) -> frozenset[str]:
    """The related objects that are asked for, all of them in `known`."""
    if "include_related" not in query:
        return frozenset()
    asked = frozenset(json_list(query, "include_related", str))
    if unknown := sorted(asked - known):
        raise Refusal(400, f"Invalid include_related: {unknown[0]}")
    return asked


def json_list(query: Query, name: str, item: type[Any]) -> list[Any]:
    """A list given as JSON, its items of one type."""
    try:
        values: list[Any] = msgspec.json.decode(query[name], type=GenericAlias(list, (item,)))
    except msgspec.DecodeError:
        raise Refusal(400, f"Invalid {name}: {query[name]}") from None
    return values


def number(query: Query, name: str, default: int) -> int:
    """A whole number, not negative."""
    text = query.get(name, str(default))
    if not re.fullmatch(r"[0-9]{1,18}", text):
        raise Refusal(400, f"Invalid {name}: {text}")
    return int(text)


def flag(query: Query, name: str) -> bool:
    """Whether it is true."""
    if query[name].lower() not in {"true", "false"}:
        raise Refusal(400, f"Invalid {name}: {query[name]}")
    return query[name].lower() == "true"


def word(query: Query, name: str, default: str, known: Iterable[str]) -> str:
    """One of the words in `known`."""
    value = query.get(name, default)
    if value not in known:
        raise Refusal(400, f"Invalid {name}: {value}")
    return value
