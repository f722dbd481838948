"""Known edits of the demo's artifacts: the diff says just those. `tests/corpus` does the same with a whole corpus."""

import gzip
from collections import Counter
from functools import cache
from importlib import resources

import pytest

from tests.corpus.mutations.artifacts import read_artifacts
from tests.corpus.mutations.playing import EDITS, Pair, smallest, steps_of

CASES = 60
RUNS = ("production", "pull-request")


@pytest.mark.parametrize("number", range(CASES))
def test_the_diff_says_what_was_edited_and_nothing_else(number: int) -> None:
    pair = demo_pair(RUNS[number % len(RUNS)])
    assert smallest(pair, steps_of(pair.reading, number)) == []


def test_most_kinds_of_edit_are_among_the_cases() -> None:
    readings = [demo_pair(run).reading for run in RUNS]
    played = Counter(step.name for number in range(CASES) for step in steps_of(readings[number % len(RUNS)], number))
    assert len(played) > 0.8 * len(EDITS)


@cache
def demo_pair(run: str) -> Pair:
    folder = resources.files("erd.demo") / "artifacts" / run
    manifest, catalog = (gzip.decompress((folder / f"{name}.json.gz").read_bytes()) for name in ("manifest", "catalog"))
    return Pair(read_artifacts(manifest, catalog))
