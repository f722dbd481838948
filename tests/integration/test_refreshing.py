"""The refresh as jobs run it: what plain git finds afterwards, what the job says, and that it is never noise."""

import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from erd.artifacts.catalog import ObservedColumn
from tests.builders import Identified, a_model, observed, schema_version
from tests.ci.events import REPOSITORY, github_event, written_event
from tests.github.a_branch import Branches
from tests.github.builders import NAME
from tests.github.fake.faults import meanwhile
from tests.github.fake.git import BareRepository
from tests.github.fake.protection import Rule, protect
from tests.github.fake.server import FakeGitHub, running_github
from tests.github.fake.tokens import COMMENTER, WRITER, Token
from tests.tokens import GITHUB, GITHUB_ANOTHER

from .refreshes import COLUMNS, CUSTOMERS, ERD, SCHEDULE, SHOP, Refreshing

OWN = "dbt-cloud-erd/main"
README = b"# Shop\r\n\r\n<!-- dbt-cloud-erd:begin -->\r\nold\r\n<!-- dbt-cloud-erd:end -->\r\n\xff the rest\n"


@pytest.fixture
def fake() -> Iterator[FakeGitHub]:
    with running_github() as running:
        yield running


@pytest.fixture
def branches(fake: FakeGitHub, tmp_path: Path) -> Branches:
    """The repository, with one commit, to which the workflow's token may write."""
    git = BareRepository(tmp_path / "behind.git")
    fake.repositories |= {REPOSITORY: git, NAME: git}
    fake.let_in(Token(GITHUB, frozenset({REPOSITORY, NAME}), WRITER))
    git.commit({"README.md": README, "dbt_project.yml": b"name: shop"})
    return Branches(fake, git)


