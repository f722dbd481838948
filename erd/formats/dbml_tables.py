"""A table as a DBML document writes it: columns, settings, notes, keys and the references that stand in columns.

The grammar is that of `@dbml/core` 10. What dbterd writes and that refuses is read too: names with quotes in them that
nobody escaped, and bare names of any kind in `indexes`.
"""

import re
from typing import NamedTuple

import msgspec

from erd.formats.dbml_tokens import (
    END,
    EXPRESSION,
    NAMES,
    NEWLINE,
    OPERATOR,
    QUOTED,
    TEXT,
    WORD,
    Path,
    Tokens,
    name_of,
    text_of,
)
from erd.model import Column

CARDINALITIES = frozenset({"<", ">", "-", "<>"})
_PRIMARY = ("pk", "primary key")
_JSON_TEXT = re.compile(r'"[^"\\]*+(?:\\.[^"\\]*+)*+"')


class Side(NamedTuple):
    """One side of a reference."""

    table: Path
    columns: Path


class Reference(NamedTuple):
    """A reference as it is written; its operator says which side is many, and which may be empty."""

    left: Side
    operator: str
    right: Side
    name: str = ""


class Block(msgspec.Struct):
    """A table as it is written; `place` is what the comment above it says of its schema."""

    path: Path
    place: str
    alias: str = ""
    note: str = ""
    columns: list[Column] = []
    primary_keys: list[Path] = []
    unique_keys: list[Path] = []
    references: list[Reference] = []


class Settings(msgspec.Struct):
    """What stands in brackets: words alone (`not null`), the note, and references of a column."""

    words: set[str]
    note: str = ""
    references: list[tuple[str, Side]] = []


def table(tokens: Tokens) -> Block:
    """A table, from its name to the end of its block."""
    place, tokens.place = tokens.place, ""
    block = Block(tokens.path("a table"), place)
    if tokens.raw.lower() == "as":
        tokens.advance()
        block.alias = tokens.name("an alias")
    if tokens.raw == "[":
        block.note = settings(tokens).note
    tokens.skip_newlines()
    tokens.expect("{", "a table")
    key: list[str] = []
    while not tokens.take("}"):
        if tokens.kind == NEWLINE:
            tokens.advance()
        elif tokens.kind in NAMES:
            _line(tokens, block, key)
        elif tokens.raw == "~":
            # All columns of a partial table, which only newer versions know.
            tokens.resume(tokens.line_end())
        elif tokens.kind == END:
            raise tokens.error("a table does not end")
        else:
            raise tokens.error("no column of a table begins like that")
    if key:
        block.primary_keys.append(tuple(key))
    return block


def settings(tokens: Tokens) -> Settings:
    """What stands in brackets, from the first to the last of them."""
    found = Settings(set())
    words: list[str] = []
    tokens.advance()
    while True:
        if tokens.kind == WORD:
            words.append(tokens.raw.lower())
            tokens.advance()
        elif tokens.raw == ":":
            _setting(tokens, words, found)
            words = []
        elif tokens.raw in {",", "]"}:
            if words:
                found.words.add(" ".join(words))
            words = []
            if tokens.take("]"):
                return found
            tokens.advance()
        elif tokens.kind == NEWLINE:
            tokens.advance()
        else:
            raise tokens.error("settings do not end" if tokens.kind == END else "no setting begins like that")


def note(tokens: Tokens) -> str:
    """The text behind a colon or in a block of its own, without the blanks around it, which only dbterd writes."""
    in_block = tokens.raw == "{"
    tokens.advance()
    tokens.skip_newlines()
    if tokens.kind not in {TEXT, QUOTED}:
        raise tokens.error("a note is no text in quotes")
    content = text_of(tokens.raw).strip()
    tokens.advance()
    if in_block:
        tokens.skip_newlines()
        tokens.expect("}", "a note")
    return content


def operator(tokens: Tokens, among: frozenset[str]) -> str:
    """What stands between two sides, with or without the mark of optional ones."""
    found = tokens.raw
    if tokens.kind != OPERATOR or found.strip("?") not in among:
        raise tokens.error(f"there is no {' or '.join(sorted(among))} between two sides")
    tokens.advance()
    return found


def side(tokens: Tokens) -> Side:
    """A table and its column, or its columns in parentheses."""
    path = [tokens.name("a reference")]
    while tokens.take("."):
        if tokens.raw == "(":
            return Side(tuple(path), _columns(tokens))
        path.append(tokens.name("a reference"))
    if len(path) == 1:
        raise tokens.error("a reference has a table and no column")
    return Side(tuple(path[:-1]), (path[-1],))


