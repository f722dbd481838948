"""Files that are changed in part: upon whatever is in them when they are committed."""

import pytest

from erd.errors import GitHubError
from erd.github.refusals import FileTooLargeError, PathRefusedError
from erd.github.trees import LARGEST_FILE_BYTES

from .a_branch import ERD, NEW, Branches
from .fake.faults import Fault, cut, failing, limited, meanwhile, reset, text
from .fake.git import EXECUTABLE, LINK, SUBMODULE

README = "docs/README.md"


def with_end(content: bytes) -> bytes:
    """A file whose last line is ours."""
    return content.removesuffix(b"ours\n") + b"ours\n"


def test_an_edit_is_committed_with_the_other_files_and_made_once(branches: Branches) -> None:
    branches.git.commit({README: b"\xff theirs\r\n"})
    done = branches.commit({README: with_end, ERD: NEW})
    assert branches.content(README) == b"\xff theirs\r\nours\n"
    assert branches.stat(done.sha) == [README, ERD]
    assert branches.commit({README: with_end, ERD: NEW}).changed == ()
    branches.check()


def test_an_edit_is_made_upon_what_others_made_of_the_file_meanwhile(branches: Branches) -> None:
    branches.git.commit({README: b"old\n"})
    branches.fake.go_wrong(meanwhile(lambda: branches.git.commit({README: b"newer\n"})), method="PATCH")
    branches.commit({README: with_end})
    assert branches.content(README) == b"newer\nours\n"
    assert branches.log() == ["A commit", "A commit", "ERD: +1 table"]
    branches.check()


def test_an_edited_file_keeps_its_mode(branches: Branches) -> None:
    branches.git.commit({README: b"old\n"}, modes={README: EXECUTABLE})
    branches.commit({README: with_end})
    assert branches.modes() == {README: EXECUTABLE}


def test_an_edit_comes_by_pull_request_too(branches: Branches) -> None:
    branches.git.commit({README: b"old\n"})
    first = branches.bring({README: with_end})
    assert branches.content(README, first.branch) == b"old\nours\n"
    branches.git.commit({README: b"newer\n"})
    branches.bring({README: with_end})
    assert branches.content(README, first.branch) == b"newer\nours\n"
    branches.git.commit({README: b"newer\nours\n"})
    assert branches.bring({README: with_end}).number == 0
    branches.check()


@pytest.mark.parametrize(
    "before", [{}, {"docs/other": b""}, {"README.md": b""}], ids=["empty", "elsewhere", "no folder"]
)
def test_a_file_that_is_not_there_is_said_to_be_missing(before: dict[str, bytes], branches: Branches) -> None:
    if before:
        branches.git.commit(before)
    tip = branches.tip()
    with pytest.raises(PathRefusedError, match="There is no file"):
        branches.commit({README: with_end, ERD: NEW})
    assert branches.tip() == tip
    assert branches.fake.writes == []


@pytest.mark.parametrize(
    ("path", "mode", "kind"),
    [(README, LINK, "a symbolic link"), (README, SUBMODULE, "a submodule"), ("docs", LINK, "a symbolic link")],
)
def test_what_is_no_file_is_not_edited(path: str, mode: str, kind: str, branches: Branches) -> None:
    content = branches.git.commit({"a": b""}).encode() if mode == SUBMODULE else b"elsewhere"
    branches.git.commit({path: content}, modes={path: mode})
    with pytest.raises(PathRefusedError, match=f"'{path}' is {kind}"):
        branches.commit({README: with_end})


def test_a_folder_is_not_edited(branches: Branches) -> None:
    branches.git.commit({f"{README}/a": b""})
    with pytest.raises(PathRefusedError, match="is a folder"):
        branches.commit({README: with_end})


def test_an_edit_that_makes_a_file_too_large_is_refused(branches: Branches) -> None:
    branches.git.commit({README: b""})
    with pytest.raises(FileTooLargeError):
        branches.commit({README: lambda _: bytes(LARGEST_FILE_BYTES + 1)})
    assert branches.fake.writes == []


@pytest.mark.parametrize(
    "fault", [reset, failing(502), cut, limited(403, 30), text(200, '{"content": ', "application/json")]
)
def test_a_file_is_read_again_where_that_failed(fault: Fault, branches: Branches) -> None:
    branches.git.commit({README: b"old\n"})
    branches.fake.go_wrong(fault, method="GET", path="/git/blobs/")
    branches.commit({README: with_end})
    assert branches.content(README) == b"old\nours\n"
    branches.check()


def test_a_file_that_cannot_be_read_ends_in_words(branches: Branches) -> None:
    tip = branches.git.commit({README: b"old\n"})
    branches.fake.go_wrong(failing(404), method="GET", path="/git/blobs/")
    with pytest.raises(GitHubError, match="404"):
        branches.commit({README: with_end})
    assert branches.tip() == tip