@pytest.fixture
def job(branches: Branches, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Refreshing:
    """Jobs that begin in their workspace, as a runner has it."""
    found = Refreshing(tmp_path, branches)
    monkeypatch.chdir(found.workspace)
    return found


def test_the_first_refresh_commits_what_was_written_and_says_so(
    job: Refreshing, branches: Branches, caplog: pytest.LogCaptureFixture
) -> None:
    done = job.run()
    assert done.code == 0
    assert not [one for one in caplog.records if one.levelname == "WARNING"]
    assert branches.content(ERD) == (job.workspace / ERD).read_bytes()
    assert branches.log() == ["A commit", "ERD: 2 tables, 1 relationship"]
    assert branches.stat("main") == [ERD]
    assert done.outputs["commit-sha"] == branches.tip()
    assert f"[`{branches.tip()[:7]}`](" in done.summary
    branches.check()


def test_a_refresh_of_the_same_model_commits_nothing(
    job: Refreshing, branches: Branches, caplog: pytest.LogCaptureFixture
) -> None:
    job.run()
    tip, writes = branches.tip(), len(branches.fake.writes)
    caplog.set_level("INFO")
    done = job.run()
    assert (done.code, done.outputs["commit-sha"]) == (0, "")
    assert (branches.tip(), len(branches.fake.writes)) == (tip, writes)
    assert "nothing to commit" in caplog.text
    assert "**Commit** none" in done.summary


@pytest.mark.parametrize(
    ("nodes", "columns", "said"),
    [
        ((*SHOP, a_model("stores"), a_model("cards")), {}, "+2 tables"),
        ((*SHOP[:2], *SHOP[3:]), {}, "\N{MINUS SIGN}1 relationship"),
        (SHOP, {CUSTOMERS: observed("id", "name", "email")}, "+1 column"),
        (SHOP, {CUSTOMERS: observed("id")}, "\N{MINUS SIGN}1 column"),
        (SHOP[:4], {}, "~1 key"),
        ((SHOP[0].but(description="What was ordered."), *SHOP[1:]), {}, "descriptions of 1 table"),
    ],
)
def test_the_message_says_what_changes(
    nodes: tuple[Identified, ...],
    columns: dict[str, dict[str, ObservedColumn]],
    said: str,
    job: Refreshing,
    branches: Branches,
) -> None:
    job.run()
    job.build(*nodes, columns=COLUMNS | columns)
    assert job.run().code == 0
    assert said in branches.log()[-1]


def test_the_message_is_the_users_own(job: Refreshing, branches: Branches) -> None:
    message = "docs: data model ({changes})\n\n{tables} and {relationships}, {as it is}"
    job.run(commit_message=message, commit_co_author="A. <a@example.com>, B. <b@example.com>", commit_skip_ci=True)
    written = branches.git.git("log", "-1", "--format=%B", "main")
    assert written.startswith("docs: data model (2 tables, 1 relationship) [skip ci]\n\n2 and 1, {as it is}\n\nCo-auth")
    assert [line for line in written.splitlines() if line.startswith("Co-authored-by")] == [
        "Co-authored-by: A. <a@example.com>",
        "Co-authored-by: B. <b@example.com>",
    ]


def test_thirty_nights_with_five_changes_are_five_commits(job: Refreshing, branches: Branches) -> None:
    added = {3: "stores", 8: "cards", 9: "payments", 21: "refunds", 30: "employees"}
    built = list(SHOP)
    job.run(target="dbml,json,markdown,mermaid,tbls,drawdb,d2,graphviz,plantuml", embed_in="README.md")
    before = branches.log()
    for night in range(1, 31):
        built += [a_model(added[night])] if night in added else []
        job.build(*built)
        job.invoke_again(night)
        done = job.run(target="dbml,json,markdown,mermaid,tbls,drawdb,d2,graphviz,plantuml", embed_in="README.md")
        assert (done.code, bool(done.outputs["commit-sha"])) == (0, night in added), night
    assert branches.log()[len(before) :] == ["ERD: +1 table"] * 5
    branches.check()


def test_how_the_tests_went_is_not_committed(job: Refreshing, branches: Branches) -> None:
    tips = []
    for status, failures in (("pass", 0), ("fail", 3), ("fail", 4)):
        result = {"unique_id": SHOP[2].unique_id, "status": status, "failures": failures}
        results = {"metadata": {"dbt_schema_version": schema_version("run-results", 6)}, "results": [result]}
        (job.workspace / "run_results.json").write_text(json.dumps(results | {"args": {"which": "build"}}))
        done = job.run(target="dbml,json,markdown,mermaid")
        assert f"`{status}`" in done.summary
        tips.append(branches.tip())
    assert len(set(tips)) == 1


def test_a_block_is_refreshed_and_the_rest_of_its_file_stays_byte_for_byte(job: Refreshing, branches: Branches) -> None:
    (job.workspace / "README.md").write_bytes(README)
    done = job.run(embed_in="./README.md", target="dbml,markdown")
    assert done.code == 0
    content = branches.content("README.md")
    begin, end = b"<!-- dbt-cloud-erd:begin -->\r\n", b"<!-- dbt-cloud-erd:end -->\r\n"
    before, _, rest = content.partition(begin)
    block, _, after = rest.partition(end)
    assert (before, after) == (b"# Shop\r\n\r\n", b"\xff the rest\n")
    assert b"**2 tables**, **1 relationship**" in block
    assert b"```mermaid\r\n" in block
    assert b"[All tables and columns](target/erd.md)" in block
    assert block.count(b"\n") == block.count(b"\r\n")
    assert (job.workspace / "README.md").read_bytes() == content
    assert branches.stat("main") == ["README.md", "target/erd.md", ERD]
    assert job.run(embed_in="README.md", target="dbml,markdown").outputs["commit-sha"] == ""


def test_a_block_is_laid_into_what_others_made_of_its_file_meanwhile(job: Refreshing, branches: Branches) -> None:
    newer = README.replace(b"# Shop", b"# Our shop")
    branches.fake.go_wrong(meanwhile(lambda: branches.git.commit({"README.md": newer})), method="PATCH")
    assert job.run(embed_in="README.md").code == 0
    content = branches.content("README.md")
    assert content.startswith(b"# Our shop\r\n")
    assert b"**2 tables**" in content
    assert len(branches.log()) == 3
    branches.check()


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("docs/none.md", "There is no file 'docs/none.md' in the branch"),
        ("dbt_project.yml", "dbt_project.yml does not have the two markers"),
    ],
)
def test_a_file_without_a_place_for_the_block_is_named(
    path: str, said: str, job: Refreshing, branches: Branches, caplog: pytest.LogCaptureFixture
) -> None:
    tip = branches.tip()
    assert job.run(embed_in=path).code == 1
    assert said in caplog.text
    assert branches.tip() == tip
    assert (job.workspace / ERD).exists()


def test_a_new_branch_is_made_where_one_is_named(job: Refreshing, branches: Branches) -> None:
    tip = branches.tip()
    job.run(commit_branch="erd/docs")
    assert branches.git.git("rev-parse", "erd/docs^") == tip == branches.tip()
    assert branches.stat("erd/docs") == [ERD]


