"""What else each warehouse calls its types, by the name of its dbt adapter.

From the vendors' documentation of data types: PostgreSQL (8.1), Amazon Redshift, Snowflake ("Summary of data types"),
BigQuery ("Data types" and its API's older names), Databricks and Spark SQL, DuckDB ("Overview"), ClickHouse (the alias
of each type), Oracle (ANSI types), SQL Server ("Data type synonyms"), Trino and Athena, and MySQL ("Using data types
from other database engines"). Only what the warehouse itself takes for the same: a text is no varchar in Postgres, and
is one in Snowflake.
"""

from collections.abc import Mapping

import msgspec


class Dialect(msgspec.Struct, frozen=True):
    """How a warehouse names its types, all in lower case.

    `synonyms` are its other names of types, each with the type that it stands for, perhaps with arguments. `defaults`
    are the arguments of a type that is written with fewer; where the first is empty, it needs some to get the others.
    The arguments of types in `unsized` mean nothing.
    """

    synonyms: Mapping[str, str] = {}
    defaults: Mapping[str, tuple[str, ...]] = {}
    unsized: frozenset[str] = frozenset()


def _synonyms(listed: Mapping[str, str]) -> dict[str, str]:
    """The type that each name stands for, from lists of the names of each type."""
    return {name.strip(): kind for kind, names in listed.items() for name in names.split(",")}


_STANDARD = _synonyms({
    "integer": "int",
    "boolean": "bool",
    "numeric": "decimal, dec",
    "varchar": "character varying, char varying",
    "character": "char",
    "timestamp": "timestamp without time zone",
})  # fmt: skip
_POSTGRES = _STANDARD | _synonyms({
    "smallint": "int2",
    "integer": "int, int4",
    "bigint": "int8",
    "real": "float4",
    "double precision": "float8, float, double",
    "time": "time without time zone",
    "timetz": "time with time zone",
    "timestamptz": "timestamp with time zone",
    "bit varying": "varbit",
})  # fmt: skip
_REDSHIFT = _POSTGRES | _synonyms({
    "character": "char, nchar, bpchar",
    "varchar": "character varying, nvarchar, text",
    "varbyte": "varbinary, binary varying",
})  # fmt: skip
_SNOWFLAKE = _synonyms({
    "boolean": "bool",
    "number": "numeric, decimal, dec",
    "number(38,0)": "int, integer, bigint, smallint, tinyint, byteint",
    "float": "float4, float8, double, double precision, real",
    "varchar": "text, string, nvarchar, nvarchar2, character varying, char varying, nchar varying",
    "varchar(1)": "char, character, nchar",
    "binary": "varbinary",
    "timestamp_ntz": "datetime, timestamp, timestampntz, timestamp without time zone",
    "timestamp_ltz": "timestampltz, timestamp with local time zone",
    "timestamp_tz": "timestamptz, timestamp with time zone",
})  # fmt: skip
_BIGQUERY = _synonyms({
    "int64": "int, integer, bigint, smallint, tinyint, byteint",
    "float64": "float",
    "bool": "boolean",
    "numeric": "decimal",
    "bignumeric": "bigdecimal",
    "struct": "record",
})  # fmt: skip
_SPARK = _synonyms({
    "tinyint": "byte",
    "smallint": "short",
    "int": "integer",
    "bigint": "long",
    "float": "real",
    "decimal": "dec, numeric",
    "timestamp": "timestamp_ltz",
})  # fmt: skip
_DUCKDB = _synonyms({
    "tinyint": "int1",
    "smallint": "int2, int16, short",
    "integer": "int, int4, int32, signed",
    "bigint": "int8, int64, long",
    "hugeint": "int128",
    "utinyint": "uint8",
    "usmallint": "uint16",
    "uinteger": "uint32",
    "ubigint": "uint64",
    "uhugeint": "uint128",
    "float": "float4, real",
    "double": "float8, double precision",
    "decimal": "numeric, dec",
    "varchar": "char, bpchar, text, string, character varying, character",
    "boolean": "bool, logical",
    "blob": "bytea, binary, varbinary",
    "bit": "bitstring",
    "timestamp": "datetime, timestamp without time zone",
    "timestamptz": "timestamp with time zone",
    "time": "time without time zone",
    "timetz": "time with time zone",
})  # fmt: skip
_CLICKHOUSE = _synonyms({
    "bool": "boolean",
    "int8": "tinyint, int1, byte, tinyint signed, int1 signed",
    "int16": "smallint, smallint signed",
    "int32": "int, integer, mediumint, int signed, integer signed, mediumint signed",
    "int64": "bigint, signed, bigint signed",
    "uint8": "tinyint unsigned, int1 unsigned",
    "uint16": "smallint unsigned, year",
    "uint32": "int unsigned, integer unsigned, mediumint unsigned",
    "uint64": "bigint unsigned, unsigned, bit, set",
    "float32": "float, real, single",
    "float64": "double, double precision",
    "decimal": "dec, numeric, fixed",
    "string": "varchar, char, text, tinytext, mediumtext, longtext, blob, clob, character varying, char varying",
    "datetime": "timestamp, datetime32",
    "fixedstring": "binary",
})  # fmt: skip
_ORACLE = _synonyms({
    "varchar2": "varchar, character varying, char varying",
    "nvarchar2": "nchar varying, national character varying, national char varying",
    "char": "character",
    "nchar": "national character, national char",
    "number": "numeric, decimal, dec",
    "number(38)": "int, integer, smallint",
    "float(63)": "real",
    "float(126)": "double precision",
})  # fmt: skip
_SQLSERVER = _synonyms({
    "int": "integer",
    "decimal": "dec, numeric",
    "float": "double precision",
    "char": "character",
    "varchar": "character varying, char varying",
    "varbinary": "binary varying",
    "nchar": "national character, national char",
    "nvarchar": "national character varying, national char varying",
    "ntext": "national text",
    "rowversion": "timestamp",
    "nvarchar(128)": "sysname",
})  # fmt: skip
_TRINO = _synonyms({
    "integer": "int",
    "decimal": "dec, numeric",
    "timestamp": "timestamp without time zone",
    "time": "time without time zone",
})  # fmt: skip
_ATHENA = _TRINO | _synonyms({"varchar": "string", "varbinary": "binary", "real": "float", "row": "struct"})
_MYSQL = _synonyms({
    "tinyint": "int1",
    "tinyint(1)": "bool, boolean",
    "smallint": "int2",
    "mediumint": "int3, middleint",
    "int": "integer, int4",
    "bigint": "int8",
    "float": "float4",
    "double": "float8, double precision, real",
    "decimal": "dec, numeric, fixed",
    "char": "character",
    "varchar": "character varying, char varying",
})  # fmt: skip

