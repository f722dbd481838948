"""Types of warehouses: such that are really different, and such that are one type spelled in two ways.

From the warehouses' documentations of data types and their aliases.
"""

import re
from random import Random

_DISTINCT = {
    "bigquery": ("STRING", "INT64", "NUMERIC", "BIGNUMERIC", "FLOAT64", "BOOL", "TIMESTAMP", "DATETIME", "DATE"),
    "clickhouse": ("String", "UInt8", "UInt64", "Int32", "Float32", "DateTime", "Date", "Decimal(16, 2)"),
    "databricks": ("string", "bigint", "integer", "double", "boolean", "timestamp", "date", "decimal(16,2)"),
    "duckdb": ("VARCHAR", "INTEGER", "BIGINT", "DOUBLE", "FLOAT", "BOOLEAN", "DATE", "TIMESTAMP", "DECIMAL(16,2)"),
    "oracle": ("VARCHAR2(4000)", "NUMBER", "DATE", "TIMESTAMP(6)", "RAW", "CLOB"),
    "postgres": ("text", "integer", "bigint", "double precision", "boolean", "date", "timestamp with time zone",
                 "timestamp without time zone", "numeric(28,6)", "jsonb", "text[]"),
    "redshift": ("character varying(256)", "integer", "bigint", "double precision", "boolean", "date",
                 "timestamp without time zone", "numeric(23,0)"),
    "snowflake": ("TEXT", "NUMBER", "FLOAT", "BOOLEAN", "DATE", "TIMESTAMP_NTZ", "TIMESTAMP_LTZ", "VARIANT", "ARRAY"),
    "sqlserver": ("nvarchar", "int", "bigint", "float", "date", "datetime", "bit"),
    "starrocks": ("varchar", "int", "bigint", "decimal", "datetime", "date"),
}  # fmt: skip
_ALIASES = {
    "bigquery": (("int64", "integer", "bigint", "int"), ("numeric", "decimal"), ("bignumeric", "bigdecimal"),
                 ("bool", "boolean")),
    "clickhouse": (),
    "databricks": (("integer", "int"), ("bigint", "long"), ("decimal", "dec", "numeric")),
    "duckdb": (("varchar", "text", "string"), ("integer", "int", "int4"), ("bigint", "int8"), ("double", "float8"),
               ("boolean", "bool"), ("decimal", "numeric"), ("timestamp with time zone", "timestamptz")),
    "oracle": (),
    "postgres": (("character varying", "varchar"), ("integer", "int", "int4"), ("bigint", "int8"),
                 ("boolean", "bool"), ("double precision", "float8"), ("numeric", "decimal"),
                 ("timestamp without time zone", "timestamp"), ("timestamp with time zone", "timestamptz")),
    "snowflake": (("text", "varchar", "string"), ("timestamp_ntz", "datetime"), ("float", "double")),
    "sqlserver": (("int", "integer"),),
    "starrocks": (("int", "integer"),),
}  # fmt: skip
_ALIASES["redshift"] = _ALIASES["postgres"]
_PLAIN = re.compile(r"(?P<name>[A-Za-z][\w ]*)(?P<size>\(\d+(?:, ?\d+)?\))?")
_SIZED = re.compile(r"(.*\()(\d+)(.*\).*)")


def another(adapter: str, type_: str, random: Random) -> str | None:
    """A type that is really another, at times the same with another length; None where no types are known."""
    sized = _SIZED.fullmatch(type_)
    if sized and random.random() < 0.3:
        return f"{sized[1]}{int(sized[2]) + 1}{sized[3]}"
    others = [one for one in _DISTINCT.get(adapter, ()) if _name(adapter, one) != _name(adapter, type_)]
    return random.choice(others) if others else None


def respelled(adapter: str, type_: str, random: Random) -> str | None:
    """The same type in other letters; None if there is no other way."""
    plain = _PLAIN.fullmatch(type_)
    if adapter not in _ALIASES or not plain:
        return None
    name, size = plain["name"], plain["size"] or ""
    spaced = size.replace(", ", ",") if ", " in size else size.replace(",", ", ")
    ways = {f"{name}{spaced}"}
    if adapter != "clickhouse":
        ways |= {f"{name.upper()}{size}", f"{name.lower()}{spaced}", f"{name.title()}{size}"}
    for alike in _ALIASES[adapter]:
        if name.lower() in alike:
            ways |= {f"{alias}{size}" for alias in alike} | {f"{alias.upper()}{spaced}" for alias in alike}
    ways.discard(type_)
    return random.choice(sorted(ways)) if ways else None


def _name(adapter: str, type_: str) -> str:
    """One name for a type without its length, whichever way it is spelled."""
    name = type_.split("(", maxsplit=1)[0].strip().lower()
    return next((alike[0] for alike in _ALIASES.get(adapter, ()) if name in alike), name)
