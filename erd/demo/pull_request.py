"""The account of `demo --pull-request`: dbt Cloud as it is a moment after a commit was pushed to pull request 17.

The run of that commit is not there yet. Around it lie the runs that one would take who looks less closely.
"""

import msgspec

from erd.demo.account import (
    ENVIRONMENTS_READ,
    JOBS_READ,
    PREPARATION,
    PRODUCTION,
    PULL_REQUESTS,
    RUNS_READ,
    RUNS_WRITE,
    Account,
    CloudRun,
    Job,
    Step,
    Triggered,
    Triggers,
    demo_account,
)
from erd.demo.embedded import OF_BUILD, OF_DOCS, embedded_files
from erd.demo.timeline import CANCELLED, SUPERSEDED, Timeline, passing

replace = msgspec.structs.replace

MINUTE = 60.0
HOUR = 60 * MINUTE
# What is written here is counted from the start of the server: the commit was pushed a moment before.
APPEARS = 2.0
OLDER_COMMIT = "b7d20c4e9a135f68e0c1d2a7f4839b5566e0d913"

# The job's last step leaves neither a manifest nor a catalog: those lie in the step before it.
CI = replace(
    PULL_REQUESTS,
    execute_steps=("dbt build --select state:modified+", "dbt docs generate", "dbt source freshness"),
    generate_docs=False,
)
# Its runs are successful runs of the production environment, the latest ones, and have no manifest.
FRESHNESS = Job(
    id=43168,
    name="Freshness",
    project_id=PRODUCTION.project_id,
    environment_id=PRODUCTION.environment_id,
    execute_steps=("dbt source freshness",),
    job_type="scheduled",
    triggers=Triggers(schedule=True),
)
SOURCES = (
    b'{"metadata": {"dbt_schema_version": "https://schemas.getdbt.com/dbt/sources/v3.json", "dbt_version": "1.11.16",'
    b' "generated_at": "2026-11-22T05:58:58.120453Z", "invocation_id": "9e1c6f0b-5a44-4f4e-8f0c-6b1d7a2c3e55",'
    b' "env": {}}, "results": [], "elapsed_time": 0.41}'
)
FRESHNESS_STEP = Step("Invoke dbt with `dbt source freshness`", {"sources.json": SOURCES})


def pull_request_account() -> Account:
    """The project of `demo_account`, in which time passes.

    The run of pull request 17 is listed two seconds after the start, is queued for one, runs for two, and its files
    are there one second later. A client may also start such a run: it has the same files.
    """
    demo = demo_account()
    production, review = demo.runs
    production = replace(production, timeline=_finished(-20 * HOUR, 3 * MINUTE))
    freshness = CloudRun(
        id=70437463654006,
        job_definition_id=FRESHNESS.id,
        project_id=FRESHNESS.project_id,
        environment_id=FRESHNESS.environment_id,
        git_sha=production.git_sha,
        git_branch="main",
        steps=(*PREPARATION, FRESHNESS_STEP),
        timeline=_finished(-HOUR, 10),
    )
    steps = (
        *PREPARATION,
        Step(f"Invoke dbt with `{CI.execute_steps[0]}`", embedded_files("pull-request", OF_BUILD)),
        Step("Invoke dbt with `dbt docs generate`", embedded_files("pull-request", OF_DOCS)),
        FRESHNESS_STEP,
    )
    timeline = Timeline(moments=passing(appears=APPEARS, queued=1, running=2), uploaded_after=1, sha_while_queued=False)
    return replace(
        demo,
        tokens=(replace(demo.tokens[0], permissions=frozenset({RUNS_READ, RUNS_WRITE, JOBS_READ, ENVIRONMENTS_READ})),),
        jobs=(PRODUCTION, CI, FRESHNESS),
        runs=(
            production,
            freshness,
            *_other_runs(review),
            replace(review, steps=steps, timeline=timeline),
        ),
        triggered=Triggered(timeline=timeline.after(-APPEARS), steps=steps),
    )


def _other_runs(review: CloudRun) -> tuple[CloudRun, ...]:
    """Runs of the same job: of another pull request, of an older commit of this one, and of one that came later.

    The first has files, which are production's (nobody is to read them). The second runs until that of the new commit
    takes its place. The third waits in the queue for longer than anybody looks.
    """
    of_another = replace(
        review,
        id=70437463654008,
        git_sha="e81f5b3a07c64d92b1a8f6d05c7e29430fd6a8b2",
        git_branch="pull-request-16",
        pull_request=16,
        steps=(*PREPARATION, Step("Invoke dbt with `dbt docs generate`", embedded_files("production", OF_DOCS))),
        timeline=_finished(-30 * MINUTE, MINUTE),
    )
    of_older_commit = replace(
        review,
        id=70437463654013,
        git_sha=OLDER_COMMIT,
        timeline=Timeline(
            moments=passing(appears=-10, queued=2, running=APPEARS + 8, ends=CANCELLED, message=SUPERSEDED)
        ),
    )
    of_later_one = replace(
        review,
        id=70437463654021,
        git_sha="03c9d7e2f1b84a65907e3c2d18fa6b4750e9c1fd",
        git_branch="pull-request-18",
        pull_request=18,
        timeline=Timeline(moments=passing(appears=APPEARS + 0.5, queued=HOUR)),
    )
    return of_another, of_older_commit, of_later_one


def _finished(appears: float, running: float) -> Timeline:
    return Timeline(moments=passing(appears=appears, queued=1, running=running))
