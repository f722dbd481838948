"""The forms of a token are found wherever they stand."""

import base64
import json
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.secrecy.ledger import without_masks
from tests.secrecy.needles import forms, holds_a_token, needles
from tests.tokens import ANOTHER, KNOWN, MARK, TOKEN, TWO_LINES

around = st.binary(max_size=20)
tokens = st.sampled_from(sorted(KNOWN))


@given(tokens, around, around)
def test_in_base64_a_token_is_found_wherever_it_begins(token: str, before: bytes, after: bytes) -> None:
    for encoded in (base64.b64encode, base64.urlsafe_b64encode):
        assert holds_a_token(encoded(before + token.encode() + after))


@given(st.text(min_size=9, max_size=40), around, around)
def test_in_base64_any_token_is_found(token: str, before: bytes, after: bytes) -> None:
    found = needles([token])
    text = base64.b64encode(before + token.encode(errors="replace") + after)
    assert "?" in token.encode(errors="replace").decode() or any(needle in text for needle in found)


@given(tokens, st.text(max_size=20), st.text(max_size=20))
def test_written_for_another_language_a_token_is_found(token: str, before: str, after: str) -> None:
    text = before + token + after
    for written in (text, json.dumps(text), repr(text), quote(token), quote_plus(token), token.encode().hex()):
        assert holds_a_token(written)
        assert holds_a_token(written.encode(errors="replace"))


@given(st.text(max_size=200), st.binary(max_size=200))
def test_other_texts_hold_none(text: str, data: bytes) -> None:
    assert not holds_a_token(text)
    assert not holds_a_token(data)


@pytest.mark.parametrize("token", sorted(KNOWN), ids=range(len(KNOWN)))
def test_what_is_looked_for_is_long_enough_to_mean_a_token(token: str) -> None:
    assert min(map(len, forms(token))) >= len(MARK)


@pytest.mark.parametrize(
    "line",
    ["x::add-mask::{}", "::add-mask::{}x", " ::add-mask::{}", "::add-mask::{}::", "::debug::{}", "##[add-mask]{}"],
)
def test_only_a_mask_of_a_token_and_nothing_else_is_let_pass(line: str) -> None:
    log = f"one\n{line.format(TOKEN)}\ntwo\n"
    assert without_masks(log) == log


def test_masks_are_taken_out_of_a_log() -> None:
    two_lines = TWO_LINES.replace("\n", "%0A")
    log = f"::add-mask::{TOKEN}\none\n::add-mask::{two_lines}\r\n::add-mask::{ANOTHER}"
    assert without_masks(log) == "one\n"
