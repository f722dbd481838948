"""That an error, all it came from and all that was logged show no token."""

import traceback
from collections.abc import Iterator

import pytest

from tests.tokens import MARK


def assert_hidden(error: BaseException, log: pytest.LogCaptureFixture) -> None:
    """No token is anywhere: not in the error, what it came from, its traceback, or any library's log."""
    shown = [log.text, *traceback.format_exception(error)]
    for link in _chain(error):
        shown += [str(link), repr(link), repr(link.args), repr(vars(link))]
        request = getattr(link, "request", None)
        shown.append(str(getattr(request, "headers", "")))
    assert MARK not in "\n".join(shown)


def _chain(error: BaseException | None) -> Iterator[BaseException]:
    while error is not None:
        yield error
        if error.__context__ is not error.__cause__ and error.__context__ is not None:
            yield error.__context__
        error = error.__cause__
