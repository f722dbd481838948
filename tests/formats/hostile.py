"""Names as nobody should choose them: every two of the pieces that have broken a format, and names seen in the wild."""

from itertools import product
from random import Random

PIECES = (
    "\\", '"', "'", "`", "''", "'''", "\n", "\r\n", "\t", "\0", "\x1b", "\x85", "\u2028", "\ufeff", "\u200b", "\u202e",
    "{", "}", "[", "]", "(", ")", "<b>", "//", "/*", "*/", "#", ":", ",", ".", "-", "~", " ",
    "\\u0041", "\\n", "漢", "\u0644", "😀", "a",
)  # fmt: skip
SEEN = (
    *("pk", "1st", "__init__", "Table", "note", "ref", "indexes", "null", "public", "public.a", "a.b.c", "_"),
    *("STRUCT<a INT64, b ARRAY<STRING>>", "NUMBER(38,0)", "enum('a','b')", "timestamp with time zone", '"char"'),
    *("C:\\x", "\\\\server\\share\\", "resource#>>'{a,b}'", "coalesce(a, 'b')", "{{ ref('a') }}", "$insert_id"),
    *("__proto__", "constructor", "toString", "hasOwnProperty", "x" * 500, "\U0010ffff", "\ufffe", "a\u0301", "İ", "ß"),
    *("Note: 'x'", "} Table b {", '"."', "' ] //", "[not null]", "Ref: a.b > c.d", "headercolor", "''' '", "&amp;"),
)  # fmt: skip
NAMES = tuple(dict.fromkeys([*SEEN, *PIECES, *("".join(pair) for pair in product(PIECES, repeat=2))]))

# What Mermaid looks for before, inside and after its grammar, and what Markdown makes of its labels.
_MERMAID_PIECES = (
    "%%", "%%{init: {}}%%", ":::", "}o--||", "..", '["', '"]', "{", "}", "~", "`", "**", "__", "_", "*", "$$", "#35;",
    "#quot;", "&quot;", "ﬂ°°", "¶ß", "<b>", "</", "<script>", "direction LR", "style x:#", "classDef", "\n", "\r", "\t",
    "\x08", "\x7f", "\x85", "\u2028", "\u200b", "\u202e", "\ufeff", "\\", "'", "漢字", "العربية", "👩‍💻", "é", " ",
    "end", "pk", "1", "a",
)  # fmt: skip
_PICKED = (
    *("", " ", "\u200b", "\ufeff", "pk", "PK", "fk-id", "uk(a)", "Pk x", "1st", "1. x", "1) x", "- x", "+ x", "# x"),
    *("__init__", "_a_", "_a", "a_", "*x*", "a_b_c", "[x](y)", "![x](y)", "[ ] x", "www.example.com", "a@b.co"),
    *("https://example.com", "`code`", "$$x^2$$", "STRUCT<a INT64, b ARRAY<STRING>>", "NUMBER(38,0)", "x" * 500),
    *("direction LR", "a DIRECTION  tb b", "class a b", "one or many", "subgraph a", "erDiagram", "accTitle: x", "%%"),
)  # fmt: skip


def hostile_331() -> tuple[str, ...]:
    """331 names, always the same: the picked ones, and random mixes of what has a meaning somewhere in Mermaid."""
    chance = Random(331)  # noqa: S311 - the same names each time is what it is for
    found = dict.fromkeys(_PICKED)
    while len(found) < 331:
        found["".join(chance.choices(_MERMAID_PIECES, k=chance.randint(1, 7)))] = None
    return tuple(found)
