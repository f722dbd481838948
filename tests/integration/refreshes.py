"""A repository whose ERD is refreshed: its artifacts night after night, the Action in this process, and plain git."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from erd.action import action
from erd.artifacts.catalog import ObservedColumn
from tests.builders import (
    Identified,
    a_catalog,
    a_manifest,
    a_model,
    a_relationships_test,
    a_unique_test,
    observed,
    write_artifacts,
)
from tests.ci.events import REPOSITORY
from tests.container.file_commands import parse_pairs
from tests.github.a_branch import Branches
from tests.tokens import GITHUB

ERD = "target/output.dbml"
CUSTOMERS = "model.shop.customers"
SHOP = (
    a_model("orders"),
    a_model("customers").but(description="Who buys."),
    a_relationships_test(),
    a_unique_test("model.shop.orders", "id"),
    a_unique_test(CUSTOMERS, "id"),
)
COLUMNS = {"model.shop.orders": observed("id", "customer_id"), CUSTOMERS: observed("id", "name")}
SCHEDULE = {"GITHUB_EVENT_NAME": "schedule", "GITHUB_REF": "refs/heads/main"}


class Refresh(NamedTuple):
    """What a job left: its exit code, its outputs and its summary."""

    code: int
    outputs: Mapping[str, str]
    summary: str


class Refreshing:
    """Jobs that refresh one repository's ERD."""

    def __init__(self, folder: Path, branches: Branches) -> None:
        self.branches = branches
        self.workspace = folder / "workspace"
        self._runner = folder / "runner"
        for one in (self.workspace, self._runner):
            one.mkdir()
        self.build(*SHOP)

    def build(self, *nodes: Identified, columns: Mapping[str, Mapping[str, ObservedColumn]] = COLUMNS) -> None:
        """Let these be the artifacts of the last run."""
        write_artifacts(self.workspace, a_manifest(*nodes), a_catalog(columns))

    def invoke_again(self, number: int) -> None:
        """Let dbt write the same once more, at another time and with other ids."""
        for name in ("manifest.json", "catalog.json"):
            path = self.workspace / name
            artifact = json.loads(path.read_bytes())
            artifact["metadata"] |= {
                "generated_at": f"2026-11-{number:02}T03:00:00Z",
                "invocation_id": f"00000000-0000-0000-0000-{number:012}",
            }
            path.write_text(json.dumps(artifact))

    def run(self, environ: Mapping[str, str] = SCHEDULE, **given: object) -> Refresh:
        """The Action, which pushes unless something else is given."""
        files = {name: self._runner / name for name in ("output", "summary")}
        for file in files.values():
            file.write_text("")
        inputs = {"artifacts-dir": ".", "commit": "push", "github-token": GITHUB}
        inputs |= {name.replace("_", "-"): str(value) for name, value in given.items()}
        around = {
            "GITHUB_ACTIONS": "true",
            "GITHUB_API_URL": self.branches.fake.url,
            "GITHUB_SERVER_URL": "https://github.example",
            "GITHUB_REPOSITORY": REPOSITORY,
            "GITHUB_RUN_ID": "5",
            "GITHUB_OUTPUT": str(files["output"]),
            "GITHUB_STEP_SUMMARY": str(files["summary"]),
        }
        variables = {f"INPUT_{name.upper()}": one for name, one in inputs.items()}
        code = action({**around, **environ, **variables}, self.workspace)
        return Refresh(code, parse_pairs(files["output"].read_text()), files["summary"].read_text())