def test_in_a_pull_request_its_head_is_committed_to(job: Refreshing, branches: Branches, tmp_path: Path) -> None:
    head = branches.git.commit({"models/orders.sql": b"select 1"}, branch="feature", parents=[branches.tip()])
    main = branches.tip()
    environ = github_event(tmp_path, number=17, head_sha=head, base_sha=main)
    done = job.run(environ | {"GITHUB_REF": "refs/pull/17/merge"}, comment="never")
    assert done.code == 0
    assert branches.git.git("rev-parse", "feature^") == head
    assert branches.content(ERD, "feature")
    assert branches.tip() == main


def test_the_comment_of_a_pull_request_links_the_erd_that_is_committed(
    job: Refreshing, branches: Branches, tmp_path: Path
) -> None:
    base = tmp_path / "base"
    base.mkdir()
    for name in ("manifest.json", "catalog.json"):
        (job.workspace / name).rename(base / name)
    job.build(*SHOP, a_model("stores"))
    head = branches.git.commit({"a": b""}, branch="feature", parents=[branches.tip()])
    discussion = branches.fake.discussion(REPOSITORY)
    discussion.open_pull(17, "feature")
    environ = github_event(tmp_path, number=17, head_sha=head)
    assert job.run(environ, base_artifacts_dir=str(base), target="dbml,markdown").code == 0
    (body,) = discussion.bodies(17)
    assert f"[Full ERD](https://github.example/{REPOSITORY}/blob/feature/target/erd.md)" in body
    assert branches.content("target/erd.md", "feature")


def test_what_a_pull_requests_run_did_not_build_keeps_its_columns(
    job: Refreshing, branches: Branches, tmp_path: Path
) -> None:
    job.run()
    base = tmp_path / "base"
    base.mkdir()
    for name in ("manifest.json", "catalog.json"):
        (job.workspace / name).rename(base / name)
    job.build(*SHOP, columns={"model.shop.orders": observed("id", "customer_id", "amount")})
    head = branches.git.commit({"models/orders.sql": b"select 1"}, branch="feature", parents=[branches.tip()])
    environ = github_event(tmp_path, number=17, head_sha=head)
    assert job.run(environ, comment="never", base_artifacts_dir=str(base)).code == 0
    lines = branches.git.git("diff", "--unified=0", head, "feature", "--", ERD).splitlines()
    changed = [line for line in lines if line[0] in "+-" and not line.startswith(("+++", "---"))]
    assert [line.split('"')[1] for line in changed] == ["amount"]


def test_a_protected_branch_gets_a_pull_request_that_follows_it_and_ends_with_it(
    job: Refreshing, branches: Branches
) -> None:
    protect(branches.git, "main")
    done = job.run(commit="pull-request")
    assert done.code == 0, done.summary
    (pull,) = branches.fake.discussion(REPOSITORY).pulls.values()
    assert done.outputs["pull-request-url"].endswith(f"/pull/{pull.number}")
    assert pull.title == "ERD: 2 tables, 1 relationship"
    body = pull.body or ""
    assert "```mermaid" in body
    assert "This pull request follows `main`" in body
    assert branches.content(ERD, OWN) == (job.workspace / ERD).read_bytes()

    job.build(*SHOP, a_model("stores"))
    again = job.run(commit="pull-request")
    assert again.outputs["pull-request-url"] == done.outputs["pull-request-url"]
    assert pull.title == "ERD: 3 tables, 1 relationship"

    branches.git.commit({ERD: branches.content(ERD, OWN)})
    last = job.run(commit="pull-request")
    assert (last.code, last.outputs["pull-request-url"], last.outputs["commit-sha"]) == (0, "", "")
    assert pull.state == "closed"
    assert branches.tip(OWN) == ""
    branches.check()


def test_no_pull_request_is_opened_for_a_pull_request(job: Refreshing, branches: Branches, tmp_path: Path) -> None:
    head = branches.git.commit({"a": b""}, branch="feature", parents=[branches.tip()])
    environ = github_event(tmp_path, number=17, head_sha=head)
    assert job.run(environ, comment="never", commit="pull-request").code == 0
    assert branches.fake.writes == []


def test_the_push_of_its_own_commit_ends_before_anything_is_read(
    job: Refreshing, branches: Branches, tmp_path: Path
) -> None:
    job.run()
    (job.workspace / "manifest.json").unlink()
    message, tree = (branches.git.git("log", "-1", f"--format={form}", "main") for form in ("%B", "%T"))
    event = {"ref": "refs/heads/main", "head_commit": {"id": branches.tip(), "message": message, "tree_id": tree}}
    push = written_event(tmp_path, "push", event) | {"GITHUB_REF": "refs/heads/main"}
    done = job.run(push)
    assert (done.code, "just refreshed" in done.summary) == (0, True)
    event["head_commit"]["tree_id"] = "0" * 40  # type: ignore[index] # the dict above
    assert job.run(written_event(tmp_path, "push", event) | {"GITHUB_REF": "refs/heads/main"}).code == 1


