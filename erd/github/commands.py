"""The log of a GitHub Actions step: messages become annotations, and nothing else can become a command.

A runner takes `::name::` at the start of a line and `##[name]` anywhere in one for a command, on both output streams
(actions/runner, ActionCommand). Table names and error texts of others reach the log, so both forms are broken in them.
"""

import logging

# Invisible, and enough to make `##[` and a leading `::` plain text.
_BREAK = "\u200b"
_ANNOTATIONS = {logging.WARNING: "warning", logging.ERROR: "error", logging.CRITICAL: "error", logging.DEBUG: "debug"}


class CommandFormatter(logging.Formatter):
    """Warnings and errors as annotations, debug lines as GitHub's, all else as plain text."""

    def format(self, record: logging.LogRecord) -> str:
        """The record as one command, or as lines that are none."""
        message = super().format(record)
        annotation = _ANNOTATIONS.get(record.levelno)
        return f"::{annotation}::{_escaped(message)}" if annotation else plain(message)


def add_mask(secret: str) -> str:
    """The command that makes a runner write three stars for the secret, and for each line of it, from here on.

    It says the secret exactly, or nothing is masked; only what cannot be written at all is replaced.
    """
    return f"::add-mask::{_data(secret.encode(errors='replace').decode())}"


def plain(message: str) -> str:
    """The message with whatever would make a line of it a command broken up; a runner ends lines at CR too."""
    lines = message.replace("##[", f"##{_BREAK}[").replace("\r\n", "\n").replace("\r", "\n").split("\n")
    return "\n".join(_BREAK + line if line.lstrip().startswith("::") else line for line in lines)


def _escaped(message: str) -> str:
    """The message as a command's data: one line, with GitHub's escapes."""
    return _data(plain(message))


def _data(text: str) -> str:
    return text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
