"""The ERD at a glance, for a block in a file of other things: how much there is, its picture, and where the rest is."""

from urllib.parse import quote

from erd.formats import Options
from erd.model import Erd
from erd.report.page import Pictures, book_of, counts_of
from erd.report.pictures import fenced


def excerpt(erd: Erd, options: Options, page: str = "") -> str:
    """The block, as lines of Markdown. `page` is the path from there to the page that has all, empty if there is none.

    Where not all fits into one picture, it is the one with the most relationships.
    """
    book = book_of(erd, options)
    pictures = Pictures(book)
    lines = ["", counts_of(erd), ""]
    drawn = pictures.whole or pictures.densest
    if drawn:
        if len(drawn) < (joined := len(erd.joined_columns())):
            lines += [f"Drawn here are {len(drawn):,} of the {joined:,} tables that are joined.", ""]
        lines += fenced(pictures.of(drawn).source)
    if page:
        lines += [f"[All tables and columns]({quote(page, errors='replace')})", ""]
    return "\n".join(lines) + "\n"
