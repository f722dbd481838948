"""A pull request's run and its base are found without an id, on every CI service, in the step that they lie in."""

import signal
import threading
import time
from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec
import pytest

from erd.demo.account import Account
from erd.demo.event import pull_request_event
from erd.demo.pull_request import CI, OLDER_COMMIT, pull_request_account
from erd.demo.server import Server, serve
from erd.errors import ArtifactError, DbtCloudError
from erd.formats import TARGETS, Options
from erd.given import Door
from erd.pipeline import Drawn, draw
from erd.settings import read_settings
from tests.builders import a_manifest, a_model, write_artifacts
from tests.ci.events import REPOSITORY, github_event
from tests.demo.clock import FakeClock
from tests.github.fake.git import BareRepository
from tests.github.fake.server import FakeGitHub, running_github
from tests.github.fake.tokens import Token
from tests.integration.doors import action, command, interrupted_container
from tests.tokens import GITHUB

HEAD, BASE, OLDER_RUN = 70437463654017, 70437463654001, 70437463654013
HEAD_COMMIT = "4f0c2d9be1a37c5586d1e6b0a9f7c83e52d4b619"


def reached(server: Server) -> dict[str, object]:
    """How to reach the account: no run, no job."""
    return {
        "dbt-cloud-host-url": server.url,
        "dbt-cloud-account-id": server.account.id,
        "dbt-cloud-service-token": server.token,
    }


def drawn(
    environ: Mapping[str, str],
    folder: Path,
    account: Account | None = None,
    given: Mapping[str, object] | None = None,
    *,
    waited: float | None = None,
) -> Drawn:
    """What is drawn on a clock that takes no time; `waited` is how many seconds passed on it already."""
    clock = FakeClock()
    with serve(account or pull_request_account(), clock) as server:
        clock.seconds = waited or 0.0
        settings = read_settings(Door.CONTAINER, reached(server) | dict(given or {}), environ, folder)
        return draw(settings, clock=clock)


def without_deferral() -> Account:
    """The account, in which the run defers to nothing and no environment is production."""
    account = pull_request_account()
    runs = [msgspec.structs.replace(run, deferring_run_id=None) for run in account.runs]
    jobs = [msgspec.structs.replace(job, deferring_environment_id=None) for job in account.jobs]
    return msgspec.structs.replace(account, runs=tuple(runs), jobs=tuple(jobs), environments=())


@pytest.fixture
def workspace(tmp_path: Path) -> Path:
    folder = tmp_path / "workspace"
    folder.mkdir()
    return folder


@pytest.fixture
def fake() -> Iterator[FakeGitHub]:
    with running_github() as running:
        yield running


@pytest.fixture
def git(fake: FakeGitHub, tmp_path: Path) -> BareRepository:
    repository = BareRepository(tmp_path / "behind.git")
    fake.repositories[REPOSITORY] = repository
    fake.let_in(Token(GITHUB, frozenset({REPOSITORY})))
    return repository


def on_github(folder: Path, fake: FakeGitHub, git: BareRepository, **about: str) -> dict[str, str]:
    """The environment of a job of pull request 17 in the fake GitHub's repository."""
    environ = github_event(
        folder,
        number=17,
        head_sha=about.get("head_sha", HEAD_COMMIT),
        base_sha=git.resolved("main") or "",
    )
    return environ | {"GITHUB_API_URL": fake.url, "GITHUB_TOKEN": GITHUB}


def test_the_action_draws_the_run_of_the_commit_when_it_is_there_and_no_id_is_given(workspace: Path) -> None:
    with serve(pull_request_account()) as server:
        answer = action(workspace, reached(server), pull_request_event(workspace.parent))

    assert answer.code == 0, answer.log
    lines = [line for line in answer.log.splitlines() if "Downloading" not in line]
    assert "Waiting up to 30 minutes for a run of commit 4f0c2d9 of pull request 17 to appear in the account" in lines
    assert f"Reading run {HEAD}, the CI run of commit 4f0c2d9 of pull request 17" in lines
    assert "catalog.json is that of step 5 (Invoke dbt with `dbt docs generate`)" in lines
    assert f"Compared with run {BASE}, which run {HEAD} deferred to" in lines
    assert "Collected 21 table(s) and 17 relationship(s)" in lines
    assert f"\n{HEAD}\n" in answer.outputs
    assert f"- **Base** Compared with run {BASE}, which run {HEAD} deferred to" in answer.summary


