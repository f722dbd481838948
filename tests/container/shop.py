"""The world of the examples: the demo's dbt Cloud by the name that stands in them, and its repository on GitHub.

Pull request 17 is one of the repository's own branches, pull request 18 comes from a fork. Their commits are real ones,
and dbt Cloud's runs are of these.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import msgspec

from erd.demo.account import Account
from erd.demo.pull_request import pull_request_account
from erd.demo.server import Server, serve
from erd.formats import TARGETS, Options
from erd.given import Door
from erd.pipeline import draw
from erd.settings import read_settings
from tests.ci.events import REPOSITORY, a_pull_request, a_repository, a_workflow_run
from tests.container.front import Front, front
from tests.container.situation import Event, Situation
from tests.demo.clock import FakeClock
from tests.github.fake.discussion import Discussion
from tests.github.fake.git import BareRepository
from tests.github.fake.server import FakeGitHub, running_github

HOST = "ab123.us1.dbt.com"
PRODUCTION_JOB = f"https://{HOST}/deploy/1/projects/2/jobs/43166"
OWN, FORKED = 17, 18
FORK = "a-visitor/warehouse"
PRODUCTION_RUN, PULL_REQUEST_RUN = 70437463654001, 70437463654017
# By now all runs of the account have ended, and their files are there.
LATER_SECONDS = 60.0
MODEL = "models/orders.sql"
README = b"# The shop\n\n<!-- dbt-cloud-erd:begin -->\n<!-- dbt-cloud-erd:end -->\n"


class Shop(NamedTuple):
    """The account, the repository, and the way to dbt Cloud."""

    dbt_cloud: Server
    github: FakeGitHub
    git: BareRepository
    front: Front

    @property
    def discussion(self) -> Discussion:
        """What is said in the pull requests."""
        return self.github.discussion(REPOSITORY)

    def situation(self, event: Event, **about: Any) -> Situation:
        """That of a workflow which the event starts, in a repository where all is set up as the README says."""
        of_the_shop = Situation(
            event=event,
            repository=REPOSITORY,
            server_url=self.github.url,
            secrets={"DBT_CLOUD_SERVICE_TOKEN": self.dbt_cloud.token},
            variables={"RUN_OF_THE_FORK": str(PULL_REQUEST_RUN), "DBT_CLOUD_JOB_URL": PRODUCTION_JOB},
        )
        return msgspec.structs.replace(of_the_shop, **about)

    def event(self, name: str, filters: Any = None) -> Event:
        """An event of this kind that passes these filters of a workflow, as far as they name types and workflows."""
        about = {"repository": a_repository(REPOSITORY)}
        wanted = filters if isinstance(filters, dict) else {}
        action = (wanted.get("types") or [""])[0]
        main = self.commit("main")
        match name:
            case "pull_request":
                return self.pull_request(OWN, action=action or "synchronize")
            case "pull_request_target":
                # What it is there for; and its ref is that of the base.
                whole = self.pull_request(FORKED, name, action or "synchronize")
                return msgspec.structs.replace(whole, ref="refs/heads/main", sha=main)
            case "workflow_run":
                workflow = (wanted.get("workflows") or ["CI"])[0]
                return self.workflow_run(workflow)
            case "push":
                return Event(name=name, payload=about, sha=main, changed=(MODEL,))
            case "schedule":
                return Event(name=name, payload=about | {"schedule": filters[0]["cron"]}, sha=main)
            case "workflow_dispatch" | "repository_dispatch":
                return Event(name=name, payload=about | {"action": action, "inputs": {}}, sha=main)
        raise AssertionError(f"{name} is an event that is not played here")

    def pull_request(self, number: int, name: str = "pull_request", action: str = "synchronize") -> Event:
        """A push to a pull request, whose merge into its base is checked out."""
        pull = self.discussion.pulls[number]
        described = a_pull_request(
            number=number,
            head_sha=self.commit(pull.branch),
            head_branch=pull.branch,
            base_sha=self.commit("main"),
            head_repository=FORK if pull.head_owner else REPOSITORY,
        )
        payload = {"action": action, "number": number, "pull_request": described}
        return Event(
            name=name,
            payload=payload | {"repository": a_repository(REPOSITORY)},
            ref=f"refs/pull/{number}/merge",
            sha=self.git.ref(f"refs/pull/{number}/merge") or "",
            head_ref=pull.branch,
            base_ref=pull.base,
            changed=(MODEL,),
        )

    def workflow_run(self, workflow: str) -> Event:
        """The end of another workflow's run, which the fork's pull request had started."""
        branch = self.discussion.pulls[FORKED].branch
        payload = a_workflow_run(
            head_sha=self.commit(branch), head_branch=branch, head_repository=FORK, pull_requests=[]
        )
        payload["workflow_run"]["name"] = workflow
        return Event(name="workflow_run", payload=payload, sha=self.commit("main"))

    def commit(self, branch: str) -> str:
        """The tip of a branch."""
        return self.git.ref(f"refs/heads/{branch}") or ""


@contextmanager
def open_shop(folder: Path) -> Iterator[Shop]:
    """The shop, with what it needs to keep in the folder, until the block ends."""
    clock = FakeClock()
    with running_github() as github:
        git = BareRepository(folder / "behind.git")
        github.repositories[REPOSITORY] = git
        _fill(git, github.discussion(REPOSITORY))
        with (
            serve(_account(git), clock) as dbt_cloud,
            front(HOST, int(dbt_cloud.url.rpartition(":")[2]), folder) as way,
        ):
            clock.seconds = LATER_SECONDS
            _commit_diagram(git, dbt_cloud, folder)
            # From here on it says its own address as clients know it.
            dbt_cloud.url = f"https://{HOST}"
            dbt_cloud.requests.clear()
            yield Shop(dbt_cloud, github, git, way)


def _fill(git: BareRepository, discussion: Discussion) -> None:
    model = b"select 1 as order_id\n"
    first = git.commit({"dbt_project.yml": b"name: jaffle_shop\n", MODEL: model, "README.md": README})
    for number, branch, owner in ((OWN, "feature", ""), (FORKED, "their-feature", FORK.partition("/")[0])):
        git.commit({MODEL: f"select {number} as order_id\n".encode()}, branch=branch, parents=[first])
        discussion.open_pull(number, branch, head_owner=owner)
        merged = git.commit({}, branch="merged", parents=[git.ref(f"refs/heads/{branch}") or "", first])
        git.git("update-ref", f"refs/pull/{number}/merge", merged)
        git.git("update-ref", "-d", "refs/heads/merged")


def _account(git: BareRepository) -> Account:
    """The demo's, with its two runs at the commits of the repository."""
    shas = {PRODUCTION_RUN: git.ref("refs/heads/main"), PULL_REQUEST_RUN: git.ref("refs/heads/feature")}
    account = pull_request_account()
    runs = (msgspec.structs.replace(run, git_sha=shas.get(run.id, run.git_sha)) for run in account.runs)
    return msgspec.structs.replace(account, runs=tuple(runs))


def _commit_diagram(git: BareRepository, dbt_cloud: Server, folder: Path) -> None:
    """On the default branch, as somebody keeps it who has it drawn from production."""
    given = {
        "dbt-cloud-host-url": dbt_cloud.url,
        "dbt-cloud-account-id": dbt_cloud.account.id,
        "dbt-cloud-service-token": dbt_cloud.token,
        "dbt-cloud-run-id": PRODUCTION_RUN,
    }
    erd = draw(read_settings(Door.COMMAND, given, {}, folder)).erd
    git.commit({"target/output.dbml": TARGETS["dbml"].render(erd, Options()).encode()})
