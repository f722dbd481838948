"""Which words the code of a model has, outside of its comments and texts."""

import re

# Where two of these could begin, the first that does decides: a quote in a comment opens no text.
_JINJA_COMMENT = r"\{#.*?#\}"
_COMMENTS = r"--[^\n]*|/\*.*?\*/"
_HASH = r"\#[^\n]*"
_TEXT = r"'(?:[^']|'')*'"
_ESCAPED_TEXT = r"'(?:[^'\\]|\\.|'')*'"
_DOUBLE = r'"(?:[^"\\]|\\.)*"'
_WORD = re.compile(r"[^\W\d][\w$]*")
# Where a backslash takes the meaning of a quote away.
_ESCAPES = frozenset({
    "snowflake", "bigquery", "redshift", "clickhouse", "spark", "databricks", "mysql", "mariadb", "singlestore",
    "starrocks", "doris",
})  # fmt: skip
# Where `#` begins a comment, and double quotes hold text rather than a name.
_HASH_COMMENTS = frozenset({"bigquery", "mysql", "mariadb", "singlestore", "starrocks", "doris"})
_DOUBLE_TEXT = frozenset({"bigquery", "mysql", "mariadb", "singlestore", "spark", "databricks", "starrocks", "doris"})


def words(code: str, warehouse: str = "", file: str = "") -> frozenset[str]:
    """The words of SQL, or of a Python model's `file`, in lower case.

    A Python model names columns in its texts, so only its comments are left out.
    """
    return frozenset(word.lower() for word in _WORD.findall(_left_out(warehouse, file).sub(" ", code)))


def _left_out(warehouse: str, file: str) -> re.Pattern[str]:
    if file.endswith(".py"):
        return re.compile(_HASH)
    parts = [_JINJA_COMMENT, _COMMENTS, _ESCAPED_TEXT if warehouse in _ESCAPES else _TEXT]
    parts += [_HASH] if warehouse in _HASH_COMMENTS else []
    parts += [_DOUBLE] if warehouse in _DOUBLE_TEXT else []
    return re.compile("|".join(parts), re.DOTALL)
