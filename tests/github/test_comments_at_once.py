"""Many runs at once, in virtual time: one comment at the end, and it is the newest run's."""

import pytest

from erd.github.precedence import Done
from erd.github.saying import Order, Saying

from .simulation import Simulation

ROUNDS = 250
EARLIER = Saying(comment_id="erd", body="Of an earlier time.", commit="c0", order=Order(1, 1))


def saying(number: int, *, commit: str, order: int) -> Saying:
    return Saying(comment_id="erd", body=f"Run {number}.", commit=commit, order=Order(order, 1))


def played(
    seed: int, runs: int, *, of_one_commit: bool, with_one: bool, fails: float = 0.0, within: float = 2.0
) -> Simulation:
    """A round: the runs begin at random, each after the push of its commit; the last one is the newest."""
    simulation = Simulation(seed, slowest_seconds=0.9)
    simulation.fails = fails
    if with_one:
        simulation.add(EARLIER)
    moments = sorted(simulation.random.uniform(0, within) for _ in range(runs))
    simulation.head = "c1"
    for number, moment in enumerate(moments, 1):
        if of_one_commit:
            # Any of them begins first.
            simulation.run_at(simulation.random.choice(moments), number, saying(number, commit="c1", order=number + 9))
        else:
            simulation.at(moment, lambda head=f"c{number}": setattr(simulation, "head", head))  # type: ignore[misc]
            # The workflow that a push starts needs its time, and one more than another.
            begin = moment + simulation.random.uniform(0, within)
            simulation.run_at(begin, number, saying(number, commit=f"c{number}", order=number + 9))
    simulation.play()
    return simulation


@pytest.mark.parametrize("runs", [2, 3, 8])
@pytest.mark.parametrize("of_one_commit", [True, False])
@pytest.mark.parametrize("with_one", [True, False])
def test_there_is_one_comment_and_it_is_the_newest(runs: int, of_one_commit: bool, with_one: bool) -> None:
    for seed in range(ROUNDS):
        simulation = played(seed, runs, of_one_commit=of_one_commit, with_one=with_one)
        assert simulation.failures == []
        assert [one.body for one in simulation.comments.values()] == [f"Run {runs}."], seed
        (one,) = simulation.comments.values()
        assert simulation.kept[runs].done in {Done.CREATED, Done.UPDATED}
        assert simulation.kept[runs].url == one.url
        assert one.id == 101 or not with_one


@pytest.mark.parametrize("of_one_commit", [True, False])
@pytest.mark.parametrize("with_one", [True, False])
def test_there_is_one_comment_though_a_write_in_ten_fails(of_one_commit: bool, with_one: bool) -> None:
    for seed in range(ROUNDS):
        simulation = played(seed, 8, of_one_commit=of_one_commit, with_one=with_one, fails=0.1)
        assert simulation.failures == []
        assert [one.body for one in simulation.comments.values()] == ["Run 8."], seed
