"""Git over HTTP at the fake GitHub, with git itself: who may, what is refused, and many at once."""

from pathlib import Path

import pytest

from tests.tokens import GITHUB, GITHUB_ANOTHER

from .builders import NAME
from .client import Client
from .fake.git import BareRepository
from .fake.protection import Rule, protect
from .fake.tokens import READER, Token
from .pushing import git as git_of
from .pushing import pushing


def run(folder: Path, *arguments: str) -> str:
    """What a git that succeeds prints."""
    done = git_of(GITHUB, folder, *arguments)
    assert done.returncode == 0, done.stderr
    return done.stdout


def cloned(write: Client, folder: Path) -> Path:
    run(folder, "clone", "--quiet", f"{write.fake.url}/{NAME}.git", "clone")
    return folder / "clone"


def changed(clone: Path) -> Path:
    (clone / "erd.dbml").write_text("Table b {}\n", "utf-8")
    run(clone, "commit", "--all", "--message=Pushed")
    return clone


def test_what_is_pushed_is_what_the_api_reads(write: Client, git: BareRepository, tmp_path: Path) -> None:
    first = git.commit({"erd.dbml": b"Table a {}"})
    clone = changed(cloned(write, tmp_path))
    # More than git sends in one piece.
    (clone / "large").write_bytes(bytes(range(256)) * 8_000)
    run(clone, "config", "http.postBuffer", "1000")
    run(clone, "add", "large")
    run(clone, "commit", "--message=Large")
    run(clone, "push", "--quiet")
    sha = write("GET", f"/repos/{NAME}/git/ref/heads/main").json()["object"]["sha"]
    assert git.moves("refs/heads/main") == [("0" * 40, first), (first, sha)]
    assert not write("GET", f"/repos/{NAME}/git/commits/{sha}").json()["verification"]["verified"]


@pytest.mark.parametrize(
    ("token", "words"),
    [
        (Token(GITHUB_ANOTHER, frozenset(), READER), "not found"),
        (Token(GITHUB_ANOTHER, frozenset({NAME}), READER - {"contents: read"}), "403"),
        (Token("another", frozenset({NAME})), "could not read Username"),
    ],
)
def test_who_may_not_read_clones_nothing(
    write: Client, git: BareRepository, tmp_path: Path, token: Token, words: str
) -> None:
    git.commit({"erd.dbml": b""})
    write.fake.let_in(token)
    assert words in git_of(GITHUB_ANOTHER, tmp_path, "clone", f"{write.fake.url}/{NAME}").stderr


def test_who_may_only_read_pushes_nothing(write: Client, git: BareRepository, tmp_path: Path) -> None:
    first = git.commit({"erd.dbml": b""})
    write.fake.let_in(Token(GITHUB_ANOTHER, frozenset({NAME}), READER))
    assert "403" in git_of(GITHUB_ANOTHER, changed(cloned(write, tmp_path)), "push").stderr
    assert git.branches() == {"main": first}


@pytest.mark.parametrize(("rule", "code"), [(Rule.PROTECTION, "GH006"), (Rule.RULESET, "GH013")])
def test_a_protected_branch_takes_no_push(
    write: Client, git: BareRepository, tmp_path: Path, rule: Rule, code: str
) -> None:
    first = git.commit({"erd.dbml": b""})
    protect(git, "main", rule)
    clone = changed(cloned(write, tmp_path))
    refused = git_of(GITHUB, clone, "push", "--force")
    assert f"remote: error: {code}" in refused.stderr
    assert "Changes must be made through a pull request." in refused.stderr
    run(clone, "push", "origin", "main:other")
    assert git.branches() == {"main": first, "other": git.ref("refs/heads/other")}


def test_who_deletes_a_branch_by_a_push_closes_its_pull_request(
    write: Client, git: BareRepository, tmp_path: Path
) -> None:
    first = git.commit({"erd.dbml": b""})
    git.commit({"erd.dbml": b"Table b {}"}, branch="feature", parents=[first])
    pull = write.fake.discussion(NAME).open_pull(1, "feature")
    run(cloned(write, tmp_path), "push", "origin", ":feature")
    assert pull.state == "closed"


def test_of_rival_pushers_and_one_by_the_api_nothing_is_lost(
    write: Client, git: BareRepository, tmp_path: Path
) -> None:
    git.commit({"erd.dbml": b""})
    refused = 0
    with pushing(write.fake, NAME, GITHUB, tmp_path, pushers=3, commits=4) as said:
        for number in range(12):
            refused += commits_by_api(write, f"api {number}")
    subjects = git.git("log", "--reverse", "--format=%s", "main").splitlines()
    assert sorted(subjects[1:]) == sorted([*said, *(f"api {number}" for number in range(12))])
    assert all(git.contains(new, old) for old, new in git.moves("refs/heads/main")[1:])
    assert git.git("rev-list", "--merges", "main") == ""
    assert git.git("fsck", "--strict", "--no-dangling") == ""


def commits_by_api(write: Client, message: str) -> int:
    """A commit by the API, however often others are faster: how often they were."""
    place = f"/repos/{NAME}/git"
    for beaten in range(100):
        tip = write("GET", f"{place}/ref/heads/main").json()["object"]["sha"]
        tree = write("GET", f"{place}/commits/{tip}").json()["tree"]["sha"]
        entry = {"path": message, "mode": "100644", "type": "blob", "content": message}
        tree = write("POST", f"{place}/trees", {"base_tree": tree, "tree": [entry]}).json()["sha"]
        wanted = {"message": message, "tree": tree, "parents": [tip]}
        commit = write("POST", f"{place}/commits", wanted).json()["sha"]
        moved = write("PATCH", f"{place}/refs/heads/main", {"sha": commit})
        if moved.ok:
            return beaten
        assert moved.json()["message"] in {"Update is not a fast forward", "Reference cannot be updated"}
    raise AssertionError("beaten too often")
