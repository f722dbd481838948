"""The server: faults first, then tokens and permissions, then the resource's own module."""

import contextlib
import re
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import NamedTuple

from . import (
    blobs,
    branches,
    comments,
    commits,
    comparisons,
    contents,
    files,
    graph,
    proposals,
    pulls,
    refs,
    repositories,
    smart_http,
    trees,
    users,
)
from .description import complaints
from .discussion import Discussion
from .exchange import GRAPH, NOT_FOUND, Answer, Asked, RefusedError, Route, Site, error
from .faults import FINE, Due, Fault
from .git import BareRepository
from .sockets import Exchange, Server
from .tokens import Token

LOOPBACK = "127.0.0.1"
ROUTES = (
    *contents.ROUTES, *files.ROUTES, *blobs.ROUTES, *trees.ROUTES, *commits.ROUTES, *refs.ROUTES, *comparisons.ROUTES,
    *branches.ROUTES, *comments.ROUTES, *pulls.ROUTES, *proposals.ROUTES,
    *repositories.ROUTES, *users.ROUTES,
)  # fmt: skip
RESET_AT = "1700003600"
WITHOUT_TOKEN = Token("", frozenset(), frozenset(), login="", limit=60)
FIRST_ERROR = 400


class Done(NamedTuple):
    """A request that was done, or refused: when (of a clock that only runs forward), by whom, with which status."""

    seconds: float
    login: str
    asked: Asked
    status: int
    # Whether something is otherwise since.
    is_write: bool


