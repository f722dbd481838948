"""What each option accepts: from the text or value a reader gave to a typed one, or a `ValueError` that says why not.

A `ValueError` here has two arguments: what is wrong with the value, and what to give instead. Neither quotes a secret.
"""

import re
from collections.abc import Callable, Collection, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

# The parts a table's name can be made of; dbterd's names (its documentation, "entity-name-format").
NAME_PARTS = ("resource", "package", "model", "database", "schema", "table")
# What tables can be grouped by; dbterd takes attributes of its tables, of which these mean something.
GROUP_PARTS = ("database", "schema", "resource_type", "package", "name", "node_name", "label")
# No error message quotes more of a value than this many characters.
LONGEST_QUOTE = 80

RESOURCE_TYPES = ("model", "source", "seed", "snapshot")
# How many of its columns a table is drawn with.
DETAILS = ("all", "keys", "none")
# What can be said of a refresh in the message of its commit.
PLACEHOLDERS = ("changes", "tables", "relationships", "run-id")
ALGORITHMS = ("all", "test_relationship", "semantic", "model_contract")

# The addresses a browser shows for a run or a job, today's form and the one before it.
_PAGE = re.compile(
    r"(https?://[^/\s]+)/(?:#/)?(?:deploy|accounts)/(\d+)/projects/\d+/(runs|jobs)/(\d+)(?:[/?#].*)?", re.IGNORECASE
)
_LOOPBACK = re.compile(r"(localhost|127(?:\.\d{1,3}){3}|\[::1\])(?::(?P<port>\d{1,5}))?")
_LABEL = r"[a-z0-9](?:[a-z0-9-]*[a-z0-9])?"
_HOST = re.compile(rf"{_LABEL}(?:\.{_LABEL})*(?::(?P<port>\d{{1,5}}))?")
_CO_AUTHOR = re.compile(r"[^<>\n\r\0]*[^<>\s\0] <[^<>\s@\0]+@[^<>\s@\0]+>")
HIGHEST_PORT = 65535
MOST_MINUTES = 1440
# What dbt Cloud's tokens look like today, and the secret part of an address, with or without what stands before it: not
# to be quoted, wherever they stand.
_SECRETS = re.compile(r"dbt[a-z]_[^\s'\"]+|(?<=//)[^/@\s]*(?=@)|[^\s/@:]{1,200}:[^\s/@]{1,200}(?=@)")


