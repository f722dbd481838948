"""What is not needed is not loaded, since loading it is most of what a short run takes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.builders import a_catalog, a_manifest, a_model, write_artifacts

REPOSITORY = Path(__file__).resolve().parent.parent

# Runs `python -m erd` with its arguments, and prints in the last line what that loaded beyond a bare Python.
RUNS_AND_LISTS = """
import sys
before = set(sys.modules)
import atexit, runpy
sys.argv = ["erd", *sys.argv[1:]]
atexit.register(lambda: print("\\n" + " ".join(set(sys.modules) - before)))
runpy.run_module("erd", run_name="__main__")
"""


def loaded_by(*arguments: str, folder: Path) -> set[str]:
    """The modules that a command loads when it is run in the folder, and nothing in the environment configures it."""
    program = [sys.executable, "-c", RUNS_AND_LISTS, *arguments]
    environ = {name: value for name, value in os.environ.items() if not name.startswith("DBTERD_")}
    environ["PYTHONPATH"] = str(REPOSITORY)
    done = subprocess.run(program, check=True, capture_output=True, text=True, cwd=folder, env=environ)
    return set(done.stdout.splitlines()[-1].split())


def libraries(modules: set[str]) -> set[str]:
    return {name.partition(".")[0] for name in modules}


def our_own(modules: set[str]) -> set[str]:
    return {name for name in modules if name.startswith("erd.")}


def a_project(folder: Path) -> Path:
    """The folder, in which a project's artifacts now are, where dbt leaves them."""
    (folder / "target").mkdir()
    write_artifacts(folder / "target", a_manifest(a_model("orders"), a_model("customers")), a_catalog())
    return folder


@pytest.mark.parametrize(
    "arguments",
    [
        ["--help"],
        ["run", "--help"],
        ["run-metadata", "--help"],
        ["demo", "--help"],
        ["init", "--help"],
        ["debug", "--help"],
        ["--version"],
    ],
    ids=" ".join,
)
def test_help_loads_no_library_but_click(arguments: list[str], tmp_path: Path) -> None:
    loaded = libraries(loaded_by(*arguments, folder=tmp_path))
    assert "click" in loaded
    slow = {"msgspec", "requests", "urllib3", "yaml", "github", "tomllib", "pathlib", "logging", "json", "http", "ssl"}
    assert loaded & slow == set()


def test_help_loads_only_what_describes_the_options(tmp_path: Path) -> None:
    loaded = our_own(loaded_by("run", "--help", folder=tmp_path))
    assert loaded == {"erd.checks", "erd.cli", "erd.options"}


def test_drawing_local_files_loads_no_http_and_no_parser_of_configuration(tmp_path: Path) -> None:
    loaded = libraries(loaded_by("run", folder=a_project(tmp_path)))
    assert (tmp_path / "target" / "output.dbml").exists()
    assert "msgspec" in loaded
    slow = {"requests", "urllib3", "http", "ssl", "socket", "email", "asyncio", "yaml", "github", "tomllib"}
    assert loaded & slow == set()


def test_drawing_local_files_loads_neither_dbt_cloud_nor_github_nor_the_demo(tmp_path: Path) -> None:
    loaded = our_own(loaded_by("run", folder=a_project(tmp_path)))
    assert "erd.formats.dbml" in loaded
    assert [name for name in loaded if name.startswith(("erd.dbt_cloud", "erd.github", "erd.demo"))] == []


@pytest.mark.parametrize(
    ("name", "content", "parser", "other"),
    [
        (".dbterd.yml", "omit-columns: true", "yaml", "tomllib"),
        ("pyproject.toml", "[tool.dbterd]\nomit-columns = true", "tomllib", "yaml"),
        ("pyproject.toml", "[project]\nname = 'shop'", "msgspec", "yaml"),
    ],
    ids=["yaml", "toml", "none"],
)
def test_only_the_parser_of_the_configuration_at_hand_is_loaded(
    name: str, content: str, parser: str, other: str, tmp_path: Path
) -> None:
    (tmp_path / name).write_text(content, encoding="utf-8")
    loaded = libraries(loaded_by("run", folder=a_project(tmp_path)))
    assert parser in loaded
    assert other not in loaded
