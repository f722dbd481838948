"""Our processes and rival pushers on one branch, through sockets: nothing is lost, and nobody is forced."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.tokens import GITHUB

from .a_branch import Branches
from .builders import NAME
from .pushing import pushing

SECONDS = 400


@contextmanager
def refreshing(branches: Branches, counts: dict[str, int]) -> Iterator[list[str]]:
    """Our processes, by name and number of commits, started now and over in the end: what each of them wrote."""
    command = [sys.executable, "-m", "tests.github.refreshing", branches.fake.url]
    running = [
        subprocess.Popen(
            [*command, name, str(count)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
        for name, count in counts.items()
    ]
    written: list[str] = []
    try:
        for process in running:
            assert process.stdin is not None
            process.stdin.write(f"{GITHUB}\n")
            process.stdin.flush()
        yield written
        for process in running:
            out, wrong = process.communicate(timeout=SECONDS)
            assert process.returncode == 0, wrong
            written += out.splitlines()
    finally:
        for process in running:
            process.kill()
            process.communicate()


@pytest.mark.parametrize(
    ("each", "commits"), [pytest.param(2, 12), pytest.param(8, 200, marks=[pytest.mark.faults, pytest.mark.commits])]
)
def test_of_as_many_of_ours_as_of_git_s_nothing_is_lost(
    branches: Branches, tmp_path: Path, each: int, commits: int
) -> None:
    branches.git.commit({"README.md": b""})
    pushed = commits // 2 // each
    ours, more = divmod(commits - pushed * each, each)
    counts = {f"ours-{number}": ours + (number < more) for number in range(each)}
    with (
        pushing(branches.fake, NAME, GITHUB, tmp_path, pushers=each, commits=pushed) as said,
        refreshing(branches, counts) as written,
    ):
        pass
    refreshed = [f"{name} {number}" for name, count in counts.items() for number in range(count)]
    assert sorted(branches.log()[1:]) == sorted([*said, *refreshed])
    assert len(branches.log()) == commits + 1
    told = {line for line in written if " " in line}
    assert told == {line for line in branches.git.git("log", "--format=%H %s", "main").splitlines() if " ours-" in line}
    assert branches.git.git("rev-list", "--merges", "main") == ""
    expected = {f"pushed/{name.replace(' ', '/')}" for name in said}
    expected |= {f"docs/{name.replace(' ', '/')}.md" for name in refreshed} | {
        f"docs/{name}/erd.dbml" for name in counts
    }
    assert set(branches.modes()) == expected | {"README.md"}
    for name, count in counts.items():
        assert branches.content(f"docs/{name}/erd.dbml") == f"{count - 1}".encode()
    # Of the swaps that came, some have lost: there was a race.
    assert sum(int(line) for line in written if " " not in line) > 0
    branches.check()
