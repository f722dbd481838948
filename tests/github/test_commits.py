"""Files committed to a branch: what plain git finds afterwards, and what it costs."""

import msgspec
import pytest

from erd.github.commit_message import is_own_commit
from erd.github.refusals import (
    EmptyRepositoryError,
    FileTooLargeError,
    MovedError,
    NoBranchError,
    NotABranchError,
    PathRefusedError,
)
from erd.github.trees import LARGEST_FILE_BYTES
from tests.tokens import GITHUB_PERSONAL

from .a_branch import ERD, NEW, OLD, PICTURE, Branches
from .fake.faults import FINE, meanwhile
from .fake.git import EXECUTABLE, FILE, LINK, SUBMODULE

READS = ["GET ref main", "GET commits", "GET trees"]
SWAP = ["POST trees", "POST commits", "PATCH refs main"]


def test_a_fresh_file_is_one_commit_that_github_signs(branches: Branches) -> None:
    before = branches.git.commit({"README.md": b"# Shop"})
    done = branches.commit()
    assert branches.asked() == [*READS, "POST blobs", *SWAP]
    assert (done.sha, done.changed, done.is_verified) == (branches.tip(), (ERD,), True)
    assert not done.is_new_branch
    assert done.url.endswith(f"/commit/{done.sha}")
    assert branches.content() == NEW
    assert branches.stat(done.sha) == [ERD]
    assert branches.git.git("rev-parse", "main^") == before
    assert branches.modes() == {"README.md": FILE, ERD: FILE}
    branches.check()


def test_a_changed_file_is_committed_byte_for_byte(branches: Branches) -> None:
    branches.git.commit({ERD: OLD, "docs/other": b"other"})
    content = bytes(range(256)) + b"\r\n\n\r"
    done = branches.commit({ERD: content})
    assert branches.content() == content
    assert branches.stat(done.sha) == [ERD]
    assert branches.content("docs/other") == b"other"
    branches.check()


def test_nothing_is_written_if_nothing_has_changed(branches: Branches) -> None:
    tip = branches.git.commit({ERD: NEW})
    done = branches.commit()
    assert (done.sha, done.changed) == (tip, ())
    assert branches.asked() == ["GET ref main", "GET commits", "GET trees", "GET trees"]
    assert branches.fake.writes == []
    assert branches.tip() == tip


def test_a_second_run_of_the_same_files_writes_nothing(branches: Branches) -> None:
    branches.git.commit({"README.md": b""})
    first = branches.commit()
    writes = len(branches.fake.writes)
    assert branches.commit() == type(first)(branch="main", sha=first.sha, url=first.url, is_verified=True)
    assert len(branches.fake.writes) == writes


def test_twenty_files_are_one_commit_of_those_that_have_changed(branches: Branches) -> None:
    files = {f"docs/{number % 4}/erd-{number}.dbml": f"{number}".encode() for number in range(20)}
    branches.git.commit({path: b"old" if number % 2 else files[path] for number, path in enumerate(files)})
    done = branches.commit(files)
    assert len(done.changed) == 10
    assert branches.stat(done.sha) == sorted(done.changed)
    assert {path: branches.content(path) for path in files} == files
    assert len(branches.log()) == 2
    branches.check()


def test_of_a_large_repository_only_the_folders_on_the_paths_are_read(branches: Branches) -> None:
    branches.git.commit({f"models/{number}/a.sql": b"" for number in range(50)} | {"docs/old.md": b""})
    branches.git.longest_tree = 10
    branches.commit()
    assert branches.asked() == [*READS, "GET trees", "POST blobs", *SWAP]
    branches.check()


def test_a_folder_that_github_does_not_list_to_its_end_is_refused(branches: Branches) -> None:
    tip = branches.git.commit({f"a-{number}": b"" for number in range(20)})
    branches.git.longest_tree = 10
    with pytest.raises(PathRefusedError, match="more entries than GitHub lists"):
        branches.commit({"z.dbml": NEW})
    assert branches.commit({"a-0": NEW}).sha != tip
    branches.check()


