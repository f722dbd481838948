"""Draws every pair of the corpus with dbterd and with this project, and says in what they differ, and why.

    python -m tests.corpus.compare_with_dbterd --dbterd PATH

`PATH` is dbterd's program (`make bench` puts one into `bench-files/`). Printed are, as Markdown: whether `@dbml/core`
can read the DBML of each; how many relationships each finds with each algorithm; every difference between these, with
its cause and all tests, foreign keys and entities that speak of the two tables; and all that this project warns of.
Relationships are compared as both tools write them in JSON: tables, columns, direction and cardinality.
"""

import argparse
import os
import sys
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec

from tests.corpus.causes import Case, cause_of
from tests.corpus.drawings import Drawing, Verdict, drawn, judged
from tests.corpus.edges import Difference, differences
from tests.corpus.manifests import read_manifest
from tests.corpus.pairs import ALL_TYPES, OURS, VARIABLE, corpus_folder, pairs
from tests.tools.judge import Judge, running_judge

TYPES = (("model",), ALL_TYPES)
SINGLE = ("test_relationship", "model_contract", "semantic")
MERGED = "all"
# dbterd's documentation has this rule for tests of dbt_constraints, which its default leaves out.
RULE = "foreign_key rule"
ALGORITHMS = {
    "test_relationship": "test_relationship",
    RULE: "test_relationship:(name:foreign_key|c_from:fk_column_name|c_to:pk_column_name|t_to:pk_table_name)",
    "model_contract": "model_contract",
    "semantic": "semantic",
}
"""How relationships are found, by how it is called here; both tools know all of these, and ours `all` besides."""
UNEXPLAINED = "NOT EXPLAINED"


class Explained(msgspec.Struct, frozen=True):
    """A difference of one pair with one algorithm, its cause, and who speaks of its two tables."""

    pair: str
    algorithm: str
    difference: Difference
    cause: str
    speaking: list[str]


class Comparison(msgspec.Struct, frozen=True):
    """One pair, drawn by both tools; drawings in DBML by types, in JSON by algorithm."""

    pair: Path
    dbterd_dbml: list[Drawing]
    our_dbml: list[Drawing]
    dbterd: dict[str, Drawing]
    ours: dict[str, Drawing]

    @property
    def lost_in_merging(self) -> int:
        """How many relationships of the single algorithms `all` has not, or has besides."""
        single = {edge.joined for name in SINGLE for edge in self.ours[name].edges}
        return len(single ^ {edge.joined for edge in self.ours[MERGED].edges})

    def explained(self) -> list[Explained]:
        """All differences; none where dbterd failed."""
        manifest = read_manifest(self.pair)
        found = []
        for name in ALGORITHMS:
            dbterd, ours = self.dbterd[name], self.ours[name]
            if dbterd.text is not None:
                for one in differences(dbterd.edges, ours.edges):
                    cause = cause_of(Case(one, dbterd.edges, manifest)) or UNEXPLAINED
                    speaking = manifest.speaking_of(one.edge.from_id, one.edge.to_id)
                    found.append(Explained(self.pair.name, name, one, cause, speaking))
        return found


def main(arguments: Sequence[str]) -> int:
    """Compare, print, and return the exit code: 1 when a diagram of ours is not valid or a difference not explained."""
    parser = argparse.ArgumentParser(prog="python -m tests.corpus.compare_with_dbterd")
    parser.add_argument("--dbterd", required=True, help="dbterd's program")
    program = (str(Path(parser.parse_args(arguments).dbterd).absolute()),)
    if not pairs(corpus_folder()):
        parser.error(f"There are no artifact pairs in {corpus_folder()}; set {VARIABLE} to a folder that has some.")
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        found = list(pool.map(lambda pair: compare(pair, program), pairs(corpus_folder())))
    explained = [one for comparison in found for one in comparison.explained()]
    with running_judge() as judge:
        valid = _print_validity(found, judge)
    _print_relationships(found, explained)
    _print_differences(explained)
    _print_lines("What dbterd fails on", _failures(found))
    _print_lines("Warnings of ours", _warnings(found))
    sound = valid and not any(comparison.lost_in_merging for comparison in found)
    return 0 if sound and all(one.cause != UNEXPLAINED for one in explained) else 1


