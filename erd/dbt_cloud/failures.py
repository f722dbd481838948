"""What can go wrong between here and dbt Cloud, as one sentence on what happened and one on what to do.

The meanings of status codes and bodies are those of dbt's API documentation; what is not written there (a proxy's page,
a certificate of another host) is told from the answer itself. No sentence holds a token, a body or a redirect's query.
"""

import msgspec
import urllib3

from erd.dbt_cloud.asked import Asked
from erd.dbt_cloud.causes import causes, reason
from erd.dbt_cloud.retry import RETRIED_STATUSES
from erd.errors import DbtCloudError

LONGEST_MESSAGE = 300

# All that msgspec raises for bytes that are not what they should be.
UNREADABLE = (msgspec.DecodeError, UnicodeDecodeError, RecursionError)

MINUTE = 60
MEGABYTE = 1_000_000

TRY_LATER = "Run it again; if it goes on, look at dbt's status page and at the network in between."
NOT_FOUND = 404
# A redirect to nowhere, a token that is rejected, and a rate limit say nothing of what was asked for.
OF_NO_MEANING = frozenset({*range(300, 400), 401, 429})
SERVER_TROUBLE = ("dbt Cloud failed to answer for {asked.subject}, {asked.tries} times", TRY_LATER)
NOWHERE = (
    "{asked.host} redirects the request for {asked.subject} without saying where to",
    "{asked.api.copy_the_host}",
)
OTHER_REFUSAL = ("dbt Cloud refused the request for {asked.subject}", "{asked.api.check_the_ids}")
# By status: what happened and what to do, where the status alone says it.
REFUSALS = {
    400: ("dbt Cloud does not understand the request for {asked.subject}", "{asked.api.check_the_ids}"),
    401: (
        "{asked.host} rejected the token",
        "Give dbt-cloud-service-token a service or personal access token of an account on this host, not expired.",
    ),
    404: (
        "dbt Cloud does not find {asked.placed}, or the token may not read it",
        "{asked.api.check_the_ids}",
    ),
    429: (
        "dbt Cloud takes no more requests of this account for now",
        "Wait five minutes and run it again, or raise dbt-cloud-timeout-minutes to have them waited for here.",
    ),
    **dict.fromkeys(range(300, 400), NOWHERE),
    **dict.fromkeys(RETRIED_STATUSES, SERVER_TROUBLE),
}


class NotFoundError(DbtCloudError):
    """404: there is no such thing, or the token may not see it."""


class NoAnswerError(DbtCloudError):
    """What dbt Cloud has to say was not heard: of what was asked for, nothing follows from that."""


class UnansweredError(NoAnswerError):
    """dbt Cloud did not answer, or had trouble of its own, however often it was asked: asking later may help."""


class BrokenAnswerError(UnansweredError):
    """The answer began well and did not end well: asking again may help."""


class Refused(msgspec.Struct, frozen=True):
    """An answer that is not a 200: its status, who gave it, and as much of the body as matters."""

    status: int
    host: str
    body: bytes


class _Status(msgspec.Struct, frozen=True):
    user_message: str | None = None


class _Data(msgspec.Struct, frozen=True):
    account_access_denied: bool | None = None


class _ErrorEnvelope(msgspec.Struct, frozen=True):
    status: _Status
    data: msgspec.Raw = msgspec.Raw(b"null")


class _GraphQLError(msgspec.Struct, frozen=True):
    message: str | None = None


class _GraphQLErrors(msgspec.Struct, frozen=True):
    errors: list[_GraphQLError]


def refusal(asked: Asked, refused: Refused) -> DbtCloudError:
    """The error for an answer whose status is not 200."""
    envelope = _error_envelope(refused.body)
    message = user_message(asked, envelope.status.user_message if envelope else _first_error(refused.body))
    said = f"({asked} → {refused.status}{message})"
    if refused.host != asked.host:
        return _refused_elsewhere(asked, refused, said)
    match refused.status:
        case 403:
            return _forbidden(asked, refused, envelope, said)
        case 404 if envelope is None:
            return NotFoundError(f"There is no {asked.api.name} at {asked.host} {said}.", asked.api.copy_the_host)
        case 404 if "permission" in message.lower():
            return NotFoundError(*_not_permitted(asked, said))
    happened, todo = REFUSALS.get(refused.status, OTHER_REFUSAL)
    return _kind(refused.status)(f"{happened.format(asked=asked)} {said}.", todo.format(asked=asked))


def sent_on(asked: Asked, host: str) -> DbtCloudError:
    """The error for a redirect to another host that was not followed."""
    return NoAnswerError(
        f"{asked.host} sends the request on to {one_line(host)}; it was not followed.",
        f"The token is not sent to another host. {asked.api.copy_the_host}",
    )


def out_of_time(asked: Asked, last: int | BaseException | None = None) -> UnansweredError:
    """The error for what did not come within the budget of time; `last` is how the last try ended, if it is known."""
    ended = f" → {last}" if isinstance(last, int) else f": {reason(list(causes(last)))}" if last else ""
    return UnansweredError(
        f"The time was over before dbt Cloud had answered for {asked.subject} ({asked}{ended}):"
        f" all requests together may take {span(asked.budget_seconds)}.",
        "Run it again later, or raise dbt-cloud-timeout-minutes; if it goes on, look at dbt's status page.",
    )


def too_large(asked: Asked, largest_bytes: int) -> DbtCloudError:
    """The error for a file that is larger than files may be."""
    return DbtCloudError(
        f"The file {asked.subject} is larger than {largest_bytes / MEGABYTE:,.0f} MB ({asked}).",
        "Raise dbt-cloud-max-file-mb if the disk has room for it.",
    )


