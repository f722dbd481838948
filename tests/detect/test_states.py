"""A relationship knows how the tests that speak for it went."""

import pytest

from erd.artifacts.run_results import Result, RunResults
from erd.detect.states import test_states as states_of
from erd.model import Erd, Outcome, State
from tests.builders import CUSTOMERS, ORDERS, a_foreign_key, a_manifest, a_model, a_relationships_test, declared
from tests.detect.drawing import drawn


def results(*outcomes: tuple[str, str | None, int | None], which: str = "build") -> RunResults:
    """The results of a command, by the names of tests."""
    found = [Result(f"test.shop.{name}", status, failures) for name, status, failures in outcomes]
    return RunResults(results=found, args={"which": which})


def shop(run: RunResults, *names: str) -> Erd:
    """Orders and customers, joined by as many tests as there are names."""
    tests = [a_relationships_test(name=name) for name in names]
    return drawn(a_manifest(a_model("orders"), a_model("customers"), *tests), states=states_of(run))


@pytest.mark.parametrize(
    ("status", "failures", "state"),
    [
        ("pass", 0, State(Outcome.PASSED)),
        ("pass", 3, State(Outcome.PASSED, 3)),
        ("fail", 12, State(Outcome.FAILED, 12)),
        ("warn", 2, State(Outcome.FAILED, 2)),
        ("fail", None, State(Outcome.FAILED)),
        ("error", None, State(Outcome.NOT_RUN)),
        ("skipped", None, State(Outcome.NOT_RUN)),
        ("a new word", 5, State(Outcome.NOT_RUN)),
        (None, None, State(Outcome.NOT_RUN)),
    ],
)
def test_the_status_of_its_test_is_its_state(status: str | None, failures: int | None, state: State) -> None:
    (one,) = shop(results(("a", status, failures)), "a").relationships
    assert one.state == state


def test_a_test_that_the_run_does_not_list_was_not_run() -> None:
    (one,) = shop(results(("other", "pass", 0)), "a").relationships
    assert one.state == State(Outcome.NOT_RUN)


def test_of_several_tests_the_worst_counts() -> None:
    run = results(("a", "pass", 0), ("b", "fail", 2), ("c", "fail", 7), ("d", "skipped", None))
    (one,) = shop(run, "a", "b", "c", "d").relationships
    assert one.state == State(Outcome.FAILED, 7)


def test_a_test_that_passed_says_more_than_one_that_did_not_run() -> None:
    (one,) = shop(results(("a", "skipped", None), ("b", "pass", 0)), "a", "b").relationships
    assert one.state == State(Outcome.PASSED)


@pytest.mark.parametrize("run", [RunResults(), results(("a", "success", None), which="generate")])
def test_results_of_a_command_that_tests_nothing_say_nothing(run: RunResults) -> None:
    (one,) = shop(run, "a").relationships
    assert one.state is None


def test_what_no_test_speaks_for_has_no_state() -> None:
    orders = a_model("orders", declared("c")).but(constraints=[a_foreign_key("c")])
    manifest = a_manifest(orders, a_model("customers", declared("id")))
    (one,) = drawn(manifest, states=states_of(results())).relationships
    assert (one.child.table, one.parent.table, one.state) == (ORDERS, CUSTOMERS, None)