class Secret:
    """A text that no log, error or `repr` shows."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        """The text itself, for the one place that sends it."""
        return self._text

    def __repr__(self) -> str:
        return "***"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and other._text == self._text

    def __hash__(self) -> int:
        return hash(self._text)


class Reference(NamedTuple):
    """A run or a job: its id, and what its address in the browser says besides, if that was given."""

    id: int
    account_id: int | None = None
    base_url: str | None = None


class Rule(NamedTuple):
    """Which tests are relationships and what their arguments are called, as dbterd's rule syntax says it.

    A test counts if its `unique_id` contains `name`. `c_from` and `c_to` are the arguments that name columns (or, with
    an `s` behind, lists of them), `t_to` the one that names the table referred to.
    """

    name: str = "relationship"
    c_from: str = "column_name"
    c_to: str = "field"
    t_to: str = "to"


class Algorithm(NamedTuple):
    """Where relationships come from: one of `ALGORITHMS`, and for tests perhaps a rule."""

    name: str = "all"
    rule: Rule | None = None


def text(value: Any) -> str:
    """Any one line of text."""
    line = str(value).strip()
    if not line.isprintable():
        raise ValueError("it has a line break or another control character in it", "Give one line of text")
    return line


def lines(value: Any) -> str:
    """A text of one line or several."""
    written = [line.rstrip() for line in str(value).replace("\r\n", "\n").strip().split("\n")]
    if not all(line.isprintable() for line in written):
        raise ValueError("it has a control character in it", "Give text, in one line or several")
    return "\n".join(written)


def commit_message(value: Any) -> str:
    """The message of a commit, with `PLACEHOLDERS` in braces; other braces are what they are."""
    found = lines(value)
    unknown = [word for word in re.findall(r"\{([a-z][a-z-]*)\}", found) if word not in PLACEHOLDERS]
    if unknown:
        raise ValueError(
            f"{_shown('{' + unknown[0] + '}')} is not known here",
            f"Give some of: {_listed(['{' + word + '}' for word in PLACEHOLDERS])}",
        )
    return found


def co_author(value: Any) -> str:
    """The name of a person with an address, as trailers of a commit have it."""
    found = str(value).strip()
    if not _CO_AUTHOR.fullmatch(found):
        raise ValueError(f"{_shown(found)} is no co-author", "Give Name <name@example.com>")
    return found


def co_authors(value: Any) -> tuple[str, ...]:
    """Several of them: a list, or text in which line breaks or commas separate them."""
    return tuple(co_author(one) for one in _items(value, r"[\r\n]+|(?<=>)\s*,"))


def paths(value: Any) -> tuple[str, ...]:
    """Paths of files: a list, or text in which line breaks or commas separate them."""
    return tuple(dict.fromkeys(text(one) for one in _items(value, r"[\r\n,]+")))


def secret(value: Any) -> Secret:
    """A token: one word of printable ASCII, since it travels in an HTTP header."""
    word = str(value).strip()
    if not word.isascii() or not word.isprintable() or " " in word:
        raise ValueError(
            "it holds blanks, line breaks or characters no token has",
            "Copy the token again, without quotes and without a line break",
        )
    return Secret(word)


def flag(value: Any) -> bool:
    """A yes or no, in any of the usual words."""
    if isinstance(value, bool):
        return value
    word = str(value).strip().lower()
    if word in {"true", "yes", "1", "on"}:
        return True
    if word in {"false", "no", "0", "off"}:
        return False
    raise ValueError(f"{_shown(value)} is neither true nor false", "Give true or false")


def number(value: Any) -> int:
    """An id of dbt Cloud: a positive whole number, of any length."""
    digits = str(value).strip()
    if not re.fullmatch(r"0*[1-9][0-9]{0,18}", digits):
        raise ValueError(f"{_shown(value)} is not an id", "Give the number that stands in the address of its page")
    return int(digits)


def run(value: Any) -> Reference:
    """A run by its id, or by the address of its page in dbt Cloud."""
    return _reference(value, "runs")


def job(value: Any) -> Reference:
    """A job by its id, or by the address of its page in dbt Cloud."""
    return _reference(value, "jobs")


def host(value: Any) -> str:
    """A host of dbt Cloud as `https://host`, whatever scheme, path or slash came with it.

    Plain `http` is kept on loopback only: anywhere else it would send the token in the clear.
    """
    given = str(value).strip()
    scheme, separator, rest = given.rpartition("://")
    name = re.split(r"[/?#]", rest, maxsplit=1)[0].lower().removesuffix(".")
    known_scheme = not separator or scheme.lower() in {"http", "https"}
    if known_scheme and _is_host(_LOOPBACK.fullmatch(name)):
        return f"{'http' if scheme.lower() == 'http' else 'https'}://{name}"
    if not known_scheme or not _is_host(_HOST.fullmatch(name)):
        raise ValueError(
            f"{_shown(value)} is not the name of a host",
            "Copy the Access URL from dbt Cloud's account settings, such as ab123.us1.dbt.com",
        )
    return f"https://{name}"


def _is_host(match: re.Match[str] | None) -> bool:
    return match is not None and (match["port"] is None or 0 < int(match["port"]) <= HIGHEST_PORT)


def api_version(value: Any) -> str:
    """The version of the Administrative API, a part of its paths."""
    word = str(value).strip().lower()
    if not re.fullmatch(r"v[0-9]+", word):
        raise ValueError(f"{_shown(value)} is not a version of the API", "Give v2, or leave it out")
    return word


def minutes(value: Any) -> float:
    """A length of time, from none to a day; a decimal point is possible."""
    word = str(value).strip()
    if not re.fullmatch(r"[0-9]{1,4}(\.[0-9]{1,3})?", word) or float(word) > MOST_MINUTES:
        raise ValueError(f"{_shown(value)} is not a number of minutes", f"Give a number from 0 to {MOST_MINUTES}")
    return float(word)


def some_minutes(value: Any) -> float:
    """A length of time that is not nothing."""
    found = minutes(value)
    if not found:
        raise ValueError("no minutes at all are not enough", f"Give a number above 0, up to {MOST_MINUTES}")
    return found


def rules(value: Any) -> tuple[str, ...]:
    """Selection rules: a list, or text in which blanks and line breaks separate them."""
    return _words(value, r"\s+")


def some_of(known: Collection[str]) -> Callable[[Any], tuple[str, ...]]:
    """A check for a list whose items all are in `known`; as text, blanks or commas separate them."""

    def check(value: Any) -> tuple[str, ...]:
        words = tuple(dict.fromkeys(word.lower() for word in _words(value, r"[\s,]+")))
        unknown = [word for word in words if word not in known] if words else [str(value)]
        if unknown:
            raise ValueError(f"{_shown(unknown[0])} is not known here", f"Give one or more of: {_listed(known)}")
        return words

    return check


def one_of(known: Collection[str]) -> Callable[[Any], str]:
    """A check for one word that is in `known`."""

    def check(value: Any) -> str:
        word = str(value).strip().lower()
        if word not in known:
            raise ValueError(f"{_shown(value)} is not known here", f"Give one of: {_listed(known)}")
        return word

    return check


def algorithm(value: Any) -> Algorithm:
    """An algorithm, for `test_relationship` perhaps with a rule: `test_relationship:(name:foreign_key|c_from:fk|…)`.

    Parts that a rule leaves out are those of dbterd's own rule. Blanks mean nothing.
    """
    written = "".join(str(value).split())
    name, colon, rule = written.partition(":")
    if name.lower() not in ALGORITHMS:
        raise ValueError(f"{_shown(value)} is no algorithm", f"Give one of: {_listed(ALGORITHMS)}")
    if not colon:
        return Algorithm(name.lower())
    parts = re.fullmatch(r"\((.*)\)", rule)
    pairs = [part.partition(":") for part in parts[1].split("|")] if parts else []
    named = {key.lower(): text for key, _, text in pairs if text}
    if name.lower() != "test_relationship" or len(named) != len(pairs) or not pairs or set(named) - set(Rule._fields):
        raise ValueError(
            f"{_shown(value)} is not a rule",
            "Write test_relationship:(name:…|c_from:…|c_to:…|t_to:…), each part once or not at all",
        )
    return Algorithm(name.lower(), Rule(**named))


def name_parts(known: Sequence[str]) -> Callable[[Any], tuple[str, ...]]:
    """A check for parts of a name joined by dots, all of them in `known`."""

    def check(value: Any) -> tuple[str, ...]:
        parts = tuple(str(value).strip().lower().split("."))
        unknown = [part for part in parts if part not in known]
        if unknown:
            raise ValueError(
                f"{_shown(unknown[0])} is not a part of a name", f"Join some of {_listed(known)} with dots"
            )
        return parts

    return check


def folder(value: Any) -> "Path":
    """A folder, existing or not."""
    from pathlib import Path  # noqa: PLC0415 - `--help` checks nothing, and need not wait for it

    try:
        return Path(text(value)).expanduser()
    except RuntimeError:
        raise ValueError(f"{_shown(value)} is in the home of an unknown user", "Give the folder's whole path") from None


def file_name(value: Any) -> str:
    """The name of a file, without a folder."""
    name = text(value)
    if name in {".", ".."} or re.search(r"[/\\\0]", name):
        raise ValueError(f"{_shown(value)} is not a plain file name", "Give a name such as erd.dbml, without a folder")
    return name


def _reference(value: Any, kind: str) -> Reference:
    given = str(value).strip()
    if given.isdecimal():
        return Reference(number(given))
    page = _PAGE.fullmatch(given)
    if not page:
        raise ValueError(
            f"{_shown(value)} is neither an id nor the address of a {kind[:-1]}",
            f"Give the {kind[:-1]}'s number, or copy the address of its page in dbt Cloud",
        )
    address, account, found, digits = page.groups()
    found = found.lower()
    if found != kind:
        raise ValueError(
            f"{_shown(value)} is the address of a {found[:-1]}, not of a {kind[:-1]}",
            f"Give it as dbt-cloud-{found[:-1]}-id instead",
        )
    return Reference(number(digits), number(account), host(address))


def _items(value: Any, separator: str) -> tuple[str, ...]:
    """The items of a list, or of text in which something separates them."""
    return tuple(stripped for one in _words(value, separator) if (stripped := one.strip()))


def _words(value: Any, separator: str) -> tuple[str, ...]:
    items = value if isinstance(value, (list, tuple)) else [value]
    return tuple(word for item in items for word in re.split(separator, str(item)) if word)


def without_secrets(value: str) -> str:
    """The text with three stars for whatever looks like a token of dbt Cloud or like a password in an address."""
    return _SECRETS.sub("***", value)


def _shown(value: Any) -> str:
    shown = without_secrets(str(value))
    return repr(shown if len(shown) <= LONGEST_QUOTE else f"{shown[:LONGEST_QUOTE]}…")


def _listed(words: Collection[str]) -> str:
    return ", ".join(words)
