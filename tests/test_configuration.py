"""The configuration file of a project, found and read as dbterd does it, and what is said of one that is broken."""

import os
from pathlib import Path

import pytest

from erd.configuration import read_configuration
from erd.errors import UsageError


def a_file(folder: Path, name: str, content: str | bytes) -> Path:
    """The folder, in which the file now is."""
    (folder / name).write_bytes(content.encode("utf-8") if isinstance(content, str) else content)
    return folder


def problem(folder: Path) -> UsageError:
    with pytest.raises(UsageError) as raised:
        read_configuration(folder)
    return raised.value


def test_without_a_file_nothing_is_configured(tmp_path: Path) -> None:
    assert read_configuration(tmp_path) == ({}, "")


def test_dbterd_yml_is_read_in_both_cases_of_keys(tmp_path: Path) -> None:
    content = "resource-type: [model, source]\nentity_name_format: schema.table\nomit-columns: true\n"
    assert read_configuration(a_file(tmp_path, ".dbterd.yml", content)) == (
        {"resource_type": ["model", "source"], "entity_name_format": "schema.table", "omit_columns": True},
        ".dbterd.yml",
    )


def test_the_table_of_pyproject_is_read_in_both_cases_of_keys(tmp_path: Path) -> None:
    content = (
        '[tool.dbterd]\nresource-type = ["model"]\nentity_name_format = "schema.table"\n[tool.other]\nselect = "x"\n'
    )
    assert read_configuration(a_file(tmp_path, "pyproject.toml", content)) == (
        {"resource_type": ["model"], "entity_name_format": "schema.table"},
        "pyproject.toml",
    )


def test_unknown_keys_are_left_alone(tmp_path: Path) -> None:
    content = "dbt-project-dir: x\nnobody_knows: {this: [one]}\n1: 2\n"
    found, _ = read_configuration(a_file(tmp_path, ".dbterd.yml", content))
    assert found == {"dbt_project_dir": "x", "nobody_knows": {"this": ["one"]}, "1": 2}


def test_pyproject_wins_if_it_has_the_table(tmp_path: Path) -> None:
    a_file(tmp_path, ".dbterd.yml", "target: theirs")
    a_file(tmp_path, "pyproject.toml", '[tool.dbterd]\ntarget = "ours"')
    assert read_configuration(tmp_path) == ({"target": "ours"}, "pyproject.toml")


def test_pyproject_wins_even_with_an_empty_table(tmp_path: Path) -> None:
    a_file(tmp_path, ".dbterd.yml", "target: theirs")
    a_file(tmp_path, "pyproject.toml", "[tool.dbterd]\n")
    assert read_configuration(tmp_path) == ({}, "pyproject.toml")


@pytest.mark.parametrize(
    "content",
    ["", "[project]\nname = 'shop'\n", "[tool.ruff]\n", "[dbterd]\ntarget = 'x'\n", "# dbterd\n", "tool = 'dbterd'\n"],
)
def test_pyproject_without_the_table_leaves_the_word_to_dbterd_yml(content: str, tmp_path: Path) -> None:
    a_file(tmp_path, "pyproject.toml", content)
    assert read_configuration(a_file(tmp_path, ".dbterd.yml", "target: dbml")) == ({"target": "dbml"}, ".dbterd.yml")


def test_a_broken_pyproject_that_does_not_name_dbterd_is_none_of_our_business(tmp_path: Path) -> None:
    a_file(tmp_path, "pyproject.toml", "[project\n")
    assert read_configuration(a_file(tmp_path, ".dbterd.yml", "target: dbml"))[1] == ".dbterd.yml"


def test_only_the_current_folder_is_looked_into(tmp_path: Path) -> None:
    a_file(tmp_path, ".dbterd.yml", "target: dbml")
    a_file(tmp_path, "pyproject.toml", "[tool.dbterd]\ntarget = 'dbml'")
    inner = tmp_path / "inner"
    inner.mkdir()
    assert read_configuration(inner) == ({}, "")


@pytest.mark.parametrize("name", [".dbterd.yml", "pyproject.toml"])
def test_a_folder_of_that_name_is_no_file(name: str, tmp_path: Path) -> None:
    (tmp_path / name).mkdir()
    assert read_configuration(tmp_path) == ({}, "")


@pytest.mark.parametrize(
    ("name", "content"), [(".dbterd.yml", "target: é\r\n"), ("pyproject.toml", '[tool.dbterd]\r\ntarget = "é"\r\n')]
)
def test_a_byte_order_mark_and_other_line_ends_do_no_harm(name: str, content: str, tmp_path: Path) -> None:
    found, _ = read_configuration(a_file(tmp_path, name, b"\xef\xbb\xbf" + content.encode()))
    assert found == {"target": "é"}


