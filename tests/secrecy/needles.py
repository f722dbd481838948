"""The forms in which a token can stand in a text, and whether one does."""

import base64
import functools
import json
from collections.abc import Iterable, Iterator
from mmap import mmap
from urllib.parse import quote, quote_plus

from erd.checks import LONGEST_QUOTE
from tests.tokens import KNOWN, MARK


def forms(token: str) -> set[bytes]:
    """The token as it is, cut as in a quotation, as JSON, `repr` or an address writes it, in hexadecimal and base64."""
    raw = token.encode()
    found = {raw, raw[:LONGEST_QUOTE], raw.hex().encode()}
    found |= {json.dumps(token)[1:-1].encode(), repr(token)[1:-1].encode(), quote(token).encode()}
    found |= {quote(token, safe="").encode(), quote_plus(token).encode(), "%0A".join(token.split("\n")).encode()}
    found |= {" ".join(token.split()).encode(), *(line.encode() for line in token.split("\n"))}
    return found | set(_in_base64(raw))


def _in_base64(raw: bytes) -> Iterator[bytes]:
    """What every base64 text has in it that encodes the token, wherever in the encoded bytes it begins."""
    for before in range(3):
        # The first character depends on what stands before, the last one on what comes after: whole ones only.
        encoded = base64.b64encode(b"\0" * before + raw)
        inside = encoded[-(-before * 4 // 3) : (before + len(raw)) * 4 // 3]
        yield inside
        yield inside.replace(b"+", b"-").replace(b"/", b"_")


def needles(tokens: Iterable[str]) -> tuple[bytes, ...]:
    """The forms of all tokens, without those that hold a shorter one."""
    every = sorted({form for token in tokens for form in forms(token)}, key=lambda form: (len(form), form))
    kept: list[bytes] = []
    for form in every:
        if not any(shorter in form for shorter in kept):
            kept.append(form)
    return tuple(kept)


@functools.cache
def _needles() -> tuple[tuple[bytes, str], ...]:
    return tuple((needle, needle.decode()) for needle in needles({MARK, *KNOWN}))


def holds_a_token(text: str | bytes | mmap) -> bool:
    """Whether any token stands in the text, in any form."""
    if isinstance(text, str):
        return any(needle in text for _, needle in _needles())
    return any(text.find(needle) >= 0 for needle, _ in _needles())
