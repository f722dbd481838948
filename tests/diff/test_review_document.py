"""docs/review.md names every risk, severity and unknown there is, and no other."""

import re
from pathlib import Path

from erd.diff.changes import Unknown
from erd.diff.risk import RiskKind, Severity

DOCUMENT = (Path(__file__).parents[2] / "docs" / "review.md").read_text("utf-8")


def section(title: str) -> str:
    return DOCUMENT.split(f"\n## {title}\n", 1)[1].split("\n## ", 1)[0]


def rows(text: str) -> list[list[str]]:
    """The first table of a text, cell by cell, without its head."""
    lines = text.split("\n\n|", 1)[1].split("\n\n", 1)[0].splitlines()
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines[2:]]


def test_the_risks_are_those_of_the_document_in_its_order() -> None:
    said = [re.sub("`", "", row[0]) for row in rows(section("Risks")) if row[0]]
    assert said == [kind.value for kind in RiskKind]


def test_every_row_has_a_severity_and_breaking_comes_first() -> None:
    severities = [row[1] for row in rows(section("Risks"))]
    assert set(severities) == {severity.value for severity in Severity}


def test_what_is_unknown_is_said_as_in_the_document() -> None:
    assert [row[0] for row in rows(section("What is unknown"))] == [unknown.value for unknown in Unknown]
