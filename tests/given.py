"""Settings for tests: what a reader gave, and what came of it."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from erd.errors import UsageError
from erd.given import Door
from erd.settings import Settings, read_settings
from tests.secrecy.ledger import is_input
from tests.tokens import TOKEN

# With these, every other setting is free: a run can be drawn, whatever the test is about.
ENOUGH = {
    "DBTERD_DBT_CLOUD_SERVICE_TOKEN": TOKEN,
    "DBTERD_DBT_CLOUD_ACCOUNT_ID": "1",
    "DBTERD_DBT_CLOUD_RUN_ID": "2",
    "DBTERD_DBT_CLOUD_JOB_ID": "3",
}

every_door = pytest.mark.parametrize("door", Door, ids=lambda door: door.value)


def settings(
    folder: Path,
    given: Mapping[str, object] | None = None,
    environ: Mapping[str, str] | None = None,
    *,
    door: Door = Door.COMMAND,
    file: Mapping[str, str] | None = None,
) -> Settings:
    """The settings in force; `file` is what the configuration says."""
    if file:
        lines = [f"{name}: {value}" for name, value in file.items()]
        configuration = folder / ".dbterd.yml"
        configuration.write_text("\n".join(lines), encoding="utf-8")
        is_input(configuration)
    return read_settings(door, given or {}, environ or {}, folder)


def problem(
    folder: Path, given: Mapping[str, object], environ: Mapping[str, str] | None = None, *, door: Door = Door.COMMAND
) -> UsageError:
    with pytest.raises(UsageError) as raised:
        settings(folder, given, environ, door=door)
    return raised.value
