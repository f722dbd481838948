"""Reads the docs page as a browser would: what can be clicked, what is drawn, and what stands in its rows."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence

import msgspec
from markdown_it import MarkdownIt
from markdown_it.token import Token

from tests.formats.mermaid_expectation import mermaid_complaints
from tests.tools.mermaid_judge import MermaidJudge

MOST_CHARACTERS = 15_000
ENOUGH_FOR_GITHUB = 512 * 1024
ID = re.compile('<a id="([^"]*)">')

_markdown = MarkdownIt("commonmark").enable("table")


class ReadPage(msgspec.Struct, frozen=True):
    """A page: its pictures, the places that links lead to, the links, and the names of tables by their place.

    `rows` are the cells of each row of each table, `raw` is HTML that is not the page's own.
    """

    pictures: tuple[str, ...]
    places: tuple[str, ...]
    links: tuple[str, ...]
    names: dict[str, str]
    rows: tuple[tuple[str, ...], ...]
    raw: tuple[str, ...]


def read_page(page: str) -> ReadPage:
    """What a Markdown parser makes of the page."""
    tokens = _markdown.parse(page)
    inline = [token.children or [] for token in tokens if token.type == "inline"]
    html = [token.content for token in _all(tokens) if token.type in {"html_inline", "html_block"}]
    return ReadPage(
        pictures=tuple(token.content for token in tokens if token.type == "fence" and token.info == "mermaid"),
        places=tuple(name for text in html for name in ID.findall(text)),
        links=tuple(str(token.attrs["href"]) for token in _all(tokens) if token.type == "link_open"),
        names={place: name for children in inline for place, name in _named(children)},
        rows=tuple(_rows(tokens)),
        raw=tuple(text for text in html if not OWN_HTML.fullmatch(text)),
    )


OWN_HTML = re.compile(
    r'<a id="[a-z0-9-]+">|</a>|<a id="[a-z0-9-]+"></a>\n?|<br>|</?sub>|</?code>|</details>\n?'
    r"|<details><summary>[\w ,]+</summary>\n?"
)


def page_complaints(page: str, judge: MermaidJudge) -> list[str]:
    """What is wrong with a page: a picture that is not drawn, a link that leads nowhere, a place that stands twice."""
    read = read_page(page)
    found = [complaint for picture in read.pictures for complaint in mermaid_complaints(picture, judge)]
    found += [f"a picture of {len(picture)} characters" for picture in read.pictures if len(picture) > MOST_CHARACTERS]
    found += [f"{place} stands {number} times" for place, number in Counter(read.places).items() if number > 1]
    found += [f"{link} leads nowhere" for link in read.links if link.removeprefix("#") not in {*read.places}]
    found += [f"not ours: {text}" for text in read.raw]
    return found


def _all(tokens: Sequence[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from token.children or []


def _named(children: Sequence[Token]) -> Iterator[tuple[str, str]]:
    """Places within a line, and the code that follows each."""
    for number, token in enumerate(children):
        if place := ID.fullmatch(token.content) if token.type == "html_inline" else None:
            first = children[number + 2]
            if first.type == "code_inline":
                yield place[1], first.content
            elif first.content == "<code>":
                texts = []
                for one in children[number + 3 :]:
                    if one.content == "</code>":
                        break
                    texts.append(one.content)
                yield place[1], "".join(texts)


def _rows(tokens: Sequence[Token]) -> Iterator[tuple[str, ...]]:
    row: list[str] = []
    for number, token in enumerate(tokens):
        if token.type == "tr_open":
            row = []
        elif token.type in {"td_open", "th_open"}:
            row.append(tokens[number + 1].content)
        elif token.type == "tr_close":
            yield tuple(row)
