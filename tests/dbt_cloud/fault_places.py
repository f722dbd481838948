"""The requests of the story that a fault can befall."""

import re
from typing import NamedTuple
from urllib.parse import unquote

from erd.demo.api import Answer

from .fault_account import BASE_RUN, HEAD_RUN
from .fault_catalogue import Fault
from .fault_proxy import Plan, Planned
from .faults import Asked


class Place(NamedTuple):
    """A request, by its path; what it asks for, as errors name it, and how the documentation does.

    `deferred` says in which story it is asked: that of a run that deferred to its base, or that of one that did not.
    """

    pattern: str
    subject: str
    path: str
    words: str
    deferred: bool = True


def _file(name: str) -> Place:
    path = f"/api/v2/accounts/1/runs/{HEAD_RUN}/artifacts/{name}"
    return Place(re.escape(path), f"{name} of run {HEAD_RUN}", path, name)


PLACES = {
    "runs": Place(r"/runs/\?order_by=-id", "the runs of the account", "/api/v2/accounts/1/runs/", "the list of runs"),
    "base": Place(
        rf"/runs/{BASE_RUN}/$", f"run {BASE_RUN}", f"/api/v2/accounts/1/runs/{BASE_RUN}/", "the run to compare with"
    ),
    "environments": Place(
        r"/environments/",
        "the environments of project 2",
        "/api/v3/accounts/1/projects/2/environments/",
        "the environments",
        deferred=False,
    ),
    "artifacts": Place(
        rf"/runs/{BASE_RUN}/artifacts/$",
        f"the list of artifacts of run {BASE_RUN}",
        f"/api/v2/accounts/1/runs/{BASE_RUN}/artifacts/",
        "the list of artifacts",
        deferred=False,
    ),
    "steps": Place(
        rf'/runs/{HEAD_RUN}/\?include_related=\["run_steps"\]',
        f"the steps of run {HEAD_RUN}",
        f"/api/v2/accounts/1/runs/{HEAD_RUN}/",
        "the steps of the run",
    ),
    "manifest": _file("manifest.json"),
    "catalog": _file("catalog.json"),
    "results": _file("run_results.json"),
}


def place_of(asked: Asked) -> str | None:
    """The place that is asked for, if it is one of these."""
    path = unquote(asked.path)
    return next((name for name, place in PLACES.items() if re.search(place.pattern, path)), None)


def at(place: Place, fault: Fault, turns: int | None) -> Plan:
    """The fault, where the place is asked for and there is something to be had, so many times."""
    played = 0

    def plan(asked: Asked, answer: Answer) -> Planned | None:
        nonlocal played
        if answer.status != 200 or not re.search(place.pattern, unquote(asked.path)):
            return None
        if turns is not None and played == turns:
            return None
        played += 1
        return Planned(fault.play, turns is None)

    return plan
