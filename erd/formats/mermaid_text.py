"""Text of others inside a Mermaid `erDiagram`: valid in every slot, and shown as it is.

A diagram has two kinds of slots. *Texts* (titles, labels, comments) stand in quotes, and take any character as an
entity code, `#35;`. *Words* (types and names of columns) stand bare and take no codes: what they cannot hold is shown
by a look-alike. Both are rendered as Markdown afterwards, and before the grammar some words are looked for everywhere
(`direction LR`, `%%{`, `style`). What is written here reads the same in Mermaid 11.5 to 12.3.

Older versions, as on some GitHub Enterprise Servers, take ASCII words only and know no classes: for those there is the
plain style, which all versions from 10.9 on read.
"""

import re
import unicodedata
from enum import Enum

TEXT_LENGTH = 80
WORD_LENGTH = 40
NOTHING = "-"

_BLANKS = re.compile(r"\s+")
# Control characters, byte order marks and marks of direction; blanks are not among them.
_DROPPED = re.compile("[\x00-\x08\x0e-\x1b\x7f-\x84\x86-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]")
_HALVES = re.compile("[\ud800-\udfff]")

_PLAIN_TEXT = re.compile("[A-Za-z0-9]+(?:[_ ][A-Za-z0-9]+)*")
_SPECIAL = re.compile("[^A-Za-z0-9 \xa0-\U0010ffff]")
# What begins and ends the codes that Mermaid itself puts in place of entity codes; it takes them for its own even when
# they are written in codes.
_MERMAIDS_OWN = re.compile("\ufb02(?=\xb0)|\xb6(?=\xdf)")
_DIRECTION = re.compile("(direction) (?=TB|BT|LR|RL)", re.IGNORECASE)

_PLAIN_WORD = re.compile("[A-Za-z][A-Za-z0-9]*(?:_[A-Za-z0-9]+)*")
_KEY = re.compile(r"[pfu]k\b", re.IGNORECASE | re.ASCII)
_UNPLAIN = re.compile(r"[^A-Za-z0-9_()\[\]-]")
_KEY_AND_MORE = re.compile(r"^([pfu]k)(?=[^A-Za-z0-9_])", re.IGNORECASE)
_FULL_WIDTH = 0xFEE0
_LOOK_ALIKES: dict[int, int | str] = {code: code + _FULL_WIDTH for code in range(ord("!"), ord("~") + 1)}
_LOOK_ALIKES |= dict.fromkeys(range(0x80, 0xC0), "_")
_LOOK_ALIKES |= {code: code for code in range(0x80) if chr(code).isalnum() or chr(code) in "_-[]()"}
_LOOK_ALIKES |= {ord(" "): "␣"}
_LOOSE_UNDERSCORES = re.compile(r"(?<!\w)_+|(?<!_)_+(?!\w)")
# A word cannot begin with a digit or a mark; this shows nothing.
_ZERO_WIDTH_SPACE = "\u200b"


class Style(Enum):
    """How a diagram is written: in full, or so that versions of Mermaid before 11.5 draw it too."""

    FULL = "full"
    PLAIN = "plain"


def text(content: str, length: int = TEXT_LENGTH) -> str:
    """The content as it can stand in quotes, on one line and cut at `length` characters; never empty."""
    if len(content) <= length and _PLAIN_TEXT.fullmatch(content):
        return _broken_direction(content)
    apart = _MERMAIDS_OWN.sub(rf"\g<0>{_ZERO_WIDTH_SPACE}", cut(shown(content), length))
    return _broken_direction(_SPECIAL.sub(_encoded, apart))


def word(content: str, length: int = WORD_LENGTH) -> str:
    """The content as a word, cut at `length` characters; never empty."""
    if len(content) <= length and _PLAIN_WORD.fullmatch(content) and not _KEY.match(content):
        return content
    written = cut(shown(content), length).translate(_LOOK_ALIKES).replace("](", f"]{_wide('(')}")
    if len(_LOOSE_UNDERSCORES.findall(written)) > 1:
        written = _LOOSE_UNDERSCORES.sub(lambda run: _wide("_") * len(run[0]), written)
    begins_well = written[0] >= "\xc0" or (written[0].isascii() and written[0].isalpha())
    return written if begins_well and not _KEY.match(written) else f"{_ZERO_WIDTH_SPACE}{written}"


def plain_word(content: str, length: int = WORD_LENGTH) -> str:
    """The content as a word of the plain style: what it cannot hold is an underscore."""
    written = _UNPLAIN.sub("_", cut(shown(content), length))
    if not written[0].isalpha() or _KEY.fullmatch(written):
        written = f"c_{written}"
    return _KEY_AND_MORE.sub(r"\1_", written)


def shown(content: str) -> str:
    """The content as readers see it: on one line, without what shows nothing, and never empty."""
    if content.isascii() and content.isprintable() and "  " not in content:
        return content.strip() or NOTHING
    line = _BLANKS.sub(" ", _DROPPED.sub("", _HALVES.sub("\ufffd", content))).strip()
    return line if any(unicodedata.category(character) != "Cf" for character in line) else NOTHING


def cut(content: str, length: int) -> str:
    """The content's beginning, with an ellipsis in place of what is left out."""
    return content if len(content) <= length else f"{content[: length - 1].rstrip()}…"


def short_type(kind: str, length: int = WORD_LENGTH) -> str:
    """A type with its inner parts left out if it is long: `STRUCT<…>`."""
    if len(kind) <= length:
        return kind
    outer = re.match(r"\s*([\w ]+)([<(\[])", kind)
    return f"{outer[1]}{outer[2]}…{dict(zip('<([', '>)]', strict=True))[outer[2]]}" if outer else kind


def _wide(mark: str) -> str:
    return chr(ord(mark) + _FULL_WIDTH)


def _broken_direction(written: str) -> str:
    return _DIRECTION.sub(r"\1#32;", written)


def _encoded(special: re.Match[str]) -> str:
    """A mark as it is where it cannot begin, end or format anything, else its code."""
    mark, before, after = special[0], special.string[: special.start()], special.string[special.end() :][:1]
    if mark == "." and not after and before[-1:].isalpha():
        return mark
    if before[-1:].isascii() and before[-1:].isalnum() and after:
        inside = after.isascii() and after.isalnum()
        if (mark == "_" and inside) or mark in "-,(":
            return mark
        # Not `1. x`, which is a list, nor `www.x`, which is a link.
        if mark in ".)" and inside and not before.lower().endswith("www"):
            return mark
    return f"#{ord(mark)};"
