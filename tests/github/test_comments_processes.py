"""Our processes, commenting at once through sockets: one comment at the end, and it is the newest run's."""

import itertools
import random
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager

import msgspec
import pytest

from erd.github.saying import Order, Saying
from tests.tokens import GITHUB

from .a_pull_request import PullRequest
from .builders import NUMBER
from .commenting import Run
from .fake.faults import FINE, Fault, after, failing, reset, slow, slow_to_answer
from .fake.server import FakeGitHub

# Of each kind.
ROUNDS = 1
SLOWEST_SECONDS = 0.15
SPREAD_SECONDS = 0.3


class Process:
    """One of our processes, running."""

    def __init__(self, running: "subprocess.Popen[str]") -> None:
        assert running.stdin is not None
        assert running.stdout is not None
        self._stdin, self._stdout = running.stdin, running.stdout

    def tell(self, line: str) -> None:
        """Give it a line."""
        self._stdin.write(f"{line}\n")
        self._stdin.flush()

    def start(self, saying: Saying) -> None:
        """Let it keep the comment."""
        self.tell(msgspec.json.encode(Run(NUMBER, saying)).decode())

    def end(self) -> str:
        """What came of it, when it is done."""
        return self._stdout.readline().strip()


@contextmanager
def processes(count: int, fake: FakeGitHub) -> Iterator[list[Process]]:
    """So many processes, started."""
    command = [sys.executable, "-m", "tests.github.commenting", fake.url]
    with ExitStack() as stack:
        started = []
        for _ in range(count):
            running = stack.enter_context(
                subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            )
            started.append(Process(running))
            started[-1].tell(GITHUB)
        yield started


def a_delay(chance: random.Random) -> Fault:
    """Of the way there, of the way back, or none."""
    seconds = chance.uniform(0, SLOWEST_SECONDS)
    return chance.choice([slow(seconds), slow_to_answer(seconds), FINE])


def a_trouble(chance: random.Random) -> Fault:
    """A delay, and once in ten a failure before or after it is done."""
    failures = [failing(502), after(failing(502)), reset, after(reset)]
    return chance.choice(failures) if chance.random() < 0.1 else a_delay(chance)


def sayings(pull: PullRequest, count: int, *, of_one_commit: bool) -> list[Saying]:
    """What the runs say, the newest last: each of its own commit, of which the last is to be the head."""
    runs = range(101, 101 + count)
    if of_one_commit:
        return [Saying(comment_id="erd", body=f"Run {run}.", commit=pull.head, order=Order(run, 1)) for run in runs]
    return [Saying(comment_id="erd", body=f"Run {run}.", commit=pull.push(), order=Order(run, 1)) for run in runs]


def set_back(pull: PullRequest, commit: str) -> None:
    """Let this commit be the head."""
    pull.git.git("update-ref", f"refs/heads/{pull.pull.branch}", commit)


def play(
    pull: PullRequest, team: Sequence[Process], chance: random.Random, *, story: str, with_one: bool, troubles: bool
) -> list[str]:
    """One round: who begins when is drawn, and how long each request takes. What came of the runs."""
    pull.reset()
    if with_one:
        pull.stands(pull.saying("Earlier.", run=1))
    said = sayings(pull, len(team), of_one_commit=story == "one commit")
    pull.fake.go_wrong(*[(a_trouble if troubles else a_delay)(chance) for _ in range(400)])
    runs = list(zip(team, said, strict=True))
    if story != "a push each":
        chance.shuffle(runs)
    for process, saying in runs:
        if story == "a push each":
            set_back(pull, saying.commit)
        process.start(saying)
        time.sleep(chance.uniform(0, SPREAD_SECONDS / len(team)))
    came = [process.end() for process in team]
    pull.fake.go_right()
    assert pull.bodies() == [said[-1].text], came
    return came


STORIES = ("one commit", "the last commit is the head", "a push each")


@pytest.mark.parametrize("count", [2, 8])
def test_one_comment_is_left_and_it_is_the_newest(pull: PullRequest, count: int) -> None:
    chance = random.Random(count)  # noqa: S311 - drawn again in the same way
    with processes(count, pull.fake) as team:
        for story, with_one, _ in itertools.product(STORIES, [False, True], range(ROUNDS)):
            came = play(pull, team, chance, story=story, with_one=with_one, troubles=False)
            assert set(came) <= {"CREATED", "UPDATED", "OUTDATED", "OVERTAKEN"}
            assert came[-1] in {"CREATED", "UPDATED"}


@pytest.mark.faults
def test_one_comment_is_left_though_requests_fail(pull: PullRequest) -> None:
    chance = random.Random(0)  # noqa: S311 - drawn again in the same way
    with processes(8, pull.fake) as team:
        for story, with_one in itertools.product(STORIES, [False, True]):
            came = play(pull, team, chance, story=story, with_one=with_one, troubles=True)
            assert came[-1] in {"CREATED", "UPDATED"}
