"""A commit by GraphQL at the fake GitHub: only in the schema's terms, and only on what the branch is expected to be."""

import base64
from collections.abc import Iterator
from typing import Any

import pytest

from tests.tokens import GITHUB_ANOTHER, GITHUB_PERSONAL
from tests.tools.node import ToolMissing

from .builders import NAME
from .client import Client
from .fake.cut_schema import cut, downloaded
from .fake.git import EXECUTABLE, FILE, BareRepository
from .fake.graph import SCHEMA
from .fake.protection import Rule, protect
from .fake.tokens import READER, WORKFLOWS_OWN, Token

OTHER = "1" * 40
COMMIT = """
mutation($input: CreateCommitOnBranchInput!) {
  createCommitOnBranch(input: $input) {
    clientMutationId
    commit { oid url signature { isValid state wasSignedByGitHub } }
    ref { name target { oid } }
  }
}
"""
HEAD = """
query($owner: String!, $name: String!) {
  repository(owner: $owner, name: $name) { ref(qualifiedName: "refs/heads/main") { id target { oid } } }
}
"""


@pytest.fixture
def first(write: Client, git: BareRepository) -> str:
    """The first commit."""
    assert write.fake.url
    return git.commit({"erd.dbml": b"Table a {}", "tool": b"#!", "gone": b""}, modes={"tool": EXECUTABLE})


@pytest.fixture
def wrongly(write: Client) -> Iterator[Client]:
    """Who asks what GitHub would not understand, and is told so."""
    yield write
    assert write.fake.complaints
    write.fake.complaints.clear()


def wanted(head: str, **more: Any) -> dict[str, Any]:
    return {
        "branch": {"repositoryNameWithOwner": NAME, "branchName": "main"},
        "expectedHeadOid": head,
        "message": {"headline": "Said", "body": "More"},
        "fileChanges": {"additions": [{"path": "erd.dbml", "contents": base64.b64encode(b"Table b {}").decode()}]},
    } | more


def asked(write: Client, query: str, variables: dict[str, Any], **more: str) -> dict[str, Any]:
    answer = write("POST", "/graphql", {"query": query, "variables": variables}, **more)
    assert answer.status_code == 200
    found: dict[str, Any] = answer.json()
    return found


def refused(answer: dict[str, Any]) -> tuple[str, str]:
    """What was said of a commit that was not made."""
    assert answer["data"] == {"createCommitOnBranch": None}
    (told,) = answer["errors"]
    assert told["path"] == ["createCommitOnBranch"]
    return told["type"], told["message"]


@pytest.mark.parametrize(("token", "login"), [("", WORKFLOWS_OWN), (GITHUB_PERSONAL, "octocat")])
def test_a_commit_on_the_expected_head_is_signed(
    write: Client, git: BareRepository, first: str, token: str, login: str
) -> None:
    deletions = {"deletions": [{"path": "gone"}]}
    given = wanted(first, clientMutationId="one")
    given["fileChanges"] |= deletions
    made = asked(write, COMMIT, {"input": given}, **({"token": token} if token else {}))["data"]["createCommitOnBranch"]
    tip = made["commit"]["oid"]
    assert made["ref"] == {"name": "main", "target": {"oid": tip}}
    assert made["commit"]["signature"] == {"isValid": True, "state": "VALID", "wasSignedByGitHub": True}
    assert git.git("log", "-1", "--format=%H %P|%an|%cn|%B", "main") == f"{tip} {first}|{login}|GitHub|Said\n\nMore"
    assert git.git("show", "--name-status", "--format=", "main") == "M\terd.dbml\nD\tgone"
    assert git.git("fsck", "--strict", "--no-dangling") == ""
    assert [done.is_write for done in write.fake.ledger] == [True]


def test_a_file_that_is_added_is_a_plain_one(write: Client, git: BareRepository, first: str) -> None:
    asked(write, COMMIT, {"input": wanted(first, fileChanges={"additions": [{"path": "tool", "contents": ""}]})})
    assert git.git("ls-tree", "main", "tool").startswith(FILE)


