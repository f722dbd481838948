"""The log of a GitHub Actions step: messages become annotations, and nothing else can become a command.

A runner takes `::name::` at the start of a line and `##[name]` anywhere in one for a command, on both output streams
(actions/runner, ActionCommand). Table names and error texts of others reach the log, so both forms are broken in them.
"""

import logging
from typing import Literal

# Invisible, and enough to make `##[` and a leading `::` plain text.
_BREAK = "\u200b"
LONGEST_MESSAGE = 4_096
LONGEST_TITLE = 255
_CUT = "…"
NOTICE = logging.INFO + 5
"""The level of what everybody should see and nobody need mend."""
_ANNOTATIONS = {
    NOTICE: "notice",
    logging.WARNING: "warning",
    logging.ERROR: "error",
    logging.CRITICAL: "error",
    logging.DEBUG: "debug",
}


class CommandFormatter(logging.Formatter):
    """Warnings and errors as annotations, debug lines as GitHub's, all else as plain text."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one command, or as lines that are none."""
        message = super().format(record)
        annotation = _ANNOTATIONS.get(record.levelno)
        return f"::{annotation}::{_escaped(message)}" if annotation else plain(message)


class PlainFormatter(logging.Formatter):
    """Plain text with nothing in it that a runner would take for a command: one may read what a container writes."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as lines that are no command."""
        return plain(super().format(record))


def annotation(level: Literal["error", "warning", "notice"], message: str, file: str = "", title: str = "") -> str:
    """The command that makes an annotation, on a file of the repository if one is given.

    What is longer than GitHub takes is cut, before GitHub cuts it in the middle of a character.
    """
    properties = {"file": file, "title": _cut(title, LONGEST_TITLE)}
    said = ",".join(f"{key}={_property(value)}" for key, value in properties.items() if value.strip())
    return f"::{level}{' ' if said else ''}{said}::{_writable(_data(_cut(plain(message), LONGEST_MESSAGE)))}"


def add_mask(secret: str) -> str:
    """The command that makes a runner write three stars for the secret, and for each line of it, from here on.

    It says the secret exactly, or nothing is masked; only what cannot be written at all is replaced.
    """
    return f"::add-mask::{_data(_writable(secret))}"


def plain(message: str) -> str:
    """The message with whatever would make a line of it a command broken up; a runner ends lines at CR too."""
    lines = _without_older(message).replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(_BREAK + line if line.lstrip().startswith("::") else line for line in lines)


def _without_older(text: str) -> str:
    """The text with the older form of commands broken up, which a runner finds anywhere."""
    return text.replace("##[", f"##{_BREAK}[")


def _escaped(message: str) -> str:
    """The message as a command's data: one line, with GitHub's escapes."""
    return _data(plain(message))


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")


def _property(text: str) -> str:
    return _writable(_data(_without_older(text))).replace(":", "%3A").replace(",", "%2C")


def _writable(text: str) -> str:
    """The text with what no stream can write replaced: halves of characters."""
    return text.encode(errors="replace").decode()


def _cut(text: str, length: int) -> str:
    """As much of the text as fits; GitHub counts in UTF-16, in which some characters are two."""
    counted = text.encode("utf-16-le", "replace")
    if len(counted) <= length * 2:
        return text
    return counted[: (length - len(_CUT)) * 2].decode("utf-16-le", "ignore") + _CUT
