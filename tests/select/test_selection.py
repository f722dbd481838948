"""Our own two words: neighbors and connected, which are about the whole selection."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erd.errors import UsageError
from erd.select.rules import read_rules
from erd.select.selection import Selection, along_relationships, widened
from tests.select.choosing import a_graph, a_member, selected, selection

CHAIN = (("a", "b"), ("c", "b"), ("c", "d"), ("e", "e"))
TABLES = st.frozensets(st.sampled_from("abcdefgh"))
PAIRS = st.lists(st.tuples(st.sampled_from("abcdefgh"), st.sampled_from("abcdefgh")))
PROJECT = a_graph(*(a_member(f"model.shop.{name}") for name in ("one", "two", "connected")))


@pytest.mark.parametrize(
    ("tables", "steps", "found"),
    [("a", 0, "a"), ("a", 1, "ab"), ("a", 2, "abc"), ("a", 9, "abcd"), ("e", 2, "e"), ("", 3, ""), ("bd", 1, "abcd")],
)
def test_neighbors_are_joined_either_way_round(tables: str, steps: int, found: str) -> None:
    assert widened(tables, CHAIN, steps, "abcdef") == set(found)


def test_a_way_does_not_lead_through_what_is_not_allowed() -> None:
    assert widened("a", CHAIN, 3, "acd") == {"a"}


@given(TABLES, PAIRS, st.integers(0, 4), st.integers(0, 4), TABLES)
def test_widening_twice_is_widening_by_the_sum(
    tables: frozenset[str], pairs: list[tuple[str, str]], first: int, second: int, allowed: frozenset[str]
) -> None:
    once = widened(tables, pairs, first + second, allowed)
    assert widened(widened(tables, pairs, first, allowed), pairs, second, allowed) == once
    assert tables <= once <= tables | allowed


@given(TABLES, PAIRS)
def test_connected_tables_are_ends_of_relationships_among_them(
    tables: frozenset[str], pairs: list[tuple[str, str]]
) -> None:
    found = along_relationships(Selection(tables, tables, connected=True), pairs)
    assert found == {end for pair in pairs for end in pair if tables.issuperset(pair)}
    assert along_relationships(Selection(tables, tables), pairs) == tables


def test_the_words_are_read_and_handed_on() -> None:
    found = selection(PROJECT, "one", "neighbors:2", "connected", exclude=["two"])
    assert found == Selection(
        frozenset({"model.shop.one"}),
        frozenset({"model.shop.one", "model.shop.connected"}),
        neighbors=2,
        connected=True,
    )


def test_the_words_alone_are_about_everything() -> None:
    found = selection(PROJECT, "neighbors:1")
    assert (found.neighbors, found.tables) == (0, found.allowed)
    assert len(found.tables) == 3
    assert selection(PROJECT, "connected").connected


def test_a_model_of_that_name_is_selected_by_its_method() -> None:
    assert selected(PROJECT, "fqn:connected") == {"model.shop.connected"}
    assert selected(PROJECT, "connected+") == {"model.shop.connected"}


@pytest.mark.parametrize("rule", ["connected,one", "one,neighbors:1", "connected,neighbors:1"])
def test_the_words_stand_alone(rule: str) -> None:
    with pytest.raises(UsageError, match="are about the whole selection"):
        read_rules([rule], [])


@pytest.mark.parametrize("rule", ["connected", "neighbors:1"])
def test_the_words_exclude_nothing(rule: str) -> None:
    with pytest.raises(UsageError, match="are about the whole selection"):
        read_rules([], [rule])


@pytest.mark.parametrize("rule", ["neighbors:", "neighbors:-1", "neighbors:two", "neighbors:²", "neighbors"])
def test_neighbors_want_a_number(rule: str) -> None:
    with pytest.raises(UsageError, match="it has no number of steps"):
        read_rules([rule], [])
