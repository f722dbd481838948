"""Text of others inside Markdown: shown as it is, never as formatting, mention or link."""

import re
import textwrap
from urllib.parse import quote

BLOCK_WIDTH = 100

_BLANKS = re.compile(r"\s+")
_BACKTICKS = re.compile("`+")
# What an address may hold as it is; anything else could end a link's target, or start something else in it.
_ADDRESS = "/:?#@!$&'*+,;=%-._~"


def code(text: str) -> str:
    """The text as a code span: one line, and a fence longer than any run of backticks in it."""
    line = _BLANKS.sub(" ", text).strip() or " "
    fence = "`" * (_longest_run(line) + 1)
    space = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{space}{line}{space}{fence}"


def block(text: str) -> str:
    """The text as a block of its own, line by line as it is, long lines wrapped."""
    fence = "`" * max(3, _longest_run(text) + 1)
    wrap = textwrap.TextWrapper(
        BLOCK_WIDTH, subsequent_indent="  ", break_on_hyphens=False, break_long_words=False
    ).wrap
    lines = [part for line in text.splitlines() for part in wrap(line)]
    return "\n".join([f"{fence}text", *lines, fence])


def link(text: str, url: str) -> str:
    """A link, whatever stands in its text and its target; the text alone if there is no web address."""
    if not url.startswith(("https://", "http://")):
        return code(text)
    return f"[{code(text)}]({quote(url, safe=_ADDRESS)})"


def _longest_run(text: str) -> int:
    return max((len(run) for run in _BACKTICKS.findall(text)), default=0)
