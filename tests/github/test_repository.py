"""Committed files and comparisons, as PyGithub brings them from a GitHub with real git behind it."""

import subprocess
import sys

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from erd.errors import GitHubError
from erd.github.repository import Comparison, Repository, Standing

from .builders import NAME, a_repository
from .fake.git import EXECUTABLE, LINK, SUBMODULE, BareRepository
from .fake.server import FakeGitHub

MEBIBYTE = 1024 * 1024
UNKNOWN_SHA = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture(params=["", "/api/v3"], ids=["github.com", "enterprise"])
def repository(request: pytest.FixtureRequest, fake: FakeGitHub, git: BareRepository) -> Repository:
    """The client at either kind of address; `git` is what it reads."""
    assert git
    return a_repository(fake, api_url=f"{fake.url}{request.param}")


def test_a_file_is_read_as_it_is_committed_at_a_branch_or_a_commit(repository: Repository, git: BareRepository) -> None:
    old = git.commit({"docs/erd.dbml": b"Table a {}\n"})
    git.commit({"docs/erd.dbml": b"Table b {}\n"})
    git.commit({"docs/erd.dbml": b"Table c {}\n"}, branch="feature/orders")
    with repository:
        assert repository.committed_file("docs/erd.dbml", old) == b"Table a {}\n"
        assert repository.committed_file("docs/erd.dbml", "main") == b"Table b {}\n"
        assert repository.committed_file("./docs//erd.dbml", "feature/orders") == b"Table c {}\n"


@pytest.mark.parametrize("size", [0, 1, MEBIBYTE, MEBIBYTE + 1, 3 * MEBIBYTE])
def test_a_file_of_any_size_is_read_whole(repository: Repository, git: BareRepository, size: int) -> None:
    content = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    git.commit({"erd.dbml": content})
    with repository:
        assert repository.committed_file("erd.dbml", "main") == content


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    path=st.lists(
        st.text(st.characters(exclude_categories=["Cs"], exclude_characters="/\0"), min_size=1, max_size=8).filter(
            lambda name: name not in {".", ".."} and not name.lower().startswith((".git", "git~"))
        ),
        min_size=1, max_size=3,
    ).map("/".join),
    content=st.binary(max_size=200),
)  # fmt: skip
def test_a_file_of_any_name_and_content_is_read(
    fake: FakeGitHub, git: BareRepository, path: str, content: bytes
) -> None:
    sha = git.commit({path: content}, parents=[])
    with a_repository(fake) as repository:
        assert repository.committed_file(path, sha) == content


@pytest.mark.parametrize("path", ["missing.dbml", "docs", "docs/", "vendored", "outside.dbml", "docs/erd.dbml/x"])
def test_what_is_not_a_file_is_none(repository: Repository, git: BareRepository, path: str) -> None:
    git.commit(
        {"docs/erd.dbml": b"x", "vendored": UNKNOWN_SHA.encode(), "outside.dbml": b"../elsewhere.dbml"},
        modes={"vendored": SUBMODULE, "outside.dbml": LINK},
    )
    with repository:
        assert repository.committed_file(path, "main") is None


@pytest.mark.parametrize("path", ["", ".", "/", "..", "../../../user", "docs/../../x"])
def test_a_path_that_leads_nowhere_or_out_of_the_repository_is_not_asked_for(
    repository: Repository, fake: FakeGitHub, path: str
) -> None:
    with repository:
        assert repository.committed_file(path, "main") is None
    assert fake.requests == []


def test_a_link_within_the_repository_gives_the_file_that_it_leads_to(
    repository: Repository, git: BareRepository
) -> None:
    git.commit({"docs/erd.dbml": b"Table a {}", "latest": b"docs/erd.dbml"}, modes={"latest": LINK})
    git.commit({"docs/erd.dbml": b"Table b {}"}, modes={"docs/erd.dbml": EXECUTABLE})
    with repository:
        assert repository.committed_file("latest", "main") == b"Table b {}"


@pytest.mark.parametrize("ref", [UNKNOWN_SHA, "no-such-branch", "-x", "a?ref=main", "ümlaut"])
def test_a_file_at_an_unknown_commit_is_none(repository: Repository, git: BareRepository, ref: str) -> None:
    git.commit({"erd.dbml": b"x"})
    with repository:
        assert repository.committed_file("erd.dbml", ref) is None


