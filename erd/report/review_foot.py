"""What a review ends with: what it compares, and where the rest is."""

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from erd.diff.review import Review
from erd.project import Source
from erd.report.markdown import code
from erd.report.review_index import Index
from erd.report.review_links import Links, address
from erd.report.review_words import count, name
from erd.report.summary import SHORT_COMMIT

# Neither the name of a host nor of a commit.
_VERSION = re.compile(r"\d{1,4}(?:\.[0-9A-Za-z+-]{1,6}){1,4}", re.ASCII)
_LONGEST = 80
_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)


def foot(index: Index, links: Links) -> Iterator[str]:
    """What was compared, when that was, and where to find more."""
    review = index.review
    if review.base_is_older:
        yield (
            "⚠️ The base lacks commits that the head has from elsewhere: some of these changes may not be this pull"
            " request's."
        )
        yield ""
    lines = [_side("Base", review.base, _age(review)), _side("Head", review.head), *_more(links)]
    yield f"<sub>{'<br>'.join(lines)}</sub>"


def _side(which: str, source: Source, age: str = "") -> str:
    said = [f"{which}: {address(code(name(source.name, _LONGEST)), source.url)}"]
    said += [f"commit {code(name(source.commit[:SHORT_COMMIT]))}"] if source.commit else []
    said += [f"finished {_time(source.finished_at)}{age}"] if source.finished_at else []
    said += [f"dbt {_version(source.dbt_version)}"] if source.dbt_version else []
    return " · ".join(said)


def _more(links: Links) -> list[str]:
    said = [address("Full ERD", links.erd_url)] if links.erd_url else []
    said += [address("job summary", links.run_url)] if links.run_url else []
    said += [f"dbt-cloud-erd {_version(links.version)}" if links.version else "dbt-cloud-erd"]
    return [" · ".join(said)]


def _version(content: str) -> str:
    """A version as it is, if it looks like one."""
    return content if _VERSION.fullmatch(content) else code(name(content, _LONGEST))


def _time(finished_at: str) -> str:
    return minute(finished_at) or code(name(finished_at, _LONGEST))


def minute(finished_at: str) -> str:
    """The time to the minute, in UTC; empty if it is none."""
    moment = _moment(finished_at)
    return f"{moment:%Y-%m-%d %H:%M} UTC" if moment else ""


def _age(review: Review) -> str:
    base, head = _moment(review.base.finished_at), _moment(review.head.finished_at)
    if base is None or head is None or head - base < _HOUR:
        return ""
    age = head - base
    said = count(age // _DAY, "day") if age >= _DAY else count(age // _HOUR, "hour")
    return f", {said} before the head"


def _moment(written: str) -> datetime | None:
    try:
        moment = datetime.fromisoformat(written)
    except ValueError:
        return None
    try:
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except OverflowError:
        return None
