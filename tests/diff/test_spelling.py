"""Types that are the same however they are spelled, and types that are not."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erd.diff.spelling import Spelling
from erd.diff.synonyms import DIALECTS

SAME = [
    ("bigquery", "INT64", "int64"),
    ("bigquery", "STRUCT<a INTEGER, b ARRAY<STRING>>", "struct< a int64 , b array<string>>"),
    ("bigquery", "NUMERIC(10, 2)", "decimal(10,2)"),
    ("postgres", "character varying(256)", "VARCHAR(256)"),
    ("postgres", "timestamp(3) without time zone", "TIMESTAMP(3)"),
    ("postgres", "timestamp with time zone", "timestamptz"),
    ("postgres", "double  precision", "float8"),
    ("postgres", "int4[]", "integer[]"),
    ("postgres", "numeric(10)", "numeric(10,0)"),
    ("redshift", "text", "character varying"),
    ("snowflake", "TEXT", "varchar(16777216)"),
    ("snowflake", "integer", "NUMBER(38,0)"),
    ("snowflake", "NUMBER(10)", "number(10, 0)"),
    ("snowflake", "timestamp", "TIMESTAMP_NTZ(9)"),
    ("databricks", "struct<a:int,b:array<string>>", "STRUCT<a: INTEGER, b: ARRAY<STRING>>"),
    ("spark", "long", "bigint"),
    ("duckdb", "VARCHAR(20)", "text"),
    ("duckdb", "STRUCT(kind VARCHAR, tags VARCHAR[])", "struct(kind text, tags string[])"),
    ("duckdb", "MAP(VARCHAR, INTEGER)", "map(text, int)"),
    ("clickhouse", "Nullable(DateTime64(3, 'UTC'))", "nullable( DateTime64(3,'UTC') )"),
    ("clickhouse", "LowCardinality(Nullable(varchar(10)))", "LowCardinality(Nullable(String))"),
    ("oracle", "integer", "NUMBER(38)"),
    ("sqlserver", "numeric(18)", "DECIMAL"),
    ("trino", "array(integer)", "array(int)"),
    ("athena", "struct<a:string>", "row(a varchar)"),
    ("mysql", "int(11)", "integer"),
    ("mysql", "tinyint(1)", "bool"),
    ("", "INT", "integer"),
]
DIFFERENT = [
    ("postgres", "text", "varchar"),
    ("postgres", "character varying", "varchar(256)"),
    ("postgres", "timestamp with time zone", "timestamp"),
    ("postgres", "integer[]", "integer"),
    ("bigquery", "DATETIME", "TIMESTAMP"),
    ("bigquery", "STRUCT<a INT64>", "STRUCT<b INT64>"),
    ("bigquery", "ARRAY<INT64>", "ARRAY<STRING>"),
    ("snowflake", "NUMBER(38,2)", "NUMBER"),
    ("clickhouse", "int8", "bigint"),
    ("clickhouse", "DateTime('UTC')", "DateTime('utc')"),
    ("clickhouse", "Enum8('a' = 1)", "Enum8('A' = 1)"),
    ("sqlserver", "nvarchar(max)", "nvarchar(100)"),
    ("mysql", "tinyint(1)", "tinyint(4)"),
    ("oracle", "VARCHAR2(10 CHAR)", "VARCHAR2(10 BYTE)"),
]


@pytest.mark.parametrize(("warehouse", "one", "other"), SAME)
def test_another_spelling_is_the_same_type(warehouse: str, one: str, other: str) -> None:
    spelling = Spelling(warehouse)
    assert spelling.same(one, other)
    assert spelling.alike(one, other)


@pytest.mark.parametrize(("warehouse", "one", "other"), DIFFERENT)
def test_another_type_is_no_other_spelling(warehouse: str, one: str, other: str) -> None:
    assert not Spelling(warehouse).same(one, other)


@pytest.mark.parametrize(
    ("one", "other", "alike"),
    [
        ("varchar", "character varying(256)", True),
        ("numeric(10,2)", "numeric", True),
        ("numeric(10,2)[]", "numeric[]", True),
        ("varchar(10)", "varchar(256)", False),
        ("varchar", "text", False),
    ],
)
def test_people_may_leave_out_the_length(one: str, other: str, *, alike: bool) -> None:
    spelling = Spelling("postgres")
    assert spelling.alike(one, other) is alike
    assert spelling.alike(other, one) is alike


def test_a_length_left_out_stands_for_any_even_where_the_warehouse_has_a_default() -> None:
    assert Spelling("snowflake").alike("VARCHAR", "varchar(256)")


def test_nothing_differs_from_what_is_unknown() -> None:
    assert Spelling("postgres").same("", "text")


@pytest.mark.parametrize("warehouse", [*DIALECTS, ""])
def test_each_name_has_one_meaning(warehouse: str) -> None:
    spelling = Spelling(warehouse)
    for synonym, kind in (DIALECTS[warehouse].synonyms if warehouse else {}).items():
        assert spelling.same(synonym, kind)
        assert spelling.normal(spelling.normal(synonym)) == spelling.normal(synonym)


@given(st.sampled_from(sorted(DIALECTS)), st.text("(<[)>],:' ab1", max_size=30) | st.text())
def test_any_text_is_read_somehow(warehouse: str, text: str) -> None:
    spelling = Spelling(warehouse)
    assert spelling.same(text, f" {text} ")
    assert spelling.alike(text, text)


def test_a_text_of_brackets_alone_ends() -> None:
    assert not Spelling("duckdb").same("(" * 100_000, "[" * 100_000)
