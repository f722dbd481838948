"""An option that is to go works as before, and whoever gives it is told what to give instead."""

from pathlib import Path

import pytest

from erd.given import Door
from erd.options import OPTIONS
from erd.settings import read_settings
from tests.given import ENOUGH
from tests.tools import option_tables

# As if `omit-columns` were to go.
GOING = tuple(option._replace(instead="columns") if option.name == "omit-columns" else option for option in OPTIONS)


@pytest.mark.parametrize(
    ("given", "environ", "file", "spelling"),
    [
        ({"omit-columns": "true"}, {}, "", "Input `omit-columns`"),
        ({}, {"DBTERD_OMIT_COLUMNS": "true"}, "", "DBTERD_OMIT_COLUMNS"),
        ({}, {}, "omit-columns: true", "`omit-columns` in .dbterd.yml"),
        ({"columns": "none"}, {}, "", ""),
    ],
)
def test_whoever_gives_it_is_told_by_the_name_that_was_used_and_it_counts(
    given: dict[str, str],
    environ: dict[str, str],
    file: str,
    spelling: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr("erd.given.OPTIONS", GOING)
    if file:
        (tmp_path / ".dbterd.yml").write_text(file, encoding="utf-8")
    found = read_settings(Door.ACTION, given, ENOUGH | environ, tmp_path)
    warned = f"{spelling} is to go with the next major version; give columns instead"
    assert [record.message for record in caplog.records] == ([warned] if spelling else [])
    assert found.omit_columns is bool(spelling)


def test_github_shows_it_too(monkeypatch: pytest.MonkeyPatch) -> None:
    before = option_tables.ACTION.read_text(encoding="utf-8")
    monkeypatch.setattr(option_tables, "OPTIONS", GOING)
    after = option_tables.action(before)
    assert [line for line in after.splitlines() if line not in before.splitlines()] == [
        '    deprecationMessage: "Give columns instead."'
    ]