@pytest.mark.parametrize("mode", [EXECUTABLE, FILE])
def test_modes_and_links_and_submodules_stay_as_they_are(branches: Branches, mode: str) -> None:
    others = {"tool": EXECUTABLE, "link": LINK, "vendored": SUBMODULE}
    branches.git.commit(
        {ERD: OLD, "tool": b"#!", "link": b"docs/erd.dbml", "vendored": b"1" * 40}, modes={ERD: mode, **others}
    )
    branches.commit()
    assert branches.modes() == {ERD: mode, **others}
    assert branches.content() == NEW
    assert branches.content("link") == b"docs/erd.dbml"
    branches.check()


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("link", "a symbolic link"), ("link/erd.dbml", "a symbolic link"), ("vendored", "a submodule"),
        ("vendored/erd.dbml", "a submodule"), ("docs", "a folder"), ("tool/erd.dbml", "a file"),
    ],
)  # fmt: skip
def test_what_is_in_the_way_is_said_and_left(branches: Branches, path: str, kind: str) -> None:
    branches.git.commit(
        {"docs/a": b"", "tool": b"#!", "link": b"/etc/passwd", "vendored": b"1" * 40},
        modes={"link": LINK, "vendored": SUBMODULE},
    )
    with pytest.raises(PathRefusedError, match=f"is {kind} in the repository"):
        branches.commit({path: NEW})
    assert branches.fake.writes == []


@pytest.mark.parametrize(
    "path",
    [
        "", "/etc/passwd", "../erd.dbml", "docs/../../erd.dbml", "docs//erd.dbml", "docs/", "./erd.dbml", ".git/config",
        "docs/.GIT/hooks/x", "git~1/config", ".git./config", "docs/erd\0.dbml", "docs/erd\n.dbml", "docs/\udcff",
    ],
)  # fmt: skip
def test_a_path_outside_of_the_repository_is_refused_before_anything_is_asked(branches: Branches, path: str) -> None:
    with pytest.raises(PathRefusedError) as refused:
        branches.commit({path: NEW})
    assert "within the repository" in refused.value.happened
    assert refused.value.happened.isprintable()
    assert branches.asked() == []


def test_a_file_cannot_be_another_ones_folder(branches: Branches) -> None:
    with pytest.raises(PathRefusedError, match="at once"):
        branches.commit({"docs": NEW, "docs/erd.dbml": NEW})
    assert branches.asked() == []


def test_a_file_over_the_limit_is_refused_before_anything_is_asked(branches: Branches) -> None:
    with pytest.raises(FileTooLargeError, match="the limit is 104857600"):
        branches.commit({ERD: bytes(LARGEST_FILE_BYTES + 1)})
    assert branches.asked() == []


def test_a_head_that_moves_is_built_upon_and_its_commit_stays(branches: Branches) -> None:
    branches.git.commit({ERD: OLD})
    moves = [meanwhile(lambda n=n: branches.git.commit({f"other-{n}": b""})) for n in range(5)]  # type: ignore[misc]
    branches.fake.go_wrong(*moves, method="PATCH")
    done = branches.commit(message="Ours")
    assert branches.log() == ["A commit"] * 6 + ["Ours"]
    assert branches.stat(done.sha) == [ERD]
    assert len(branches.clock.slept) == 5
    assert all(seconds <= 2 for seconds in branches.clock.slept)
    assert branches.asked().count("POST blobs") == 1
    branches.check()


def test_a_branch_that_moves_forever_is_given_up_when_the_time_is_over(branches: Branches) -> None:
    branches.git.commit({ERD: OLD})
    branches.fake.go_wrong(*[meanwhile(lambda: branches.git.commit({"other": b""}))] * 40, method="PATCH")
    with pytest.raises(MovedError, match="could not be moved") as refused:
        branches.commit(pace=msgspec.structs.replace(branches.pace, budget_seconds=10))
    assert "concurrency" in refused.value.todo
    assert 8 < branches.clock.now <= 10
    assert set(branches.log()) == {"A commit"}


