"""What is asked and answered, whatever the resource."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from .discussion import Discussion
from .git import BareRepository
from .tokens import Token

DOCUMENTATION = "https://docs.github.com/rest"
ENTERPRISE_PREFIX = "/api/v3"
GRAPH = "/graphql"
NO_CONTENT = 204


class Asked(NamedTuple):
    """A request as it came: headers with their names in lower case, the path without its query and prefix."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes
    # The address that this server is asked at, with its prefix: what addresses in answers begin with.
    api_url: str

    @property
    def html_url(self) -> str:
        """What addresses of pages for people begin with."""
        return self.api_url.removesuffix(ENTERPRISE_PREFIX)


class Answer(NamedTuple):
    """What is answered: JSON, with headers beside those that each answer has."""

    status: int
    json: Any
    headers: Mapping[str, str] = {}

    def body(self) -> bytes:
        """The bytes on the wire."""
        return b"" if self.status == NO_CONTENT else json.dumps(self.json).encode()


class Site(NamedTuple):
    """A repository's place, for who asks: its name (`owner/name`), its id, its address in the API, and what is there.

    Without a repository, only the token is of use.
    """

    name: str
    id: int
    url: str
    token: Token
    repository: BareRepository | None
    discussion: Discussion

    @property
    def html_url(self) -> str:
        """What addresses of its pages for people begin with."""
        return f"{self.url.removesuffix(f'/repos/{self.name}').removesuffix(ENTERPRISE_PREFIX)}/{self.name}"

    @property
    def git(self) -> BareRepository:
        """The git repository."""
        assert self.repository is not None
        return self.repository


Handler = Callable[[Site, Asked, Mapping[str, str]], Answer]


class Route(NamedTuple):
    """A method and a template of a path in GitHub's form, the permission that it needs (if any), and who answers."""

    method: str
    template: str
    permission: str
    handler: Handler

    def matched(self, path: str) -> Mapping[str, str] | None:
        """The still encoded parts of the path, by the names in the template; the last part may hold slashes."""
        names = re.findall(r"\{(\w+)\}", self.template)
        pattern = re.escape(self.template)
        for name in names:
            whole = name == names[-1] and name != "repo"
            kind = r"\d+" if name.endswith(("_number", "_id")) else ".+" if whole else "[^/]+"
            pattern = pattern.replace(re.escape(f"{{{name}}}"), f"(?P<{name}>{kind})")
        found = re.fullmatch(pattern, path)
        return found and found.groupdict()


def error(status: int, message: str, **headers: str) -> Answer:
    """An error in GitHub's form."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, {"message": message, "documentation_url": DOCUMENTATION, "status": str(status)}, named)


def invalid(resource: str, field: str, message: str) -> Answer:
    """The error for a request that is understood, and whose content is not taken."""
    failed = error(422, "Validation Failed")
    told = {"resource": resource, "code": "unprocessable", "field": field, "message": message}
    return failed._replace(json=failed.json | {"errors": [told]})


class RefusedError(Exception):
    """A request that is not done, and what is answered instead."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer)
        self.answer = answer


def refuse(status: int, message: str) -> RefusedError:
    """A request that is not done, for this reason."""
    return RefusedError(error(status, message))


def given(asked: Asked, *required: str) -> dict[str, Any]:
    """The object that is given, with what it must have. Raises `RefusedError`."""
    try:
        found = json.loads(asked.body)
    except ValueError:
        raise refuse(400, "Problems parsing JSON") from None
    if not isinstance(found, dict):
        raise refuse(422, "Invalid request.\n\nIt is no object.")
    for name in required:
        if name not in found:
            raise refuse(422, f'Invalid request.\n\n"{name}" wasn\'t supplied.')
    return found


def not_empty(site: "Site") -> BareRepository:
    """The git repository, if it has any commit. Raises `RefusedError`."""
    if site.git.is_empty:
        raise refuse(409, "Git Repository is empty.")
    return site.git


NOT_FOUND = error(404, "Not Found")
