"""Draws every pair of the corpus with dbterd and with this project, and lists where their relationships differ.

    python -m tests.corpus.compare_with_dbterd --dbterd PATH

`PATH` is dbterd's program (`make bench` puts one into `bench-files/`). Both outputs are judged by `@dbml/core`;
where it reads dbterd's, the two sets of relationships are compared: which columns of which tables, whichever way
round. dbterd shows three parts of a table's id and columns in lower case, so both are brought to that first.
"""

import argparse
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import TypeAlias

import msgspec

from tests.corpus.pairs import ALL_TYPES, Identified, corpus_folder, our_command, pairs, read_nodes, run
from tests.tools.judge import Document, ReadEnd, running_judge

End: TypeAlias = tuple[str, tuple[str, ...]]
Link: TypeAlias = tuple[End, End]

TYPES = (("model",), ALL_TYPES)
SHOWN_PARTS = 3


class Drawing(msgspec.Struct, frozen=True):
    """What one tool made of one pair: its exit code, and what the judge read of its output if it wrote one."""

    exit_code: int
    document: Document | None

    @property
    def state(self) -> str:
        """One or two words for the table."""
        match self:
            case Drawing(document=None):
                return f"exit {self.exit_code}"
            case Drawing(document=Document(errors=())):
                return "valid"
            case _:
                return "invalid"


class Difference(msgspec.Struct, frozen=True):
    """A relationship that one of the two tools draws, and the tests that speak of both of its tables."""

    drawn_by: str
    link: Link
    tests: tuple[str, ...]


class Comparison(msgspec.Struct, frozen=True):
    """One pair, drawn by both tools with the same resource types; no differences unless both are valid."""

    pair: str
    types: tuple[str, ...]
    dbterd: Drawing
    ours: Drawing
    differences: tuple[Difference, ...]


def main(arguments: Sequence[str]) -> int:
    """Compare, print, and return the exit code: 1 when one of our diagrams is not valid."""
    parser = argparse.ArgumentParser(prog="python -m tests.corpus.compare_with_dbterd")
    parser.add_argument("--dbterd", required=True, help="dbterd's program")
    asked = parser.parse_args(arguments)
    found = [
        compare(pair, types, str(Path(asked.dbterd).absolute())) for pair in pairs(corpus_folder()) for types in TYPES
    ]
    sys.stdout.write(f"{_table(found)}\n\n{_differences(found)}\n")
    return 0 if all(comparison.ours.state == "valid" for comparison in found) else 1


def compare(pair: Path, types: tuple[str, ...], program: str) -> Comparison:
    """Draw one pair with both tools, and compare what `@dbml/core` reads."""
    with tempfile.TemporaryDirectory() as name:
        theirs, mine = Path(name, "theirs"), Path(name, "ours")
        dbterd = _draw(_dbterd_command(program, pair, types, theirs), theirs)
        ours = _draw(our_command(pair, types, mine), mine)
    return Comparison(pair.name, types, dbterd, ours, tuple(_differing(pair, dbterd, ours)))


def _dbterd_command(program: str, pair: Path, types: Sequence[str], output: Path) -> list[str]:
    command = [program, "run", "-ad", str(pair), "-t", "dbml", "-o", str(output)]
    return [*command, *(word for kind in types for word in ("-rt", kind))]


def _draw(command: Sequence[str], output: Path) -> Drawing:
    output.mkdir()
    done = run(command, output)
    dbml = output / "output.dbml"
    written = done.returncode == 0 and dbml.is_file()
    if not written:
        return Drawing(done.returncode, None)
    with running_judge() as judge:
        return Drawing(done.returncode, judge.read(dbml.read_text(encoding="utf-8")))


def _differing(pair: Path, dbterd: Drawing, ours: Drawing) -> list[Difference]:
    theirs, mine = _links(dbterd), _links(ours)
    if theirs is None or mine is None:
        return []
    tests = {unique_id: node for unique_id, node in read_nodes(pair).nodes.items() if node.resource_type == "test"}
    return [
        Difference(drawn_by, link, _tests_of(link, tests))
        for drawn_by, only in (("dbterd", theirs - mine), ("ours", mine - theirs))
        for link in sorted(only)
    ]


def _links(drawing: Drawing) -> set[Link] | None:
    if drawing.document is None or drawing.document.errors:
        return None
    return {_link(left, right) for left, right in drawing.document.refs}


def _link(left: ReadEnd, right: ReadEnd) -> Link:
    first, second = sorted((_end(left), _end(right)))
    return first, second


def _end(end: ReadEnd) -> End:
    return _shown(end.table), tuple(column.lower() for column in end.columns)


def _shown(unique_id: str) -> str:
    return ".".join(unique_id.split(".")[:SHOWN_PARTS])


def _tests_of(link: Link, tests: dict[str, Identified]) -> tuple[str, ...]:
    """The tests that depend on the tables of a link and on no other."""
    tables = {table for table, _ in link}
    return tuple(
        unique_id
        for unique_id, test in tests.items()
        if {_shown(node) for node in (test.depends_on or {}).get("nodes", [])} == tables
        and (len(tables) > 1 or "relationship" in unique_id)
    )


def _table(found: Sequence[Comparison]) -> str:
    head = (
        "| pair | types | dbterd | dbterd's refs | ours | our refs | only dbterd's | only ours |\n"
        "|---|---|---|---:|---|---:|---:|---:|"
    )
    return "\n".join([head, *(_row(comparison) for comparison in found)])


def _row(comparison: Comparison) -> str:
    compared = comparison.dbterd.state == comparison.ours.state == "valid"
    only = [sum(difference.drawn_by == tool for difference in comparison.differences) for tool in ("dbterd", "ours")]
    cells = [
        comparison.pair,
        "all" if comparison.types == ALL_TYPES else ", ".join(comparison.types),
        comparison.dbterd.state,
        _refs(comparison.dbterd),
        comparison.ours.state,
        _refs(comparison.ours),
        *(str(count) if compared else "" for count in only),
    ]
    return f"| {' | '.join(cells)} |"


def _refs(drawing: Drawing) -> str:
    return str(len(drawing.document.refs)) if drawing.document is not None and not drawing.document.errors else ""


def _differences(found: Sequence[Comparison]) -> str:
    lines = [
        f"- {comparison.pair} ({len(comparison.types)} types), only {difference.drawn_by}:"
        f" {_ends(difference.link)}; {', '.join(difference.tests) or 'no test speaks of just these tables'}"
        for comparison in found
        for difference in comparison.differences
    ]
    return "\n".join(lines) or "No differences."


def _ends(link: Link) -> str:
    return " = ".join(f"{table} ({', '.join(columns)})" for table, columns in link)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
