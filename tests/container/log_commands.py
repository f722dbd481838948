"""Finds the workflow commands in a step's log, as GitHub's runner does (actions/runner 2.336, ActionCommand).

Two forms: `::name key=value,…::data` at the start of a line, and the older `##[name key=value;…]data` anywhere in it.
"""

from collections.abc import Iterator
from typing import NamedTuple

REGISTERED = frozenset(
    {
        *("add-mask", "debug", "notice", "warning", "error", "group", "endgroup", "echo", "add-matcher"),
        *("remove-matcher", "save-state", "set-output", "set-env", "add-path", "stop-commands"),
    }
)


class Command(NamedTuple):
    """One command, unescaped."""

    name: str
    properties: dict[str, str]
    data: str


def find_commands(log: str) -> list[Command]:
    """The commands the runner would carry out, in order; none between `stop-commands` and its token."""
    found: list[Command] = []
    waiting_for: str | None = None
    for line in log.split("\n"):
        if waiting_for is not None:
            if line.strip() == f"::{waiting_for}::":
                waiting_for = None
            continue
        command = _in_line(line)
        if command is None:
            continue
        found.append(command)
        if command.name == "stop-commands":
            waiting_for = command.data
    return found


def _in_line(line: str) -> Command | None:
    return _at_start(line.lstrip()) or _anywhere(line)


def _at_start(line: str) -> Command | None:
    if not line.startswith("::"):
        return None
    head, separator, data = line[2:].partition("::")
    if not separator:
        return None
    return _command(head, ",", data, {"%0D": "\r", "%0A": "\n"}, {"%3A": ":", "%2C": ","})


def _anywhere(line: str) -> Command | None:
    _, opening, rest = line.partition("##[")
    head, closing, data = rest.partition("]")
    if not opening or not closing:
        return None
    older = {"%0D": "\r", "%0A": "\n", "%3B": ";", "%5D": "]"}
    return _command(head, ";", data, older, {})


def _command(
    head: str, separator: str, data: str, in_data: dict[str, str], in_properties: dict[str, str]
) -> Command | None:
    name, _, properties = head.partition(" ")
    if name.lower() not in REGISTERED:
        return None
    pairs = dict(_pairs(properties, separator, in_data | in_properties))
    return Command(name.lower(), pairs, _unescaped(data, in_data))


def _pairs(properties: str, separator: str, escapes: dict[str, str]) -> Iterator[tuple[str, str]]:
    for part in properties.split(separator):
        key, equals, value = part.strip().partition("=")
        if equals and key:
            yield key, _unescaped(value, escapes)


def _unescaped(text: str, escapes: dict[str, str]) -> str:
    for escape, character in escapes.items():
        text = text.replace(escape, character)
    return text.replace("%25", "%")