def test_the_demo_plays_it_for_a_stranger(tmp_path: Path) -> None:
    answer = command(tmp_path, "demo", "--pull-request")

    assert answer.code == 0, answer.log
    assert f"Reading run {HEAD}, the CI run of commit 4f0c2d9 of pull request 17" in answer.log
    assert "No id was given: its run was found by the commit." in answer.log
    assert 'Table "model.jaffle_shop.refunds"' in (tmp_path / "target/output.dbml").read_text()


@pytest.mark.parametrize(
    "environ",
    [
        {
            "GITLAB_CI": "true",
            "CI_COMMIT_SHA": HEAD_COMMIT,
            "CI_MERGE_REQUEST_IID": "17",
            "CI_MERGE_REQUEST_EVENT_TYPE": "detached",
        },
        {
            "TF_BUILD": "True",
            "SYSTEM_PULLREQUEST_PULLREQUESTID": "17",
            "SYSTEM_PULLREQUEST_SOURCECOMMITID": HEAD_COMMIT,
            "BUILD_REPOSITORY_PROVIDER": "TfsGit",
        },
        {"BITBUCKET_BUILD_NUMBER": "3", "BITBUCKET_PR_ID": "17", "BITBUCKET_COMMIT": HEAD_COMMIT},
    ],
    ids=["GitLab CI", "Azure Pipelines", "Bitbucket Pipelines"],
)
def test_every_service_says_which_commit_it_is(environ: dict[str, str], tmp_path: Path) -> None:
    found = drawn(environ, tmp_path)
    assert found.run is not None
    assert found.base is not None
    assert found.base.run is not None
    assert (found.run.id, found.base.run.id) == (HEAD, BASE)


def test_a_pull_request_that_cannot_be_told_is_an_error_and_not_another_run(workspace: Path) -> None:
    environ = pull_request_event(workspace.parent)
    Path(environ["GITHUB_EVENT_PATH"]).write_text("{")
    with serve(pull_request_account()) as server:
        answer = action(workspace, reached(server), environ)
        assert server.requests == []
    assert answer.code == 2
    assert len(answer.annotations) == 1


def test_the_job_may_be_any_of_the_project(tmp_path: Path) -> None:
    found = drawn(pull_request_event(tmp_path), tmp_path, given={"dbt-cloud-job-id": "43166"})
    assert found.run is not None
    assert found.run.id == HEAD


def test_a_run_that_is_given_wins_over_that_of_the_commit(tmp_path: Path) -> None:
    found = drawn(pull_request_event(tmp_path), tmp_path, given={"dbt-cloud-run-id": str(BASE)})
    assert found.run is not None
    assert found.run.id == BASE


def test_state_selectors_compare_with_the_base_that_was_found(tmp_path: Path) -> None:
    found = drawn(pull_request_event(tmp_path), tmp_path, given={"select": "state:new"})
    assert [table.unique_id for table in found.erd.tables] == [
        "model.jaffle_shop.refunds",
        "model.jaffle_shop.stg_refunds",
    ]