@pytest.mark.parametrize("content", ["", "\n\n", "# nothing\n", "---\n", "null\n", "{}\n"])
def test_an_empty_file_configures_nothing(content: str, tmp_path: Path) -> None:
    assert read_configuration(a_file(tmp_path, ".dbterd.yml", content)) == ({}, ".dbterd.yml")


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ("target: dbml\noutput: [docs\nselect: x\n", "in line 3, column 7"),
        ("target: dbml\n\t- x\n", "in line 2, column 1"),
        ("target: 'dbml\n", "in line 2, column 1"),
        ("target: dbml\n  output: docs\n", "in line 2, column 9"),
        ("target: *nowhere\n", "in line 1, column 9"),
        ("target: !!python/object/apply:os.system [ls]\n", "in line 1, column 9"),
        ("? {a: b}\n: c\n", "in line 1, column 3"),
        ("target: dbml\n--- \nsecond: document\n", "in line 2, column 1"),
    ],
)
def test_broken_yaml_is_refused_with_its_line(content: str, place: str, tmp_path: Path) -> None:
    error = problem(a_file(tmp_path, ".dbterd.yml", content))
    assert error.happened.startswith(f".dbterd.yml is not valid YAML {place}: ")
    assert error.todo == "Mend it there."


@pytest.mark.parametrize(
    ("content", "place"),
    [
        ("[tool.dbterd]\ntarget = dbml\n", "(at line 2, column 10)"),
        ("[tool.dbterd\n", "(at line 1, column 13)"),
        ('[tool.dbterd]\n\ntarget = "dbml\n', "(at line 3, column 15)"),
    ],
)
def test_broken_toml_is_refused_with_its_line(content: str, place: str, tmp_path: Path) -> None:
    error = problem(a_file(tmp_path, "pyproject.toml", content))
    assert error.happened.startswith("pyproject.toml is not valid TOML: ")
    assert error.happened.endswith(f"{place}.")
    assert error.todo == "Mend it there."


def test_broken_toml_is_not_passed_over_for_dbterd_yml(tmp_path: Path) -> None:
    a_file(tmp_path, ".dbterd.yml", "target: dbml")
    error = problem(a_file(tmp_path, "pyproject.toml", "[tool.dbterd]\ntarget\n"))
    assert error.happened.startswith("pyproject.toml is not valid TOML")


@pytest.mark.parametrize(
    ("name", "content", "what"),
    [
        (".dbterd.yml", "- target\n- dbml\n", ".dbterd.yml"),
        (".dbterd.yml", "just words\n", ".dbterd.yml"),
        (".dbterd.yml", "5\n", ".dbterd.yml"),
        ("pyproject.toml", "[tool]\ndbterd = 'dbml'\n", "[tool.dbterd] of pyproject.toml"),
        ("pyproject.toml", "[[tool.dbterd]]\ntarget = 'dbml'\n", "[tool.dbterd] of pyproject.toml"),
    ],
)
def test_what_is_no_list_of_keys_is_refused(name: str, content: str, what: str, tmp_path: Path) -> None:
    error = problem(a_file(tmp_path, name, content))
    assert error.happened == f"{what} is not a list of keys and values."


@pytest.mark.parametrize("name", [".dbterd.yml", "pyproject.toml"])
@pytest.mark.parametrize("content", [b"target: \xff\n", "target: dbml".encode("utf-16")], ids=["latin", "utf-16"])
def test_a_file_that_is_not_utf_8_is_refused(name: str, content: bytes, tmp_path: Path) -> None:
    error = problem(a_file(tmp_path, name, content))
    assert error.happened.startswith(f"{name} could not be read: ")
    assert "UTF-8" in error.todo


@pytest.mark.parametrize("name", [".dbterd.yml", "pyproject.toml"])
def test_a_file_that_cannot_be_read_is_refused(name: str, tmp_path: Path) -> None:
    if os.geteuid() == 0:
        # Root may read whatever has a mode, but not the first page of a process.
        (tmp_path / name).symlink_to("/proc/self/mem")
    else:
        a_file(tmp_path, name, "target: dbml").joinpath(name).chmod(0)
    error = problem(tmp_path)
    assert error.happened.startswith(f"{name} could not be read: [Errno ")
    assert error.todo == "Make it a readable UTF-8 file, or remove it."
