"""Git's objects and refs by the fake GitHub's API: each rule once, and what git itself finds then."""

from typing import Any

import pytest
import requests

from tests.tokens import GITHUB_ANOTHER, GITHUB_PERSONAL

from .builders import NAME
from .client import Client
from .fake.git import EXECUTABLE, FILE, LINK, SUBMODULE, BareRepository
from .fake.protection import Rule, protect
from .fake.tokens import OF_A_FORK, READER, WORKFLOWS_OWN, Token

REPOSITORY = f"/repos/{NAME}"
GIT = f"{REPOSITORY}/git"
MAIN = f"{GIT}/refs/heads/main"
NO_SHA = "1" * 40
EVERYTHING = {
    "a/file": b"one", "a/tool": b"#!", "link": b"a/file", "vendored": NO_SHA.encode(), "b/c/deep": b"deep",
}  # fmt: skip
MODES = {"a/tool": EXECUTABLE, "link": LINK, "vendored": SUBMODULE}


@pytest.fixture
def first(git: BareRepository, write: Client) -> str:
    """The first commit, of one of everything."""
    assert write.fake.url
    return git.commit(EVERYTHING, modes=MODES)


def found(answer: requests.Response) -> Any:
    assert answer.ok, answer.text
    return answer.json()


def said(answer: requests.Response) -> tuple[int, str]:
    return answer.status_code, answer.json()["message"]


def tree_of(git: BareRepository, commit: str) -> dict[str, str]:
    lines = git.git("ls-tree", "-r", commit).splitlines()
    return {line.partition("\t")[2]: line.split()[0] for line in lines}


def committed(write: Client, tip: str, changes: list[dict[str, Any]], **more: Any) -> str:
    """A commit on another one, that no branch has."""
    base = found(write("GET", f"{GIT}/commits/{tip}"))["tree"]["sha"]
    tree = found(write("POST", f"{GIT}/trees", {"base_tree": base, "tree": changes}))["sha"]
    made = found(write("POST", f"{GIT}/commits", {"message": "Said", "tree": tree, "parents": [tip], **more}))
    return str(made["sha"])


def a_file(path: str, content: str = "two", mode: str = FILE) -> dict[str, str]:
    return {"path": path, "mode": mode, "type": "blob", "content": content}


def test_a_commit_of_blob_tree_commit_and_ref_is_one_to_git(write: Client, git: BareRepository, first: str) -> None:
    blob = found(write("POST", f"{GIT}/blobs", {"content": "AAEC", "encoding": "base64"}))["sha"]
    changes = [{"path": "a/file", "mode": FILE, "type": "blob", "sha": blob}, a_file("new/file")]
    commit = committed(write, first, changes)
    assert found(write("PATCH", MAIN, {"sha": commit}))["object"]["sha"] == commit
    assert git.git("log", "--format=%H %P %s", "-1", "main") == f"{commit} {first} Said"
    assert git.raw("cat-file", "blob", "main:a/file") == bytes(range(3))
    assert tree_of(git, "main") == tree_of(git, first) | {"new/file": FILE}
    assert git.git("fsck", "--strict", "--no-dangling") == ""


def test_a_tree_may_lose_paths_and_change_what_they_are(write: Client, git: BareRepository, first: str) -> None:
    folder = git.git("rev-parse", f"{first}:b")
    changes: list[dict[str, Any]] = [
        {"path": "a", "mode": "040000", "type": "tree", "sha": folder},
        {"path": "link", "mode": LINK, "type": "blob", "sha": None},
        a_file("vendored", mode=EXECUTABLE),
        a_file("b/c", "a file now"),
    ]
    commit = committed(write, first, changes)
    assert tree_of(git, commit) == {"a/c/deep": FILE, "b/c": FILE, "vendored": EXECUTABLE}


