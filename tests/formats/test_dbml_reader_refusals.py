"""What is not DBML, or is not whole, is refused with the line that it is on."""

import pytest

from erd.errors import ArtifactError
from erd.formats.dbml_reader import read_dbml


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("{}", 1),
        ('{"metadata": {}}', 1),
        ("<!DOCTYPE html>\n<html>", 1),
        ("# Our data model\n\nTable a {\n}", 1),
        ("erDiagram\n  t1 {\n  }", 1),
        ("\ndigraph g {\n}\n", 2),
        ("version https://git-lfs.github.com/spec/v1\noid sha256:1\n", 1),
        ("Table a {\n x int\n}\n<<<<<<< HEAD\nTable b {\n}\n", 4),
        ("Table a {\n<<<<<<< HEAD\n x int\n=======\n", 2),
        ("Table {\n}", 1),
        ("Table a {\n x int [pk\n y int]\n z 'int\n}", 4),
        ("Table a {\n 'x' int\n}", 2),
        ("Table a {\n x int [pk] y\n}", 2),
        ('Table a {\n "x"y "int" z\n}', 2),
        ("Table a {\n x int [note: y]\n}", 2),
        ("Table a {\n x int [ref: -> b.c]\n}", 2),
        ("\n\nRef: a.b c.d", 3),
        ("Ref: a > c.d", 1),
        ("Ref: a.b -> c.d", 1),
        ("Dep: a > b", 1),
        ("Ref: a.b > c.d e", 1),
        ("TableGroup g {\n 'a'\n}", 2),
    ],
)
def test_what_is_not_dbml_is_refused_with_its_line(text: str, line: int) -> None:
    with pytest.raises(ArtifactError) as raised:
        read_dbml(text)
    assert raised.value.happened.startswith(f"The DBML cannot be read in line {line}: ")
    assert raised.value.happened.endswith(".")
    assert raised.value.todo == "Give a file as this tool or dbterd wrote it, or draw it again."


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", 1),
        (" \n\t\n", 1),
        ("Table a", 1),
        ("Table a {\n x int\n", 2),
        ("Table a {\n x int [pk,", 2),
        ("Table a {\n x int [note:", 2),
        ("Table a {\n indexes {\n (x", 3),
        ("Table a {\n indexes {\n x", 3),
        ("Table a {\n x varchar(", 2),
        ("Table a {\n Note {\n 'x'", 3),
        ("Enum a {\n x\n", 2),
        ("Project a {", 1),
        ("Ref: a.b >", 1),
        ("Ref: a.b > c", 1),
        ("Ref {\n a.b > c.d", 2),
        ("TableGroup g {\n a\n", 2),
    ],
)
def test_what_breaks_off_is_refused_with_its_last_line(text: str, line: int) -> None:
    with pytest.raises(ArtifactError) as raised:
        read_dbml(text)
    assert raised.value.happened.startswith(f"The DBML breaks off after line {line}: ")
    assert raised.value.todo == "Draw it again, and commit the whole file."
