"""A pull request on the fake GitHub, and the runs that comment in it."""

from collections.abc import Callable, Sequence

from erd.checks import Secret
from erd.github.comments import Kept, Pace, keep_comment
from erd.github.conversation import Conversation
from erd.github.saying import Order, Saying
from tests.tokens import GITHUB

from .builders import NAME, NUMBER
from .fake.discussion import Comment, Discussion
from .fake.exchange import Asked
from .fake.git import BareRepository
from .fake.server import FakeGitHub
from .fake.tokens import WORKFLOWS_OWN

LOOK, HEAD, WHO = "GET comments", f"GET {NUMBER}", "POST graphql"
MAKE, REWRITE, REMOVE = "POST comments", "PATCH", "DELETE"


class PullRequest:
    """The pull request `NUMBER`, whose head is the last push."""

    def __init__(self, fake: FakeGitHub, git: BareRepository, discussion: Discussion) -> None:
        self.fake = fake
        self.discussion = discussion
        self.pull = discussion.pulls[NUMBER]
        self.git = git
        self.head = self.push()
        # How long it was waited for what.
        self.slept: list[float] = []

    def push(self) -> str:
        """A new commit, which is the head now."""
        tip = self.git.resolved(f"refs/heads/{self.pull.branch}")
        self.head = self.git.commit({"erd.dbml": f"// after {tip}".encode()}, branch=self.pull.branch)
        return self.head

    def saying(self, body: str = "The review.", *, commit: str | None = None, run: int = 10) -> Saying:
        """What a run of the head says, unless another commit is given."""
        return Saying(comment_id="erd", body=body, commit=self.head if commit is None else commit, order=Order(run, 1))

    def conversation(self, *, api_url: str = "", token: str = GITHUB, number: int = NUMBER) -> Conversation:
        """The client, which does not wait between its tries."""
        return Conversation(
            api_url or self.fake.url, NAME, Secret(token), number, timeout_seconds=1, retries=2, backoff_seconds=0
        )

    def keep(
        self,
        saying: Saying | None = None,
        *,
        by: Callable[[Conversation, Saying, Pace], Kept] = keep_comment,
        api_url: str = "",
        number: int = NUMBER,
    ) -> Kept:
        """A run that keeps the comment. It is only written down how long it sleeps."""
        with self.conversation(api_url=api_url, number=number) as conversation:
            return by(conversation, saying or self.saying(), Pace(sleep=self.slept.append))

    def reset(self) -> None:
        """Without comments and faults, as at first."""
        self.fake.go_right()
        for one in self.discussion.comments(NUMBER):
            self.discussion.delete(one.id)
        self.fake.requests.clear()
        self.slept.clear()

    def stands(self, saying: Saying, login: str = WORKFLOWS_OWN) -> Comment:
        """A comment of an earlier time."""
        return self.discussion.say(NUMBER, saying.text, login)

    def bodies(self, login: str = WORKFLOWS_OWN) -> list[str]:
        """What the comments of ours say, oldest first."""
        return [one.body for one in self.discussion.comments(NUMBER) if one.login == login]

    def asked(self) -> list[str]:
        """What came to GitHub, in few words, and since then nothing."""
        words = [_words(asked) for asked in self.fake.requests]
        self.fake.requests.clear()
        return words


def texts(sayings: Sequence[Saying]) -> list[str]:
    """The whole comments that say this."""
    return [saying.text for saying in sayings]


def _words(asked: Asked) -> str:
    if asked.method in {REWRITE, REMOVE}:
        return asked.method
    return f"{asked.method} {asked.path.rpartition('/')[2]}"