@pytest.mark.parametrize(
    ("one", "message"),
    [
        ({"path": "none", "mode": FILE, "type": "blob", "sha": None}, "GitRPC::BadObjectState"),
        ({"path": "a", "mode": FILE, "type": "blob", "sha": NO_SHA}, f"tree.sha {NO_SHA} is not a valid blob"),
        ({"path": "../a", "mode": FILE, "content": ""}, "tree.path contains a malformed path component"),
        ({"path": "/a", "mode": FILE, "content": ""}, "tree.path contains a malformed path component"),
        ({"path": "a/.git/x", "mode": FILE, "content": ""}, "tree.path contains a malformed path component"),
        ({"path": "a", "mode": FILE, "content": "", "sha": None}, "Must supply either tree.sha or tree.content"),
        ({"path": "a", "mode": FILE}, "Must supply tree.sha or tree.content"),
    ],
)
def test_what_cannot_be_in_a_tree_is_refused(write: Client, first: str, one: dict[str, Any], message: str) -> None:
    base = found(write("GET", f"{GIT}/commits/{first}"))["tree"]["sha"]
    assert said(write("POST", f"{GIT}/trees", {"base_tree": base, "tree": [one]})) == (422, message)


def test_a_tree_is_told_level_by_level_or_whole_or_cut(write: Client, git: BareRepository, first: str) -> None:
    level = found(write("GET", f"{GIT}/trees/{first}"))
    assert [(one["path"], one["mode"], one["type"]) for one in level["tree"]] == [
        ("a", "040000", "tree"), ("b", "040000", "tree"), ("link", LINK, "blob"), ("vendored", SUBMODULE, "commit"),
    ]  # fmt: skip
    whole = found(write("GET", f"{GIT}/trees/main?recursive=1"))
    paths = ["a", "a/file", "a/tool", "b", "b/c", "b/c/deep", "link", "vendored"]
    assert [one["path"] for one in whole["tree"]] == paths
    assert not whole["truncated"]
    git.longest_tree = 3
    cut = found(write("GET", f"{GIT}/trees/main?recursive=1"))
    assert ([one["path"] for one in cut["tree"]], cut["truncated"]) == (paths[:3], True)


PERSON = {"name": "A Person", "email": "person@example.com"}


@pytest.mark.parametrize(
    ("token", "more", "verified", "author", "committer"),
    [
        ("", {}, True, WORKFLOWS_OWN, "GitHub"),
        ("", {"author": PERSON}, False, "A Person", "A Person"),
        ("", {"committer": PERSON}, False, "A Person", "A Person"),
        (GITHUB_PERSONAL, {}, False, "octocat", "octocat"),
    ],
)
def test_github_signs_what_an_app_commits_in_its_own_name(
    write: Client, first: str, token: str, more: dict[str, Any], verified: bool, author: str, committer: str
) -> None:
    tree = found(write("GET", f"{GIT}/commits/{first}"))["tree"]["sha"]
    wanted = {"message": "Said\n\nMore", "tree": tree, "parents": [first], **more}
    made = found(write("POST", f"{GIT}/commits", wanted, **({"token": token} if token else {})))
    assert made["verification"]["verified"] is verified
    assert (made["author"]["name"], made["committer"]["name"], made["message"]) == (author, committer, "Said\n\nMore")
    assert found(write("GET", f"{GIT}/commits/{made['sha']}")) == made
    assert found(write("GET", f"{REPOSITORY}/commits/{made['sha']}"))["commit"]["verification"]["verified"] is verified


@pytest.mark.parametrize(
    ("wanted", "message"),
    [
        ({"tree": NO_SHA}, "Tree SHA does not exist"),
        ({"parents": [NO_SHA]}, "Parent SHA does not exist or is not a commit object"),
        ({"author": {"name": "A", "email": ""}}, 'Invalid request.\n\n"email" wasn\'t supplied.'),
    ],
)
def test_what_cannot_be_a_commit_is_refused(write: Client, first: str, wanted: dict[str, Any], message: str) -> None:
    tree = found(write("GET", f"{GIT}/commits/{first}"))["tree"]["sha"]
    assert said(write("POST", f"{GIT}/commits", {"message": "Said", "tree": tree} | wanted)) == (422, message)


