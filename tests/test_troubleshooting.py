"""Each sentence that is said when something is wrong is in docs/troubleshooting.md, and nothing else is."""

import pytest

from tests.dbt_cloud.fault_sentences import Failed
from tests.tools.fault_document import cases
from tests.tools.messages import covers, messages, told


def test_each_sentence_has_a_row() -> None:
    rows = told()
    missing = {text: file for text, file in messages().items() if not any(covers(row, text) for row in rows)}
    assert missing == {}, "add a row for each; python -m tests.tools.messages lists them"


def test_each_row_has_a_sentence_that_is_still_said() -> None:
    said = messages()
    assert [row for row in told() if not any(covers(row, text) for text in said)] == []


def test_each_error_that_a_fault_of_dbt_cloud_ends_with_has_a_row() -> None:
    """Those are known from runs, so this also shows that none is missed in the code."""
    ends = {end.happened for _, _, _, end in cases() if isinstance(end, Failed)}
    rows = told()
    assert len(ends) > 20
    assert [end for end in sorted(ends) if not any(covers(f"{row}…", end) for row in rows)] == []


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