def test_what_somebody_else_brought_meanwhile_is_not_brought_again(branches: Branches) -> None:
    branches.git.commit({ERD: OLD})
    branches.fake.go_wrong(meanwhile(lambda: branches.git.commit({ERD: NEW})), method="PATCH")
    done = branches.commit()
    assert (done.changed, done.sha) == ((), branches.tip())
    assert branches.log() == ["A commit"] * 2


def test_a_file_deleted_meanwhile_is_made_again(branches: Branches) -> None:
    first = branches.git.commit({ERD: OLD, "tool": b""})
    without = branches.git.git(
        "mktree", given=f"100644 blob {branches.git.git('rev-parse', 'main:tool')}\ttool".encode()
    )

    def delete() -> None:
        sha = branches.git.git("commit-tree", without, "-p", first, "-m", "Deleted")
        branches.git.git("update-ref", "refs/heads/main", sha)

    branches.fake.go_wrong(meanwhile(delete), method="PATCH")
    done = branches.commit()
    assert branches.log() == ["A commit", "Deleted", "ERD: +1 table"]
    assert branches.modes() == {ERD: FILE, "tool": FILE}
    assert (done.changed, branches.stat(done.sha)) == ((ERD,), [ERD])
    branches.check()


def test_a_branch_deleted_meanwhile_is_made_anew_if_it_is_one_we_may_make(branches: Branches) -> None:
    main = branches.git.commit({ERD: OLD})
    branches.git.commit({"other": b""}, branch="erd", parents=[main])
    gone = meanwhile(lambda: branches.git.git("update-ref", "-d", "refs/heads/erd"))
    branches.fake.go_wrong(gone, method="PATCH")
    done = branches.commit(branch="erd", may_create=True)
    assert done.is_new_branch
    assert branches.git.git("rev-parse", "erd^") == main
    branches.git.git("update-ref", "refs/heads/erd", main)
    branches.fake.go_wrong(gone, method="PATCH")
    with pytest.raises(NoBranchError, match="no branch erd"):
        branches.commit(branch="erd")
    assert not branches.tip("erd")
    branches.check()


def test_a_new_branch_begins_with_its_commit_on_top_of_the_default_branch(branches: Branches) -> None:
    main = branches.git.commit({"README.md": b""})
    done = branches.commit(branch="refs/heads/docs/erd#1", may_create=True)
    assert (done.branch, done.is_new_branch, done.sha) == ("docs/erd#1", True, branches.tip("docs/erd#1"))
    assert branches.git.git("rev-parse", f"{done.sha}^") == main
    assert [request.asked.method for request in branches.fake.writes] == ["POST"] * 4
    branches.check()


def test_no_branch_is_made_for_what_is_there_already(branches: Branches) -> None:
    main = branches.git.commit({ERD: NEW})
    done = branches.commit(branch="erd", may_create=True)
    assert (done.sha, done.changed) == (main, ())
    assert not branches.tip("erd")


def test_a_branch_made_by_another_meanwhile_is_built_upon(branches: Branches) -> None:
    main = branches.git.commit({"README.md": b""})
    made = meanwhile(lambda: branches.git.commit({"other": b""}, branch="erd", parents=[main]))
    branches.fake.go_wrong(made, method="POST", path="/git/refs")
    branches.commit(branch="erd", may_create=True)
    assert branches.modes("erd") == {"README.md": FILE, "other": FILE, ERD: FILE}
    assert branches.log("erd") == ["A commit", "A commit", "ERD: +1 table"]


