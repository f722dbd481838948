"""Guesses that something was renamed; what seems to be renamed is among what is added and removed too."""

import pytest

from tests.builders import ORDERS, a_table
from tests.diff.sides import a_side, declared, differences, observed

OLD, NEW, OTHER = "model.shop.old", "model.shop.new", "model.shop.other"


def guesses(lines: list[str]) -> list[str]:
    return [line for line in lines if line.startswith("?")]


def columns(*names_and_types: str) -> list[str]:
    """The guesses for a table of these columns in base and in head, each `name type`."""
    base, head = (
        a_side(a_table(ORDERS, [observed(*one.split()) for one in side.split(", ")])) for side in names_and_types
    )
    return [line.partition(": ")[2] for line in guesses(differences(base, head))]


@pytest.mark.parametrize(
    ("base", "head", "found"),
    [
        ("id int, a text, z int", "id int, b text, z int", ["a is now b"]),
        ("id int, a text, z int", "id int, b TEXT, z int, more int", ["a is now b"]),
        ("id int, a text, z int", "z int, id int, b text", ["a is now b"]),
        ("a text, id int", "b text, id int", ["a is now b"]),
        # Another type, another place, or no type at all.
        ("id int, a text", "id int, b int", []),
        ("id int, a text, z int", "id int, z int, b text", []),
        # Several: one by one, or the only one of its type.
        ("id int, a text, b text", "id int, c text, d text", ["a is now c", "b is now d"]),
        ("id int, a text, b date", "id int, c int, d date", ["b is now d"]),
        ("id int, a text", "id int, b text, c text", []),
        ("id int, a text, z int, b text", "id int, c text, z int, d text", ["a is now c", "b is now d"]),
    ],
)
def test_a_column_in_the_same_place_and_of_the_same_type_seems_to_be_renamed(
    base: str, head: str, found: list[str]
) -> None:
    assert columns(base, head) == found


def test_columns_of_unknown_type_are_not_guessed_at() -> None:
    base, head = (a_side(a_table(ORDERS, [declared("id"), declared(name)])) for name in ("a", "b"))
    assert differences(base, head) == [f"+ {ORDERS}.b", f"- {ORDERS}.a"]


def test_a_table_of_the_same_code_seems_to_be_renamed() -> None:
    base = a_side(a_table(OLD, ["a"]), code={OLD: "1"})
    head = a_side(a_table(NEW, ["b"]), a_table(OTHER, ["a"]), code={NEW: "1", OTHER: "2"})
    assert guesses(differences(base, head)) == [f"? {OLD} is now {NEW}: the code is the same"]


def test_of_two_tables_of_the_same_code_neither_is_guessed_at() -> None:
    base = a_side(a_table(OLD, ["a"]), code={OLD: "1"})
    head = a_side(a_table(NEW, ["b"]), a_table(OTHER, ["a"]), code={NEW: "1", OTHER: "1"})
    assert guesses(differences(base, head)) == []


FIVE = ["a", "b", "c", "d", "e"]


@pytest.mark.parametrize(
    ("others", "found"),
    [
        ([*FIVE[:4], "x"], "4 of 5 columns are the same"),
        ([name.upper() for name in FIVE], "5 of 5 columns are the same"),
        ([*FIVE[:3], "x", "y"], ""),
        ([*FIVE[:4], observed("e", "text"), "x"], ""),
        ([*FIVE, "x", "y"], ""),
    ],
)
def test_a_table_with_nearly_the_same_columns_seems_to_be_renamed(others: list[str], found: str) -> None:
    said = guesses(differences(a_side(a_table(OLD, FIVE)), a_side(a_table(NEW, others))))
    assert said == ([f"? {OLD} is now {NEW}: {found}"] if found else [])


def test_a_table_of_few_columns_or_of_another_sort_is_not_guessed_at() -> None:
    assert guesses(differences(a_side(a_table(OLD, FIVE[:2])), a_side(a_table(NEW, FIVE[:2])))) == []
    assert guesses(differences(a_side(a_table(OLD, FIVE)), a_side(a_table("seed.shop.new", FIVE)))) == []


def test_the_best_of_several_is_taken_and_of_two_equally_good_ones_none() -> None:
    base = a_side(a_table(OLD, FIVE))
    better = a_side(a_table(NEW, FIVE), a_table(OTHER, [*FIVE[:4], "x"]))
    equal = a_side(a_table(NEW, FIVE), a_table(OTHER, FIVE))
    assert guesses(differences(base, better)) == [f"? {OLD} is now {NEW}: 5 of 5 columns are the same"]
    assert guesses(differences(base, equal)) == []
