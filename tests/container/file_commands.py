"""Reads the files by which a step tells GitHub's runner its outputs, as the runner does.

The grammar is the runner's own (actions/runner 2.336, FileCommandManager): a file that it rejects fails the step, even
if the tool ended with 0.
"""

from collections.abc import Iterator

SUMMARY_BYTES = 1024 * 1024


class RejectedError(Exception):
    """The runner would fail the step, or drop the file, because of what is in it."""


def parse_pairs(content: str) -> dict[str, str]:
    """The names and values in the file of `GITHUB_OUTPUT`, `GITHUB_ENV` or `GITHUB_STATE`. Raises `RejectedError`."""
    pairs: dict[str, str] = {}
    lines = iter(_lines(content))
    for line in lines:
        if not line:
            continue
        equals, heredoc = line.find("="), line.find("<<")
        if equals >= 0 and (heredoc < 0 or equals < heredoc):
            name, value = line[:equals], line[equals + 1 :]
        elif heredoc >= 0:
            name, delimiter = line[:heredoc], line[heredoc + 2 :]
            if not delimiter:
                raise RejectedError(f"no delimiter after <<: {line!r}")
            value = _until(delimiter, lines)
        else:
            raise RejectedError(f"neither = nor <<: {line!r}")
        if not name:
            raise RejectedError(f"no name: {line!r}")
        pairs[name] = value
    return pairs


def parse_summary(content: bytes) -> str:
    """The text of `GITHUB_STEP_SUMMARY`. Raises `RejectedError` where the runner would show nothing."""
    if len(content) > SUMMARY_BYTES:
        raise RejectedError(f"a summary of {len(content)} bytes is dropped whole")
    return content.decode("utf-8")


def _lines(content: str) -> list[str]:
    """On Linux only LF ends a line: a CR before it stays part of the value."""
    return content.removesuffix("\n").split("\n") if content else []


def _until(delimiter: str, lines: Iterator[str]) -> str:
    value: list[str] = []
    for line in lines:
        if line == delimiter:
            return "\n".join(value)
        value.append(line)
    raise RejectedError(f"the delimiter {delimiter!r} does not come")
