"""Single files by the fake GitHub's API: made, changed and deleted, if they are what they are said to be."""

import base64
from typing import Any

import pytest

from tests.tokens import GITHUB_PERSONAL

from .builders import NAME
from .client import Client
from .fake.git import EXECUTABLE, FILE, BareRepository

CONTENTS = f"/repos/{NAME}/contents"
NO_SHA = "1" * 40


def given(content: bytes = b"", **more: Any) -> dict[str, Any]:
    return {"message": "Said", "content": base64.b64encode(content).decode(), **more}


def test_the_first_file_of_an_empty_repository_makes_its_branch(write: Client, git: BareRepository) -> None:
    answer = write("PUT", f"{CONTENTS}/docs/erd.dbml", given(b"Table a {}"))
    assert (answer.status_code, answer.json()["content"]["path"]) == (201, "docs/erd.dbml")
    assert answer.json()["commit"]["verification"]["verified"]
    assert git.raw("cat-file", "blob", "main:docs/erd.dbml") == b"Table a {}"
    assert git.git("fsck", "--strict", "--no-dangling") == ""


def test_a_file_is_changed_by_who_knows_it_and_keeps_its_mode(write: Client, git: BareRepository) -> None:
    git.commit({"tool": b"one", "other": b""}, modes={"tool": EXECUTABLE})
    sha = git.git("rev-parse", "main:tool")
    answer = write("PUT", f"{CONTENTS}/tool", given(b"two", sha=sha), token=GITHUB_PERSONAL)
    assert answer.status_code == 200
    assert not answer.json()["commit"]["verification"]["verified"]
    assert git.git("ls-tree", "main", "tool").startswith(EXECUTABLE)
    sha = git.git("rev-parse", "main:tool")
    assert write("DELETE", f"{CONTENTS}/tool", {"message": "Said", "sha": sha}).json()["content"] is None
    assert git.git("ls-tree", "--name-only", "main") == "other"


@pytest.mark.parametrize(
    ("method", "path", "more", "status", "message"),
    [
        ("PUT", "erd.dbml", {}, 422, 'Invalid request.\n\n"sha" wasn\'t supplied.'),
        ("PUT", "erd.dbml", {"sha": NO_SHA}, 409, f"erd.dbml does not match {NO_SHA}"),
        ("PUT", "erd.dbml", {"branch": "none"}, 404, "Branch none not found"),
        ("PUT", "new", {"content": "!"}, 422, "content is not valid Base64"),
        ("PUT", "docs", {}, 422, "path contains a malformed path component"),
        ("DELETE", "erd.dbml", {"sha": NO_SHA}, 409, f"erd.dbml does not match {NO_SHA}"),
        ("DELETE", "new", {"sha": NO_SHA}, 404, "Not Found"),
    ],
)
def test_a_file_that_is_not_what_it_is_said_to_be_stays(
    write: Client, git: BareRepository, method: str, path: str, more: dict[str, Any], status: int, message: str
) -> None:
    first = git.commit({"erd.dbml": b"Table a {}", "docs/x": b""})
    answer = write(method, f"{CONTENTS}/{path}", (given() if method == "PUT" else {"message": "Said"}) | more)
    assert (answer.status_code, answer.json()["message"]) == (status, message)
    assert git.branches() == {"main": first}


def test_a_sha_for_a_file_that_is_not_there_is_no_matter(write: Client, git: BareRepository) -> None:
    git.commit({"erd.dbml": b"Table a {}"})
    assert write("PUT", f"{CONTENTS}/new", given(sha=NO_SHA)).status_code == 201
    assert git.git("ls-tree", "main", "new").startswith(FILE)
