"""The judge says which DBML is valid and where the rest is not, and is never silently absent in CI."""

from pathlib import Path

import pytest

from tests.tools import judge
from tests.tools.judge import JudgedEnd, ToolBroken, ToolMissing, Verdict, parse_dbml

VALID = 'Table "a" {\n  "x" int\n}\nTable "b" {\n  "y" int\n}\nRef: "a"."x" > "b"."y"\n'
TWICE = "Table a {\n  x int\n  x int\n}\n"


def judged(*texts: str, folder: Path) -> list[Verdict]:
    paths = [folder / f"{number}.dbml" for number in range(len(texts))]
    for path, text in zip(paths, texts, strict=True):
        path.write_text(text, "utf-8")
    try:
        return parse_dbml(paths, model=True)
    except ToolMissing as missing:
        pytest.skip(f"no judge for DBML: {missing}")


def test_valid_dbml_is_told_with_its_tables_and_references(tmp_path: Path) -> None:
    (verdict,) = judged(VALID, folder=tmp_path)
    assert (verdict.ok, verdict.tables, verdict.refs, verdict.columns) == (True, 2, 1, 2)
    assert verdict.model is not None
    assert verdict.model.refs == (
        (JudgedEnd("public", "a", ("x",), "*"), JudgedEnd("public", "b", ("y",), "1")),
    )  # fmt: skip


def test_invalid_dbml_is_told_with_the_place_of_each_error(tmp_path: Path) -> None:
    (verdict,) = judged(TWICE, folder=tmp_path)
    assert not verdict.ok
    assert [(error.line, error.message) for error in verdict.errors] == [
        (2, "Duplicate column 'x'"),
        (3, "Duplicate column 'x'"),
    ]


def test_one_bad_file_leaves_the_verdicts_of_the_others_alone(tmp_path: Path) -> None:
    verdicts = judged(VALID, TWICE, VALID, folder=tmp_path)
    assert [verdict.ok for verdict in verdicts] == [True, False, True]


def test_a_missing_node_can_be_skipped_on_a_laptop_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CI", raising=False)
    with pytest.raises(ToolMissing, match="node is not installed"):
        judge.node()
    monkeypatch.setenv("CI", "true")
    with pytest.raises(ToolBroken, match="node is not installed"):
        judge.node()
