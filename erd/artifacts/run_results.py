"""`run_results.json`: how the nodes fared that one dbt command executed."""

from collections import Counter
from pathlib import Path
from typing import Any

import msgspec

from erd.artifacts.reading import Artifact, read_artifact

KNOWN_VERSIONS = frozenset(range(1, 7))
# Only these commands run tests; `dbt docs generate` also lists every node, as a success that means nothing.
TESTING_COMMANDS = frozenset({"build", "test"})


class Result(msgspec.Struct, frozen=True):
    """The outcome of one node. `status` has values that no published schema lists.

    `failures` is how many rows of a test's query failed; some writers leave it out.
    """

    unique_id: str | None = None
    status: str | None = None
    failures: int | None = None


class RunResults(Artifact, frozen=True):
    """The outcomes of one command, whose arguments are `args`."""

    results: list[Result] | None = None
    args: dict[str, Any] | None = None

    def tests(self) -> list[Result] | None:
        """The outcomes of tests; None when the command runs none."""
        if (self.args or {}).get("which") not in TESTING_COMMANDS:
            return None
        return [result for result in self.results or () if (result.unique_id or "").startswith("test.")]

    def test_outcomes(self) -> dict[str, int]:
        """How many tests ended in each status; empty when the command runs none."""
        return dict(sorted(Counter(result.status or "unknown" for result in self.tests() or ()).items()))


def read_run_results(path: Path, shown: str | None = None) -> RunResults:
    """The run results in the file at `path`, which errors call `shown`. Raises `ArtifactError`."""
    return read_artifact(path, shown, "run-results", RunResults, KNOWN_VERSIONS)