def compare(pair: Path, program: Sequence[str]) -> Comparison:
    """Draw one pair with both tools, in each way; say so on stderr, since all pairs take some minutes."""
    sys.stderr.write(f"{pair.name}\n")
    return Comparison(
        pair,
        dbterd_dbml=[drawn(program, pair, types) for types in TYPES],
        our_dbml=[drawn(OURS, pair, types) for types in TYPES],
        dbterd=_by_algorithm(program, pair, ALGORITHMS),
        ours=_by_algorithm(OURS, pair, {**ALGORITHMS, MERGED: MERGED}),
    )


def _by_algorithm(program: Sequence[str], pair: Path, algorithms: Mapping[str, str]) -> dict[str, Drawing]:
    return {
        name: drawn(program, pair, ALL_TYPES, target="json", algorithm=algorithm)
        for name, algorithm in algorithms.items()
    }


def _print_validity(found: Sequence[Comparison], judge: Judge) -> bool:
    """Print what `@dbml/core` says, and return whether all of ours is valid."""
    rows, valid = [], True
    for comparison in found:
        verdicts = [
            judged(drawing, judge)
            for both in zip(comparison.dbterd_dbml, comparison.our_dbml, strict=True)
            for drawing in both
        ]
        valid &= all(verdict.refs is not None for verdict in verdicts[1::2])
        rows.append([comparison.pair.name, *map(_verdict, verdicts)])
    _print_table("DBML, and the references that `@dbml/core` reads in it", (
        "pair", "models: dbterd", "models: ours", "all types: dbterd", "all types: ours",
    ), rows)  # fmt: skip
    return valid


def _print_relationships(found: Sequence[Comparison], explained: Sequence[Explained]) -> None:
    rows = []
    for comparison in found:
        cells = [comparison.pair.name]
        for name in ALGORITHMS:
            here = [one for one in explained if (one.pair, one.algorithm) == (comparison.pair.name, name)]
            cells += [_count(comparison.dbterd[name]), _count(comparison.ours[name]), str(len(here) or "")]
        lost = comparison.lost_in_merging
        cells += [_count(comparison.ours[MERGED]) + (f" ({lost} lost or new)" if lost else "")]
        rows.append([*cells, str(len(comparison.ours[MERGED].warnings))])
    heads = [head for name in ALGORITHMS for head in (f"{name}: dbterd", "ours", "differences")]
    _print_table("Relationships, all resource types", ("pair", *heads, "all: ours", "warnings"), rows)


def _print_differences(explained: Sequence[Explained]) -> None:
    by_cause: defaultdict[str, list[Explained]] = defaultdict(list)
    for one in explained:
        by_cause[one.cause].append(one)
    for cause, ones in sorted(by_cause.items(), key=lambda item: (item[0] != UNEXPLAINED, -len(item[1]))):
        _print_lines(f"{cause}: {len(ones)}", map(_line, ones))


def _line(one: Explained) -> str:
    said_by = one.difference.edge.said_by
    others = [who for who in one.speaking if who not in said_by]
    also = f"; also of these tables: {', '.join(others)}" if others else ""
    return f"{one.pair}, {one.algorithm}, {one.difference}; said by {', '.join(said_by)}{also}"


def _failures(found: Iterable[Comparison]) -> list[str]:
    return [
        f"{comparison.pair.name}, {name}: {drawing.failure}"
        for comparison in found
        for name, drawing in comparison.dbterd.items()
        if drawing.text is None
    ]


def _warnings(found: Iterable[Comparison]) -> list[str]:
    return [f"{one.pair.name}: {warning}" for one in found for warning in one.ours[MERGED].warnings]


def _verdict(verdict: Verdict) -> str:
    return verdict.state if verdict.refs is None else f"{verdict.state}, {verdict.refs}"


def _count(drawing: Drawing) -> str:
    return f"exit {drawing.exit_code}" if drawing.text is None else str(len(drawing.edges))


def _print_table(title: str, heads: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    lines = [f"| {' | '.join(cells)} |" for cells in (heads, ["---"] * len(heads), *rows)]
    sys.stdout.write("\n".join([f"## {title}", "", *lines, "", ""]))


def _print_lines(title: str, lines: Iterable[str]) -> None:
    sys.stdout.write("\n".join([f"## {title}", "", *([f"- {line}" for line in lines] or ["None."]), "", ""]))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
