"""The judge says which DBML is valid and where the rest is not, and is never silently absent in CI."""

from pathlib import Path

import pytest

from tests.tools import node
from tests.tools.judge import Judge, ReadEnd
from tests.tools.node import ToolBroken, ToolMissing

VALID = 'Table "a" {\n  "x" int\n}\nTable "b" {\n  "y" int\n}\nRef: "a"."x" > "b"."y"\n'
TWICE = "Table a {\n  x int\n  x int\n}\n"


def test_valid_dbml_is_told_with_its_tables_and_references(judge: Judge) -> None:
    document = judge.read(VALID)
    assert document.errors == ()
    assert [table.name for table in document.tables] == ["a", "b"]
    assert document.refs == ((ReadEnd("public", "a", ("x",), "*"), ReadEnd("public", "b", ("y",), "1")),)


def test_invalid_dbml_is_told_with_the_place_of_each_error(judge: Judge) -> None:
    assert judge.read(TWICE).errors == ("line 2: Duplicate column 'x'", "line 3: Duplicate column 'x'")


def test_a_bad_document_leaves_the_next_one_alone(judge: Judge) -> None:
    assert [judge.read(text).errors == () for text in (VALID, TWICE, VALID)] == [True, False, True]


def test_a_missing_node_can_be_skipped_on_a_laptop_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(ToolMissing, match="node is not installed"):
        node.node()
    monkeypatch.setenv("CI", "true")
    with pytest.raises(ToolBroken, match="node is not installed"):
        node.node()
