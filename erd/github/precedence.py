"""What is to be done next in a pull request, by the comments of ours that stand in it: decided here, done elsewhere.

All of it is pure: no request is sent from here, so that every interleaving can be tested as a list of values.
"""

from collections.abc import Sequence
from enum import Enum
from typing import NamedTuple

from erd.github.saying import Said, Saying


class Done(Enum):
    """What came of it."""

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    OUTDATED = "not written: the pull request has newer commits"
    OVERTAKEN = "not written: a later run of the same commit has been here"
    NOTHING = "nothing to do"


class Past(NamedTuple):
    """What this run has done so far, or may have: a request that failed leaves it open."""

    done: Done | None = None
    # A comment of ours whose making GitHub has confirmed.
    made: Said | None = None


class AskForHead(NamedTuple):
    """The pull request's head must be known first."""


class Make(NamedTuple):
    """Make the comment."""


class Rewrite(NamedTuple):
    """Let the first comment say ours, then delete the others."""

    first: Said
    others: tuple[Said, ...]


class Remove(NamedTuple):
    """Delete the others: the first comment is right."""

    first: Said
    others: tuple[Said, ...]


class Leave(NamedTuple):
    """All is as it should be, after these are deleted; the address is that of the comment which stands."""

    done: Done
    url: str
    others: tuple[Said, ...] = ()


Step = AskForHead | Make | Rewrite | Remove | Leave


def next_step(standing: Sequence[Said], saying: Saying, past: Past, *, head: str | None, may_make: bool) -> Step:
    """What this run does next, given all comments of ours, oldest first.

    `head` is the pull request's, or none while it has not been asked for: asking is saved where nothing hangs on it.
    """
    if not standing:
        return _without_any(saying, past, head=head, may_make=may_make)
    first, others = standing[0], tuple(standing[1:])
    # The first is never deleted by anybody, so that there is always one; of the others, each run answers for its own.
    own = tuple(one for one in others if past.done is Done.CREATED and one.marker == saying.marker)
    if any(_is_later(one, saying) for one in standing):
        return Leave(Done.OVERTAKEN, first.url, own)
    is_right = _is_right(first, saying, past)
    if is_right and not others:
        return Leave(past.done or Done.UNCHANGED, first.url)
    if saying.commit and head is None:
        return AskForHead()
    if saying.commit and head != saying.commit:
        return Leave(Done.OUTDATED, first.url, own)
    return Remove(first, others) if is_right else Rewrite(first, others)


def _without_any(saying: Saying, past: Past, *, head: str | None, may_make: bool) -> Step:
    if past.made is not None:
        # Made, and not there: deleted at once by somebody, or not yet to be seen. Another one would be one too many.
        return Leave(Done.CREATED, past.made.url)
    if not may_make:
        return Leave(Done.NOTHING, "")
    if saying.commit and head is None:
        return AskForHead()
    if saying.commit and head != saying.commit:
        return Leave(Done.OUTDATED, "")
    return Make()


def _is_later(one: Said, saying: Saying) -> bool:
    return one.marker.commit == saying.commit and saying.order.before(one.marker.order)


def _is_right(first: Said, saying: Saying, past: Past) -> bool:
    """Whether the first comment may stay: it says ours, or after we have written, that of a run which is no older."""
    if first.says(saying):
        return True
    if past.done is None:
        return False
    if first.marker == saying.marker:
        return True
    same_or_untold = not saying.commit or first.marker.commit == saying.commit
    return same_or_untold and not first.marker.order.before(saying.order)
