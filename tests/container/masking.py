"""Secrets in what a job leaves: hidden as GitHub's runner hides them, and searched for before it does.

What a runner masks it has been shown, and it masks the plain form only. So what is looked at is the log as it left the
process, in every form of `tests.secrecy.needles`: plain, URL-encoded and base64 among them.
"""

from collections.abc import Collection, Iterable

from tests.container.log_commands import find_commands
from tests.secrecy.ledger import without_masks
from tests.secrecy.needles import needles
from tests.tokens import KNOWN, MARK

STARS = "***"


class SecretSeenError(AssertionError):
    """A secret stands where somebody can read it."""


def refuse_secrets(where: str, text: str, secrets: Iterable[str] = ()) -> None:
    """Raise `SecretSeenError` if one of these secrets, or any token of the tests, stands in the text in any form.

    Commands that do nothing but mask a token do not count: no runner shows them.
    """
    seen = without_masks(text).encode("utf-8", "surrogateescape")
    if any(needle in seen for needle in needles({MARK, *KNOWN, *filter(None, secrets)})):
        raise SecretSeenError(f"a secret stands in {where}")


def shown(log: str, secrets: Collection[str]) -> str:
    """The log as GitHub shows it: secrets and what the step said to mask are stars, commands are words."""
    masked = {command.data for command in find_commands(log) if command.name == "add-mask"} | set(secrets)
    lines = [_line(line) for line in log.split("\n") if not line.startswith("::add-mask::")]
    text = "\n".join(lines)
    for secret in sorted(filter(None, masked), key=len, reverse=True):
        for part in (secret, *secret.split("\n")):
            text = text.replace(part, STARS) if part else text
    return text


def _line(line: str) -> str:
    for command in find_commands(line):
        if command.name in {"error", "warning", "notice", "debug"}:
            return f"{command.name.capitalize()}: {command.data}"
    return line
