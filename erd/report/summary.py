"""The job summary: what was drawn, from which run, and where it is."""

from collections import Counter
from collections.abc import Mapping, Sequence

import msgspec

from erd.errors import ErdError
from erd.model import Erd
from erd.report.markdown import code


class Source(msgspec.Struct, frozen=True):
    """Where the artifacts came from: a run and the address of its page, or a folder. Empty is unknown."""

    name: str
    url: str = ""
    commit: str = ""


def summary(erd: Erd, source: Source, files: Sequence[str], outcomes: Mapping[str, int]) -> str:
    """The summary as Markdown. `outcomes` counts the run's tests by how they ended."""
    rows = [
        ("Source", _source(source)),
        ("Tables", _tables(erd)),
        ("Relationships", str(len(erd.relationships))),
        ("Tests of the run", ", ".join(f"{count} {code(status)}" for status, count in outcomes.items())),
        ("Files", ", ".join(code(file) for file in files)),
    ]
    lines = ["### Entity-relationship diagram", "", "| | |", "|---|---|"]
    lines += [f"| {name} | {value} |" for name, value in rows if value]
    return "\n".join(lines) + "\n"


def failure(error: ErdError) -> str:
    """The summary of a step that failed, as Markdown."""
    said = [code(line) for line in str(error).splitlines() if line.strip()]
    return "\n".join(["### No entity-relationship diagram", "", *(f"{line}  " for line in said)]) + "\n"


def _source(source: Source) -> str:
    name = f"[{code(source.name)}]({source.url})" if source.url else code(source.name)
    return f"{name} at commit {code(source.commit[:12])}" if source.commit else name


def _tables(erd: Erd) -> str:
    joined = {end.table for one in erd.relationships for end in (one.child, one.parent)}
    alone = sum(1 for table in erd.tables if table.unique_id not in joined)
    kinds = Counter(table.resource_type for table in erd.tables)
    counted = ", ".join(f"{count} {kind}{'s' * (count != 1)}" for kind, count in sorted(kinds.items()))
    notes = "; ".join(note for note in (counted, f"{alone} without a relationship" if alone else "") if note)
    return f"{len(erd.tables)} ({notes})" if notes else "0"
