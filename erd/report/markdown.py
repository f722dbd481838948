"""Text of others inside Markdown: shown as it is, never as formatting, mention or link."""

import re
import textwrap
from urllib.parse import quote

BLOCK_WIDTH = 100

_BLANKS = re.compile(r"\s+")
_BACKTICKS = re.compile("`+")
# All that means something within a line, less what stands inside of a word; and what GitHub makes a link, a mention or
# a picture of, up to the place where an invisible space keeps it from doing so.
_MARKUP = re.compile(r"[\\`*~\[\]<>&|$]|(?<![^\W_])_|_(?![^\W_])")
_LIVELY = re.compile(r"[@#](?=\w)|:(?=//|[\w+-]+:)|(?<=www)\.|(?<=\bGH)-(?=\d)", re.IGNORECASE)
_PUNCTUATION = re.compile(r"[!-/:-@\[-`{-~]")
_ZERO_WIDTH_SPACE = "\u200b"
# What an address may hold as it is; anything else could end a link's target, or start something else in it.
_ADDRESS = "/:?#@!$&'*+,;=%-._~"


def code(text: str) -> str:
    """The text as a code span: one line, and a fence longer than any run of backticks in it."""
    line = _BLANKS.sub(" ", text).strip() or " "
    fence = "`" * (_longest_run(line) + 1)
    space = " " if line.startswith("`") or line.endswith("`") else ""
    return f"{fence}{space}{line}{space}{fence}"


def cell(text: str) -> str:
    """The text as a code span in a table's cell, where parsers disagree on how a bar is written in one."""
    return code_in_html(text) if "|" in text else code(text)


def code_in_html(text: str) -> str:
    """The text as code where Markdown is not read, such as in a `<summary>`."""
    line = _BLANKS.sub(" ", text).strip() or " "
    return f"<code>{_PUNCTUATION.sub(_entity, line)}</code>"


def plain(text: str, length: int) -> str:
    """The text's first line as part of a line or of a table's cell, in plain letters, cut between words at `length`."""
    line = _BLANKS.sub(" ", next((one for one in text.splitlines() if one.strip()), "")).strip()
    return _MARKUP.sub(_entity, _LIVELY.sub(rf"\g<0>{_ZERO_WIDTH_SPACE}", _cut(line, length)))


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
    return linked(code(text), url)


def linked(shown: str, url: str) -> str:
    """Markdown of ours as a link, whatever stands in its target; by itself if there is no web address."""
    if not url.startswith(("https://", "http://")):
        return shown
    return f"[{shown}]({quote(url, safe=_ADDRESS, errors='replace')})"


def _cut(line: str, length: int) -> str:
    """The line's beginning, up to the end of a word if there is one in its second half."""
    if len(line) <= length:
        return line
    end = line.rfind(" ", length // 2, length)
    return f"{line[: end if end > 0 else length].rstrip(' ,;:.-')}…"


def _entity(mark: re.Match[str]) -> str:
    return f"&#{ord(mark[0])};"


def _longest_run(text: str) -> int:
    return max((len(run) for run in _BACKTICKS.findall(text)), default=0)