def test_a_moved_head_is_told_with_success(write: Client, git: BareRepository, first: str) -> None:
    second = git.commit({"erd.dbml": b"Table c {}"})
    told = refused(asked(write, COMMIT, {"input": wanted(first)}))
    assert told == ("STALE_DATA", f'Expected branch to point to "{first}" but it did not.  Pull and try again.')
    assert git.branches() == {"main": second}
    assert not write.fake.writes


@pytest.mark.parametrize(
    ("rule", "kind"), [(Rule.PROTECTION, "BRANCH_PROTECTION_RULE_VIOLATION"), (Rule.RULESET, "UNPROCESSABLE")]
)
def test_a_protected_branch_takes_no_commit(
    write: Client, git: BareRepository, first: str, rule: Rule, kind: str
) -> None:
    protect(git, "main", rule)
    told = refused(asked(write, COMMIT, {"input": wanted(first)}))
    assert told[0] == kind
    assert "Changes must be made through a pull request." in told[1]
    assert git.branches() == {"main": first}


@pytest.mark.parametrize(
    ("more", "kind"),
    [
        ({"branch": {"repositoryNameWithOwner": NAME, "branchName": "none"}}, "NOT_FOUND"),
        ({"branch": {"repositoryNameWithOwner": "octo-org/none", "branchName": "main"}}, "NOT_FOUND"),
        ({"branch": {"branchName": "main"}}, "UNPROCESSABLE"),
        ({"fileChanges": {"deletions": [{"path": "none"}]}}, "UNPROCESSABLE"),
        ({"fileChanges": {"additions": [{"path": "a", "contents": "!"}]}}, "UNPROCESSABLE"),
        ({"fileChanges": {"additions": [{"path": "../a", "contents": ""}]}}, "UNPROCESSABLE"),
    ],
)
def test_what_cannot_be_committed_is_refused(
    write: Client, git: BareRepository, first: str, more: dict[str, Any], kind: str
) -> None:
    assert refused(asked(write, COMMIT, {"input": wanted(first, **more)}))[0] == kind
    assert git.branches() == {"main": first}


def test_who_may_only_read_commits_nothing(write: Client, git: BareRepository, first: str) -> None:
    write.fake.let_in(Token(GITHUB_ANOTHER, frozenset({NAME}), READER))
    told = refused(asked(write, COMMIT, {"input": wanted(first)}, token=GITHUB_ANOTHER))
    assert told == ("FORBIDDEN", "Resource not accessible by integration")
    assert git.branches() == {"main": first}


def test_a_branch_may_be_named_by_its_id(write: Client, git: BareRepository, first: str) -> None:
    owner, _, name = NAME.partition("/")
    ref = asked(write, HEAD, {"owner": owner, "name": name})["data"]["repository"]["ref"]
    assert ref["target"]["oid"] == first
    assert ref["id"] == write("GET", f"/repos/{NAME}/git/ref/heads/main").json()["node_id"]
    made = asked(write, COMMIT, {"input": wanted(first, branch={"id": ref["id"]})})
    assert git.branches() == {"main": made["data"]["createCommitOnBranch"]["commit"]["oid"]}


@pytest.mark.parametrize("missing", ["expectedHeadOid", "message", "branch"])
def test_what_the_schema_requires_is_missed(wrongly: Client, git: BareRepository, first: str, missing: str) -> None:
    given = wanted(first)
    del given[missing]
    answer = asked(wrongly, COMMIT, {"input": given})
    assert missing in answer["errors"][0]["message"]
    assert "data" not in answer
    assert git.branches() == {"main": first}


def test_what_the_schema_has_not_is_not_asked(wrongly: Client, first: str) -> None:
    answer = asked(wrongly, COMMIT.replace("oid url", "oid sha"), {"input": wanted(first)})
    assert "Cannot query field 'sha'" in answer["errors"][0]["message"]


def test_the_schema_is_githubs_own() -> None:
    try:
        whole = downloaded()
    except ToolMissing as lacking:
        pytest.skip(f"no schema from npm: {lacking}")
    assert cut(whole) == SCHEMA.read_text("utf-8")
