"""The account of the story: the demo's, at the time of a pull request, with files of a few tables."""

import json
from functools import cache
from itertools import pairwise

import msgspec

from erd.demo.account import Account, CloudRun, Step
from erd.demo.pull_request import pull_request_account
from erd.demo.timeline import Timeline, passing
from tests.builders import a_catalog, a_manifest, a_model, a_relationships_test, declared, observed, schema_version
from tests.tokens import TOKEN

replace = msgspec.structs.replace

MANIFEST, CATALOG, RESULTS = "manifest.json", "catalog.json", "run_results.json"
HEAD_RUN, BASE_RUN = 70437463654017, 70437463654001
HEAD_SHA = "4f0c2d9be1a37c5586d1e6b0a9f7c83e52d4b619"
BUILD, DOCS = "Invoke dbt with `dbt build --select state:modified+`", "Invoke dbt with `dbt docs generate`"
TABLES = 12


def the_account(*, deferred: bool = True, over: bool = True) -> Account:
    """The account, with head's run just over, or else as it is in the demo: not there yet.

    If head did not defer, its base is to be found in the production environment.
    """
    account = pull_request_account()
    return replace(
        account,
        tokens=(replace(account.tokens[0], value=TOKEN),),
        runs=tuple(_run(run, deferred=deferred, over=over) for run in account.runs),
    )


def _run(run: CloudRun, *, deferred: bool, over: bool) -> CloudRun:
    run = replace(run, steps=tuple(_step(run, step) for step in run.steps))
    if run.id != HEAD_RUN:
        return run
    run = replace(run, deferring_run_id=BASE_RUN if deferred else None)
    # Without the step that measures freshness the last one has the catalog.
    just_over = Timeline(moments=passing(appears=-20, queued=1, running=9))
    return replace(run, steps=run.steps[:-1], timeline=just_over) if over else run


def _step(run: CloudRun, step: Step) -> Step:
    return replace(step, artifacts={name: content_of(run.id, step.name, name) for name in step.artifacts})


@cache
def content_of(run_id: int, step: str, name: str) -> bytes:
    """The file that a step of a run left: another one for each."""
    tables = [f"table_{run_id % 100}_{number}" for number in range(TABLES)]
    models = [a_model(table, declared("id", "parent_id")) for table in tables]
    match name:
        case "manifest.json":
            links = [
                a_relationships_test(f"model.shop.{one}", "parent_id", f"model.shop.{other}", name=f"{step} {one}")
                for one, other in pairwise(tables)
            ]
            return msgspec.json.encode(a_manifest(*models, *links))
        case "catalog.json":
            return msgspec.json.encode(
                a_catalog({f"model.shop.{table}": observed("id", "parent_id") for table in tables})
            )
        case "run_results.json":
            metadata = {"dbt_schema_version": schema_version("run-results", 6)}
            return json.dumps({"metadata": metadata, "args": {"which": f"{step} of {run_id}"}, "results": []}).encode()
    return b'{"results": []}'
