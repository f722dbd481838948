"""What a run says in its pull request, and the hidden first line by which its comment is known again.

The line is an HTML comment, which GitHub keeps and does not show. Everybody can read it and write one like it: it is
believed only of a comment that is by us, and it holds nothing of the project; what a user gave is percent-encoded. It
also tells how new a comment is, and (by a hash) whether somebody has changed the text by hand.
"""

import hashlib
import re
from typing import NamedTuple, Self
from urllib.parse import quote, unquote

import msgspec

LONGEST = 65_536
"""Characters, the marker's too: GitHub refuses a longer comment. In UTF-8 they are 262,144 bytes at most, which is the
other limit that GitHub has been seen to have."""

_MARKER = re.compile(r"<!-- dbt-cloud-erd((?: [a-z]+=[\w.~%]*)+) -->(?:\r?\n|$)", re.ASCII)
_HASH_DIGITS = 16


class Order(NamedTuple):
    """When a run was, among the runs of one commit: by its workflow run's id and attempt; zeros where there are none.

    A run that tells no order is neither before nor after another one.
    """

    run: int = 0
    attempt: int = 0

    def __str__(self) -> str:
        return f"{self.run}.{self.attempt}"

    def before(self, other: "Order") -> bool:
        """Whether a run of this order is the older one, for all that is known."""
        return bool(self.run and other.run) and self < other


class Marker(msgspec.Struct, frozen=True, kw_only=True):
    """Which comment it is (`comment_id`), of which commit and run, and the hash of the text below it."""

    comment_id: str
    commit: str
    order: Order
    hash: str

    def __str__(self) -> str:
        fields = {"id": self.comment_id, "commit": self.commit, "order": str(self.order), "body": self.hash}
        return f"<!-- dbt-cloud-erd {' '.join(f'{name}={_encoded(value)}' for name, value in fields.items())} -->"

    @classmethod
    def of(cls, body: str) -> Self | None:
        """The marker that a comment begins with; none if it does not, such as one that only quotes a marker."""
        found = _MARKER.match(body)
        if found is None:
            return None
        fields = dict(field.split("=", 1) for field in found[1].split())
        run, _, attempt = fields.get("order", "").partition(".")
        return cls(
            comment_id=unquote(fields.get("id", "")),
            commit=unquote(fields.get("commit", "")),
            order=Order(_number(run), _number(attempt)),
            hash=fields.get("body", ""),
        )


class Saying(msgspec.Struct, frozen=True, kw_only=True):
    """What one run says: its body, in Markdown and without a marker.

    `comment_id` tells our comments in one pull request apart. `commit` is the commit that the run was made of, as the
    pull request has it as its head (never its merge commit); empty if that is not known, and then whoever writes last
    wins.
    """

    comment_id: str
    body: str
    commit: str = ""
    order: Order = Order()

    @property
    def marker(self) -> Marker:
        """What the comment begins with."""
        return Marker(comment_id=self.comment_id, commit=self.commit, order=self.order, hash=_hash(self.body))

    @property
    def text(self) -> str:
        """The whole comment, as it is sent: what is no text (half of a surrogate pair) becomes a question mark."""
        return f"{self.marker}\n{_sendable(self.body)}"

    @property
    def is_too_long(self) -> bool:
        """Whether GitHub would refuse it for its size."""
        return len(self.text) > LONGEST


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """A comment of ours that is there: where, and what it says."""

    id: int
    url: str
    marker: Marker
    body: str

    def says(self, saying: Saying) -> bool:
        """Whether the text is the same, but for what GitHub may make of it: how lines end, and blanks at its end."""
        return _kept(self.body) == _kept(saying.body)

    @property
    def is_edited(self) -> bool:
        """Whether somebody has changed its text by hand."""
        return _hash(self.body) != self.marker.hash


def said(number: int, url: str, body: str) -> Said | None:
    """The comment, if it begins with a marker."""
    marker = Marker.of(body)
    return None if marker is None else Said(id=number, url=url, marker=marker, body=_MARKER.sub("", body, count=1))


def _hash(body: str) -> str:
    return hashlib.sha256(_kept(body).encode()).hexdigest()[:_HASH_DIGITS]


def _kept(body: str) -> str:
    """What is left of a text whatever GitHub makes of it."""
    return _sendable(body).replace("\r\n", "\n").replace("\r", "\n").rstrip()


def _sendable(body: str) -> str:
    return body.encode("utf-8", "replace").decode()


def _encoded(value: str) -> str:
    # Two hyphens would end the HTML comment for some readers.
    return quote(value, safe="", errors="replace").replace("-", "%2D")


def _number(digits: str) -> int:
    return int(digits) if digits.isascii() and digits.isdecimal() and len(digits) <= len(str(2**63)) else 0
