"""Faults in sequences, at random: each ends in time, with the right files or in words, and leaves nothing behind.

The seed is always the same, unless `ERD_FAULTS_SEED` gives another; with its number, it makes the sequence again.
"""

import os
import random
import re
import threading
from pathlib import Path

import pytest

from erd.demo.api import Answer
from erd.errors import ArtifactError, ErdError
from tests.hidden import assert_hidden
from tests.tokens import TOKEN

from .fault_account import BASE_RUN, BUILD, CATALOG, DOCS, HEAD_RUN, MANIFEST, RESULTS, content_of, the_account
from .fault_catalogue import FAULTS, FILES, Fault
from .fault_files import OF_RESULTS, artifacts_of, output_of, right_files
from .fault_places import place_of
from .fault_proxy import Planned
from .fault_story import OLD, Ending, Hurry, story
from .faults import Asked

SEED = os.environ.get("ERD_FAULTS_SEED", "2026")
SEQUENCES = 1000
# So many of them are told every day; all, where faults are what it is about.
EVERY_DAY = 30
MOST_FAULTS = 8
# The requests of a story that goes well are fewer.
REQUESTS = 30
LONGEST_SECONDS = 20.0
IN_A_HURRY = Hurry(connect_seconds=0.15, read_seconds=0.15)
SHORT_OF_TIME = Hurry(budget_seconds=0.6, connect_seconds=0.15, read_seconds=0.15, wait_seconds=0)
OFTEN = [fault for fault in FAULTS if not fault.endless and not fault.tls]
ENDLESS = [fault for fault in FAULTS if fault.endless]
OTHER_CONTENT = frozenset(
    {"the types are wrong", "the list is empty", "a byte is not UTF-8", "the JSON is nested too deep"}
)
SHARE_OF_ENDLESS = 0.04


class Sequence:
    """A plan made by chance: which faults befall which requests, by their number; and where the story begins."""

    def __init__(self, number: int) -> None:
        self.name = f"seed {SEED}, sequence {number}"
        chance = random.Random(self.name)  # noqa: S311 (chance that can be repeated is the point)
        at = chance.sample(range(REQUESTS), chance.randint(1, MOST_FAULTS))
        self._faults = {request: chance.choice(OFTEN) for request in sorted(at)}
        is_endless = chance.random() < SHARE_OF_ENDLESS
        if is_endless:
            self._faults[chance.randrange(REQUESTS)] = chance.choice(ENDLESS)
        self.hurry = SHORT_OF_TIME if is_endless else IN_A_HURRY
        self.account = the_account(deferred=chance.random() < 0.7, over=is_endless or chance.random() < 0.5)
        self.played: list[tuple[Asked, Fault]] = []
        self._asked = 0

    def plan(self, asked: Asked, _: Answer) -> Planned | None:
        """What befalls this request."""
        fault = self._faults.get(self._asked)
        self._asked += 1
        if fault is None or (fault.places is not None and place_of(asked) not in fault.places):
            return None
        self.played.append((asked, fault))
        return Planned(fault.play)

    def changed(self) -> bool:
        """Whether a file of head was sent whole, and other than it is."""
        return any(fault.name in OTHER_CONTENT and place_of(asked) in FILES for asked, fault in self.played)

    def __str__(self) -> str:
        return f"{self.name}: {[f'{fault.name}, at {asked.path}' for asked, fault in self.played]}"


@pytest.mark.parametrize(
    "number",
    [
        pytest.param(n, id=f"seed {SEED}, {n}", marks=[pytest.mark.faults] if n >= EVERY_DAY else [])
        for n in range(SEQUENCES)
    ],
)
def test_whatever_happens_in_whatever_order(number: int, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(0)
    sequence = Sequence(number)
    try:
        ending = told_in_time(sequence, tmp_path)
        assert ending.seconds < sequence.hurry.budget_seconds + LONGEST_SECONDS
        assert TOKEN not in ending.log
        assert TOKEN not in str(ending.proxy.elsewhere.requests)
        if ending.error:
            assert_said(ending.error, caplog)
            assert_left_alone(ending, changed=sequence.changed())
        else:
            assert_right(ending)
    except BaseException as error:
        error.add_note(str(sequence))
        raise


def told_in_time(sequence: Sequence, home: Path) -> Ending:
    """The end of the story, which comes in real time."""
    endings: list[Ending | BaseException] = []

    def tell() -> None:
        try:
            endings.append(story(home, sequence.account, sequence.plan, sequence.hurry))
        except BaseException as error:  # noqa: BLE001 - it is raised where it is waited for
            endings.append(error)

    telling = threading.Thread(target=tell, daemon=True)
    telling.start()
    telling.join(LONGEST_SECONDS)
    assert endings, "the story hangs"
    if isinstance(endings[0], BaseException):
        raise endings[0]
    return endings[0]


def assert_said(error: BaseException, caplog: pytest.LogCaptureFixture) -> None:
    """It is an error of ours, whose sentences are whole."""
    assert isinstance(error, ErdError), f"not an error of ours: {error!r}"
    for sentence in (error.happened, error.todo):
        assert re.fullmatch(r"[A-Z0-9dmc].*\.", sentence), sentence
        assert not re.search(r"\bNone\b|[{}]|Traceback|Error\(|object at|  ", sentence), sentence
    assert_hidden(error, caplog)


def assert_left_alone(ending: Ending, *, changed: bool) -> None:
    """Nothing was drawn, and nothing but whole files was downloaded: as dbt Cloud has them, or as they were sent."""
    assert output_of(ending.files) == output_of(OLD)
    downloaded = artifacts_of(ending.files)
    if downloaded == artifacts_of(OLD):
        return
    if isinstance(ending.error, ArtifactError) or changed:
        assert {name.removesuffix(".previous") for name in downloaded} <= set(OLD)
        assert all(content[:1] + content[-1:] in {b"{}", b"[]"} for content in downloaded.values())
        return
    assert downloaded == artifacts_of(as_found(ending))


def assert_right(ending: Ending) -> None:
    """The files are right, and what is missing is told of."""
    assert ending.base == BASE_RUN
    assert ending.files == as_found(ending)


def as_found(ending: Ending) -> dict[str, bytes]:
    """The right files, with as much of them as is there, if the log says why it is no more."""
    files, log = ending.files, ending.log
    steps = {content_of(HEAD_RUN, step, MANIFEST): step for step in (BUILD, DOCS)}
    manifest = steps[files[f"artifacts/{MANIFEST}"]]
    assert manifest == DOCS or "manifest.json is that of step 4" in log
    catalog = f"artifacts/{CATALOG}" in files
    assert catalog or f"Run {HEAD_RUN} has no catalog.json:" in log
    kinds = {content_of(HEAD_RUN, step, RESULTS): kind for kind, step in OF_RESULTS.items()}
    found = files.get(f"artifacts/{RESULTS}")
    results = "none" if found is None else kinds.get(found, "unreadable")
    right: dict[str, bytes] = dict(right_files(manifest=manifest, catalog=catalog, results=results))
    if results == "unreadable":
        right[f"artifacts/{RESULTS}"] = found or b""
    return right