@pytest.mark.parametrize(
    ("environ", "given", "rule", "said", "todo"),
    [
        ({}, {}, Rule.PROTECTION, "The branch main of acme/warehouse is protected", "commit: pull-request"),
        ({}, {}, Rule.RULESET, "The branch main of acme/warehouse is protected", "commit: pull-request"),
        ({}, {"github_token": GITHUB_ANOTHER}, None, "The token may not commit to acme/warehouse", "`contents: write`"),
        ({"GITHUB_REF": "refs/tags/v1"}, {}, None, "is a tag", "commit-branch"),
        ({"GITHUB_REF": ""}, {}, None, "no branch", "commit-branch"),
        ({"GITHUB_REF": "refs/heads/gh-readonly-queue/main/pr-1"}, {}, None, "merge queue", "commit-branch"),
        ({"GITHUB_REF": "refs/heads/gone"}, {}, None, "There is no branch gone", "commit-branch"),
        ({}, {"output": "dbt_project.yml/erd"}, None, "could not be written", "Check that"),
        ({}, {"output": ".git"}, None, "no path of a file within the repository", "not in .git"),
        ({}, {"output": "../outside"}, None, "outside the workspace", "inside the workspace"),
    ],
)
def test_a_refusal_says_what_to_set_and_keeps_the_erd(
    environ: dict[str, str],
    given: dict[str, str],
    rule: Rule | None,
    said: str,
    todo: str,
    job: Refreshing,
    branches: Branches,
    caplog: pytest.LogCaptureFixture,
) -> None:
    branches.fake.let_in(Token(GITHUB_ANOTHER, frozenset({REPOSITORY}), COMMENTER))
    (job.workspace / "dbt_project.yml").write_text("name: shop")
    if rule:
        protect(branches.git, "main", rule)
    tip = branches.tip()
    done = job.run(SCHEDULE | environ, **given)
    assert done.code == 1
    assert said in caplog.text
    assert todo in caplog.text
    assert branches.tip() == tip
    if "written" not in said and "outside" not in said:
        assert (job.workspace / given.get("output", "target") / "output.dbml").exists()
        assert "2 tables" in done.summary
        assert "**Commit** ⚠️ none" in done.summary


def test_a_pull_request_from_a_fork_is_not_committed_to(
    job: Refreshing, branches: Branches, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    environ = github_event(tmp_path, number=17, head_sha="5" * 40, head_branch="main", head_repository="them/warehouse")
    done = job.run(environ, comment="never")
    assert done.code == 1
    assert "from a fork (of them)" in caplog.text
    assert branches.fake.writes == []
    assert (job.workspace / ERD).exists()


def test_an_empty_repository_gets_its_first_commit(job: Refreshing, fake: FakeGitHub, tmp_path: Path) -> None:
    git = BareRepository(tmp_path / "empty.git")
    fake.repositories |= {REPOSITORY: git, NAME: git}
    assert job.run().code == 0
    empty = Branches(fake, git)
    assert empty.content(ERD) == (job.workspace / ERD).read_bytes()
    empty.check()


@pytest.mark.parametrize(("name", "value"), [("commit", "push"), ("commit-branch", "main")])
def test_a_file_of_the_repository_does_not_say_what_is_committed_to(
    name: str, value: str, job: Refreshing, branches: Branches
) -> None:
    (job.workspace / ".dbterd.yml").write_text(f"{name}: {value}\n", encoding="utf-8")
    done = job.run(SCHEDULE, **{"commit": "push", name: ""})
    assert done.code == 2
    assert f"`{name}` in .dbterd.yml is set" in " ".join(done.summary.split())
    assert branches.fake.requests == []


def test_outside_of_github_the_missing_pieces_are_named(tmp_path: Path, job: Refreshing) -> None:
    environ = {"DBTERD_COMMIT": "push", "DBTERD_ARTIFACTS_DIR": str(job.workspace), "GITHUB_REPOSITORY": ""}
    done = job.run(environ, commit="", github_token="")
    assert done.code == 2
    assert "GITHUB_REPOSITORY" in done.summary
    assert "`github-token`" in done.summary
    assert subprocess.run(["git", "-C", tmp_path, "status"], check=False, capture_output=True).returncode != 0
