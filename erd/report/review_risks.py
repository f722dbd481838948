"""The risks of a review, in lines: what is at stake, and who is hit."""

from collections.abc import Iterator, Sequence

from erd.diff.review import Review
from erd.diff.risk import Risk, Sentence, Severity
from erd.report.review_words import count, in_markdown, joined, used_by

FEW = 10
TOP = 5
_MOST_USES = 8


def verdict(review: Review) -> str:
    """How bad it is, in a few words."""
    breaking = sum(1 for risk in review.risks if risk.severity is Severity.BREAKING)
    others = len(review.risks) - breaking
    if not breaking:
        return f"{count(others, 'risk')} worth a look" if others else "no risks found"
    return f"{count(breaking, 'breaking risk')}{f', {others:,} worth a look' if others else ''}"


def risk_lines(risks: Sequence[Risk]) -> Iterator[str]:
    """The risks, under the name of their severity."""
    for severity in Severity:
        found = [risk for risk in risks if risk.severity is severity]
        if found:
            yield f"**{severity.value.capitalize()}**"
            yield ""
            yield from (f"- {in_markdown(risk_said(risk, _MOST_USES))}" for risk in found)
            yield ""


def risk_said(risk: Risk, most_uses: int) -> Sentence:
    """All of a risk in a sentence, with so many of those who are hit."""
    users = [used_by(use) for use in risk.uses]
    if not users:
        return risk.said
    more = len(users) - most_uses
    named = joined(users[:most_uses], ", ")
    return (*risk.said, ". Concerns ", *named, f" and {more:,} more" if more > 0 else "")