class FakeGitHub:
    """A running server: its address, the repositories it has, and whom it lets in.

    `requests` are all that came, in the order in which they came; the `ledger` has those that were done (or refused),
    in the order in which they were; what is of git alone is done at once, and in the order of its answers. `complaints`
    are where an exchange is not as GitHub describes it; `running_github` raises them in the end.
    """

    def __init__(self, origin: str) -> None:
        self.url = origin
        self.repositories: dict[str, BareRepository] = {}
        self.tokens: dict[str, Token] = {}
        self.requests: list[Asked] = []
        self.ledger: list[Done] = []
        self.complaints: list[str] = []
        self._discussions: dict[str, Discussion] = {}
        self._used: Counter[str] = Counter()
        self._due: list[Due] = []
        self._lock = threading.RLock()

    def let_in(self, token: Token) -> None:
        """Know this token from now on."""
        self.tokens[token.text] = token

    def discussion(self, name: str) -> Discussion:
        """The pull requests and comments of a repository."""
        with self._lock:
            return self._discussions.setdefault(name, Discussion())

    @property
    def writes(self) -> list[Done]:
        """What was changed, oldest first."""
        return [done for done in self.ledger if done.is_write]

    def go_wrong(
        self,
        *faults: Fault,
        path: str = "",
        method: str = "",
        when: Callable[[Asked], bool] = lambda _: True,
    ) -> None:
        """Let the next requests of a kind go wrong, one after the other, each once.

        Their path holds `path`, their method is `method`, and `when` says so.
        """
        self._due += [
            Due(lambda asked: path in asked.path and method in {"", asked.method} and when(asked), fault)
            for fault in faults
        ]

    def go_right(self) -> None:
        """Forget all faults that have not struck yet."""
        self._due.clear()

    def answer(self, asked: Asked) -> Answer:
        """The answer to a request that is done now, as if nothing went wrong."""
        with self._lock:
            token = self._token(asked)
            asked, route, parts = self._routed(asked)
            answer = self._refused(token, route, parts)
        # Git keeps its own peace: who changes the same ref at once meets there, as at GitHub.
        with contextlib.nullcontext() if _is_of_git(asked, route) else self._lock:
            answer = answer or self._handled(asked, token or WITHOUT_TOKEN, route, parts)
            login = token.login if token else ""
            self.ledger.append(Done(time.monotonic(), login, asked, answer.status, _is_write(asked, answer)))
            limits = self._limits(token or WITHOUT_TOKEN)
        self.complaints += self._complaints(asked, route, parts, answer)
        return answer._replace(headers={**limits, **answer.headers})

    def told(self, wanted: smart_http.Wanted) -> smart_http.Told:
        """The answer to git."""
        token = self.tokens.get(wanted.token)
        if refused := smart_http.refused(wanted, token, self.repositories):
            return refused
        git = self.repositories[wanted.name]
        told = smart_http.done(wanted, git, token.login if token else "")
        if wanted.is_push:
            with self._lock:
                self.discussion(wanted.name).settle(git)
        return told

    def fault(self, asked: Asked) -> Fault:
        """What goes wrong with this request, which is written down as one that came."""
        with self._lock:
            self.requests.append(asked)
            for due in self._due:
                if due.is_meant(asked):
                    self._due.remove(due)
                    return due.fault
        return FINE

    def _routed(self, asked: Asked) -> tuple[Asked, Route | None, dict[str, str]]:
        """The request by the repository's name, also where it was by its id, and who answers it."""
        if (by_id := re.match(r"/repositories/(\d+)(?=/)", asked.path)) and int(by_id[1]) <= len(self.repositories):
            name = list(self.repositories)[int(by_id[1]) - 1]
            asked = asked._replace(path=f"/repos/{name}{asked.path[by_id.end() :]}")
        for route in ROUTES:
            parts = route.matched(asked.path) if route.method == asked.method else None
            if parts is not None:
                return asked, route, dict(parts)
        return asked, None, {}

    def _token(self, asked: Asked) -> Token | None:
        scheme, _, text = asked.headers.get("authorization", "").partition(" ")
        return self.tokens.get(text) if scheme.lower() in {"token", "bearer"} else None

    def _refused(self, token: Token | None, route: Route | None, parts: dict[str, str]) -> Answer | None:
        if token is None:
            return error(401, "Bad credentials")
        self._used[token.text] += 1
        if self._used[token.text] > token.limit:
            return error(403, "API rate limit exceeded for installation ID 1.")
        if route is None or not route.permission:
            return None
        name = f"{parts['owner']}/{parts['repo']}"
        if name not in self.repositories or name not in token.repositories:
            return NOT_FOUND
        if not token.may(route.permission):
            return error(403, f"Resource not accessible by {token.kind.value}")
        return None

    def _handled(self, asked: Asked, token: Token, route: Route | None, parts: dict[str, str]) -> Answer:
        if route is None:
            return self._graph(asked, token) if _is_graph(asked) else NOT_FOUND
        site = self._site(f"{parts['owner']}/{parts['repo']}" if "repo" in parts else "", asked, token)
        try:
            return route.handler(site, asked, parts)
        except RefusedError as refused:
            return refused.answer

    def _graph(self, asked: Asked, token: Token) -> Answer:
        def site_of(name: str) -> Site | None:
            is_visible = name in self.repositories and name in token.repositories
            return self._site(name, asked, token) if is_visible else None

        return graph.answered(asked, graph.Ground(token, site_of))

    def _site(self, name: str, asked: Asked, token: Token) -> Site:
        number = list(self.repositories).index(name) + 1 if name else 0
        url = f"{asked.api_url}/repos/{name}"
        return Site(name, number, url, token, self.repositories.get(name), self.discussion(name))

    def _limits(self, token: Token) -> dict[str, str]:
        used = min(self._used[token.text], token.limit)
        counts = {"Limit": token.limit, "Remaining": token.limit - used, "Used": used, "Reset": RESET_AT}
        return {f"X-RateLimit-{name}": str(value) for name, value in counts.items()} | {"X-RateLimit-Resource": "core"}

    def _complaints(self, asked: Asked, route: Route | None, parts: dict[str, str], answer: Answer) -> list[str]:
        if route is not None:
            return complaints(route, asked, parts, answer)
        if not _is_graph(asked):
            return [f"{asked.method} {asked.path} is nothing that the fake knows"]
        return [f"GraphQL: {message}" for message in graph.misunderstood(answer)]


def _is_graph(asked: Asked) -> bool:
    return (asked.method, asked.path) == ("POST", GRAPH)


def _is_of_git(asked: Asked, route: Route | None) -> bool:
    return route.permission.startswith("contents: ") if route else _is_graph(asked)


def _is_write(asked: Asked, answer: Answer) -> bool:
    if _is_graph(asked):
        return graph.is_write(answer)
    return asked.method != "GET" and answer.status < FIRST_ERROR


@contextmanager
def running_github() -> Iterator[FakeGitHub]:
    """A GitHub on a free port."""
    with Server((LOOPBACK, 0), Exchange) as server:
        github = FakeGitHub(f"http://{LOOPBACK}:{server.server_address[1]}")
        server.github = github
        serving = threading.Thread(target=server.serve_forever, args=(0.02,))
        serving.start()
        try:
            yield github
        finally:
            server.shutdown()
            serving.join()
    if github.complaints:
        raise AssertionError("\n".join(github.complaints))
