"""The steps of a run: dbt Cloud keeps artifacts by step, and answers with the last one's unless it is told which.

The first three steps prepare the run, and write none (dbt's documentation of jobs). Of the others, one whose command is
`dbt docs generate`, or has `--write-catalog`, writes the catalog; run results are of the one command that wrote them.
"""

import datetime as dt
import re
from collections.abc import Sequence

import msgspec

from erd.dbt_cloud.client import DbtCloudClient
from erd.dbt_cloud.runs import Run

FIRST_COMMAND = 4
# dbt Cloud may say that a run has succeeded some seconds before its artifacts can be had.
UPLOAD_SECONDS = 60.0
_WRITES_CATALOG = re.compile(r"docs\s+generate|--write-catalog")
_RUNS_TESTS = re.compile(r"\bdbtf?\b.*\s(build|test)\b")


class Step(msgspec.Struct, frozen=True):
    """A step of a run; the rest of what dbt Cloud says of it, such as its log, is left unread."""

    index: int
    name: str | None = None

    @property
    def writes_catalog(self) -> bool:
        """Whether its command is one that writes the catalog."""
        return bool(_WRITES_CATALOG.search(self.name or ""))

    @property
    def runs_tests(self) -> bool:
        """Whether its command is one that runs tests."""
        return bool(_RUNS_TESTS.search(self.name or ""))


class _RunWithSteps(msgspec.Struct, frozen=True):
    run_steps: list[Step] | None = None


def command_steps(client: DbtCloudClient, run: Run) -> list[Step]:
    """The steps of the run that can have left artifacts, the last one first. Raises `DbtCloudError`."""
    params: dict[str, str | int] = {"include_related": '["run_steps"]'}
    found = client.get(f"runs/{run.id}/", _RunWithSteps, f"the steps of run {run.id}", params)
    commands = [step for step in found.run_steps or () if step.index >= FIRST_COMMAND]
    return sorted(commands, key=lambda step: step.index, reverse=True)


def likeliest_first(steps: Sequence[Step]) -> list[Step]:
    """The steps in the order in which a catalog should be looked for: those that say so first."""
    return sorted(steps, key=lambda step: not step.writes_catalog)


def is_fresh(run: Run, now: dt.datetime) -> bool:
    """Whether the run ended so lately that artifacts may still be on their way."""
    ended = _moment(run.finished_at)
    return ended is not None and (now - ended).total_seconds() < UPLOAD_SECONDS


def _moment(text: str | None) -> dt.datetime | None:
    """A time as dbt Cloud writes it, with a blank or a `T` in the middle; UTC unless it says otherwise."""
    try:
        moment = dt.datetime.fromisoformat(text or "")
    except ValueError:
        return None
    return moment if moment.tzinfo else moment.replace(tzinfo=dt.UTC)
