"""The Discovery API of dbt Cloud: the latest state of an environment, read list by list and page by page.

Hosts, limits and the shape of answers are those of dbt's documentation of the API. The path is the documented
`/graphql`, which dbt's own clients use too; where a server would have a slash behind it, its redirect is followed.
"""

import logging
import re
from collections.abc import Iterable, Mapping
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

import msgspec

from erd.checks import Secret
from erd.dbt_cloud import refused_queries
from erd.dbt_cloud.asked import DISCOVERY, Asked
from erd.dbt_cloud.clock import ENOUGH_SECONDS, Budget
from erd.dbt_cloud.connection import Connection, Pace
from erd.dbt_cloud.queries import KINDS, Query
from erd.dbt_cloud.refused_queries import GraphQLError, TooComplexError
from erd.dbt_cloud.state import Environment, EnvironmentState, Lists, Page

log = logging.getLogger(__name__)

PATH = "/graphql"
# The most rows that the API gives at once.
LARGEST_PAGE = 500
BAD_REQUEST = 400
_LOOPBACK = re.compile(r"(localhost|127(\.\d+){3}|\[::1\])(:\d+)?")
# An account's own host has its prefix before the region, as in ab123.us1.dbt.com.
_WITH_PREFIX = re.compile(r"(?P<prefix>[^.]+)\.(?P<rest>[^.]+(?:\.[^.]+)*\.dbt\.com(?::\d+)?)")


def discovery_url(base_url: str) -> str:
    """The Discovery API's address for an account's: `metadata` goes behind the account's prefix, or to the front.

    A host that has `metadata` in its name, or is on loopback, is taken as it is.
    """
    scheme, _, host = base_url.partition("://")
    if "metadata" in host or _LOOPBACK.fullmatch(host):
        return base_url
    own = _WITH_PREFIX.fullmatch(host)
    return f"{scheme}://{own['prefix']}.metadata.{own['rest']}" if own else f"{scheme}://metadata.{host}"


class DiscoveryClient:
    """Reads the state of environments; every request is a query, which changes nothing.

    `base_url` is the account's, or the Discovery API's own. All that is asked must fit into the budget.
    Use it in a `with` block, or `close` it.
    """

    def __init__(
        self,
        base_url: str,
        token: Secret,
        budget: Budget | None = None,
        pace: Pace = Pace(),  # noqa: B008 - it cannot be changed
    ) -> None:
        self._connection = Connection(discovery_url(base_url), token, DISCOVERY, budget or Budget(ENOUGH_SECONDS), pace)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._connection.base_url!r})"

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        """End all connections."""
        self._connection.close()

    def read(self, environment_id: int, queries: Iterable[Query]) -> EnvironmentState:
        """All rows of all lists that the queries ask for. Raises `DbtCloudError`."""
        state = EnvironmentState()
        log.info(
            "Reading the state of environment %d from %s", environment_id, urlsplit(self._connection.base_url).netloc
        )
        for query in queries:
            _Reading(self, environment_id, query, state).read()
        log.info("Metadata result: %s", counted(state))
        return state

    def ask(self, asked: Asked, query: Query, variables: Mapping[str, Any]) -> Environment | None:
        """One answer to one query; None where the API has null in place of the environment."""
        connection = self._connection
        return connection.until_whole(
            lambda: connection.in_time(asked, lambda: self._ask_once(asked, query, variables))
        )

    def asked(self, environment_id: int, query: Query) -> Asked:
        """What is about to be asked, for errors."""
        return self._connection.asked(PATH, f"{query.subject} of environment {environment_id}")

    def _ask_once(self, asked: Asked, query: Query, variables: Mapping[str, Any]) -> Environment | None:
        with self._connection.answer_to(asked, {"query": query.text, "variables": variables}) as response:
            # GraphQL servers say with a 400 what is wrong with a query, in the same words as with a 200.
            if response.status_code != BAD_REQUEST:
                self._connection.check(asked, response)
            answer = self._connection.decoded(asked, response, _Answer)
            if answer.errors:
                raise refused_queries.refusal(asked, query, answer.errors)
            self._connection.check(asked, response)
        return answer.data.environment if answer.data else None


class _Data(msgspec.Struct, frozen=True):
    environment: Environment | None = None


class _Answer(msgspec.Struct, frozen=True):
    errors: list[GraphQLError] | None = None
    data: _Data | None = None


class _Reading:
    """All pages of one query: each of its lists has its own cursor, and is done at its own time."""

    def __init__(self, client: DiscoveryClient, environment_id: int, query: Query, state: EnvironmentState) -> None:
        self._client = client
        self._environment_id = environment_id
        self._query = query
        self._state = state
        self._asked = client.asked(environment_id, query)
        self._named = frozenset(re.findall(r"\$(\w+)", query.text))
        self._variables: dict[str, Any] = {"environment_id": environment_id}
        self._size = LARGEST_PAGE
        self._seen: set[tuple[str, str | None]] = set()
        self._done: set[str] = set()

    def read(self) -> None:
        """Add the rows of all pages to the state."""
        waiting = True
        while waiting:
            environment = self._checked(self._next())
            self._state.adapter_type = environment.adapter_type or self._state.adapter_type
            self._state.project_name = environment.dbt_project_name or self._state.project_name
            found = _lists(environment)
            if not found and self._query.file:
                raise refused_queries.no_lists(self._query.file)
            for name, page in found.items():
                if name not in self._done:
                    self._take(name, page)
            waiting = not self._done.issuperset(found)

    def _checked(self, environment: Environment | None) -> Environment:
        if environment is None:
            raise refused_queries.no_environment(self._asked, self._environment_id)
        if environment.applied is None:
            raise refused_queries.nothing_applied(self._asked, self._environment_id)
        return environment

    def _next(self) -> Environment | None:
        """The next answer, of smaller pages if it would be too much for the API."""
        while True:
            sizes = {f"{kind}_first": self._size for kind in KINDS.values()}
            wanted = {name: value for name, value in (self._variables | sizes).items() if name in self._named}
            try:
                return self._client.ask(self._asked, self._query, wanted)
            except TooComplexError:
                if self._size == 1 or self._named.isdisjoint(sizes):
                    raise
                self._size //= 2
                log.info("That is too much for dbt Cloud at once: asking for %d rows a page.", self._size)

    def _take(self, name: str, page: Page[Any]) -> None:
        getattr(self._state, name).extend(page.rows())
        info = page.page_info
        if info and info.end_cursor:
            self._variables[f"{KINDS[name]}_after"] = info.end_cursor
        if not info or not info.has_next_page:
            self._done.add(name)
            return
        if not info.end_cursor or (name, info.end_cursor) in self._seen:
            raise refused_queries.going_in_circles(self._asked, self._query, KINDS[name])
        self._seen.add((name, info.end_cursor))


def counted(state: EnvironmentState) -> str:
    """How much there is of what."""
    counts = [(kind.replace("_", " "), len(getattr(state, name))) for name, kind in KINDS.items()]
    return ", ".join(f"{count:,} {kind}(s)" for kind, count in counts)


def _lists(environment: Environment) -> dict[str, Page[Any]]:
    """The pages of an answer by the name of their list: semantic models are defined, all else is applied."""
    applied, definition = environment.applied or Lists(), environment.definition or Lists()
    pages = {name: getattr(applied, name) for name in KINDS} | {"semantic_models": definition.semantic_models}
    return {name: page for name, page in pages.items() if page is not None}
