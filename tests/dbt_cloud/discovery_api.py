"""A Discovery API on loopback: `discovery.graphql` behind a real socket, which validates and executes what it is asked.

Pages are bounded as dbt's documentation has it, each list has its own cursors, and every request is noted.
"""

import json
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, NamedTuple

import msgspec
from graphql import GraphQLError, GraphQLScalarType, build_schema, graphql_sync

from tests.tokens import TOKEN

LARGEST_PAGE = 500
ENVIRONMENT = 70437463654557
LISTS = ("models", "sources", "seeds", "snapshots", "exposures", "tests", "semanticModels")
SCHEMA = build_schema((Path(__file__).parent / "discovery.graphql").read_text(encoding="utf-8"))

Rows = Mapping[str, list[dict[str, Any]]]


def _big_int(value: Any) -> int:
    if isinstance(value, bool) or not isinstance(value, int):
        raise GraphQLError(f"BigInt cannot represent {value!r}")
    return value


_scalar = SCHEMA.type_map["BigInt"]
assert isinstance(_scalar, GraphQLScalarType)
_scalar.parse_value = _big_int  # type: ignore[method-assign]  # graphql-core's own way of giving a schema its scalars


class Asked(NamedTuple):
    """A request as it came."""

    path: str
    authorization: str
    query: str
    variables: dict[str, Any]


class DiscoveryApi(msgspec.Struct):
    """What there is to be read, how the API answers, and what it was asked so far, oldest first."""

    rows: Rows
    adapter_type: str | None = "duckdb"
    project_name: str | None = "jaffle_shop"
    applied: bool = True
    rows_too_many: int = LARGEST_PAGE + 1
    """A request for at least so many rows of a list is too complex."""
    stuck: str = ""
    """The list whose pages all are the first one."""
    url: str = ""
    requests: list[Asked] = []

    def answer(self, query: str, variables: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """The status and the body."""
        found = graphql_sync(SCHEMA, query, {"environment": self._environment}, variable_values=variables)
        body: dict[str, Any] = {"data": found.data}
        if found.errors:
            body["errors"] = [
                {
                    "message": error.message,
                    "extensions": error.extensions or {"code": "GRAPHQL_VALIDATION_FAILED"},
                }
                for error in found.errors
            ]
        return (200 if found.data is not None or not found.errors else 400), body

    def _environment(self, _info: Any, id: int) -> dict[str, Any] | None:  # noqa: A002 (the schema's name)
        if id != ENVIRONMENT:
            return None
        lists = {name: self._resolver(name) for name in LISTS}
        return {
            "adapterType": self.adapter_type,
            "dbtProjectName": self.project_name,
            "applied": lists if self.applied else None,
            "definition": lists,
        }

    def _resolver(self, name: str) -> Any:
        def page(
            _info: Any,
            first: int = 100,
            after: str | None = None,
            filter: dict[str, Any] | None = None,  # noqa: A002 (the schema's name)
        ) -> dict[str, Any]:
            if first > LARGEST_PAGE:
                raise GraphQLError(f"first is at most {LARGEST_PAGE}", extensions={"code": "BAD_USER_INPUT"})
            if first >= self.rows_too_many:
                raise GraphQLError("Query is too complex.", extensions={"code": "COMPLEXITY_EXCEEDED"})
            types = (filter or {}).get("testTypes")
            rows = [row for row in self.rows.get(name, []) if not types or row["testType"] in types]
            start = 0 if after is None or name == self.stuck else int(after.removeprefix(f"{name}:"))
            end = min(start + first, len(rows))
            return {
                "edges": [{"cursor": f"{name}:{start + 1}", "node": row} for row in rows[start:end]],
                "pageInfo": {
                    "startCursor": f"{name}:{start}" if end > start else None,
                    "endCursor": f"{name}:{end}" if end > start else None,
                    "hasNextPage": end < len(rows),
                },
                "totalCount": len(rows),
            }

        return page


@contextmanager
def discovery(api: DiscoveryApi, path: str = "/graphql") -> Iterator[DiscoveryApi]:
    """The API on a free port of loopback, at `path`; without the slash or with it, the other one redirects there."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1

        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            authorization = self.headers.get("Authorization", "")
            api.requests.append(Asked(self.path, authorization, asked["query"], asked["variables"]))
            if self.path != path:
                self._send(301, {}, f"Location: {path}")
            elif authorization != f"Bearer {TOKEN}":
                self._send(401, {"errors": [{"message": "Invalid token"}]})
            else:
                self._send(*api.answer(asked["query"], asked["variables"]))

        def do_GET(self) -> None:
            self._send(400, {"errors": [{"message": "GET query missing."}]})

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 (the standard library's name)
            """Nothing: the ledger has it."""

        def _send(self, status: int, body: dict[str, Any], *headers: str) -> None:
            content = json.dumps(body).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            for header in headers:
                self.send_header(*header.split(": ", 1))
            self.send_header("Connection", "close")
            self.end_headers()
            self.wfile.write(content)

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        api.url = f"http://127.0.0.1:{server.server_port}"
        try:
            yield api
        finally:
            server.shutdown()
            thread.join()