def test_a_file_over_the_limit_is_an_error_and_is_not_fetched(fake: FakeGitHub, git: BareRepository) -> None:
    git.commit({"erd.dbml": b"x" * (2 * MEBIBYTE)})
    with a_repository(fake, largest_file_bytes=MEBIBYTE) as small, pytest.raises(GitHubError, match="too large") as e:
        small.committed_file("erd.dbml", "main")
    assert "2097152 bytes; the limit is 1048576" in str(e.value)
    assert len(fake.requests) == 1


def test_a_run_at_the_merge_base_is_identical_to_it(repository: Repository, git: BareRepository) -> None:
    commit = git.commit({"a": b"1"})
    with repository:
        assert repository.commits_behind(commit, commit) == Comparison(
            status=Standing.IDENTICAL, merge_base_sha=commit, ahead_by=0, behind_by=0
        )


def test_a_run_is_as_far_behind_as_there_are_commits_since(repository: Repository, git: BareRepository) -> None:
    run, *_, merge_base = [git.commit({"a": str(number).encode()}) for number in range(4)]
    with repository:
        assert repository.commits_behind(run, merge_base) == Comparison(
            status=Standing.AHEAD, merge_base_sha=run, ahead_by=3, behind_by=0
        )
        assert repository.commits_behind(merge_base, run) == Comparison(
            status=Standing.BEHIND, merge_base_sha=run, ahead_by=0, behind_by=3
        )


def test_commits_on_two_branches_are_diverged(repository: Repository, git: BareRepository) -> None:
    fork = git.commit({"a": b"1"})
    git.commit({"a": b"2"})
    git.commit({"a": b"3"})
    git.commit({"b": b"1"}, branch="feature/orders", parents=[fork])
    with repository:
        assert repository.commits_behind("main", "feature/orders") == Comparison(
            status=Standing.DIVERGED, merge_base_sha=fork, ahead_by=1, behind_by=2
        )


def test_the_merge_base_moves_on_when_the_base_branch_is_merged_into_the_head(
    repository: Repository, git: BareRepository
) -> None:
    fork = git.commit({"a": b"1"})
    head = git.commit({"b": b"1"}, branch="feature", parents=[fork])
    tip = git.commit({"a": b"2"})
    with repository:
        assert repository.merge_base("main", head) == fork
        merged = git.commit({"a": b"2"}, branch="feature", parents=[head, tip])
        assert repository.merge_base("main", merged) == tip


@pytest.mark.parametrize(("older", "newer"), [("main", UNKNOWN_SHA), ("gone", "main"), ("main", "unrelated")])
def test_an_unknown_commit_and_unrelated_histories_have_no_comparison(
    repository: Repository, git: BareRepository, older: str, newer: str
) -> None:
    git.commit({"a": b"1"})
    git.commit({"a": b"1"}, branch="unrelated", parents=[])
    with repository:
        assert repository.commits_behind(older, newer) is None
        assert repository.merge_base(older, newer) is None


def test_a_comparison_of_many_commits_asks_for_one_of_them(fake: FakeGitHub, git: BareRepository) -> None:
    first, *_ = [git.commit({"a": str(number).encode()}) for number in range(5)]
    with a_repository(fake) as repository:
        repository.commits_behind(first, "main")
    (asked,) = fake.requests
    assert asked.query == {"per_page": "1"}


def test_a_request_says_who_asks_and_in_which_version(fake: FakeGitHub, git: BareRepository) -> None:
    git.commit({"a": b"1"})
    with a_repository(fake) as repository:
        repository.committed_file("a", "main")
    (asked,) = fake.requests
    assert asked.headers["user-agent"].startswith("dbt-cloud-erd/")
    assert asked.headers["x-github-api-version"] == "2022-11-28"


def test_pygithub_is_loaded_with_the_first_repository_not_before() -> None:
    program = "import sys, erd.github.repository; sys.exit(bool({'github', 'requests', 'urllib3'} & set(sys.modules)))"
    subprocess.run([sys.executable, "-c", program], check=True)


@pytest.mark.parametrize("name", ["", "shop", "a/b/c", "../x", "x/..", "a/b?c", "a /b", "a/b\n", "a/.."])
def test_what_is_no_name_of_a_repository_is_refused_at_once(fake: FakeGitHub, name: str) -> None:
    with pytest.raises(GitHubError, match="not the name of a repository"):
        a_repository(fake, name=name)


def test_a_repository_shows_its_name_and_no_token(fake: FakeGitHub) -> None:
    with a_repository(fake) as repository:
        assert repr(repository) == f"Repository({fake.url!r}, {NAME!r})"
