"""Each sentence that is said when something is wrong is in docs/troubleshooting.md, and nothing else is."""

import pytest

from tests.tools.messages import covers, messages, told


def test_each_sentence_has_a_row() -> None:
    rows = told()
    missing = {text: file for text, file in messages().items() if not any(covers(row, text) for row in rows)}
    assert missing == {}, "add a row for each; python -m tests.tools.messages lists them"


def test_each_row_has_a_sentence_that_is_still_said() -> None:
    said = messages()
    assert [row for row in told() if not any(covers(row, text) for text in said)] == []


def test_there_are_as_many_as_there_should_be() -> None:
    assert len(messages()) > 150
    assert len(told()) > 120


@pytest.mark.parametrize(
    ("row", "sentence", "covered"),
    [
        ("Run … failed…, and left no …", "Run … failed…, and left no ….", True),
        ("`a` is … here.", "a is … here.", True),
        ("Run … failed", "Run … failed, and more.", False),
        ("Nothing is here.", "Something is here.", False),
    ],
)
def test_a_row_covers_the_same_words_with_gaps_between(row: str, sentence: str, covered: bool) -> None:
    assert covers(row, sentence) is covered
