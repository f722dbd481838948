"""A model's code names what stands outside of its comments and texts."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erd.diff.code import words


@pytest.mark.parametrize(
    "code",
    [
        "select EMAIL from people",
        'select "Email" from people',
        "select p.email::text from people p",
        "select 'it''s' || email from people",
        "select '--' || email",
        "select /* the */ email -- of people",
        "-- isn't\nselect email",
        "{# it's #} select email",
        "select {{ dbt_utils.pretty('x', email) }}",
    ],
)
def test_a_word_of_the_code_is_named(code: str) -> None:
    assert "email" in words(code)


@pytest.mark.parametrize(
    "code",
    [
        "select email_hash from people",
        "select 1 -- email",
        "select 1 /* email\n and more email */",
        "select {# email #} 1",
        "select 'email' as kind",
        "select 'it''s email' as kind",
        "select 1 -- isn't\n, 'email'",
    ],
)
def test_a_word_of_a_comment_or_a_text_is_not(code: str) -> None:
    assert "email" not in words(code)


@pytest.mark.parametrize("code", ["select 1 # email", 'select "email" as kind'])
def test_some_warehouses_have_further_comments_and_texts(code: str) -> None:
    assert "email" not in words(code, "bigquery")
    assert "email" in words(code, "postgres")


def test_a_backslash_takes_a_quote_away_in_some_warehouses() -> None:
    assert "email" in words(r"select 'C:\' || email || ''", "postgres")
    assert "email" not in words(r"select 'it\'s email' as kind", "snowflake")


def test_a_python_model_names_columns_in_its_texts() -> None:
    code = "def model(dbt, session):\n    # phone\n    return dbt.ref('people')[['email']]"
    found = words(code, "snowflake", "models/people.py")
    assert "email" in found
    assert "phone" not in found


@given(st.text(alphabet="'\"-/*{#}\n\\e ", max_size=60))
def test_any_code_is_read(code: str) -> None:
    for warehouse in ("postgres", "bigquery"):
        assert words(code, warehouse) <= {"e" * length for length in range(61)}
