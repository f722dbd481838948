"""Whatever stands in the environment and the event file: a pull request that can be one, none, or an error in words."""

import json
import re
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from erd.ci.detection import pull_request
from erd.ci.pull_request import PullRequest
from erd.errors import UsageError
from tests.ci import test_azure, test_bitbucket, test_gitlab
from tests.ci.events import a_pull_request, a_short_pull_request, a_workflow_run, github_event

HEAD = "5eed" * 10
# Time is the machine's, and not what is asked here; each example writes the one file of its test anew.
ANY_SPEED = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
FILES = settings(ANY_SPEED, suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture])
EVENT_NAMES = ["pull_request", "pull_request_target", "pull_request_review", "workflow_run", "push", "merge_group"]

known = test_gitlab.MERGED_RESULT | test_gitlab.EXTERNAL | test_azure.ON_GITHUB | test_bitbucket.PULL_REQUEST
known |= {"GITHUB_EVENT_NAME": "pull_request", "GITHUB_EVENT_PATH": "no/such/file", "GITHUB_SHA": HEAD}
VALUES = st.one_of(
    st.text(max_size=50),
    st.text(alphabet="\ud800\udcff\0\n /.$()", max_size=10),
    st.text(alphabet="0123456789abcdefABCDEF", max_size=70),
    st.integers().map(str),
    st.sampled_from(sorted({*known.values(), *EVENT_NAMES, "$(Some.Name)", "/", "/dev/null", "0" * 40})),
)
ENVIRONMENTS = st.dictionaries(st.sampled_from(sorted(known)), VALUES)

JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=10), st.just(HEAD)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=10), inner, max_size=3),
    max_leaves=5,
)
PAYLOADS = {
    "pull_request": {"pull_request": a_pull_request(number=1, head_sha=HEAD)},
    "workflow_run": a_workflow_run(head_sha=HEAD, pull_requests=[a_short_pull_request(number=1, head_sha=HEAD)]),
}


def answered(environ: dict[str, str]) -> PullRequest | str | None:
    """The answer, which can be a pull request, or the words of the error."""
    try:
        answer = pull_request(environ)
    except UsageError as error:
        return str(error)
    if answer:
        assert answer.number > 0
        assert re.fullmatch(r"[0-9a-f]{7,64}", answer.head_sha)
        assert all(re.fullmatch(r"[0-9a-f]{7,64}|", sha) for sha in (answer.base_sha, answer.merge_base_sha))
    return answer


@given(ENVIRONMENTS)
@ANY_SPEED
def test_any_environment_ends_in_an_answer_or_in_words(environ: dict[str, str]) -> None:
    answered(environ)


@given(ENVIRONMENTS, VALUES, VALUES)
@ANY_SPEED
def test_no_service_lets_its_merge_commit_in(environ: dict[str, str], one: str, other: str) -> None:
    names = ("GITHUB_SHA", "BUILD_SOURCEVERSION")
    assert answered(environ | dict.fromkeys(names, one)) == answered(environ | dict.fromkeys(names, other))


@given(name=st.sampled_from(EVENT_NAMES), content=st.binary() | JSON.map(lambda value: json.dumps(value).encode()))
@example(name="pull_request", content=b'{"pull_request": {"number": 1, "head": {"sha": "\\ud800"}}}')
@FILES
def test_any_bytes_as_an_event_file_end_in_an_answer_or_in_words(tmp_path: Path, name: str, content: bytes) -> None:
    environ = github_event(tmp_path, number=1, head_sha=HEAD)
    Path(environ["GITHUB_EVENT_PATH"]).write_bytes(content)
    answered(environ | {"GITHUB_EVENT_NAME": name})


@pytest.mark.parametrize(("name", "payload"), PAYLOADS.items())
@given(data=st.data())
@FILES
def test_any_value_in_any_place_of_a_real_event_ends_in_an_answer_or_in_words(
    tmp_path: Path, name: str, payload: dict[str, Any], data: st.DataObject
) -> None:
    place = data.draw(st.sampled_from(_places(payload)))
    environ = github_event(tmp_path, number=1, head_sha=HEAD)
    changed = _with(payload, place, data.draw(JSON))
    Path(environ["GITHUB_EVENT_PATH"]).write_text(json.dumps(changed), encoding="utf-8")
    answered(environ | {"GITHUB_EVENT_NAME": name})


def _places(value: object, place: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """The ways to all values inside."""
    match value:
        case dict():
            inner = [each for key, item in value.items() for each in _places(item, (*place, key))]
        case list():
            inner = [each for index, item in enumerate(value) for each in _places(item, (*place, index))]
        case _:
            inner = []
    return [place, *inner] if place else inner


def _with(value: Any, place: tuple[str | int, ...], new: object) -> Any:
    if not place:
        return new
    copy = value.copy()
    copy[place[0]] = _with(value[place[0]], place[1:], new)
    return copy
