"""One comment in a pull request, really one, however many runs write it at once.

GitHub has no conditional write, so this is what makes it one, and the newest run's:

- Every run looks (all pages), decides (`precedence`), does one thing, and looks again, until nothing is left to do. So
  a write that failed is no special case: by looking it is seen whether it was done, and only what is missing is done.
- *There is always one*: nobody deletes the oldest of our comments. Of two runs that make one at once, at least the
  later one sees both; then the newest run writes into the oldest comment and deletes the rest, and a run that is not
  the newest deletes its own. What is not the oldest is never rewritten, so nothing newer is deleted unseen.
- *It is the newest run's*: who is not of the pull request's head (asked for between looking and writing), or sees a
  later run of the same commit, writes nothing. What is left is an older run that has looked, is overtaken, and then
  rewrites. So who has rewritten waits, looks again, and puts it right: it waits two seconds at least, and twice as long
  as it took itself from looking to writing. Only an older run that is slower than that stays unseen; and if its commit
  is older too, a push and a whole newer workflow run must have fitted in between.
"""

import logging
import time
from collections.abc import Callable, Sequence
from typing import NamedTuple

import msgspec

from erd.errors import GitHubError
from erd.github.conversation import Conversation
from erd.github.failures import LimitError, UnansweredError
from erd.github.precedence import AskForHead, Done, Leave, Make, Past, Remove, Rewrite, Step, next_step
from erd.github.saying import Said, Saying

log = logging.getLogger(__name__)

LONGEST_WAIT_SECONDS = 60
MOST_WAITS = 3
MOST_DOUBTS = 4
MOST_ROUNDS = 20
LONGEST_SETTLING_SECONDS = 30.0


class Kept(NamedTuple):
    """What came of it, the address of the comment that stands (empty if none), and how many others were deleted."""

    done: Done
    url: str
    removed: int = 0


class Pace(msgspec.Struct, frozen=True, kw_only=True):
    """How time passes: injected, so that no test sleeps."""

    sleep: Callable[[float], None] = time.sleep
    clock: Callable[[], float] = time.monotonic
    settle_seconds: float = 2.0
    backoff_seconds: float = 1.0


def keep_comment(conversation: Conversation, saying: Saying, pace: Pace | None = None) -> Kept:
    """Let our comment say this, and make it if there is none.

    Raises `GitHubError`: a `CannotCommentError` if there cannot be one, whoever asks how often.
    """
    return _Keeper(conversation, saying, pace or Pace(), may_make=True).kept()


def replace_comment(conversation: Conversation, saying: Saying, pace: Pace | None = None) -> Kept:
    """Let our comment say this if there is one, and make none. Raises `GitHubError`, as `keep_comment` does."""
    return _Keeper(conversation, saying, pace or Pace(), may_make=False).kept()


class _Keeper:
    """One run's rounds. What is remembered is what this run has done, never what it has seen."""

    def __init__(self, conversation: Conversation, saying: Saying, pace: Pace, *, may_make: bool) -> None:
        self._conversation = conversation
        self._saying = saying
        self._pace = pace
        self._may_make = may_make
        self._past = Past()
        self._removed = 0
        self._waits = self._doubts = self._missed = 0
        self._is_unsettled = False
        self._looked_at = self._slowest = 0.0
        # Where the right comment stands, as soon as GitHub has confirmed all that was to be done.
        self._url = ""

    def kept(self) -> Kept:
        """Look and act, until nothing is left to do."""
        for _ in range(MOST_ROUNDS):
            try:
                step = self._look()
            except GitHubError as error:
                if not self._may_go_on_after(error):
                    return self._unchecked(error)
                continue
            if isinstance(step, Leave) and not step.others and not self._is_unsettled:
                return self._told(step)
            try:
                self._do(step)
            except LimitError as error:
                self._wait(error)
            except UnansweredError as error:
                self._doubt(error)
        raise GitHubError(
            f"The comment in {self._conversation.name} was written over again and again.",
            "Let only one workflow write it, or give each a comment-id of its own.",
        )

    def _look(self) -> Step:
        """What is to be done, by what stands there now."""
        self._looked_at = self._pace.clock()
        standing = self._conversation.standing(self._saying.comment_id)
        step = next_step(standing, self._saying, self._past, head=None, may_make=self._may_make)
        if isinstance(step, AskForHead):
            head = self._conversation.head()
            step = next_step(standing, self._saying, self._past, head=head, may_make=self._may_make)
        return step

    def _do(self, step: Step) -> None:
        match step:
            case Make():
                self._make()
            case Rewrite(first, others):
                if self._rewrite(first):
                    self._remove(others)
                    self._settle()
            case Remove(first, others):
                self._remove(others)
                self._url = first.url
            case Leave(_, _, others) if others:
                self._remove(others)
            case Leave():
                self._settle()

    def _make(self) -> None:
        # Remembered before it is sent: if it fails, it may still have been done.
        self._past = self._past._replace(done=Done.CREATED)
        made = self._conversation.make(self._saying)
        self._past = self._past._replace(made=made)
        self._url = made.url

    def _rewrite(self, first: Said) -> bool:
        if first.is_edited:
            log.info("Somebody has edited the comment %s; it is written anew.", first.url)
        self._past = self._past._replace(done=self._past.done or Done.UPDATED)
        self._is_unsettled = True
        if self._conversation.rewrite(first, self._saying):
            self._slowest = max(self._slowest, self._pace.clock() - self._looked_at)
            self._url = first.url
            return True
        self._missed += 1
        if self._missed > MOST_DOUBTS:
            raise self._conversation.not_ours_to_write(first)
        return False

    def _remove(self, others: Sequence[Said]) -> None:
        for one in others:
            self._conversation.remove(one)
            self._removed += 1

    def _settle(self) -> None:
        self._pace.sleep(min(max(self._pace.settle_seconds, 2 * self._slowest), LONGEST_SETTLING_SECONDS))
        self._is_unsettled = False

    def _may_go_on_after(self, error: GitHubError) -> bool:
        """Whether to look again. Raises the error if all is not done yet; if it is, not seeing it is no failure."""
        if isinstance(error, LimitError) and self._can_wait(error):
            self._wait(error)
            return True
        if not self._url:
            raise error
        return False

    def _can_wait(self, error: LimitError) -> bool:
        return error.seconds is not None and error.seconds <= LONGEST_WAIT_SECONDS and self._waits < MOST_WAITS

    def _wait(self, error: LimitError) -> None:
        if error.seconds is None or not self._can_wait(error):
            raise error
        self._waits += 1
        log.info("GitHub asks for %d seconds of pause; then the comment is gone on with.", error.seconds)
        self._pace.sleep(error.seconds)

    def _doubt(self, error: UnansweredError) -> None:
        """A write may have been done, or may yet be: look, never just send it again."""
        self._doubts += 1
        if self._doubts > MOST_DOUBTS:
            raise error
        log.info("%s It may have been done all the same: looking.", error.happened)
        self._is_unsettled = True
        self._pace.sleep(self._pace.backoff_seconds * 2 ** (self._doubts - 1))

    def _unchecked(self, error: GitHubError) -> Kept:
        log.info("The comment is as it should be, but could not be looked at again: %s", error.happened)
        return Kept(self._past.done or Done.UNCHANGED, self._url, self._removed)

    def _told(self, step: Leave) -> Kept:
        if step.done in {Done.OUTDATED, Done.OVERTAKEN}:
            log.info("The comment in %s is %s.", self._conversation.name, step.done.value)
        return Kept(step.done, step.url, self._removed)