def broken(asked: Asked, how: str) -> BrokenAnswerError:
    """The error for an answer that is not whole; `how` goes on after "The answer …"."""
    return BrokenAnswerError(f"The answer with {asked.subject} {how} ({asked}).", TRY_LATER)


def broken_by(asked: Asked, error: BaseException) -> BrokenAnswerError:
    """The error for an answer whose body could not be read to its end."""
    if any(isinstance(cause, (TimeoutError, urllib3.exceptions.TimeoutError)) for cause in causes(error)):
        return broken(asked, f"stalled for {asked.read_seconds:g} s")
    return broken(asked, "was cut off")


def not_json(asked: Asked, host: str, content_type: str) -> DbtCloudError:
    """The error for a 200 that is a web page, or anything else that dbt's API does not send."""
    kind = user_message(asked, content_type.partition(";")[0].strip() or "no content type").removeprefix(": ")
    said = f"although it says {kind}" if "json" in kind.lower() else kind
    return NoAnswerError(f"{host} answered {asked} with something that is not JSON ({said}).", in_between(asked))


def begins_like_a_page(body: bytes) -> bool:
    """Whether it is HTML or XML, and certainly no JSON."""
    return body[:100].lstrip().startswith(b"<")


def not_documented(asked: Asked, error: Exception) -> DbtCloudError:
    """The error for JSON of other types than the documentation has."""
    return DbtCloudError(
        f"dbt Cloud's answer with {asked.subject} is not as documented ({asked}: {error}).",
        asked.api.if_not_documented,
    )


def too_long(asked: Asked, largest_bytes: int) -> DbtCloudError:
    """The error for an answer that is not a file and as large as one."""
    return DbtCloudError(
        f"dbt Cloud's answer with {asked.subject} is larger than {largest_bytes / MEGABYTE:,.0f} MB ({asked}).",
        asked.api.if_not_documented,
    )


def no_data(asked: Asked, message: str | None) -> DbtCloudError:
    """The error for an envelope without data where there must be some."""
    return DbtCloudError(
        f"dbt Cloud's answer with {asked.subject} is empty ({asked} → 200{user_message(asked, message)}).",
        asked.api.check_the_ids,
    )


def span(seconds: float) -> str:
    """A length of time in words, such as "15 minutes"."""
    if seconds < MINUTE:
        return f"{seconds:g} seconds"
    minutes = round(seconds / MINUTE, 1)
    return "1 minute" if minutes == 1 else f"{minutes:g} minutes"


def user_message(asked: Asked, message: str | None) -> str:
    """The message as the end of a parenthesis: one line of printable text, not too long, without the token."""
    line = one_line((message or "").replace(asked.token.reveal(), "***"))
    return f": {line}" if line else ""


def one_line(text: str) -> str:
    """Text of dbt's as one line without its full stop, printable and not too long."""
    line = "".join(character for character in " ".join(text.split()) if character.isprintable()).rstrip(".")
    return line if len(line) <= LONGEST_MESSAGE else f"{line[: LONGEST_MESSAGE - 1]}…"


def _refused_elsewhere(asked: Asked, refused: Refused, said: str) -> DbtCloudError:
    kind = NotFoundError if refused.status == NOT_FOUND else NoAnswerError
    return kind(
        f"{asked.host} sent the request on to {refused.host}, which refused it {said}.",
        f"The token is not sent to another host. {asked.api.copy_the_host}",
    )


def _kind(status: int) -> type[DbtCloudError]:
    """The class of error for a status: not found, later perhaps, of no meaning for what was asked, or a refusal."""
    if status == NOT_FOUND:
        return NotFoundError
    if status in RETRIED_STATUSES:
        return UnansweredError
    return NoAnswerError if status in OF_NO_MEANING else DbtCloudError


def in_between(asked: Asked) -> str:
    """What to do about an answer that is not dbt Cloud's."""
    return f"A login page, a proxy or a firewall may stand in between. {asked.api.copy_the_host}"


def _forbidden(asked: Asked, refused: Refused, envelope: _ErrorEnvelope | None, said: str) -> DbtCloudError:
    if envelope and _access_denied(envelope):
        return _address_refused(asked, said)
    if begins_like_a_page(refused.body):
        return NoAnswerError(f"{asked.host} refused {asked.subject} with a web page {said}.", in_between(asked))
    return DbtCloudError(*_not_permitted(asked, said))


def _address_refused(asked: Asked, said: str) -> NoAnswerError:
    account = "" if asked.account_id is None else f" {asked.account_id}"
    return NoAnswerError(
        f"The dbt Cloud account{account} restricts IP addresses and refused this machine's {said}.",
        "Add the runner's address to the account's IP allowlist, or use a runner with a fixed address that is on it.",
    )


def _not_permitted(asked: Asked, said: str) -> tuple[str, str]:
    return (
        f"The token may not read {asked.placed} {said}.",
        asked.api.give_the_right,
    )


def _first_error(body: bytes) -> str | None:
    """What a GraphQL server says first of what went wrong."""
    try:
        errors = msgspec.json.decode(body, type=_GraphQLErrors).errors
    except UNREADABLE:
        return None
    return errors[0].message if errors else None


def _error_envelope(body: bytes) -> _ErrorEnvelope | None:
    try:
        return msgspec.json.decode(body, type=_ErrorEnvelope)
    except UNREADABLE:
        return None


def _access_denied(envelope: _ErrorEnvelope) -> bool:
    try:
        return bool(msgspec.json.decode(envelope.data, type=_Data).account_access_denied)
    except UNREADABLE:
        return False
