"""DBML cut into tokens, one after the other, with the line that an error is on.

The lexer is that of `@dbml/core` (documentation of DBML, "syntax"), and takes a hyphen inside a bare name as well:
dbterd writes such names, without quotes when it is told to omit them.
"""

import re
from textwrap import dedent

from erd.errors import ArtifactError

NEWLINE, WORD, QUOTED, TEXT, EXPRESSION, OPERATOR = "newline", "word", "quoted", "text", "expression", "operator"
END = "end"
NAMES = frozenset({WORD, QUOTED})

Path = tuple[str, ...]
"""A name and the schemas before it."""

_COMMENT, _OPEN = "comment", "open"

# Nothing here goes back over what it has taken (`*+`), and no token's end is looked for twice: time is linear.
_TOKEN = re.compile(
    r"""
    [^\S\n]*+(?:
      (?P<newline>\n\s*+)
    | (?P<word>\w++(?:-\w++)*+)
    | (?P<quoted>"[^"\\\n]*+(?:\\[^\n][^"\\\n]*+)*+")
    | (?P<comment>//[^\n]*+ | /\*.*?\*/)
    | (?P<text>'''(?:[^'\\]++|\\.|'(?!''))*+''' | (?!''')'[^'\\\n]*+(?:\\[^\n][^'\\\n]*+)*+')
    | (?P<expression>`[^`]*+`)
    | (?P<open>'''.* | ["'][^\n]* | `.* | /\*.*)
    | (?P<operator>\??(?:<>|->|<-|[<>-])\??)
    | (?P<sign>.)
    )
    """,
    re.VERBOSE | re.DOTALL,
)
_ESCAPE = re.compile(r"\\(u[0-9A-Fa-f]{4}|.)", re.DOTALL)
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "0": "\0", "b": "\b", "v": "\v", "f": "\f", "\n": ""}
_HALVES = re.compile("[\ud800-\udfff]")
_TRIPLE = "'''"
# Above each table, this tool and dbterd say in which database and schema it lies.
_PLACE = "//--configured at schema:"


class Tokens:
    """The tokens of a document: the one that is next, and how to go on. Comments are passed over."""

    def __init__(self, text: str) -> None:
        # Without blanks at its end, every place of a text begins a token.
        self.text = text.removeprefix("\ufeff").replace("\r\n", "\n").rstrip()
        self.place = ""
        self.kind = self.raw = ""
        self.start = self.end = self.previous_end = 0
        self.resume(0)

    def resume(self, position: int) -> None:
        """Go on with the token at this place of the text."""
        self._matches = _TOKEN.finditer(self.text, position)
        self.advance()

    def advance(self) -> None:
        """Go on to the next token."""
        self.previous_end = self.end
        for match in self._matches:
            kind = match.lastgroup or END
            if kind != _COMMENT:
                break
            if match[_COMMENT].startswith(_PLACE):
                self.place = match[_COMMENT][len(_PLACE) :].strip()
        else:
            self.kind, self.raw, self.start, self.end = END, "", len(self.text), len(self.text)
            return
        self.kind, self.raw = kind, match[kind]
        self.start, self.end = match.span(kind)
        if kind == _OPEN:
            raise self.error("what begins there, a name, a text or a comment, does not end")

    def take(self, raw: str) -> bool:
        """Go past the next token if it is this one, and say whether it was."""
        if self.raw != raw:
            return False
        self.advance()
        return True

    def skip_newlines(self) -> None:
        """Go past the end of a line and lines that are empty."""
        while self.kind == NEWLINE:
            self.advance()

    def line_end(self) -> int:
        """Where the line of the next token ends."""
        end = self.text.find("\n", self.start)
        return len(self.text) if end < 0 else end

    def skip_block(self) -> None:
        """Go past a block, which begins with the next token, and all blocks in it."""
        depth = 0
        while True:
            depth += (self.raw == "{") - (self.raw == "}")
            if self.kind == END:
                raise self.error("a block does not end")
            self.advance()
            if not depth:
                return

    def skip_parentheses(self) -> None:
        """Go past the next token, or past all that it encloses if it is an opening parenthesis."""
        depth = 0
        while True:
            depth += (self.raw == "(") - (self.raw == ")")
            if self.kind == END:
                raise self.error("a parenthesis does not end")
            self.advance()
            if depth <= 0:
                return

    def expect(self, raw: str, where: str) -> None:
        """Go past the next token, which must be this one."""
        if not self.take(raw):
            raise self.error(f"{where} goes on without {raw!r}")

    def name(self, where: str) -> str:
        """Go past a name, and give it."""
        if self.kind not in NAMES:
            raise self.error(f"{where} has no name where one is needed")
        name = name_of(self.raw)
        self.advance()
        return name

    def path(self, where: str) -> Path:
        """Go past a name and what is joined to it by dots, and give all of it."""
        path = [self.name(where)]
        while self.take("."):
            path.append(self.name(where))
        return tuple(path)

    def error(self, what: str, start: int | None = None) -> ArtifactError:
        """That the document cannot be read at the next token or at another place, or that it breaks off there."""
        start = self.start if start is None else start
        number = self.text.count("\n", 0, start) + 1
        if start == len(self.text):
            return ArtifactError(
                f"The DBML breaks off after line {number}: {what}.", "Draw it again, and commit the whole file."
            )
        return ArtifactError(
            f"The DBML cannot be read in line {number}: {what}.",
            "Give a file as this tool or dbterd wrote it, or draw it again.",
        )


def name_of(raw: str) -> str:
    """The name that a token of `NAMES` stands for."""
    return _unescaped(raw[1:-1]) if raw[0] == '"' else raw


def text_of(raw: str) -> str:
    """The text that a token in quotes, of whichever kind, stands for; of three lines their common indent is none."""
    if not raw.startswith(_TRIPLE):
        return _unescaped(raw[1:-1])
    return _unescaped(dedent(raw[3:-3]))


def _unescaped(content: str) -> str:
    if "\\" not in content:
        return content
    plain = _ESCAPE.sub(_character, content)
    if _HALVES.search(plain):
        # JSON, which is how dbterd writes notes, has characters beyond the first 65,536 as two halves.
        plain = plain.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return plain


def _character(match: re.Match[str]) -> str:
    found = match[1]
    if len(found) > 1:
        return chr(int(found[1:], 16))
    return _ESCAPED.get(found, found)
