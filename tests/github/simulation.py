"""Many runs and one pull request in virtual time: whatever order their requests take effect in, in no time at all.

Each run is a thread, and only one of them ever moves: the one whose request or pause is over next. A request takes
effect some time after it is sent, and is answered some time after that; both are drawn by a seed, so a round can be had
again.
"""

import heapq
import random
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from erd.github.comments import Kept, Pace, keep_comment
from erd.github.failures import UnansweredError
from erd.github.saying import Said, Saying


class Simulation:
    """The pull request, its head and comments, and the clock."""

    def __init__(self, seed: int, slowest_seconds: float) -> None:
        self.random = random.Random(seed)  # noqa: S311 - a round is to be had again
        self.slowest_seconds = slowest_seconds
        self.now = 0.0
        self.head = ""
        self.comments: dict[int, Said] = {}
        self.kept: dict[int, Kept] = {}
        self.failures: list[BaseException] = []
        # How often a write fails: half of those that do have been done, or will be.
        self.fails = 0.0
        self._ids = 100
        self._turns = 0
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._idle = threading.Semaphore(0)

    def at(self, moment: float, action: Callable[[], None]) -> None:
        """Let something happen at a time."""
        self._turns += 1
        heapq.heappush(self._due, (moment, self._turns, action))

    def run_at(self, moment: float, number: int, saying: Saying) -> None:
        """Let a run begin at a time."""

        def begin() -> None:
            pace = Pace(sleep=self.sleep, clock=lambda: self.now)
            try:
                self.kept[number] = keep_comment(_Simulated(self), saying, pace)  # type: ignore[arg-type]
            except BaseException as failure:  # noqa: BLE001 - looked at by the test
                self.failures.append(failure)
            finally:
                self._idle.release()

        def start() -> None:
            threading.Thread(target=begin).start()
            self._idle.acquire()

        self.at(moment, start)

    def play(self) -> None:
        """Let all happen, to the end."""
        while self._due:
            self.now, _, action = heapq.heappop(self._due)
            action()

    def sleep(self, seconds: float) -> None:
        """Let a run pause, and the others go on."""
        over = threading.Semaphore(0)

        def wake() -> None:
            over.release()
            self._idle.acquire()

        self.at(self.now + seconds, wake)
        self._idle.release()
        over.acquire()

    @contextmanager
    def request(self) -> Iterator[None]:
        """What is done within, is done between a way there and a way back."""
        self.sleep(self.random.uniform(0, self.slowest_seconds))
        yield
        self.sleep(self.random.uniform(0, self.slowest_seconds))

    def write(self, effect: Callable[[], None]) -> None:
        """A write: done and answered, or failed before or after it is done, or long before."""
        if self.random.random() >= self.fails:
            with self.request():
                effect()
            return
        kind = self.random.choice(["before", "after", "late"])
        with self.request():
            if kind == "after":
                effect()
        if kind == "late":
            self.at(self.now + self.random.uniform(0, self.slowest_seconds), effect)
        raise UnansweredError("It failed.", "Look.")

    def add(self, saying: Saying) -> Said:
        """A new comment."""
        self._ids += 1
        self.comments[self._ids] = Said(id=self._ids, url=f"#{self._ids}", marker=saying.marker, body=saying.body)
        return self.comments[self._ids]


class _Simulated:
    """A run's `Conversation`."""

    name = "octo-org/shop#1"

    def __init__(self, simulation: Simulation) -> None:
        self._simulation = simulation

    def standing(self, comment_id: str) -> list[Said]:
        found: list[Said] = []
        with self._simulation.request():
            found += [one for one in self._simulation.comments.values() if one.marker.comment_id == comment_id]
        return sorted(found, key=lambda one: one.id)

    def head(self) -> str:
        heads = []
        with self._simulation.request():
            heads.append(self._simulation.head)
        return heads[0]

    def make(self, saying: Saying) -> Said:
        made: list[Said] = []
        self._simulation.write(lambda: made.append(self._simulation.add(saying)))
        return made[0]

    def rewrite(self, one: Said, saying: Saying) -> bool:
        comments, is_there = self._simulation.comments, [True]

        def effect() -> None:
            if one.id in comments:
                comments[one.id] = Said(id=one.id, url=one.url, marker=saying.marker, body=saying.body)
            else:
                is_there[0] = False

        self._simulation.write(effect)
        return is_there[0]

    def remove(self, one: Said) -> None:
        self._simulation.write(lambda: void(self._simulation.comments.pop(one.id, None)))


def void(_: object) -> None:
    """Nothing of it."""
