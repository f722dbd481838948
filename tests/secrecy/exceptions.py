"""Exceptions that are raised in `erd/`, or pass through it: their texts, and where they leave it all that they hold."""

import contextlib
import sys
import traceback
from collections.abc import Iterator
from pathlib import Path
from types import FrameType, ModuleType
from typing import Any

from tests.secrecy import ledger
from tests.secrecy.compiling import WatchedLoader

_TESTS = str(Path(__file__).resolve().parents[1])
# How far down from an exception its attributes are followed, and how many of them.
_DEPTH, _MOST = 6, 400


def look_at_the_current_one(passes: bool) -> None:
    """Look at the exception that the calling function of `erd` has caught, or lets pass.

    One that a library raised is no matter of ours until it leaves `erd`, or is what one of ours came from.
    """
    error = sys.exc_info()[1]
    # These end loops and generators, many times, and say nothing.
    if error is None or isinstance(error, (StopIteration, GeneratorExit)):
        return
    frame = sys._getframe(1)  # noqa: SLF001 (there is no other way to the caller)
    caller = _caller(frame)
    leaves = passes and not _is_watched(caller)
    if leaves or _is_raised_by_us(error):
        where = f"{frame.f_globals.get('__name__')}.{frame.f_code.co_name}"
        for link in _chain(error, set()):
            _look_at_its_texts(link, f"{type(link).__name__} in {where}")
        if leaves and caller is not None and caller.f_code.co_filename.startswith(_TESTS):
            look_at_all_of(error, f"what {where} raises")


def look_at_all_of(error: BaseException, where: str) -> None:
    """Look at an exception as somebody may who catches it: the traceback, and what hangs on it, requests for one."""
    ledger.look("".join(traceback.format_exception(error)), f"the traceback of {where}")
    for link in _chain(error, set()):
        _look_at_its_texts(link, where)
        ledger.look("\n".join(_attributes(link)), f"an attribute of {type(link).__name__} in {where}")


def _look_at_its_texts(link: BaseException, where: str) -> None:
    ledger.look(f"{link}\n{link!r}\n{link.args!r}\n{vars(link)!r}", where)


def _caller(frame: FrameType) -> FrameType | None:
    """Who called the function; of a context manager, whose `with` it is."""
    caller = frame.f_back
    while caller is not None and caller.f_code.co_filename == contextlib.__file__:
        caller = caller.f_back
    return caller


def _is_watched(frame: FrameType | None) -> bool:
    return frame is not None and isinstance(frame.f_globals.get("__loader__"), WatchedLoader)


def _is_raised_by_us(error: BaseException) -> bool:
    last = error.__traceback__
    while last is not None and last.tb_next is not None:
        last = last.tb_next
    return last is not None and _is_watched(last.tb_frame)


def _chain(error: BaseException | None, seen: set[int]) -> Iterator[BaseException]:
    """The exception, what it came from, what it was raised in the middle of, and what it groups."""
    if error is None or id(error) in seen:
        return
    seen.add(id(error))
    yield error
    yield from _chain(error.__cause__, seen)
    yield from _chain(error.__context__, seen)
    if isinstance(error, BaseExceptionGroup):
        for one in error.exceptions:
            yield from _chain(one, seen)


def _attributes(error: BaseException) -> Iterator[str]:
    """The texts that can be reached from an exception by its arguments and attributes."""
    waiting: list[tuple[Any, int]] = [(error.args, 0), (vars(error), 0)]
    seen: set[int] = set()
    while waiting and len(seen) < _MOST:
        value, depth = waiting.pop(0)
        if id(value) in seen or depth > _DEPTH:
            continue
        seen.add(id(value))
        if isinstance(value, (str, bytes)):
            yield value if isinstance(value, str) else value.decode("latin-1")
        elif isinstance(value, dict):
            waiting += [(part, depth + 1) for pair in value.items() for part in pair]
        elif isinstance(value, (list, tuple, set, frozenset)):
            waiting += [(part, depth + 1) for part in value]
        elif hasattr(value, "__dict__") and not isinstance(value, (type, ModuleType)) and not callable(value):
            waiting.append((vars(value), depth))