def test_a_ref_is_made_once_moved_forward_or_by_force_and_deleted(
    write: Client, git: BareRepository, first: str
) -> None:
    one, other = (committed(write, first, [a_file("a/file", content)]) for content in ("one", "other"))
    made = found(write("POST", f"{GIT}/refs", {"ref": "refs/heads/erd/update", "sha": first}))
    assert made["url"].endswith("/git/refs/heads/erd/update")
    again = write("POST", f"{GIT}/refs", {"ref": "refs/heads/erd/update", "sha": first})
    assert said(again) == (422, "Reference already exists")
    place = f"{GIT}/refs/heads/erd/update"
    assert write("PATCH", place, {"sha": one}).ok
    assert said(write("PATCH", place, {"sha": other})) == (422, "Update is not a fast forward")
    assert git.branches() == {"main": first, "erd/update": one}
    assert write("PATCH", place, {"sha": other, "force": True}).ok
    names = [ref["ref"] for ref in found(write("GET", f"{GIT}/matching-refs/heads/erd"))]
    assert names == ["refs/heads/erd/update"]
    assert found(write("GET", f"{GIT}/ref/heads/erd/update"))["object"] == {
        "type": "commit", "sha": other, "url": f"{write.fake.url}{GIT}/commits/{other}",
    }  # fmt: skip
    assert write("DELETE", place).status_code == 204
    assert said(write("DELETE", place)) == (422, "Reference does not exist")
    assert said(write("PATCH", place, {"sha": one})) == (422, "Reference does not exist")
    assert write("GET", f"{GIT}/ref/heads/erd/update").status_code == 404
    assert found(write("GET", f"{GIT}/matching-refs/heads/erd")) == []
    assert git.branches() == {"main": first}


@pytest.mark.parametrize(
    ("ref", "message"),
    [
        ("heads/x", "heads/x is not a valid ref name."),
        ("refs/heads", "refs/heads is not a valid ref name."),
        ("refs/heads/a..b", "refs/heads/a..b is not a valid ref name."),
        ("refs/heads/main/below", "Reference update failed"),
    ],
)
def test_a_ref_has_a_name_that_git_takes(write: Client, first: str, ref: str, message: str) -> None:
    assert said(write("POST", f"{GIT}/refs", {"ref": ref, "sha": first})) == (422, message)


def test_a_branch_leads_to_a_commit_that_is_there(write: Client, git: BareRepository, first: str) -> None:
    for sha in (NO_SHA, first[:10], git.git("rev-parse", f"{first}^{{tree}}")):
        assert said(write("PATCH", MAIN, {"sha": sha})) == (422, "Object does not exist")
        assert said(write("POST", f"{GIT}/refs", {"ref": "refs/heads/x", "sha": sha})) == (422, "Object does not exist")


def test_a_ref_moves_only_from_where_it_was(git: BareRepository) -> None:
    one, two, three = (git.commit({"a": content}) for content in (b"1", b"2", b"3"))
    assert not git.move("refs/heads/main", one, two)
    assert git.move("refs/heads/main", one, three)
    assert not git.move("refs/heads/main", two, "0" * 40)


def test_a_repository_tells_what_the_token_may(write: Client, first: str) -> None:
    write.fake.let_in(Token(GITHUB_ANOTHER, frozenset({NAME}), OF_A_FORK))
    assert found(write("GET", REPOSITORY))["permissions"]["push"]
    other = found(write("GET", REPOSITORY, token=GITHUB_ANOTHER))
    assert (other["permissions"]["push"], other["default_branch"]) == (False, "main")
    branch = found(write("GET", f"{REPOSITORY}/branches/main"))
    assert (branch["name"], branch["commit"]["sha"], branch["protected"]) == ("main", first, False)
    assert said(write("GET", f"{REPOSITORY}/branches/none")) == (404, "Branch not found")
    assert said(write("GET", f"{REPOSITORY}/commits/none")) == (422, "No commit found for SHA: none")


