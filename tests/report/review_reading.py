"""Reads a review as GitHub would: what is code, what is a link, what could call somebody, and whether all is closed."""

import re
from collections.abc import Iterator, Sequence

import msgspec
from markdown_it import MarkdownIt
from markdown_it.token import Token

_markdown = MarkdownIt("commonmark").enable("table")

# What GitHub makes a mention, a reference, a link, a picture or a formula of, outside of code.
LIVELY = re.compile(
    r"@\w|#\d|\bGH-\d|:[a-z0-9_+-]+:|https?:|www\.|[\w.]+@[\w.]+|\$|\b[0-9a-f]{7,40}\b|!\[", re.IGNORECASE
)
OWN_HTML = re.compile(
    r"(?:</?(?:details|sub|code|summary)>|<br>|<details><summary>(?:<code>[^<>]*</code>)?[\w ,:.-]*</summary>|\s)*"
)
HTML_CODE = re.compile("<code>[^<>]*</code>")


class ReadReview(msgspec.Struct, frozen=True):
    """A review in its parts.

    `words` are the texts outside of code and links, `rows` the cells of the rows below a table's head, `blocks` the
    fenced ones with their languages; `depth` is how many foldings are open after each opening and closing.
    """

    words: tuple[str, ...]
    links: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    blocks: tuple[tuple[str, str], ...]
    html: tuple[str, ...]
    depth: tuple[int, ...]

    @property
    def pictures(self) -> list[str]:
        """The sources of the Mermaid pictures."""
        return [content for language, content in self.blocks if language == "mermaid"]

    @property
    def lists(self) -> list[str]:
        """The lists of columns and relationships."""
        return [content for language, content in self.blocks if language == "diff"]


def read_review(text: str) -> ReadReview:
    """What a Markdown parser makes of it."""
    tokens = _markdown.parse(text)
    every = [*_all(tokens)]
    html = [token.content for token in every if token.type in {"html_inline", "html_block"}]
    depth = [0]
    for found in re.findall(r"</?details>", "".join(html)):
        depth.append(depth[-1] + (1 if found == "<details>" else -1))
    return ReadReview(
        words=tuple(_words(tokens)),
        links=tuple(str(token.attrs["href"]) for token in every if token.type == "link_open"),
        rows=tuple(_rows(tokens)),
        blocks=tuple((token.info, token.content) for token in every if token.type == "fence"),
        html=tuple(html),
        depth=tuple(depth),
    )


def complaints(text: str, own_links: Sequence[str]) -> list[str]:
    """What is wrong with a review, whoever wrote the names in it."""
    read = read_review(text)
    found = [f"calls somebody or something: {word!r}" for word in read.words if LIVELY.search(word)]
    found += [f"not our link: {link}" for link in read.links if link not in own_links]
    found += [f"not our HTML: {html!r}" for html in read.html if not OWN_HTML.fullmatch(html)]
    found += [f"not our block: {language!r}" for language, _ in read.blocks if language not in {"mermaid", "diff"}]
    if read.depth[-1] or min(read.depth) < 0:
        found.append(f"foldings: {read.depth}")
    last = text.rstrip().splitlines()[-1]
    if "dbt-cloud-erd" in last and not any("dbt-cloud-erd" in word for word in read.words):
        found.append("the last line is swallowed")
    if text.encode(errors="replace").decode() != text:
        found.append("half a character")
    return found


def _all(tokens: Sequence[Token]) -> Iterator[Token]:
    for token in tokens:
        yield token
        yield from token.children or []


def _words(tokens: Sequence[Token]) -> Iterator[str]:
    """Texts that are no code, be it Markdown's or HTML's; each line in one."""
    for token in tokens:
        if token.type == "inline":
            yield "".join(_text_of(token.children or []))
        elif token.type == "html_block":
            yield re.sub("<[^<>]*>", "", HTML_CODE.sub("·", token.content))
        elif token.type == "code_block":
            yield token.content


def _text_of(children: Sequence[Token]) -> Iterator[str]:
    in_code = in_link = False
    for token in children:
        if token.type == "html_inline" and token.content in {"<code>", "</code>"}:
            in_code = token.content == "<code>"
        elif token.type in {"link_open", "link_close"}:
            in_link = token.type == "link_open"
        elif token.type in {"text", "text_special"} and not in_code and not in_link:
            yield token.content
        elif token.type == "code_inline":
            yield "·"
        elif token.type in {"softbreak", "hardbreak"}:
            yield "\n"
        elif token.type in {"em_open", "s_open", "image"}:
            yield f"![{token.type}"


def _rows(tokens: Sequence[Token]) -> Iterator[tuple[str, ...]]:
    cells: list[str] = []
    in_body = False
    for number, token in enumerate(tokens):
        if token.type in {"tbody_open", "tbody_close"}:
            in_body = token.type == "tbody_open"
        elif token.type == "tr_open":
            cells = []
        elif token.type == "td_open":
            children = tokens[number + 1].children or []
            cells.append("".join(one.content for one in children if one.type != "html_inline"))
        elif token.type == "tr_close" and in_body:
            yield tuple(cells)
