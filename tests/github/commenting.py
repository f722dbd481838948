"""A process of ours that keeps comments: each line it is given is a run, and what came of it is a line again.

`python -m tests.github.commenting ADDRESS`, with the token as the first line.
"""

import sys

import msgspec

from erd.checks import Secret
from erd.errors import GitHubError
from erd.github.comments import keep_comment
from erd.github.conversation import Conversation
from erd.github.saying import Saying

from .builders import NAME


class Run(msgspec.Struct, frozen=True):
    """What a run is to say where."""

    number: int
    saying: Saying


def main() -> None:
    """Keep comments, one after the other."""
    api_url, token = sys.argv[1], Secret(sys.stdin.readline().strip())
    for line in sys.stdin:
        run = msgspec.json.decode(line, type=Run)
        with Conversation(api_url, NAME, token, run.number) as conversation:
            try:
                came = keep_comment(conversation, run.saying).done.name
            except GitHubError as error:
                came = f"{type(error).__name__}: {error}"
        sys.stdout.write(f"{came}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
