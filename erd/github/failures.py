"""What can go wrong between here and GitHub, as one sentence on what happened and one on what to do.

The meanings of status codes and headers are those of GitHub's REST documentation. No sentence holds a token or a body.
"""

import datetime as dt
from collections.abc import Mapping
from typing import NamedTuple

from erd.checks import Secret
from erd.errors import GitHubError

LONGEST_MESSAGE = 300
LONGEST_NUMBER = 10

CHECK_THE_URL = (
    "Check the address of the API (GITHUB_API_URL): https://api.github.com, or https://HOST/api/v3 on an Enterprise"
    " server."
)
GIVE_THE_RIGHT = (
    "Give the token `contents: read` on this repository: under `permissions:` in the workflow, or in the settings of a"
    " personal token."
)
TRY_LATER = "Run it again; if it goes on, look at GitHub's status page and at the network in between."
FIND_THE_NAME = f"If the repository has been renamed or moved, give its name of today. {CHECK_THE_URL}"
BAD_REQUEST, UNAUTHORIZED, FORBIDDEN, NOT_FOUND, TOO_SLOW, UNPROCESSABLE = 400, 401, 403, 404, 408, 422
CONFLICT, CONTENT_TOO_LARGE = 409, 413
TOO_MANY, SERVER_ERROR = 429, 500
REFUSALS = {
    UNAUTHORIZED: (
        "GitHub rejected the token",
        "Give github-token a token of this server that has not expired; in a workflow, ${{ github.token }}.",
    ),
    FORBIDDEN: ("The token may not read this from GitHub", GIVE_THE_RIGHT),
}


class UnansweredError(GitHubError):
    """There was no answer that can be used. Whether a write has been done is not known."""


class BrokenAnswerError(UnansweredError):
    """The answer began well and did not end well: asking again may help."""


class RefusedError(GitHubError):
    """GitHub understood, and does not do it: nothing has been done."""

    def __init__(self, happened: str, todo: str, *, status: int, said: str, message: str) -> None:
        super().__init__(happened, todo)
        self.status = status
        self.said = said
        self.message = message


class LimitError(GitHubError):
    """GitHub takes no more requests for now: nothing has been done. After how many seconds it would, if it says so."""

    def __init__(self, happened: str, todo: str, seconds: int | None) -> None:
        super().__init__(happened, todo)
        self.seconds = seconds


class Asked(NamedTuple):
    """What was asked of whom, for the sentences below."""

    method: str
    api_url: str
    path: str
    tries: int
    timeout_seconds: int
    token: Secret

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


class Refused(NamedTuple):
    """An answer that is an error: its status, GitHub's message, and its headers with names in lower case."""

    status: int
    message: str
    headers: Mapping[str, str]


def refusal(asked: Asked, refused: Refused) -> GitHubError:
    """The error for an answer of GitHub's that is one, a redirect too."""
    message = _message(asked, refused.message)
    said = f"({asked} → {refused.status}{message})"
    if _is_limit(refused):
        happened = f"GitHub takes no more requests of this token for now {said}."
        return LimitError(happened, _wait(refused.headers), _seconds(refused.headers))
    if refused.status == NOT_FOUND:
        return not_documented(asked, "a 404 without a word of GitHub's")
    if refused.status >= SERVER_ERROR or refused.status == TOO_SLOW:
        return UnansweredError(f"GitHub failed to answer{_times(asked)} {said}.", TRY_LATER)
    if refused.status < BAD_REQUEST:
        happened, todo = "GitHub sends the request on to another place, and it was not followed", FIND_THE_NAME
    else:
        happened, todo = REFUSALS.get(refused.status, ("GitHub refused the request", CHECK_THE_URL))
    return RefusedError(f"{happened} {said}.", todo, status=refused.status, said=said, message=message)


def unreachable(asked: Asked, why: str) -> UnansweredError:
    """The error for a request that was not answered."""
    return UnansweredError(
        f"GitHub at {_host(asked)} did not answer{_times(asked)} ({asked}: {why}).",
        f"{CHECK_THE_URL} If it is right, run it again; if it goes on, look at the network in between.",
    )


def not_documented(asked: Asked, why: str) -> UnansweredError:
    """The error for an answer that is none of GitHub's, or none that it documents."""
    return UnansweredError(
        f"{_host(asked)} does not answer as GitHub's API does ({asked}: {one_line(why)}).", CHECK_THE_URL
    )


def broken(asked: Asked, why: str) -> BrokenAnswerError:
    """The error for an answer that was cut on its way."""
    return BrokenAnswerError(f"The answer of GitHub at {_host(asked)} broke off ({asked}: {why}).", TRY_LATER)


