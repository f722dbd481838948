"""The risks of a review as annotations: what a CI service shows beside the files that they concern."""

from collections.abc import Collection
from typing import Literal

import msgspec

from erd.diff.review import Review
from erd.diff.risk import Risk, Severity
from erd.report.review_risks import risk_said
from erd.report.review_words import count, in_text

MOST = 10
"""As many as GitHub keeps of one level and one step."""
_MOST_USES = 8


class Annotation(msgspec.Struct, frozen=True):
    """One annotation; `file` is relative to the dbt project, and empty where it is about no file."""

    level: Literal["error", "warning", "notice"]
    title: str
    text: str
    file: str = ""


def annotations(review: Review, failing: Collection[Severity] = ()) -> list[Annotation]:
    """The worst risks, at most `MOST`; the last one tells how many more there are.

    Only what makes the job fail is an error: `failing` are the severities that do. A red mark on a job that passes
    would have people look for what failed.
    """
    told = [_annotation(risk, failing) for risk in review.risks[:MOST]]
    more = len(review.risks) - len(told)
    if more:
        last = told[-1]
        said = f"{last.text} The review has {count(more, 'more risk')}."
        told[-1] = msgspec.structs.replace(last, text=said)
    return told


def _annotation(risk: Risk, failing: Collection[Severity]) -> Annotation:
    title = f"{risk.severity.value.capitalize()}: {risk.kind.value.replace('-', ' ')}"
    return Annotation(_level(risk.severity, failing), title, f"{in_text(risk_said(risk, _MOST_USES))}.", risk.file)


def _level(severity: Severity, failing: Collection[Severity]) -> Literal["error", "warning", "notice"]:
    if severity in failing:
        return "error"
    return "warning" if severity is Severity.BREAKING else "notice"
