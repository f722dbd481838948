"""What a DBML document says, statement by statement, with names as they are written and nothing looked up.

The grammar is that of `@dbml/core` 10, as far as tables, references, groups and dependencies go; everything else is
passed over.
"""

from collections.abc import Callable, Iterator

import msgspec

from erd.formats.dbml_tables import CARDINALITIES, Block, Reference, note, operator, settings, side, table
from erd.formats.dbml_tokens import END, NAMES, NEWLINE, WORD, Path, Tokens

_LINEAGE = frozenset({"->", "<-"})
_NO_STATEMENT = "no statement of DBML begins like that"


class Document(msgspec.Struct):
    """All that is read in a document; groups as pairs of a name and a member, dependencies as upstream, downstream."""

    project: str = ""
    tables: list[Block] = []
    references: list[Reference] = []
    groups: list[tuple[str, Path]] = []
    dependencies: list[tuple[Path, Path]] = []


def parse(text: str) -> Document:
    """The document in this text. Raises `ArtifactError` where it breaks off or is not DBML."""
    tokens = Tokens(text)
    if not tokens.text:
        raise tokens.error("there is nothing in it")
    document = Document()
    unknown = None
    known = False
    while True:
        tokens.skip_newlines()
        if tokens.kind == END:
            break
        start = tokens.start
        read = _STATEMENTS.get(tokens.raw.lower())
        if read:
            known = True
            tokens.advance()
            read(tokens, document)
        else:
            unknown = start if unknown is None else unknown
            _pass_over(tokens, start)
    if unknown is not None and not known:
        # Many languages have a word and a block behind it.
        raise tokens.error(_NO_STATEMENT, unknown)
    return document


def _pass_over(tokens: Tokens, start: int) -> None:
    """A statement that says nothing of tables: a word, and a block that begins on its line or on the next."""
    if tokens.kind != WORD:
        raise tokens.error(_NO_STATEMENT)
    while tokens.kind not in {NEWLINE, END} and tokens.raw != "{":
        tokens.advance()
    tokens.skip_newlines()
    if tokens.raw != "{":
        raise tokens.error(_NO_STATEMENT, start)
    tokens.skip_block()


def _block(tokens: Tokens, _document: Document) -> None:
    while tokens.kind != END and tokens.raw != "{":
        tokens.advance()
    tokens.skip_block()


def _project(tokens: Tokens, document: Document) -> None:
    if tokens.kind in NAMES:
        document.project = tokens.name("a project")
    _block(tokens, document)


def _table(tokens: Tokens, document: Document) -> None:
    block = table(tokens)
    document.tables.append(block)
    document.references += block.references


def _references(tokens: Tokens, document: Document) -> None:
    name = ".".join(tokens.path("a reference")) if tokens.kind in NAMES else ""
    for _ in _each(tokens, "a reference"):
        left, symbol, right = side(tokens), operator(tokens, CARDINALITIES), side(tokens)
        document.references.append(Reference(left, symbol, right, name))


def _dependencies(tokens: Tokens, document: Document) -> None:
    if tokens.kind in NAMES:
        tokens.path("a dependency")
    for _ in _each(tokens, "a dependency"):
        left, arrow, right = tokens.path("a dependency"), operator(tokens, _LINEAGE), tokens.path("a dependency")
        document.dependencies.append((right, left) if arrow.strip("?") == "<-" else (left, right))


def _each(tokens: Tokens, what: str) -> Iterator[None]:
    """One line behind a colon, or each line of a block: where it begins is yielded, and its settings passed over."""
    in_block = not tokens.take(":")
    if in_block:
        tokens.skip_newlines()
        tokens.expect("{", what)
        tokens.skip_newlines()
    while not (in_block and tokens.take("}")):
        yield
        if tokens.raw == "[":
            settings(tokens)
        if tokens.raw != "}" and tokens.kind not in {NEWLINE, END}:
            raise tokens.error(f"{what} goes on in a way that DBML does not know")
        if not in_block:
            return
        tokens.skip_newlines()


def _group(tokens: Tokens, document: Document) -> None:
    group = ".".join(tokens.path("a group"))
    if tokens.raw == "[":
        settings(tokens)
    tokens.skip_newlines()
    tokens.expect("{", "a group")
    tokens.skip_newlines()
    while not tokens.take("}"):
        word = tokens.raw.lower()
        member = tokens.path("a group")
        if word == "note" and tokens.raw in {":", "{"}:
            note(tokens)
        else:
            document.groups.append((group, member))
        tokens.skip_newlines()


_STATEMENTS: dict[str, Callable[[Tokens, Document], None]] = {
    "project": _project,
    "table": _table,
    "ref": _references,
    "tablegroup": _group,
    "dep": _dependencies,
    **dict.fromkeys(("enum", "note", "tablepartial", "records", "diagramview"), _block),
}
