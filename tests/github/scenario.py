"""The same exchanges with any server that plays GitHub, and what is to be the same about the answers."""

import json
from typing import Any, NamedTuple

import requests

from .fake.description import complaints
from .fake.exchange import Answer, Asked
from .fake.server import ROUTES

MISSING = 999_999


class Place(NamedTuple):
    """A server, a repository on it with a pull request in which nothing is said, and a token that may do all."""

    url: str
    name: str
    number: int
    token: str


class Step(NamedTuple):
    """One exchange: what for, the answer's status, its JSON, the pages that it names, and if GitHub would say it."""

    name: str
    status: int
    json: Any
    pages: dict[str, str]
    complaints: list[str]


class Play:
    """Asks one exchange after the other, and keeps them."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.steps: list[Step] = []

    def step(self, name: str, method: str, path: str, given: Any = None, raw: bytes = b"") -> Any:
        """The answer, and its JSON."""
        url = path if path.startswith("http") else f"{self.place.url}/repos/{self.place.name}{path}"
        headers = {"Authorization": f"token {self.place.token}"}
        answer = requests.request(method, url, json=given, data=raw or None, headers=headers, timeout=5)
        found = answer.json() if answer.content else None
        pages = {relation: link["url"].partition("?")[2] for relation, link in answer.links.items()}
        self.steps.append(Step(name, answer.status_code, found, pages, _complaints(self.place, answer, given, found)))
        return answer, found


def played(place: Place) -> list[Step]:
    """Comments are made, listed page by page, changed and deleted; what is not there is asked for, and nonsense."""
    play = Play(place)
    step = play.step
    comments = f"/issues/{place.number}/comments"
    step("nothing is said", "GET", comments)
    made = [step(f"{number} is said", "POST", comments, {"body": f"Said {number}"})[1] for number in range(5)]
    ids = [one["id"] for one in made]
    assert ids == sorted(ids)
    page, _ = step("the first page", "GET", f"{comments}?per_page=2")
    while "next" in page.links:
        page, _ = step("the next page", "GET", page.links["next"]["url"])
    step("the pages before", "GET", page.links["prev"]["url"])
    step("one is read", "GET", f"/issues/comments/{ids[0]}")
    step("one is changed", "PATCH", f"/issues/comments/{ids[0]}", {"body": "Changed"})
    step("one is deleted", "DELETE", f"/issues/comments/{ids[1]}")
    step("it is read", "GET", f"/issues/comments/{ids[1]}")
    step("it is changed", "PATCH", f"/issues/comments/{ids[1]}", {"body": "Changed"})
    step("it is deleted", "DELETE", f"/issues/comments/{ids[1]}")
    step("all", "GET", comments)
    step("the pull request", "GET", f"/pulls/{place.number}")
    step("by its head", "GET", f"/pulls?head={place.name.partition('/')[0]}:feature")
    step("by another head", "GET", "/pulls?head=nobody:feature")
    step("no such pull request", "GET", f"/pulls/{MISSING}")
    step("its comments", "GET", f"/issues/{MISSING}/comments")
    step("a comment in it", "POST", f"/issues/{MISSING}/comments", {"body": "Said"})
    step("bad JSON", "POST", comments, raw=b'{"body": ')
    step("no body", "POST", comments, raw=b"{}")
    return play.steps


def types(value: Any) -> Any:
    """What kinds of values stand where, in a tree of fields."""
    if isinstance(value, dict):
        return {name: types(one) for name, one in value.items()}
    if isinstance(value, list):
        return [types(value[0])] if value else []
    return "null" if value is None else type(value).__name__


def contradictions(one: Any, other: Any, at: str = "") -> list[str]:
    """Where two such trees have different kinds of values in the same place; nothing fits everything."""
    if "null" in (one, other) or [] in (one, other):
        return []
    if isinstance(one, dict) and isinstance(other, dict):
        return [
            found
            for name in one.keys() & other.keys()
            for found in contradictions(one[name], other[name], f"{at}.{name}")
        ]
    if isinstance(one, list) and isinstance(other, list):
        return contradictions(one[0], other[0], f"{at}[]")
    return [] if one == other else [f"{at}: {one} and {other}"]


def _complaints(place: Place, answer: requests.Response, given: Any, found: Any) -> list[str]:
    """What is not in an answer as GitHub describes it; what is asked badly, is so on purpose."""
    path = f"/{(answer.request.path_url).partition('?')[0].lstrip('/')}"
    asked = Asked(answer.request.method or "", path, {}, {}, b"", place.url)
    for route in ROUTES:
        parts = route.matched(path) if route.method == asked.method else None
        if parts is not None:
            body = b'{"body": "Said"}' if given is None else json.dumps(given).encode()
            whole = asked._replace(body=body if asked.method in {"POST", "PATCH", "PUT"} or given else b"")
            return complaints(route, whole, parts, Answer(answer.status_code, found))
    return []
