"""A thousand times, known edits of real artifacts: the diff says just those."""

from collections import Counter
from pathlib import Path

import pytest

from tests.corpus.mutations.artifacts import Artifacts, read_artifacts
from tests.corpus.mutations.playing import EDITS, Pair, smallest, steps_of
from tests.corpus.mutations.reading import Reading
from tests.corpus.pairs import corpus_folder, manifest_of, pairs

pytestmark = pytest.mark.corpus

CASES = 1000
PAIRS = pairs(corpus_folder())


def read(pair: Path) -> Artifacts:
    return read_artifacts(manifest_of(pair).read_bytes(), (pair / "catalog.json").read_bytes())


@pytest.mark.parametrize("place", range(len(PAIRS)), ids=[pair.name for pair in PAIRS])
def test_the_diff_says_what_was_edited_and_nothing_else(place: int) -> None:
    pair = Pair(read(PAIRS[place]))
    for number in range(place, CASES, len(PAIRS)):
        assert smallest(pair, steps_of(pair.reading, number)) == [], f"case {number}"


def test_every_kind_of_edit_is_among_the_cases() -> None:
    if not PAIRS:
        pytest.skip(f"no artifact pairs in {corpus_folder()}")
    readings = [Reading(read(pair)) for pair in PAIRS]
    played = Counter(step.name for number in range(CASES) for step in steps_of(readings[number % len(PAIRS)], number))
    assert all(played[edit.__name__] >= 10 for edit in EDITS), played
