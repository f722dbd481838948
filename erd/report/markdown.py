"""Text of others inside Markdown: shown as it is, never as formatting, mention or link."""

import re

_BLANKS = re.compile(r"\s+")
_BACKTICKS = re.compile("`+")


def code(text: str) -> str:
    """The text as a code span, also inside a table: one line, and a fence longer than any run of backticks in it."""
    line = _BLANKS.sub(" ", text).strip() or " "
    fence = "`" * (max((len(run) for run in _BACKTICKS.findall(line)), default=0) + 1)
    space = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{space}{line}{space}{fence}".replace("|", "\\|")