WRITES = (
    ("POST", f"{GIT}/blobs", {"content": ""}), ("POST", f"{GIT}/trees", {"tree": [a_file("a")]}),
    ("POST", f"{GIT}/commits", {"message": "", "tree": NO_SHA}),
    ("POST", f"{GIT}/refs", {"ref": "refs/heads/x", "sha": NO_SHA}), ("PATCH", MAIN, {"sha": NO_SHA}),
    ("DELETE", MAIN, None), ("PUT", f"{REPOSITORY}/contents/a", {"message": "", "content": ""}),
    ("DELETE", f"{REPOSITORY}/contents/a", {"message": "", "sha": NO_SHA}),
)  # fmt: skip
READS = ("commits/main", f"git/commits/{NO_SHA}", "git/ref/heads/main", "git/matching-refs/heads", "git/trees/main")


@pytest.mark.parametrize(("method", "path", "given"), WRITES)
def test_who_may_only_read_changes_nothing(write: Client, first: str, method: str, path: str, given: Any) -> None:
    write.fake.let_in(Token(GITHUB_ANOTHER, frozenset({NAME}), READER))
    assert said(write(method, path, given, token=GITHUB_ANOTHER)) == (403, "Resource not accessible by integration")
    assert write.fake.writes == []
    assert found(write("GET", f"{GIT}/ref/heads/main", token=GITHUB_ANOTHER))["object"]["sha"] == first


@pytest.mark.parametrize(("method", "path", "given"), WRITES[:6])
def test_an_empty_repository_takes_no_git_data(write: Client, method: str, path: str, given: Any) -> None:
    assert said(write(method, path, given)) == (409, "Git Repository is empty.")


@pytest.mark.parametrize("path", READS)
def test_an_empty_repository_has_no_git_data(write: Client, path: str) -> None:
    assert said(write("GET", f"{REPOSITORY}/{path}")) == (409, "Git Repository is empty.")


def test_the_default_branch_stays(write: Client, git: BareRepository, first: str) -> None:
    assert said(write("DELETE", MAIN)) == (422, "Cannot delete the default branch")
    git.git("update-ref", "refs/heads/kept", first)
    protect(git, "kept")
    assert said(write("DELETE", f"{GIT}/refs/heads/kept")) == (422, "Cannot delete a protected branch")
    assert git.branches() == {"main": first, "kept": first}


@pytest.mark.parametrize(
    ("rule", "message"),
    [
        (Rule.PROTECTION, "Changes must be made through a pull request."),
        (Rule.RULESET, "Repository rule violations found\n\nChanges must be made through a pull request.\n\n"),
    ],
)
def test_a_protected_branch_stays_as_it_is(
    write: Client, git: BareRepository, first: str, rule: Rule, message: str
) -> None:
    protect(git, "main", rule)
    protect(git, "release", rule)
    commit = committed(write, first, [a_file("a/file")])
    file = f"{REPOSITORY}/contents/new"
    assert said(write("PATCH", MAIN, {"sha": commit})) == (422, message)
    assert said(write("PATCH", MAIN, {"sha": commit, "force": True})) == (422, message)
    assert said(write("PUT", file, {"message": "Said", "content": ""})) == (409, message)
    made = write("POST", f"{GIT}/refs", {"ref": "refs/heads/release", "sha": first})
    assert said(made) == (422, "Reference update failed")
    assert found(write("GET", f"{REPOSITORY}/branches/main"))["protected"] is (rule is Rule.PROTECTION)
    assert git.branches() == {"main": first}
    assert write("POST", f"{GIT}/refs", {"ref": "refs/heads/other", "sha": commit}).ok
