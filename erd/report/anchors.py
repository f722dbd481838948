"""Places on a page that links lead to, and the names that its tables go by."""

import hashlib
import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from erd.model import Table

_UNFIT = re.compile("[^a-z0-9]+")
_DIGITS = 8
_LENGTH = 80


def anchors(kind: str, things: Sequence[str]) -> dict[str, str]:
    """An HTML id for each of these different texts, no two the same; it changes only if the text does."""
    return _unique(kind, {thing: thing for thing in things})


def table_anchors(unique_ids: Iterable[str]) -> dict[str, str]:
    """The same for tables, short: on a large page they are a good part of it."""
    return _unique("t", {unique_id: unique_id.split(".", 2)[-1] for unique_id in unique_ids})


def short_names(tables: Iterable[Table]) -> dict[str, str]:
    """What tables are called where room is short, by `unique_id`: no two the same.

    A label, or the name; less what it repeats of the beginning of the table's `unique_id`.
    """
    wanted = {table.unique_id: _short(table) for table in tables}
    often = Counter(wanted.values())
    return {
        table.unique_id: wanted[table.unique_id] if often[wanted[table.unique_id]] == 1 else table.name
        for table in tables
    }


def _unique(kind: str, texts: Mapping[str, str]) -> dict[str, str]:
    slugs = {thing: _UNFIT.sub("-", text.lower()).strip("-")[:_LENGTH] for thing, text in texts.items()}
    often = Counter(slugs.values())
    return {
        thing: f"{kind}-{slug}" if slug and often[slug] == 1 else f"{kind}-{slug}-{_digest(thing)}"
        for thing, slug in slugs.items()
    }


def _short(table: Table) -> str:
    prefix = ".".join(table.unique_id.split(".")[:2]) + "."
    return table.name.removeprefix(prefix) or table.name


def _digest(thing: str) -> str:
    return hashlib.sha256(thing.encode(errors="surrogatepass")).hexdigest()[:_DIGITS]
