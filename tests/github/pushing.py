"""Rival pushers: processes that clone, commit and push, and pull and push again when somebody was faster.

Run as a command with the repository's address, the pusher's name, its number of commits and a new folder, and with the
token in `TOKEN`.
"""

import base64
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from .fake.git import surroundings
from .fake.server import FakeGitHub

TRIES = 500
SECONDS = 240
# Git's words for a push that another one was before, whether it found out at the start or at the end.
BEATEN = ("fetch first", "non-fast-forward", "cannot lock ref", "failed to update ref", "incorrect old value")


@contextmanager
def pushing(
    fake: FakeGitHub, name: str, token: str, folder: Path, *, pushers: int, commits: int
) -> Iterator[list[str]]:
    """Pushers of so many commits each to `main`, started now and over in the end: what their commits say."""
    named = [f"pusher-{number}" for number in range(pushers)]
    running = [
        subprocess.Popen(
            [sys.executable, "-m", __spec__.name, f"{fake.url}/{name}.git", one, str(commits), str(folder / one)],
            stderr=subprocess.PIPE, encoding="utf-8", env=os.environ | {"TOKEN": token},
        )
        for one in named
    ]  # fmt: skip
    try:
        yield [f"{one} {number}" for one in named for number in range(commits)]
        for process in running:
            _, wrong = process.communicate(timeout=SECONDS)
            assert process.returncode == 0, wrong
    finally:
        for process in running:
            process.kill()
            process.communicate()


def git(token: str, folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Git in a folder, with a token that is written nowhere."""
    given = base64.b64encode(f"x-access-token:{token}".encode()).decode()
    header = {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "http.extraHeader",
        "GIT_CONFIG_VALUE_0": f"Authorization: Basic {given}",
    }
    return subprocess.run(
        ["git", *arguments],
        cwd=folder, env=surroundings() | header | {"LC_ALL": "C"}, capture_output=True, encoding="utf-8", check=False,
    )  # fmt: skip


def main(address: str, name: str, commits: int, folder: Path) -> None:
    """Push so many commits, each of a file of its own."""
    _done(folder.parent, "clone", "--quiet", address, str(folder))
    for number in range(commits):
        file = folder / "pushed" / name / str(number)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(f"{number}\n", "utf-8")
        _done(folder, "add", "--all")
        _done(folder, "commit", "--quiet", f"--message={name} {number}")
        for _ in range(TRIES):
            if _is_pushed(folder):
                break
            _done(folder, "pull", "--quiet", "--rebase")
        else:
            raise SystemExit(f"{name}: beaten {TRIES} times")


def _is_pushed(folder: Path) -> bool:
    done = git(os.environ["TOKEN"], folder, "push", "--quiet")
    if done.returncode and not any(words in done.stderr for words in BEATEN):
        raise SystemExit(done.stderr)
    return done.returncode == 0


def _done(folder: Path, *arguments: str) -> None:
    done = git(os.environ["TOKEN"], folder, *arguments)
    if done.returncode:
        raise SystemExit(done.stderr)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], int(sys.argv[3]), Path(sys.argv[4]))
