"""How relationships fared when they were last tested, from the results of a run."""

from collections.abc import Mapping

from erd.artifacts.run_results import Result, RunResults
from erd.model import Outcome, State

# Of the statuses of tests in dbt's run results, those that say something; `error` and `skipped` say that none ran.
_OUTCOMES = {"pass": Outcome.PASSED, "fail": Outcome.FAILED, "warn": Outcome.FAILED}


def test_states(results: RunResults) -> Mapping[str, State] | None:
    """The outcome of each test by `unique_id`; None when the run tested nothing."""
    tests = results.tests()
    return None if tests is None else {result.unique_id or "": _state(result) for result in tests}


def _state(result: Result) -> State:
    outcome = _OUTCOMES.get((result.status or "").lower(), Outcome.NOT_RUN)
    return State(outcome, 0 if outcome is Outcome.NOT_RUN else max(result.failures or 0, 0))