_SCALED = ("", "0")
_SPARK_DIALECT = Dialect(_SPARK, {"decimal": ("10", "0")})
_SQLSERVER_DIALECT = Dialect(_SQLSERVER, {"decimal": ("18", "0"), "float": ("53",)})
_MYSQL_DIALECT = Dialect(_MYSQL, {"decimal": ("10", "0")}, frozenset({"smallint", "mediumint", "int", "bigint"}))

STANDARD = Dialect(_STANDARD)
"""For a warehouse that is unknown: what is the same in standard SQL."""
DIALECTS: Mapping[str, Dialect] = {
    "postgres": Dialect(_POSTGRES, {"character": ("1",), "numeric": _SCALED}),
    "redshift": Dialect(_REDSHIFT, {"numeric": _SCALED}),
    "snowflake": Dialect(
        _SNOWFLAKE,
        {
            "number": ("38", "0"),
            "varchar": ("16777216",),
            "binary": ("8388608",),
            "time": ("9",),
            "timestamp_ntz": ("9",),
            "timestamp_ltz": ("9",),
            "timestamp_tz": ("9",),
        },
        frozenset({"float"}),
    ),
    "bigquery": Dialect(_BIGQUERY),
    "databricks": _SPARK_DIALECT,
    "spark": _SPARK_DIALECT,
    "duckdb": Dialect(_DUCKDB, {"decimal": ("18", "3")}, frozenset({"varchar", "blob"})),
    "clickhouse": Dialect(_CLICKHOUSE, {"decimal": ("10", "0")}, frozenset({"string"})),
    "oracle": Dialect(_ORACLE, {"timestamp": ("6",), "char": ("1",), "number": _SCALED}),
    "sqlserver": _SQLSERVER_DIALECT,
    "synapse": _SQLSERVER_DIALECT,
    "fabric": _SQLSERVER_DIALECT,
    "trino": Dialect(_TRINO),
    "athena": Dialect(_ATHENA),
    "mysql": _MYSQL_DIALECT,
    "mariadb": _MYSQL_DIALECT,
    "starrocks": _MYSQL_DIALECT,
    "doris": _MYSQL_DIALECT,
}