def not_json(asked: Asked) -> BrokenAnswerError:
    """The error for an answer that begins as JSON and is none."""
    return BrokenAnswerError(f"The answer of GitHub at {_host(asked)} is not whole JSON ({asked}).", TRY_LATER)


def leads_elsewhere(asked: Asked, url: str) -> GitHubError:
    """The error for a next page that is not on the host that was asked: a token goes to no other."""
    return GitHubError(
        f"{_host(asked)} names a next page that is not its own ({asked}: {one_line(without_password(url))}).",
        CHECK_THE_URL,
    )


def endless(asked: Asked) -> GitHubError:
    """The error for a list that names a next page again and again."""
    return GitHubError(f"{_host(asked)} gives a list without an end ({asked}).", CHECK_THE_URL)


def no_api(api_url: str) -> GitHubError:
    """The error for what cannot be the address of an API."""
    return GitHubError(f"{one_line(without_password(api_url))!r} is not the address of GitHub's API.", CHECK_THE_URL)


def invisible(asked: Asked, name: str) -> GitHubError:
    """The error for a repository that is not there, or not for this token: GitHub says 404 to both."""
    return GitHubError(
        f"GitHub at {_host(asked)} shows no repository {name} to this token ({asked} → 404).",
        f"Check that github-token is a token of this repository, not of another one. {GIVE_THE_RIGHT}",
    )


def vanished(asked: Asked) -> GitHubError:
    """The error for a blob that GitHub named a moment ago and does not find now."""
    return GitHubError(f"GitHub names a file that it then does not find ({asked} → 404).", TRY_LATER)


def too_large(subject: str, size: int, limit: int) -> GitHubError:
    """The error for a file that is larger than what is read."""
    return GitHubError(
        f"{one_line(subject)} is too large to be read from GitHub ({size} bytes; the limit is {limit}).",
        "Name another file, or leave it out.",
    )


def no_name(name: str) -> GitHubError:
    """The error for what cannot be the name of a repository."""
    return GitHubError(f"{one_line(name)!r} is not the name of a repository on GitHub.", "Give it as owner/name.")


def one_line(text: str) -> str:
    """Text of others as one line without its full stop, printable and not too long."""
    line = "".join(character for character in " ".join(text.split()) if character.isprintable()).rstrip(".")
    return line if len(line) <= LONGEST_MESSAGE else f"{line[: LONGEST_MESSAGE - 1]}…"


def _message(asked: Asked, message: str) -> str:
    line = one_line(message.replace(asked.token.reveal(), "***"))
    return f": {line}" if line else ""


def _times(asked: Asked) -> str:
    return f", {asked.tries} times" if asked.tries > 1 else ""


def _is_limit(refused: Refused) -> bool:
    """Whether this is one of GitHub's limits: both statuses are used for the primary and the secondary ones."""
    if refused.status == TOO_MANY:
        return True
    return refused.status == FORBIDDEN and (
        "retry-after" in refused.headers
        or refused.headers.get("x-ratelimit-remaining") == "0"
        or "rate limit" in refused.message.lower()
    )


def _seconds(headers: Mapping[str, str]) -> int | None:
    seconds = headers.get("retry-after", "")
    # Longer ones are no number of seconds that anybody waits for, and may be longer than `int` reads.
    return int(seconds) if seconds.isdecimal() and len(seconds) < LONGEST_NUMBER else None


def _wait(headers: Mapping[str, str]) -> str:
    if (seconds := headers.get("retry-after", "")).isdecimal():
        return f"Run it again in {seconds} seconds, or use a token with a limit of its own."
    if (moment := headers.get("x-ratelimit-reset", "")).isdecimal() and headers.get("x-ratelimit-remaining") == "0":
        return f"Run it again after {_time(int(moment))}, or use a token with a limit of its own."
    return "Run it again in some minutes, or use a token with a limit of its own."


def _time(moment: int) -> str:
    try:
        return f"{dt.datetime.fromtimestamp(moment, dt.UTC):%Y-%m-%d %H:%M:%S} UTC"
    except (OverflowError, ValueError, OSError):
        return "a time that GitHub names wrongly"


def _host(asked: Asked) -> str:
    return without_password(asked.api_url).partition("://")[2].partition("/")[0]


def without_password(url: str) -> str:
    """The address without the name and password that stand before an @ in it."""
    scheme, separator, rest = url.rpartition("://")
    return f"{scheme}{separator}{rest.rpartition('@')[2]}"
