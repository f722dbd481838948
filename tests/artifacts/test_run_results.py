"""Outcomes of tests are counted by status, of the commands only that run tests."""

import pytest

from erd.artifacts.run_results import Result, RunResults

PASSED = Result("test.shop.unique_orders_id", "pass")
FAILED = Result("test.shop.not_null_orders_id", "fail")
BUILT = Result("model.shop.orders", "success")


@pytest.mark.parametrize("command", ["build", "test"])
def test_tests_are_counted_by_status_sorted(command: str) -> None:
    results = RunResults(results=[PASSED, FAILED, BUILT, PASSED], args={"which": command})
    assert list(results.test_outcomes().items()) == [("fail", 1), ("pass", 2)]


@pytest.mark.parametrize("args", [None, {}, {"which": None}, {"which": "generate"}, {"which": "run"}])
def test_a_command_that_runs_no_tests_has_no_outcomes(args: dict[str, object] | None) -> None:
    assert RunResults(results=[PASSED], args=args).test_outcomes() == {}


def test_a_status_that_nobody_knows_is_counted_as_it_is_and_none_as_unknown() -> None:
    results = [Result("test.shop.a", "reused"), Result("test.shop.b", None), Result(None, "pass")]
    assert RunResults(results=results, args={"which": "build"}).test_outcomes() == {"reused": 1, "unknown": 1}


def test_null_results_are_none() -> None:
    assert RunResults(results=None, args={"which": "build"}).test_outcomes() == {}