def _line(tokens: Tokens, block: Block, key: list[str]) -> None:
    """A column, or what else begins with a word; `key` are the columns that say of themselves that they are it."""
    start, raw, word = tokens.start, tokens.raw, tokens.raw.lower()
    tokens.advance()
    if word == "note" and tokens.raw in {":", "{"}:
        block.note = note(tokens)
    elif word == "indexes" and tokens.raw == "{":
        _indexes(tokens, block)
    elif tokens.raw == "{":
        tokens.skip_block()
    elif raw[0] == '"' and tokens.start == tokens.previous_end and tokens.kind not in {NEWLINE, END}:
        block.columns.append(_unescaped_column(tokens, start))
    else:
        _column(tokens, block, key, raw, start)


def _column(tokens: Tokens, block: Block, key: list[str], raw: str, start: int) -> None:
    type_start = tokens.start
    if tokens.kind == QUOTED:
        kind = name_of(tokens.raw)
        tokens.advance()
        if tokens.raw not in {"[", "}"} and tokens.kind not in {NEWLINE, END}:
            block.columns.append(_unescaped_column(tokens, start))
            return
    else:
        kind = tokens.text[type_start : _end_of_words(tokens)]
    name = name_of(raw)
    if tokens.raw != "[":
        block.columns.append(Column(name, kind))
        return
    type_end = tokens.previous_end
    found = settings(tokens)
    arrays = 0
    while tokens.previous_end - type_end == len("[]"):
        # The type is an array of what it was so far.
        arrays, type_end = arrays + 1, tokens.previous_end
        if tokens.raw == "[":
            found = settings(tokens)
    if tokens.raw != "}" and tokens.kind not in {NEWLINE, END}:
        raise tokens.error("a column goes on in a way that DBML does not know")
    block.columns.append(Column(name, kind + "[]" * arrays, found.note, not_null="not null" in found.words))
    if not found.words.isdisjoint(_PRIMARY):
        key.append(name)
    if "unique" in found.words:
        block.unique_keys.append((name,))
    here = Side(block.path, (name,))
    block.references += [Reference(here, symbol, there) for symbol, there in found.references]


def _unescaped_column(tokens: Tokens, start: int) -> Column:
    """A column in the line from here on, as dbterd writes it, with quotes inside of its name or type."""
    end = tokens.line_end()
    line, noted, json_text = tokens.text[start:end].rstrip().partition(" [note: ")
    name, between, kind = line[1:-1].partition('" "')
    described = not noted or (json_text[-1:] == "]" and _JSON_TEXT.fullmatch(json_text, 0, len(json_text) - 1))
    if not (between and described and line[-1] == '"'):
        raise tokens.error("a column goes on in a way that DBML does not know")
    tokens.resume(end)
    return Column(name, kind, text_of(json_text[:-1]).strip() if noted else "")


def _end_of_words(tokens: Tokens) -> int:
    """Go past all that stands before settings or the end of the line, and give the end of that."""
    while tokens.kind not in {NEWLINE, END} and tokens.raw not in {"[", "}"}:
        tokens.skip_parentheses()
    return tokens.previous_end


def _setting(tokens: Tokens, words: list[str], found: Settings) -> None:
    if words == ["note"]:
        found.note = note(tokens)
    elif words == ["ref"]:
        tokens.advance()
        found.references.append((operator(tokens, CARDINALITIES), side(tokens)))
    else:
        while tokens.raw not in {",", "]"} and tokens.kind != END:
            tokens.skip_parentheses()


def _indexes(tokens: Tokens, block: Block) -> None:
    tokens.advance()
    while not tokens.take("}"):
        if tokens.kind == NEWLINE:
            tokens.advance()
            continue
        if tokens.kind == END:
            raise tokens.error("indexes do not end")
        columns = _columns(tokens) if tokens.raw == "(" else _index_column(tokens)
        words = settings(tokens).words if tokens.raw == "[" else set()
        if not words.isdisjoint(_PRIMARY):
            block.primary_keys.append(columns)
        elif "unique" in words:
            block.unique_keys.append(columns)


def _columns(tokens: Tokens) -> Path:
    """Names in parentheses, whether in quotes or not."""
    tokens.advance()
    columns: list[str] = []
    while True:
        tokens.skip_newlines()
        start, kind, raw = tokens.start, tokens.kind, tokens.raw
        while tokens.raw not in {",", ")"} and tokens.kind not in {NEWLINE, END}:
            tokens.skip_parentheses()
        if tokens.start > start:
            columns.append(_item(tokens, start, kind, raw))
        tokens.skip_newlines()
        if tokens.take(")"):
            return tuple(columns)
        tokens.expect(",", "a list of columns")


def _index_column(tokens: Tokens) -> Path:
    start, kind, raw = tokens.start, tokens.kind, tokens.raw
    _end_of_words(tokens)
    return (_item(tokens, start, kind, raw),)


def _item(tokens: Tokens, start: int, kind: str, raw: str) -> str:
    """The column whose name ends before the next token; an expression is as it stands, and no column."""
    written = tokens.text[start : tokens.previous_end]
    return name_of(raw) if written == raw and kind != EXPRESSION else written