@pytest.mark.parametrize(
    ("given", "how"),
    [
        ({"dbt-cloud-base-run-id": "70437463654008"}, "Compared with run 70437463654008"),
        ({"dbt-cloud-base-job-id": "43166"}, f"Compared with run {BASE}, the latest successful one of job 43166"),
        ({"base-artifacts-dir": "production"}, "Compared with production"),
        ({"base-file": "base.dbml"}, "Compared with the diagram base.dbml"),
    ],
)
def test_a_base_that_is_given_is_the_one_that_is_used(
    given: dict[str, str], how: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    Path("production").mkdir()
    write_artifacts(Path("production"), a_manifest(a_model()))
    Path("base.dbml").write_text('Table "a" {\n  "b" "int"\n}\n')
    found = drawn(pull_request_event(tmp_path), tmp_path, given=given)
    assert found.base is not None
    assert found.base.how == how


def test_without_a_pull_request_nothing_is_compared(tmp_path: Path) -> None:
    assert drawn({}, tmp_path, given={"dbt-cloud-job-id": "43166"}).base is None


def test_the_latest_run_of_production_is_the_base_of_a_run_that_defers_to_nothing(tmp_path: Path) -> None:
    account = pull_request_account()
    runs = [msgspec.structs.replace(run, deferring_run_id=None) for run in account.runs]
    found = drawn(pull_request_event(tmp_path), tmp_path, msgspec.structs.replace(account, runs=tuple(runs)))
    assert found.base is not None
    assert found.base.run is not None
    assert found.base.run.id == BASE


def test_a_diagram_on_the_base_branch_is_the_base_where_there_is_no_run(
    fake: FakeGitHub, git: BareRepository, tmp_path: Path
) -> None:
    before = drawn(pull_request_event(tmp_path), tmp_path)
    git.commit({"target/output.dbml": TARGETS["dbml"].render(before.erd, Options()).encode()})

    found = drawn(on_github(tmp_path, fake, git), tmp_path, without_deferral())

    assert found.base is not None
    assert found.base.how == "Compared with the diagram target/output.dbml at main"
    assert found.base.erd is not None
    assert [table.unique_id for table in found.base.erd.tables] == [table.unique_id for table in before.erd.tables]


def test_where_there_is_nothing_to_compare_with_it_is_said(
    fake: FakeGitHub, git: BareRepository, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    git.commit({"README.md": b"nothing else"})
    assert drawn(on_github(tmp_path, fake, git), tmp_path, without_deferral()).base is None
    assert "There is nothing to compare with" in caplog.text


def test_a_base_older_than_the_branch_is_warned_about(
    fake: FakeGitHub, git: BareRepository, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    ran = git.commit({"a": b"1"})
    git.commit({"a": b"2"})
    begins = git.commit({"a": b"3"})
    head = git.commit({"b": b"1"}, branch="feature", parents=[begins])
    account = at_commits(ran, head)

    found = drawn(on_github(tmp_path, fake, git, head_sha=head), tmp_path, account)

    assert found.base is not None
    assert found.base.is_older
    warned = f"run {BASE} is of commit {ran[:7]}, 2 commit(s) before {begins[:7]}, where the branch begins"
    assert warned in caplog.text


def test_a_base_as_new_as_the_branch_is_not_warned_about(
    fake: FakeGitHub, git: BareRepository, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    begins = git.commit({"a": b"1"})
    head = git.commit({"b": b"1"}, branch="feature", parents=[begins])
    found = drawn(on_github(tmp_path, fake, git, head_sha=head), tmp_path, at_commits(begins, head))
    assert found.base is not None
    assert not found.base.is_older
    assert "older" not in caplog.text


def at_commits(production: str, head: str) -> Account:
    """The account, with its two runs at these commits."""
    account = pull_request_account()
    shas = {BASE: production, HEAD: head}
    runs = [msgspec.structs.replace(run, git_sha=shas.get(run.id, run.git_sha)) for run in account.runs]
    return msgspec.structs.replace(account, runs=tuple(runs))


def test_a_github_that_does_not_answer_does_not_lose_the_erd(
    fake: FakeGitHub, git: BareRepository, tmp_path: Path
) -> None:
    git.commit({"a": b"1"})
    fake.tokens.clear()
    found = drawn(on_github(tmp_path, fake, git), tmp_path, without_deferral())
    assert (len(found.erd.tables), found.base) == (21, None)


def test_a_base_file_that_is_no_diagram_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "base.dbml").write_text("<<<<<<< ours\n")
    given = {"base-file": str(tmp_path / "base.dbml")}
    with pytest.raises(ArtifactError, match=r"base\.dbml is not a diagram that can be read"):
        drawn(pull_request_event(tmp_path), tmp_path, given=given)
    (tmp_path / "base.dbml").unlink()
    with pytest.raises(ArtifactError, match=r"base\.dbml could not be read: No such file"):
        drawn(pull_request_event(tmp_path), tmp_path, given=given)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_a_run_that_was_started_here_is_cancelled_when_the_job_is(how: signal.Signals, tmp_path: Path) -> None:
    environ = github_event(tmp_path, number=99, head_sha="9" * 40)
    started = threading.Event()
    with serve(pull_request_account()) as server:
        variables = {f"DBTERD_{name.upper().replace('-', '_')}": value for name, value in reached(server).items()}
        variables |= {"DBTERD_TRIGGER": "true", "DBTERD_DBT_CLOUD_WAIT_MINUTES": "0.2"}
        looking = threading.Thread(target=_set_when_started, args=(server, started), daemon=True)
        looking.start()
        interrupted_container(tmp_path, environ | variables, how, started)
        posts = [asked.path for asked in server.requests if asked.method == "POST"]
    assert posts[0] == f"/api/v2/accounts/1/jobs/{CI.id}/run/"
    assert len(posts) == 2
    assert posts[1].endswith("/cancel/")


def _set_when_started(server: Server, started: threading.Event) -> None:
    while not any(asked.method == "POST" for asked in tuple(server.requests)):
        time.sleep(0.05)
    time.sleep(0.5)
    started.set()


def test_the_run_of_an_older_commit_is_not_taken_for_that_of_the_last(tmp_path: Path) -> None:
    environ = github_event(tmp_path, number=17, head_sha=OLDER_COMMIT)
    with pytest.raises(DbtCloudError, match=rf"Run {OLDER_RUN} was cancelled"):
        drawn(environ, tmp_path, waited=10)
