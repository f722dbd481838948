"""Types of one family join, whatever they are called; those of none are never said not to."""

import pytest

from erd.diff.families import family


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("INTEGER", "bigint"),
        ("NUMBER(38,0)", "FLOAT"),
        ("DECIMAL(10,2)", "double precision"),
        ("varchar(255)", "TEXT"),
        ("character varying", "STRING"),
        ("DATE", "TIMESTAMP WITH TIME ZONE"),
        ("TIMESTAMP_NTZ(9)", "datetime"),
        ("Nullable(LowCardinality(String))", "FixedString(3)"),
        ("Nullable(Int64)", "UInt8"),
    ],
)
def test_these_are_of_one_family(one: str, other: str) -> None:
    assert family(one) == family(other) != ""


@pytest.mark.parametrize(
    ("one", "other"), [("INTEGER", "VARCHAR"), ("uuid", "text"), ("boolean", "int"), ("date", "int")]
)
def test_these_are_not(one: str, other: str) -> None:
    assert "" not in {family(one), family(other)}
    assert family(one) != family(other)


@pytest.mark.parametrize("kind", ["", "integer[]", "ARRAY<INT64>", "STRUCT<a INT64>", "variant", "super", "(", "point"])
def test_these_are_of_none(kind: str) -> None:
    assert family(kind) == ""
