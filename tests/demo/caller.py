"""A small account, and somebody who asks its server as a client would."""

from collections.abc import Mapping
from typing import Any

import msgspec
import requests

from erd.demo.account import (
    ENVIRONMENTS_READ,
    JOBS_READ,
    PREPARATION,
    RUNS_READ,
    RUNS_WRITE,
    Account,
    CloudRun,
    Content,
    Environment,
    Job,
    Step,
    Token,
    Triggers,
)
from erd.demo.server import Server
from tests.tokens import FROM_ELSEWHERE, READER, TOKEN, WITHOUT_RIGHTS

BUILD: dict[str, Content] = {"manifest.json": b'{"build": 1}', "run_results.json": b'{"build": 2}'}
DOCS: dict[str, Content] = {"manifest.json": b'{"docs": 1}', "catalog.json": lambda: b'{"docs": 2}'}
PRODUCTION = CloudRun(
    id=50,
    job_definition_id=7,
    project_id=2,
    environment_id=3,
    git_sha="aaa",
    finished_at="2026-08-07 10:00:00+00:00",
    steps=(*PREPARATION, Step("Invoke dbt with `dbt build`", BUILD), Step("Invoke dbt with `dbt docs generate`", DOCS)),
)
REVIEW = CloudRun(
    id=40,
    job_definition_id=8,
    project_id=2,
    environment_id=4,
    git_sha="bbb",
    finished_at="2026-08-07 11:00:00+00:00",
    pull_request=17,
    deferring_run_id=50,
    steps=(*PREPARATION, Step("Invoke dbt with `dbt build`", BUILD)),
)
FAILED = CloudRun(id=60, job_definition_id=7, project_id=2, environment_id=3, status=20, artifacts_saved=False)
ACCOUNT = Account(
    id=1,
    tokens=(
        Token(TOKEN, permissions=frozenset({RUNS_READ, RUNS_WRITE, JOBS_READ, ENVIRONMENTS_READ})),
        Token(READER),
        Token(WITHOUT_RIGHTS, permissions=frozenset()),
        Token(FROM_ELSEWHERE, address_allowed=False),
    ),
    environments=(
        Environment(id=3, name="Production", project_id=2, deployment_type="production"),
        Environment(id=4, name="Review", project_id=2),
        Environment(id=5, name="Staging", project_id=2, deployment_type="staging"),
        Environment(id=6, name="Old production", project_id=2, deployment_type="production", state=2),
        Environment(id=7, name="Production", project_id=9, deployment_type="production"),
    ),
    jobs=(
        Job(7, "Production", 2, 3, generate_docs=True, triggers=Triggers(schedule=True)),
        Job(8, "Review", 2, 4, job_type="ci", deferring_environment_id=3),
        Job(9, "Given up", 2, 3, state=2),
    ),
    runs=(PRODUCTION, REVIEW, FAILED),
)


Query = Mapping[str, str | int]


class Caller:
    """Asks the server as a client would."""

    def __init__(self, server: Server, session: requests.Session) -> None:
        self.server = server
        self._session = session

    def get(self, path: str, query: Query | None = None, *, authorization: str = f"Token {TOKEN}") -> requests.Response:
        headers = {"Authorization": authorization} if authorization else {}
        url = f"{self.server.url}/api/v2/accounts/1/{path}" if not path.startswith("/") else f"{self.server.url}{path}"
        return self._session.get(url, params=query or {}, headers=headers, timeout=5, allow_redirects=False)

    def post(
        self, path: str, body: Any = None, query: Query | None = None, *, authorization: str = f"Token {TOKEN}"
    ) -> requests.Response:
        """`body` as it is if it is bytes, else as JSON."""
        headers = {"Authorization": authorization}
        url = f"{self.server.url}/api/v2/accounts/1/{path}"
        data = body if isinstance(body, bytes) or body is None else msgspec.json.encode(body)
        return self._session.post(url, data=data, params=query or {}, headers=headers, timeout=5, allow_redirects=False)

    def ids(self, query: Query) -> list[int]:
        """The ids of the runs that a list has."""
        return [run["id"] for run in self.get("runs/", query).json()["data"]]


def envelope(answer: requests.Response) -> Any:
    """The data, out of an envelope that says the same as the status line."""
    body = answer.json()
    assert set(body) <= {"status", "data", "extra"}
    assert body["status"]["code"] == answer.status_code
    assert body["status"]["is_success"] is (answer.status_code == 200)
    return body["data"]
