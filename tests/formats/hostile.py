"""Names as nobody should choose them: every two of the pieces that have broken a format, and names seen in the wild."""

from itertools import product

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
