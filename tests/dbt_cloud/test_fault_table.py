"""Whatever befalls a request, the story ends as the outcome table says: with the right files, or in these words."""

import re
from collections.abc import Mapping
from pathlib import Path
from urllib.parse import unquote

import pytest

from erd.errors import ArtifactError, ErdError
from tests.hidden import assert_hidden
from tests.tokens import TOKEN
from tests.tools.fault_document import DOCUMENT, document

from .fault_account import BASE_RUN, RESULTS, the_account
from .fault_catalogue import BY_NAME, FAULTS, Fault
from .fault_files import artifacts_of, output_of, right_files
from .fault_outcomes import ELSEWHERE, TABLE, outcome
from .fault_places import PLACES, Place, at
from .fault_sentences import RECOVERED, Drawn, Failed
from .fault_story import OLD, Ending, Hurry, story
from .faults import certificate

IN_A_HURRY = Hurry(connect_seconds=0.1, read_seconds=0.1)
SHORT_OF_TIME = Hurry(budget_seconds=1.5, wait_seconds=0)
# What real time may add to the budget: threads have to be told, and machines are busy.
MARGIN_SECONDS = 5.0


def _marks(fault: Fault, place: str) -> list[pytest.MarkDecorator]:
    """All cases take a minute and a half; those that are quick, at one place, stand for the others every day."""
    every_day = place == "manifest" and not (fault.hurried or fault.endless)
    return [] if every_day else [pytest.mark.faults]


CASES = [
    pytest.param(fault, turns, place, id=f"{fault.name}, {turns or 'always'}, at {place}", marks=_marks(fault, place))
    for fault in FAULTS
    for turns in fault.turns
    for place in fault.places_of(PLACES)
]


def hurry_of(fault: Fault) -> Hurry:
    """Time-outs that make the fault show soon, and are no trouble to anything else."""
    return SHORT_OF_TIME if fault.endless else IN_A_HURRY if fault.hurried else Hurry()


@pytest.mark.parametrize(("fault", "turns", "place"), CASES)
def test_the_story_ends_as_the_table_says(
    fault: Fault,
    turns: int | None,
    place: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(0)
    where, hurry = PLACES[place], hurry_of(fault)
    tls = None
    if fault.tls:
        trusted = certificate(tmp_path, "127.0.0.1")
        tls = trusted.server_side
        monkeypatch.setenv("REQUESTS_CA_BUNDLE", str(trusted.path))
    home = tmp_path / "home"
    home.mkdir()
    ending = story(home, the_account(deferred=where.deferred), at(where, fault, turns), hurry, tls)
    match outcome(fault.name, turns, place):
        case Failed() as expected:
            assert_failed(ending, where, expected)
        case Drawn() as expected:
            assert_drawn(ending, expected)
    assert ending.seconds < hurry.budget_seconds + MARGIN_SECONDS
    assert TOKEN not in ending.log
    assert TOKEN not in str(ending.proxy.elsewhere.requests)
    if ending.error:
        assert_hidden(ending.error, caplog)


def assert_failed(ending: Ending, place: Place, expected: Failed) -> None:
    """It ended with this error, and left all as it was."""
    proxy = ending.proxy
    fields = {"host": proxy.host, "other": proxy.elsewhere.host, "subject": place.subject, "path": place.path}
    assert isinstance(ending.error, ErdError), f"not an error of ours: {ending.error!r}"
    said = (ending.error.happened, ending.error.todo, ending.error.exit_code)
    assert said == (expected.happened.format(**fields), expected.todo.format(**fields), expected.exit_code)
    if isinstance(ending.error, ArtifactError):
        # The files arrived, and are kept as they arrived; what is drawn of them is not.
        assert set(ending.files) == set(OLD)
        assert output_of(ending.files) == output_of(OLD)
    else:
        assert output_of(ending.files) == output_of(OLD)
        # All of them or none; those of the head may have come before the base was asked for.
        assert artifacts_of(ending.files) in (artifacts_of(OLD), artifacts_of(right_files()))


def assert_drawn(ending: Ending, expected: Drawn) -> None:
    """It ended with the right files, and with nothing beside them."""
    if ending.error:
        raise AssertionError("an error") from ending.error
    assert ending.base == BASE_RUN
    warnings = [line for line in ending.log.splitlines() if line.startswith("WARNING erd")]
    assert len(warnings) == (1 if expected.warning else 0), warnings
    assert all(expected.warning in warning for warning in warnings)
    files = dict(ending.files)
    right = right_files(catalog=expected.catalog, results=expected.results)
    if expected.results == "unreadable":
        del files[f"artifacts/{RESULTS}"]
    assert files == right


def test_the_table_has_each_fault_and_nothing_else() -> None:
    assert len(FAULTS) == len(BY_NAME) >= 40
    assert {name: set(turns) for name, turns in TABLE.items()} == {f.name: set(f.turns) for f in FAULTS}
    places = {ELSEWHERE, *PLACES}
    named = [set(of) for turns in TABLE.values() for of in turns.values() if isinstance(of, Mapping)]
    assert set().union(*named) <= places


def test_the_documentation_has_the_table() -> None:
    """If not, `python -m tests.tools.fault_document` writes it."""
    assert DOCUMENT.read_text(encoding="utf-8") == document()


def test_every_place_is_asked_for(tmp_path: Path) -> None:
    """A fault at a place that nobody asks for would be no test of anything."""
    asked = set()
    for deferred in (True, False):
        home = tmp_path / str(deferred)
        home.mkdir()
        ending = story(home, the_account(deferred=deferred), lambda *_: None)
        assert_drawn(ending, RECOVERED)
        paths = [unquote(request.path) for request in ending.proxy.requests]
        asked |= {
            name
            for name, place in PLACES.items()
            if place.deferred is deferred and any(re.search(place.pattern, path) for path in paths)
        }
    assert asked == set(PLACES)
