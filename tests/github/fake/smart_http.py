"""Git over HTTP, by git's own `http-backend`, for those who push: the same tokens, as the password of anybody.

It is past the ledger, the faults and the description of the API, and beside its lock: who pushes and who asks by the
API meet at git's refs only.
"""

import base64
import binascii
import os
import re
import subprocess
from collections.abc import Mapping
from io import BufferedIOBase
from typing import NamedTuple

from .git import BareRepository, surroundings
from .tokens import Token

PATH = re.compile(r"/(?P<name>[^/]+/[^/]+?)(?:\.git)?/(?P<rest>info/refs|git-upload-pack|git-receive-pack)")
PUSH = "git-receive-pack"
# What a protected branch says to who pushes, in GitHub's words.
HOOK = """#!/bin/sh
case "$(git config "protected.${1#refs/heads/}.by")" in
  protection) echo "error: GH006: Protected branch update failed for $1." ;;
  ruleset) echo "error: GH013: Repository rule violations found for $1." ;;
  *) exit 0 ;;
esac
echo
echo "- Changes must be made through a pull request."
exit 1
"""


class Wanted(NamedTuple):
    """A request of git's: for which repository, what of it, how, and by which token's text."""

    name: str
    rest: str
    method: str
    query: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def is_push(self) -> bool:
        """Whether it is a part of a push."""
        return PUSH in (self.rest, self.query.removeprefix("service="))

    @property
    def token(self) -> str:
        """The password."""
        scheme, _, given = self.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "basic":
            return ""
        try:
            return base64.b64decode(given, validate=True).decode().partition(":")[2]
        except (binascii.Error, UnicodeDecodeError):
            return ""


class Told(NamedTuple):
    """What is answered."""

    status: int
    headers: dict[str, str]
    body: bytes


def refused(wanted: Wanted, token: Token | None, repositories: Mapping[str, BareRepository]) -> Told | None:
    """The answer to who may not do this."""
    if token is None:
        return Told(401, {"WWW-Authenticate": 'Basic realm="GitHub"'}, b"")
    if wanted.name not in repositories or wanted.name not in token.repositories:
        return Told(404, {}, b"Repository not found.")
    if not token.may("contents: write" if wanted.is_push else "contents: read"):
        return Told(403, {}, f"Permission to {wanted.name}.git denied to {token.login}.".encode())
    return None


def done(wanted: Wanted, git: BareRepository, login: str) -> Told:
    """What git answers."""
    hook = git.folder / "hooks" / "update"
    if not hook.exists():
        new = hook.with_suffix(f".{os.urandom(4).hex()}")
        new.write_text(HOOK, "utf-8")
        new.chmod(0o755)
        new.rename(hook)
    variables = {
        "GIT_PROJECT_ROOT": str(git.folder.parent),
        "GIT_HTTP_EXPORT_ALL": "1",
        "PATH_INFO": f"/{git.folder.name}/{wanted.rest}",
        "QUERY_STRING": wanted.query,
        "REQUEST_METHOD": wanted.method,
        "REMOTE_USER": login,
        "CONTENT_TYPE": wanted.headers.get("content-type", ""),
        "CONTENT_LENGTH": str(len(wanted.body)),
        "HTTP_CONTENT_ENCODING": wanted.headers.get("content-encoding", ""),
        "GIT_PROTOCOL": wanted.headers.get("git-protocol", ""),
    }
    run = subprocess.run(
        ["git", "http-backend"],
        input=wanted.body, capture_output=True, check=True, env=surroundings() | variables,
    )  # fmt: skip
    head, _, body = run.stdout.partition(b"\r\n\r\n")
    headers = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
    status = int(headers.pop("Status", "200").split()[0])
    return Told(status, headers, body)


def body(headers: Mapping[str, str], stream: BufferedIOBase) -> bytes:
    """What is sent, whole or in chunks."""
    if headers.get("transfer-encoding", "").lower() != "chunked":
        return stream.read(int(headers.get("content-length", "0")))
    whole = b""
    while size := int(stream.readline().partition(b";")[0], 16):
        whole += stream.read(size)
        stream.readline()
    stream.readline()
    return whole
