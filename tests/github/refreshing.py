"""A process of ours that commits one file of its own after the other.

`python -m tests.github.refreshing ADDRESS NAME COMMITS`, with the token as the first line. The last line that it writes
is how often it was beaten.
"""

import sys
import time

import msgspec

from erd.checks import Secret
from erd.github.commits import commit_files
from erd.github.git_database import GitDatabase
from erd.github.patience import Pace

from .builders import NAME

BUDGET_SECONDS = 300


def main() -> None:
    """Commit so many times, each time the same file anew and one more."""
    api_url, own, count = sys.argv[1], sys.argv[2], int(sys.argv[3])
    token = Secret(sys.stdin.readline().strip())
    slept: list[float] = []

    def sleep(seconds: float) -> None:
        slept.append(seconds)
        time.sleep(seconds)

    pace = msgspec.structs.replace(Pace(), sleep=sleep, budget_seconds=BUDGET_SECONDS)
    for number in range(count):
        files = {f"docs/{own}/erd.dbml": f"{number}".encode(), f"docs/{own}/{number}.md": b"# ERD"}
        with GitDatabase(api_url, NAME, token) as git:
            done = commit_files(git, branch="main", files=files, message=f"{own} {number}", pace=pace)
        sys.stdout.write(f"{done.sha} {own} {number}\n")
    sys.stdout.write(f"{len(slept)}\n")


if __name__ == "__main__":
    main()
