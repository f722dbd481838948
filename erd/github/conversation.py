"""The comments of one pull request on GitHub, by its REST API, and why one cannot be written.

The shapes are those of GitHub's REST reference: "List issue comments", "Create", "Update" and "Delete an issue comment"
(a pull request is an issue there) and "Get a pull request". PyGithub is loaded with the first `Conversation`.
"""

import msgspec

from erd.checks import Secret
from erd.errors import GitHubError
from erd.github import failures
from erd.github.client import Client
from erd.github.failures import RefusedError, UnansweredError
from erd.github.saying import LONGEST, Said, Saying, said

PAGE = 100
WORKFLOWS_OWN = "github-actions[bot]"

GIVE_THE_RIGHT = (
    "Give the job `pull-requests: write` under `permissions:`; a personal token needs the right to write to pull"
    " requests. In a pull request from a fork, and in Dependabot's, a workflow's token can only read: docs/forks.md has"
    " the ways around."
)


class CannotCommentError(GitHubError):
    """GitHub is there, and a comment cannot be in this pull request."""


class NoRightError(CannotCommentError):
    """The token may not comment: it may only read, or is that of a fork's pull request."""


class NoPullRequestError(CannotCommentError):
    """There is no such pull request, or not for this token."""


class LockedError(CannotCommentError):
    """The conversation is locked."""


class BodyRefusedError(CannotCommentError):
    """The comment is too long, or GitHub does not take it as it is."""


class Conversation(Client):
    """One pull request's comments, with a token that needs `pull-requests: write`.

    Every method raises `GitHubError`; of these, a write that leaves open whether it is done an `UnansweredError`.
    """

    def __init__(
        self,
        api_url: str,
        repository: str,
        token: Secret,
        number: int,
        *,
        timeout_seconds: int = 15,
        retries: int = 3,
        backoff_seconds: float = 0.5,
    ) -> None:
        super().__init__(
            api_url,
            repository,
            token,
            timeout_seconds=timeout_seconds,
            retries=retries,
            backoff_seconds=backoff_seconds,
        )
        self._number = number
        self._comments = self.path(f"/issues/{number}/comments")
        self._me = ""
        self.name = f"{repository}#{number}"

    def standing(self, comment_id: str) -> list[Said]:
        """All comments of this id that are by us, the oldest first."""
        try:
            found = self.connection.pages(self._comments, list[_Comment], {"per_page": PAGE})
        except RefusedError as error:
            raise self._cannot(error) from None
        if found is None:
            raise self._no_pull_request()
        marked = [(one, told) for one in found if (told := one.said()) and told.marker.comment_id == comment_id]
        # Who we are costs a request, which is saved while nothing looks like ours.
        return sorted((told for one, told in marked if one.is_by(self._who_we_are())), key=lambda told: told.id)

    def head(self) -> str:
        """The commit that the pull request's head is now."""
        try:
            found = self.connection.get(self.path(f"/pulls/{self._number}"), _PullRequest)
        except RefusedError as error:
            raise self._cannot(error) from None
        if found is None:
            raise self._no_pull_request()
        return str(found.head.sha)

    def make(self, saying: Saying) -> Said:
        """A new comment that says this."""
        try:
            made = self.connection.post(self._comments, _Comment, {"body": self._sent(saying)})
        except RefusedError as error:
            raise self._cannot(error) from None
        if made is None:
            raise self._no_pull_request()
        if made.user is not None:
            self._me = made.user.login
        return Said(id=made.id, url=made.html_url, marker=saying.marker, body=saying.body)

    def rewrite(self, one: Said, saying: Saying) -> bool:
        """Let a comment say this instead. False if it is no more."""
        try:
            found = self.connection.patch(self._one(one), _Comment, {"body": self._sent(saying)})
        except RefusedError as error:
            raise self._cannot(error) from None
        return found is not None

    def remove(self, one: Said) -> None:
        """Delete a comment, if it still is."""
        try:
            self.connection.delete(self._one(one))
        except RefusedError as error:
            raise self._cannot(error) from None

    def not_ours_to_write(self, one: Said) -> NoRightError:
        """The error for a comment that GitHub lists, and does not find when it is to be changed."""
        return NoRightError(
            f"GitHub lists the comment {one.url}, and does not let it be changed (404).", GIVE_THE_RIGHT
        )

    def _one(self, one: Said) -> str:
        return self.path(f"/issues/comments/{one.id}")

    def _who_we_are(self) -> str:
        """Our login. A workflow's token may not ask `/user`; not every server knows GraphQL."""
        if not self._me:
            try:
                answer = self.connection.query("query { viewer { login } }", _Viewer)
            except (RefusedError, UnansweredError):
                answer = None
            self._me = answer.data.viewer.login if answer else self._user()
        return self._me

    def _user(self) -> str:
        try:
            found = self.connection.get("/user", _User)
        except RefusedError as error:
            if error.status != failures.FORBIDDEN:
                raise
            found = None
        return str(found.login) if found else WORKFLOWS_OWN

    def _sent(self, saying: Saying) -> str:
        if saying.is_too_long:
            raise BodyRefusedError(
                f"The comment for {self.name} is too long for GitHub ({len(saying.text)} characters; the limit is"
                f" {LONGEST}).",
                "Nothing was sent. Please report this: what is written is meant to stay below.",
            )
        return saying.text

    def _no_pull_request(self) -> NoPullRequestError:
        return NoPullRequestError(
            f"GitHub shows no pull request {self.name} to this token (404), or none that it may comment.",
            f"Check the number, and that github-token is a token of this repository. {GIVE_THE_RIGHT}",
        )

    def _cannot(self, error: RefusedError) -> GitHubError:
        """What a refusal says about comments; others stay what they are."""
        locked = "locked" in error.message.lower()
        match error.status:
            case failures.FORBIDDEN if locked:
                return LockedError(
                    f"The conversation of {self.name} is locked {error.said}.", "Unlock it, and run it again."
                )
            case failures.FORBIDDEN:
                return NoRightError(f"The token may not comment in {self.name} {error.said}.", GIVE_THE_RIGHT)
            case failures.UNPROCESSABLE:
                return BodyRefusedError(
                    f"GitHub does not take the comment for {self.name} {error.said}.",
                    "Please report this, with the sentence in parentheses.",
                )
        return error


class _Login(msgspec.Struct, frozen=True):
    login: str


class _User(_Login, frozen=True):
    pass


class _Comment(msgspec.Struct, frozen=True):
    id: int
    html_url: str = ""
    body: str | None = None
    # None for a user that is no more.
    user: _Login | None = None

    def said(self) -> Said | None:
        return said(self.id, self.html_url, self.body or "")

    def is_by(self, login: str) -> bool:
        return self.user is not None and self.user.login.lower() == login.lower()


class _Commit(msgspec.Struct, frozen=True):
    sha: str


class _PullRequest(msgspec.Struct, frozen=True):
    head: _Commit


class _ViewersLogin(msgspec.Struct, frozen=True):
    viewer: _Login


class _Viewer(msgspec.Struct, frozen=True):
    data: _ViewersLogin
