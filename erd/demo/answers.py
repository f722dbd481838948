"""The answers of dbt Cloud's API: its envelope, its pages, and what is no answer of it at all."""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any
from urllib.parse import urlencode

import msgspec

from erd.demo import parameters
from erd.demo.parameters import Query, Refusal

MOST_A_PAGE = 100
PAGING = ("order_by", "limit", "offset")


class Answer(msgspec.Struct, frozen=True):
    """An HTTP answer."""

    status: int
    body: bytes
    content_type: str = "application/json"
    location: str | None = None


def envelope(
    data: object, *, status: int = 200, message: str = "Success!", extra: Mapping[str, Any] | None = None
) -> Answer:
    """What is asked for, as dbt Cloud wraps it."""
    head = {"code": status, "is_success": status == HTTPStatus.OK, "user_message": message, "developer_message": ""}
    body = {"status": head, "data": data, **({"extra": extra} if extra else {})}
    return Answer(status, msgspec.json.encode(body))


def refused(refusal: Refusal) -> Answer:
    """An envelope that says why not."""
    return envelope(refusal.data, status=refusal.status, message=refusal.user_message)


def page(items: list[Any], query: Query, orders: frozenset[str], shown: Callable[[Any], Any]) -> Answer:
    """One page of a list, ordered, with the envelope's account of what was asked for."""
    order = query.get("order_by", "id")
    field = order.removeprefix("-")
    if field not in orders:
        raise Refusal(400, f"Invalid order_by: {order}")
    limit, offset = parameters.number(query, "limit", MOST_A_PAGE), parameters.number(query, "offset", 0)
    if not 0 < limit <= MOST_A_PAGE:
        raise Refusal(400, f"Invalid limit: {limit}")
    items = sorted(items, key=lambda item: getattr(item, field) or "", reverse=order.startswith("-"))
    entries = [shown(item) for item in items[offset : offset + limit]]
    filters = {name: value for name, value in query.items() if name not in {*PAGING, "include_related"}}
    extra = {
        "filters": {**filters, "limit": limit, "offset": offset},
        "order_by": order,
        "pagination": {"count": len(entries), "total_count": len(items)},
    }
    return envelope(entries, extra=extra)


def moved(path: str, query: Query) -> Answer:
    """The same, at another path."""
    return Answer(308, b"", location=f"{path}?{urlencode(query)}" if query else path)


def no_such_page() -> Answer:
    """A path that is not the API's gets a web page, not an envelope."""
    return Answer(404, b"<!doctype html><title>Not found</title><p>Not found.\n", "text/html; charset=utf-8")


def refusal(status: int) -> Answer:
    """An envelope for what HTTP itself has a word for: a method that is not allowed, a body that is too long."""
    return envelope(None, status=status, message=f"{HTTPStatus(status).phrase}.")


def not_found() -> Refusal:
    """One answer for what is not there and for what the token may not see."""
    return Refusal(404, "The requested resource was not found or you do not have access to it.")
