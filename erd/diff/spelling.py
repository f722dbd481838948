"""Whether two texts are the same type to a warehouse, however they are spelled.

Case, white space and synonyms make no difference, in nested types neither. Length and precision count: between what two
runs observed, `varchar` and `varchar(256)` are different. Between what YAML declares and what the warehouse has, they
are the same where one of them has no length or precision at all, since people leave it out.
"""

import re
from collections.abc import Iterator

import msgspec

from erd.diff.synonyms import DIALECTS, STANDARD, Dialect

_WORD = re.compile(r"""'(?:[^']|'')*'|"[^"]*"|`[^`]*`|[()<>\[\],:]|[^\s()<>\[\],:'"`]+|.""", re.DOTALL)
_OPENING, _CLOSING = frozenset("(<["), frozenset(")>]")
# Types whose parts have names of their own before their types.
_OF_FIELDS = frozenset({"struct", "row", "tuple", "record", "nested", "object", "union"})
# Brackets in a type; what has more is some other text.
_DEEPEST = 200
_NUMBERS = re.compile(r"\d+|max")


class _Spelled(msgspec.Struct, frozen=True):
    """A type in the one way to write it: in full, and without lengths and precisions; whether it was written so."""

    full: str
    bare: str
    is_bare: bool = True


class Spelling:
    """Compares the types of one kind of warehouse; empty when it is unknown."""

    def __init__(self, warehouse: str) -> None:
        self._dialect = DIALECTS.get(warehouse, STANDARD)
        self._known: dict[str, _Spelled] = {"": _Spelled("", "")}

    def same(self, one: str, other: str) -> bool:
        """Whether two types are the same. An empty one is unknown, and nothing is different from it."""
        return one == other or not one or not other or self._spelled(one).full == self._spelled(other).full

    def alike(self, one: str, other: str) -> bool:
        """Whether two types are the same, or would be if one of them had said its length or precision."""
        if self.same(one, other):
            return True
        first, second = self._spelled(one), self._spelled(other)
        return first.bare == second.bare and (first.is_bare or second.is_bare)

    def normal(self, text: str) -> str:
        """The type in one spelling for all that are the same."""
        return self._spelled(text).full

    def _spelled(self, text: str) -> _Spelled:
        known = self._known.get(text)
        if known is None:
            known = self._known[text] = self._read(text)
        return known

    def _read(self, text: str) -> _Spelled:
        words = [_folded(word) for word in _WORD.findall(text) if not word.isspace()]
        if sum(word in _OPENING for word in words) > _DEEPEST:
            return _Spelled(" ".join(words), " ".join(words))
        parsed = _parse(iter(words))
        as_written = Dialect(self._dialect.synonyms)
        full, bare, said = (
            ",".join([_written(one, dialect, sized=sized) for one in parsed])
            for dialect, sized in ((self._dialect, True), (self._dialect, False), (as_written, True))
        )
        return _Spelled(full, bare, is_bare=said == bare)


class _Parsed(msgspec.Struct):
    """One type, or one argument of a type: its words, and what stands in brackets behind it, group by group."""

    words: list[str]
    groups: list[tuple[str, "list[_Parsed]"]]


def _folded(word: str) -> str:
    """Names mean the same in any case; texts, such as time zones and the members of an enum, do not."""
    return word if word.startswith("'") else word.strip('"`').lower()


def _parse(words: Iterator[str]) -> list[_Parsed]:
    """What stands until the end of this bracket, split at its commas. Whatever text it is, it is read somehow."""
    found = [_Parsed([], [])]
    for word in words:
        if word in _OPENING:
            found[-1].groups.append((word, _parse(words)))
        elif word in _CLOSING:
            break
        elif word == ",":
            found.append(_Parsed([], []))
        else:
            found[-1].words.append(word)
    return found


def _written(one: _Parsed, dialect: Dialect, *, sized: bool) -> str:
    """The type in one spelling; unless it is `sized`, without the arguments that are but numbers."""
    name = " ".join(one.words)
    meant = dialect.synonyms.get(name, name)
    base, _, given = meant.partition("(")
    arrays, arguments = "", [given.rstrip(")")] if given else []
    plain = bool(given)
    for bracket, parts in one.groups:
        if bracket == "[":
            arrays += f"[{','.join(_written(part, dialect, sized=sized) for part in parts)}]"
            continue
        of_fields = base in _OF_FIELDS
        arguments = [(_field if of_fields else _written)(part, dialect, sized=sized) for part in parts]
        plain = all(map(_NUMBERS.match, arguments))
    if plain or not arguments:
        arguments = ",".join(arguments).split(",") if arguments else []
        if base in dialect.unsized or not sized:
            arguments = []
        elif (defaults := dialect.defaults.get(base)) and (arguments or defaults[0]):
            arguments += defaults[len(arguments) :]
    return f"{base}({','.join(arguments)}){arrays}" if arguments else f"{base}{arrays}"


def _field(one: _Parsed, dialect: Dialect, *, sized: bool) -> str:
    """A part of a type of fields: its name, if it has one, and its type."""
    words = [word for word in one.words if word != ":"]
    if len(words) < 2:  # noqa: PLR2004 - a name and a type
        return _written(_Parsed(words, one.groups), dialect, sized=sized)
    return f"{words[0]} {_written(_Parsed(words[1:], one.groups), dialect, sized=sized)}"
