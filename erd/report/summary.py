"""The job summary: what was drawn, from which run, and where it is."""

from collections import Counter
from collections.abc import Mapping, Sequence

from erd.errors import ErdError
from erd.model import Erd
from erd.project import Source
from erd.report.markdown import block, code, link, plain

SHORT_COMMIT = 12
LONGEST_BASE = 300


def summary(
    erd: Erd, source: Source, files: Sequence[str], outcomes: Mapping[str, int], base: str | None = None
) -> str:
    """The summary as Markdown. `outcomes` counts the run's tests by how they ended.

    `base` says what the ERD is compared with; it is empty if nothing was found, and None if nothing was looked for.
    """
    tests = ", ".join(f"{count} {code(status)}" for status, count in outcomes.items())
    lines = [
        f"- **Drawn from** {_source(source)}",
        f"- **Base** {plain(base, LONGEST_BASE) or 'none was found to compare with'}" if base is not None else "",
        f"- **Tables** {_tables(erd)}" if erd.tables else "",
        f"- **Tests of the run** {tests}" if tests else "",
        f"- **Files** {', '.join(code(file) for file in files)}",
    ]
    headline = f"### ERD: {count(len(erd.tables), 'table')}, {count(len(erd.relationships), 'relationship')}"
    return "\n".join([headline, "", *(line for line in lines if line)]) + "\n"


def failure(error: ErdError) -> str:
    """The summary of a step that failed, as Markdown."""
    said = f"{error.happened.rstrip()}\n{error.todo}"
    return f"### No ERD\n\n{block(said)}\n"


def _source(source: Source) -> str:
    name = link(source.name, source.url)
    return f"{name} at commit {code(source.commit[:SHORT_COMMIT])}" if source.commit else name


def _tables(erd: Erd) -> str:
    joined = {end.table for one in erd.relationships for end in (one.child, one.parent)}
    alone = sum(1 for table in erd.tables if table.unique_id not in joined)
    kinds = Counter(table.resource_type for table in erd.tables)
    counted = ", ".join(count(number, kind) for kind, number in sorted(kinds.items()))
    return f"{counted}; {alone} without a relationship" if alone else counted


def count(number: int, noun: str) -> str:
    """A number of things, in the singular or the plural."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
