"""The ERD as a block in somebody's Markdown file, between two markers; all around it stays byte for byte as it is."""

import re

from erd.errors import OutputError

BEGIN, END = "<!-- dbt-cloud-erd:begin -->", "<!-- dbt-cloud-erd:end -->"

# A marker stands alone in its line, which may end as in Windows.
_MARKERS = re.compile(
    rb"^[ \t]*(" + b"|".join(re.escape(one.encode()) for one in (BEGIN, END)) + rb")[ \t]*(\r?\n|\r?\Z)", re.MULTILINE
)


def with_block(content: bytes, block: str, shown: str) -> bytes:
    """The file with `block` between its markers, its lines ended as the file's are.

    `shown` is what to call the file. Raises `OutputError` if the markers are not there, each once and in order.
    """
    found = list(_MARKERS.finditer(content))
    if [one[1].decode() for one in found] != [BEGIN, END]:
        raise OutputError(
            f"{shown} does not have the two markers between which the ERD goes, each once and alone in its line.",
            f"Put the lines {BEGIN} and {END} where it is to be.",
        )
    begin, end = found
    newline = begin[2].decode()
    text = block.replace("\n", newline).encode(errors="replace")
    return content[: begin.end()] + text + content[end.start() :]
