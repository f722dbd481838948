"""What is asked and answered, whatever the resource."""

import json
import re
from collections.abc import Callable, Mapping
from typing import Any, NamedTuple

from .git import BareRepository

DOCUMENTATION = "https://docs.github.com/rest"


class Asked(NamedTuple):
    """A request as it came: headers with their names in lower case, the path without its query and prefix."""

    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes
    # The address that this server is asked at, with its prefix: what addresses in answers begin with.
    api_url: str


class Answer(NamedTuple):
    """What is answered: JSON, with headers beside those that each answer has."""

    status: int
    json: Any
    headers: Mapping[str, str] = {}

    def body(self) -> bytes:
        """The bytes on the wire."""
        return json.dumps(self.json).encode()


class Site(NamedTuple):
    """A repository's place: its name (`owner/name`), its address in the API, and the git repository."""

    name: str
    url: str
    git: BareRepository


Handler = Callable[[Site, Asked, Mapping[str, str]], Answer]


class Route(NamedTuple):
    """A method and a template of a path in GitHub's form, the permission that it needs, and who answers."""

    method: str
    template: str
    permission: str
    handler: Handler

    def matched(self, path: str) -> Mapping[str, str] | None:
        """The still encoded parts of the path, by the names in the template; the last part may hold slashes."""
        names = re.findall(r"\{(\w+)\}", self.template)
        pattern = re.escape(self.template)
        for name in names:
            kind = ".+" if name == names[-1] else "[^/]+"
            pattern = pattern.replace(re.escape(f"{{{name}}}"), f"(?P<{name}>{kind})")
        found = re.fullmatch(pattern, path)
        return found and found.groupdict()


def error(status: int, message: str, **headers: str) -> Answer:
    """An error in GitHub's form."""
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, {"message": message, "documentation_url": DOCUMENTATION, "status": str(status)}, named)


NOT_FOUND = error(404, "Not Found")
