"""What a review ends with: what was not compared, what it compares, and where the rest is."""

import re
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from erd.diff.changes import Unknown
from erd.diff.review import Review
from erd.project import Source
from erd.report.markdown import code
from erd.report.review_index import Index
from erd.report.review_links import Links, address
from erd.report.review_words import count, in_markdown, listed, name
from erd.report.summary import SHORT_COMMIT
from erd.report.table_list import folded

_IT, _ITS = re.compile(r"\bit\b"), re.compile(r"\bits\b")
# Neither the name of a host nor of a commit.
_VERSION = re.compile(r"\d{1,4}(?:\.[0-9A-Za-z+-]{1,6}){1,4}", re.ASCII)
_LONGEST = 80
_NAMED = 20
_FEW = 3
_DAY = timedelta(days=1)
_HOUR = timedelta(hours=1)


def unknown_lines(index: Index) -> Iterator[str]:
    """What could not be compared, and why."""
    found: defaultdict[Unknown, list[str]] = defaultdict(list)
    for one in index.review.diff.unknown:
        found[one.why].append(index.names.get(one.table, one.table) if one.table else "")
    if not found:
        return
    lines = [_unknown(why, tables) for why, tables in found.items()]
    number = sum(len(tables) for tables in found.values())
    if number <= _FEW and len(lines) == 1:
        yield f"Not compared in full: {lines[0]}."
        yield ""
        return
    tables = len({table for names in found.values() for table in names if table})
    said = f"{count(tables, 'table')} could not be compared in full" if tables else "Not compared in full"
    yield from folded(said, [*(f"- {line}" for line in lines), ""])


def _unknown(why: Unknown, tables: list[str]) -> str:
    named = [table for table in tables if table]
    if not named:
        return f"types of columns, as {why.value}"
    return f"{in_markdown(listed(named, _NAMED))}, as {_in_number(why, len(named))}"


def _in_number(why: Unknown, number: int) -> str:
    return why.value if number == 1 else _ITS.sub("their", _IT.sub("them", why.value))


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
    said += [f"full ERD in {code(name(links.erd))}"] if links.erd and not links.erd_url else []
    said += [address("job summary", links.run_url)] if links.run_url else []
    said += [f"dbt-cloud-erd {_version(links.version)}" if links.version else "dbt-cloud-erd"]
    return [" · ".join(said)]


def _version(content: str) -> str:
    """A version as it is, if it looks like one."""
    return content if _VERSION.fullmatch(content) else code(name(content, _LONGEST))


def _time(finished_at: str) -> str:
    moment = _moment(finished_at)
    return f"{moment:%Y-%m-%d %H:%M} UTC" if moment else code(name(finished_at, _LONGEST))


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
