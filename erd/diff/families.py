"""Families of column types: two columns of one family join, whatever warehouse they are in.

The names of types are those in the documentation of Snowflake, BigQuery, Redshift, Postgres, Databricks, DuckDB,
Oracle, ClickHouse, Trino and SQL Server.
"""

import re
from collections.abc import Mapping

_FAMILIES: Mapping[str, str] = {
    name: family
    for family, names in {
        "number": (
            "int int1 int2 int4 int8 int16 int32 int64 int128 int256 uint8 uint16 uint32 uint64 uint128 uint256 "
            "integer tinyint smallint mediumint bigint byteint hugeint uhugeint utinyint usmallint uinteger ubigint "
            "byte short long largeint serial bigserial smallserial number numeric decimal dec bignumeric bigdecimal "
            "decimal32 decimal64 decimal128 decimal256 money smallmoney float float4 float8 float16 float32 float64 "
            "double real"
        ),
        "text": (
            "varchar varchar2 nvarchar nvarchar2 char nchar bpchar character text ntext string fixedstring clob nclob "
            "citext name tinytext mediumtext longtext"
        ),
        "boolean": "bool boolean bit logical",
        "time": (
            "date date32 datetime datetime2 datetime64 smalldatetime datetimeoffset timestamp timestamptz timestampntz "
            "timestampltz timestamp_ntz timestamp_ltz timestamp_tz timestamp_s timestamp_ms timestamp_ns"
        ),
        "uuid": "uuid uniqueidentifier",
        "binary": "binary varbinary bytea bytes blob raw",
    }.items()
    for name in names.split()
}
_WORD = re.compile(r"[a-z_]+\d*")
# ClickHouse's types around a type, which join like what is in them.
_AROUND = re.compile(r"^(?:nullable|lowcardinality)\((.*)\)$")


def family(kind: str) -> str:
    """The family of a type as a warehouse writes it; empty if it is of none, such as a list, or not known."""
    written = kind.strip().lower()
    while found := _AROUND.match(written):
        written = found[1].strip()
    word = _WORD.match(written)
    return _FAMILIES.get(word[0], "") if word and "[" not in written and "<" not in written else ""
