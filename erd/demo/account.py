"""What a dbt Cloud account holds, as plain data: jobs, runs, the artifacts of their steps, and who may read them."""

from collections.abc import Callable, Mapping

import msgspec

from erd.ci.pull_request import Forge
from erd.demo.embedded import OF_BUILD, OF_DOCS, embedded_files
from erd.demo.timeline import SUCCESS, Timeline, passing

# dbt Cloud's own names for what a token may do.
RUNS_READ = "Runs: Read"
RUNS_WRITE = "Runs: Write"
JOBS_READ = "Jobs: Read"
# The documentation has a row for environments, but no name in this form: this one is ours.
ENVIRONMENTS_READ = "Environments: Read"

# What a job or an environment is, as opposed to deleted (2).
ACTIVE = 1

# A file's bytes, or what makes them when they are asked for.
Content = bytes | Callable[[], bytes]


class Token(msgspec.Struct, frozen=True):
    """A service token: its value, what it may do, and whether the account's IP allowlist lets its user in."""

    value: str
    permissions: frozenset[str] = frozenset({RUNS_READ, JOBS_READ, ENVIRONMENTS_READ})
    address_allowed: bool = True

    def __repr__(self) -> str:
        return "Token(***)"


class Environment(msgspec.Struct, frozen=True, kw_only=True):
    """An environment of a project; `deployment_type` is `production`, `staging` or nothing of the kind."""

    id: int
    name: str
    project_id: int
    type: str = "deployment"
    deployment_type: str | None = None
    state: int = ACTIVE


class Triggers(msgspec.Struct, frozen=True, kw_only=True):
    """What starts a job by itself."""

    github_webhook: bool = False
    git_provider_webhook: bool = False
    schedule: bool = False
    on_merge: bool = False


class Job(msgspec.Struct, frozen=True):
    """A job: what it runs, and where; and the environment whose latest run it defers to."""

    id: int
    name: str
    project_id: int
    environment_id: int
    execute_steps: tuple[str, ...] = ("dbt build",)
    generate_docs: bool = False
    job_type: str = "other"
    triggers: Triggers = Triggers()
    deferring_environment_id: int | None = None
    state: int = ACTIVE


class Step(msgspec.Struct, frozen=True):
    """A step of a run, and the files that it left."""

    name: str
    artifacts: Mapping[str, Content] = {}
    status: int = SUCCESS


# What dbt Cloud does before a job's own commands; these steps leave no files.
PREPARATION = (
    Step("Clone git repository"),
    Step("Create profile from connection"),
    Step("Invoke dbt with `dbt deps`"),
)


class CloudRun(msgspec.Struct, frozen=True, kw_only=True):
    """A run of a job; its steps are counted from 1, and the first three are `PREPARATION`.

    With a timeline, what it is at a time follows from that (`erd.demo.view`): its status and message, its times, and
    whether its commit is known and its files are there. Without one it is at all times what is written here.
    """

    id: int
    job_definition_id: int
    project_id: int
    environment_id: int
    status: int = SUCCESS
    status_message: str | None = None
    git_sha: str | None = None
    git_branch: str | None = None
    created_at: str = "2026-08-07 10:32:24.326116+00:00"
    started_at: str | None = None
    finished_at: str | None = "2026-08-07 10:34:14.435474+00:00"
    pull_request: int | None = None
    forge: Forge = Forge.GITHUB
    # What the trigger of the run says: by default what follows from its commit and its pull request.
    cause: str | None = None
    cause_category: str | None = None
    trigger_sha: str | None = None
    schema_override: str | None = None
    deferring_run_id: int | None = None
    steps: tuple[Step, ...] = PREPARATION
    artifacts_saved: bool = True
    timeline: Timeline | None = None


class Triggered(msgspec.Struct, frozen=True, kw_only=True):
    """What becomes of a run that a client starts; its timeline counts from the moment at which it does."""

    timeline: Timeline = Timeline(moments=passing())
    steps: tuple[Step, ...] = PREPARATION


class Account(msgspec.Struct, frozen=True, kw_only=True):
    """A whole account. Ids of runs, of jobs and of environments are unique in it."""

    id: int
    name: str = "Jaffle Shop"
    tokens: tuple[Token, ...]
    environments: tuple[Environment, ...] = ()
    jobs: tuple[Job, ...] = ()
    runs: tuple[CloudRun, ...] = ()
    triggered: Triggered = Triggered()


ENVIRONMENTS = (
    Environment(id=3, name="Production", project_id=2, deployment_type="production"),
    Environment(id=4, name="Continuous integration", project_id=2),
    Environment(id=5, name="Development", project_id=2, type="development"),
)
PRODUCTION = Job(
    id=43166,
    name="Production",
    project_id=2,
    environment_id=3,
    generate_docs=True,
    job_type="scheduled",
    triggers=Triggers(schedule=True),
)
PULL_REQUESTS = Job(
    id=43167,
    name="Pull requests",
    project_id=2,
    environment_id=4,
    execute_steps=("dbt build --select state:modified+",),
    generate_docs=True,
    job_type="ci",
    triggers=Triggers(github_webhook=True),
    deferring_environment_id=PRODUCTION.environment_id,
)


def demo_account() -> Account:
    """The account of the demo: the production run of `examples/jaffle_shop` and the run of its pull request 17.

    The files are read, out of the package, when they are asked for.
    """
    production = CloudRun(
        id=70437463654001,
        job_definition_id=PRODUCTION.id,
        project_id=PRODUCTION.project_id,
        environment_id=PRODUCTION.environment_id,
        git_sha="5c1f0a7be2d94386f0d1b7c8a9e3524d6b80f791",
        git_branch="main",
        created_at="2026-11-22 05:56:02.118342+00:00",
        finished_at="2026-11-22 05:58:45.904511+00:00",
        steps=_steps("production", PRODUCTION),
    )
    pull_request = CloudRun(
        id=70437463654017,
        job_definition_id=PULL_REQUESTS.id,
        project_id=PULL_REQUESTS.project_id,
        environment_id=PULL_REQUESTS.environment_id,
        git_sha="4f0c2d9be1a37c5586d1e6b0a9f7c83e52d4b619",
        git_branch="pull-request-17",
        created_at="2026-11-22 05:58:46.326116+00:00",
        finished_at="2026-11-22 05:58:58.435474+00:00",
        pull_request=17,
        deferring_run_id=production.id,
        steps=_steps("pull-request", PULL_REQUESTS),
    )
    return Account(
        id=1,
        tokens=(Token("dbtc_demo_of_dbt_cloud_erd"),),
        environments=ENVIRONMENTS,
        jobs=(PRODUCTION, PULL_REQUESTS),
        runs=(production, pull_request),
    )


def _steps(folder: str, job: Job) -> tuple[Step, ...]:
    """The steps of a run with `Generate docs on run`: the build, then the docs, each with files of its own."""
    return (
        *PREPARATION,
        Step(f"Invoke dbt with `{job.execute_steps[0]}`", embedded_files(folder, OF_BUILD)),
        Step("Invoke dbt with `dbt docs generate`", embedded_files(folder, OF_DOCS)),
    )
