"""The end of JSON that arrives in pieces is known, wherever it was cut."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erd.dbt_cloud.completeness import Completeness

LEAVES = st.none() | st.booleans() | st.integers() | st.text() | st.text(alphabet='\\"{}[]ab')
VALUES = st.recursive(LEAVES, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner))
OBJECTS = st.dictionaries(st.text(alphabet='\\"{}[]a'), VALUES)


def reached(*pieces: bytes) -> bool:
    completeness = Completeness()
    for piece in pieces:
        completeness.feed(piece)
    return completeness.reached


@given(OBJECTS, st.data(), st.booleans())
def test_whole_json_is_complete_however_it_is_cut_into_pieces(value: object, data: st.DataObject, plain: bool) -> None:
    whole = json.dumps(value, ensure_ascii=plain).encode("utf-8", "surrogatepass") + b"\n"
    cuts = sorted(data.draw(st.lists(st.integers(0, len(whole)), max_size=8)))
    pieces = [whole[start:end] for start, end in zip([0, *cuts], [*cuts, len(whole)], strict=True)]
    assert reached(*pieces)


@given(OBJECTS, st.data())
def test_json_without_its_end_never_is(value: object, data: st.DataObject) -> None:
    whole = json.dumps(value).encode()
    assert not reached(whole[: data.draw(st.integers(0, len(whole) - 1))])


@pytest.mark.parametrize("text", [b"", b" ", b"5", b'"{}"', b"}", b"{}}", b'{"a": "b\\', b'{"a": "\\"}', b'{"a": {}'])
def test_what_is_no_whole_object_is_not_complete(text: bytes) -> None:
    assert not reached(text)
