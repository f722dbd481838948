"""What a test and the processes it starts say: log records, captured output, and where tokens come from."""

import itertools
import logging
import subprocess
import sys
import traceback
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from _pytest.capture import CaptureFixture

from erd.checks import Secret
from tests.secrecy import files, ledger
from tests.tokens import KNOWN

_checked = True


def install(patch: pytest.MonkeyPatch) -> None:
    """Listen to all of it, until the patch is undone."""
    _listen_to_records(patch)
    _listen_to_processes(patch)
    _listen_to_captures(patch)
    _follow_folders(patch)
    _know_tokens(patch)


def _listen_to_records(patch: pytest.MonkeyPatch) -> None:
    """All records of all loggers: those that are handled, and those that a level keeps from being made."""
    handle = logging.Logger.handle

    def handled(self: logging.Logger, record: logging.LogRecord) -> None:
        _look_at_record(record)
        handle(self, record)

    patch.setattr(logging.Logger, "handle", handled)
    for name in ("debug", "info", "warning", "error", "critical"):
        patch.setattr(logging.Logger, name, _also_when_quiet(name))
    patch.setattr(logging.Logger, "log", _also_at_a_quiet_level(logging.Logger.log))


def _also_when_quiet(name: str) -> Callable[..., None]:
    method, level = getattr(logging.Logger, name), getattr(logging, name.upper())

    def say(self: logging.Logger, message: object, *args: object, stacklevel: int = 1, **about: Any) -> None:
        if self.isEnabledFor(level):
            # One frame more than there would be, for those who ask who spoke.
            method(self, message, *args, stacklevel=stacklevel + 1, **about)
        else:
            _look_at_what_is_not_said(self, level, message, args, about)

    return say


def _also_at_a_quiet_level(method: Callable[..., None]) -> Callable[..., None]:
    def say(
        self: logging.Logger, level: int, message: object, *args: object, stacklevel: int = 1, **about: Any
    ) -> None:
        if self.isEnabledFor(level):
            method(self, level, message, *args, stacklevel=stacklevel + 1, **about)
        else:
            _look_at_what_is_not_said(self, level, message, args, about)

    return say


def _look_at_what_is_not_said(
    log: logging.Logger, level: int, message: object, args: tuple[object, ...], about: Mapping[str, Any]
) -> None:
    exc_info = _exc_info(about.get("exc_info"))
    _look_at_record(logging.LogRecord(log.name, level, "", 0, message, args, exc_info))


def _exc_info(given: Any) -> Any:
    if isinstance(given, BaseException):
        return type(given), given, given.__traceback__
    if given and not isinstance(given, tuple):
        return sys.exc_info()
    return given or None


def _look_at_record(record: logging.LogRecord) -> None:
    where = f"a log record of {record.name} ({record.levelname})"
    ledger.look(record.getMessage(), where)
    if record.exc_info and record.exc_info[1]:
        ledger.look("".join(traceback.format_exception(record.exc_info[1])), f"the traceback in {where}")


def _listen_to_processes(patch: pytest.MonkeyPatch) -> None:
    """What every process that tests start leaves in a pipe; and that it is started with tokens that are looked for."""
    communicate, begin = subprocess.Popen.communicate, subprocess.Popen.__init__

    def communicated(self: Any, *args: Any, **options: Any) -> tuple[Any, Any]:
        said = communicate(self, *args, **options)
        for text, stream in zip(said, ("stdout", "stderr"), strict=True):
            ledger.look_at_output(text, f"the {stream} of a process")
        return said

    def begun(self: Any, args: Any, *more: Any, **options: Any) -> None:
        _check_tokens_of_a_process(args, options.get("env") or {})
        begin(self, args, *more, **options)

    patch.setattr(subprocess.Popen, "communicate", communicated)
    patch.setattr(subprocess.Popen, "__init__", begun)


def _check_tokens_of_a_process(words: str | Sequence[Any], environ: Mapping[Any, Any]) -> None:
    pairs = [(str(name), value) for name, value in environ.items() if str(name).startswith(("DBTERD_", "INPUT_"))]
    if not isinstance(words, (str, bytes)):
        pairs += [(str(flag), value) for flag, value in itertools.pairwise(words) if str(flag).startswith("--")]
    for name, value in pairs:
        if name.lower().endswith("token"):
            check_that_it_is_known(str(value))


def tokens_are_checked(checked: bool) -> None:
    """Whether, from here on, a token must be one of `tests/tokens.py`."""
    global _checked  # noqa: PLW0603 (what is patched is global as well)
    _checked = checked


def check_that_it_is_known(token: str) -> None:
    """Note it if the suite would not look for this token."""
    if _checked and token.strip() and token.strip() not in KNOWN:
        ledger.note("a token is used that is not one of tests/tokens.py, so nobody looks for it")


def _listen_to_captures(patch: pytest.MonkeyPatch) -> None:
    """What a test reads of its own captured output; pytest has what it does not read."""
    read = CaptureFixture.readouterr

    def read_and_seen(self: CaptureFixture[Any]) -> Any:
        captured = read(self)
        ledger.look_at_output(captured.out, "the captured stdout")
        ledger.look_at_output(captured.err, "the captured stderr")
        return captured

    patch.setattr(CaptureFixture, "readouterr", read_and_seen)


def _follow_folders(patch: pytest.MonkeyPatch) -> None:
    make = pytest.TempPathFactory.mktemp

    def made(self: pytest.TempPathFactory, basename: str, numbered: bool = True) -> Path:
        folder = make(self, basename, numbered)
        files.watch(folder)
        return folder

    patch.setattr(pytest.TempPathFactory, "mktemp", made)


def _know_tokens(patch: pytest.MonkeyPatch) -> None:
    """Every secret that is made in this process is one that is looked for."""
    make = Secret.__init__

    def made(self: Secret, text: str) -> None:
        check_that_it_is_known(text)
        make(self, text)

    patch.setattr(Secret, "__init__", made)