@pytest.mark.parametrize(
    ("ref", "words"),
    [
        ("refs/tags/v1", "a tag"), ("v1", "a tag"), ("17/merge", "merge"), ("refs/pull/17/merge", "pull request"),
        ("1" * 40, "without a branch"), ("HEAD", "without a branch"), ("", "no branch"), ("a..b", "no name"),
        ("a b", "no name"), ("-x", "no name"), ("x.lock", "no name"), ("refs/notes/x", "no branch"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("may_create", [True, False])
def test_only_a_branch_is_committed_to(branches: Branches, ref: str, words: str, may_create: bool) -> None:
    branches.git.commit({ERD: OLD})
    branches.git.git("tag", "v1", "main")
    with pytest.raises(NotABranchError, match=words) as refused:
        branches.commit(branch=ref, may_create=may_create)
    assert "commit-branch" in refused.value.todo
    assert branches.fake.writes == []


def test_a_missing_branch_is_refused_unless_it_may_be_made(branches: Branches) -> None:
    branches.git.commit({ERD: OLD})
    with pytest.raises(NoBranchError, match="no branch erd in octo-org/shop"):
        branches.commit(branch="erd")
    assert branches.fake.writes == []


def test_a_missing_default_branch_is_said_to_be_it(branches: Branches) -> None:
    branches.git.commit({ERD: OLD}, branch="other")
    with pytest.raises(NoBranchError, match="default branch"):
        branches.commit(branch="main", may_create=True)


@pytest.mark.parametrize("files", [{ERD: NEW}, {ERD: NEW, PICTURE: OLD, "z/erd.md": b""}])
def test_an_empty_repository_begins_with_the_first_file(branches: Branches, files: dict[str, bytes]) -> None:
    done = branches.commit(files)
    assert (done.changed, done.is_new_branch, done.sha) == (tuple(sorted(files)), True, branches.tip())
    assert {path: branches.content(path) for path in files} == files
    assert len(branches.log()) == min(len(files), 2)
    assert len(branches.fake.writes) == (1 if len(files) == 1 else 6)
    for commit in branches.git.git("rev-list", "main").split():
        shown = branches.git.git("show", "-s", "--format=%T\n%B", commit).partition("\n")
        assert is_own_commit(shown[2], shown[0])
    writes = len(branches.fake.writes)
    assert branches.commit(files).changed == ()
    assert len(branches.fake.writes) == writes
    branches.check()


def test_an_empty_repository_gets_no_other_branch_unless_it_may_be_made(branches: Branches) -> None:
    with pytest.raises(NoBranchError):
        branches.commit(branch="erd")
    assert branches.commit(branch="erd", may_create=True).is_new_branch
    assert branches.content(branch="erd") == NEW


def test_an_empty_repository_without_files_stays_empty(branches: Branches) -> None:
    with pytest.raises(EmptyRepositoryError):
        branches.commit({})
    assert branches.git.is_empty


def test_another_first_commit_is_built_upon(branches: Branches) -> None:
    branches.fake.go_wrong(meanwhile(lambda: branches.git.commit({"README.md": b"", ERD: OLD})), method="PUT")
    done = branches.commit()
    assert branches.log() == ["A commit", "ERD: +1 table"]
    assert (done.changed, done.is_new_branch) == ((ERD,), False)
    branches.check()


def test_the_message_says_that_it_is_ours_for_this_tree(branches: Branches) -> None:
    branches.git.commit({ERD: OLD})
    done = branches.commit(message="ERD: +1 table\n\nBy hand.\n\nCo-authored-by: A <a@example.com>")
    message = branches.git.git("show", "-s", "--format=%B", done.sha)
    tree = branches.git.git("rev-parse", f"{done.sha}^{{tree}}")
    assert is_own_commit(message, tree)
    trailers = branches.git.git("interpret-trailers", "--parse", given=message.encode()).splitlines()
    assert [line.partition(":")[0] for line in trailers] == ["Co-authored-by", "Dbt-Cloud-Erd-Tree"]


def test_what_a_person_commits_is_theirs_and_not_signed_by_github(branches: Branches) -> None:
    branches.git.commit({ERD: OLD})
    done = branches.commit(token=GITHUB_PERSONAL)
    assert not done.is_verified
    assert branches.git.git("show", "-s", "--format=%an", done.sha) == "octocat"


def test_the_head_is_not_lost_if_the_swap_waits_behind_another(branches: Branches) -> None:
    branches.git.commit({ERD: OLD})
    branches.fake.go_wrong(FINE, meanwhile(lambda: branches.git.commit({"late": b""})), method="POST")
    branches.commit()
    assert branches.modes() == {ERD: FILE, "late": FILE}
