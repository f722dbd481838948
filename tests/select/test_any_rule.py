"""What holds for all rules and all projects."""

import contextlib
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from erd.artifacts.graph import SelectableManifest
from erd.errors import UsageError
from erd.select.rules import read_rules
from tests.select.choosing import a_graph, a_member, selected

NAMES = "abcde"
METHODS = [
    "",
    "",
    "name:",
    "exact:model.shop.",
    "wildcard:*",
    "tag:",
    "fqn:",
    "package:",
    "file:",
    "resource_type:model,",
]


@st.composite
def members(draw: st.DrawFn) -> list[dict[str, Any]]:
    """Models and tests that refer only to those before them."""
    made: list[dict[str, Any]] = []
    for number in range(draw(st.integers(1, 7))):
        kind = draw(st.sampled_from(["model", "model", "seed", "test", "exposure"]))
        name = draw(st.sampled_from(NAMES))
        parents = draw(st.lists(st.sampled_from([one["unique_id"] for one in made]), max_size=2)) if made else []
        tags = draw(st.lists(st.sampled_from(NAMES), max_size=2))
        made.append(a_member(f"{kind}.shop.{name}{number}", *parents, name=name, fqn=["shop", name], tags=tags))
    return made


@st.composite
def rules(draw: st.DrawFn) -> str:
    parts = []
    for _ in range(draw(st.integers(1, 2))):
        before, after = draw(st.sampled_from([("", ""), ("+", ""), ("1+", "+1"), ("@", ""), ("", "+")]))
        method = draw(st.sampled_from(METHODS))
        operand = method.rpartition(",")[2] + draw(st.sampled_from([*NAMES, "*", "[ab]"]))
        parts.append(f"{method.rpartition(',')[0]},{before}{operand}{after}".strip(","))
    return ",".join(parts)


SOME_RULES = st.lists(rules(), max_size=3)


@given(members(), st.lists(rules(), min_size=1, max_size=3), st.lists(rules(), min_size=1, max_size=3))
def test_more_rules_are_the_union_in_whichever_order(
    made: list[dict[str, Any]], one: list[str], other: list[str]
) -> None:
    project = a_graph(*made)
    assert selected(project, *one, *other) == selected(project, *one) | selected(project, *other)
    assert selected(project, *other, *one) == selected(project, *one, *other)


@given(members(), SOME_RULES, st.lists(rules(), min_size=1, max_size=3))
def test_exclusion_is_a_difference(made: list[dict[str, Any]], select: list[str], exclude: list[str]) -> None:
    project = a_graph(*made)
    assert selected(project, *select, exclude=exclude) == selected(project, *select) - selected(project, *exclude)


@given(members(), rules(), rules())
def test_a_comma_is_an_intersection(made: list[dict[str, Any]], one: str, other: str) -> None:
    project = a_graph(*made)
    both = selected(project, f"{one},{other}")
    # What is no table may stand in both, and tables are what is compared.
    assert both == selected(project, one) & selected(project, other)


@given(members(), SOME_RULES, SOME_RULES, st.randoms())
def test_the_order_of_nodes_changes_nothing(
    made: list[dict[str, Any]], select: list[str], exclude: list[str], random: Any
) -> None:
    shuffled = list(made)
    random.shuffle(shuffled)
    assert selected(a_graph(*shuffled), *select, exclude=exclude) == selected(a_graph(*made), *select, exclude=exclude)


@given(st.text(max_size=30))
def test_any_text_is_a_rule_or_refused_with_what_to_do(text: str) -> None:
    project: SelectableManifest = a_graph(a_member("model.shop.a", "model.shop.b"), a_member("model.shop.b"))
    with contextlib.suppress(UsageError):
        read_rules([text], [])
        selected(project, text)
