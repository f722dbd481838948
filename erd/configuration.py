"""The configuration file of a project: where it is, and what it says.

As dbterd does it: `pyproject.toml` if it has a table `[tool.dbterd]`, else `.dbterd.yml`; the current folder only. Keys
are kebab- or snake-case, and unknown ones are left alone.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from erd.errors import UsageError


def read_configuration(folder: Path) -> tuple[Mapping[str, Any], str]:
    """The options that the configuration in `folder` sets, by field name, and the name of its file.

    Raises `UsageError` for a file that is malformed.
    """
    pyproject = folder / "pyproject.toml"
    if pyproject.is_file():
        table = _toml(pyproject)
        if table is not None:
            return _fields(table, "[tool.dbterd] of pyproject.toml"), "pyproject.toml"
    dbterd = folder / ".dbterd.yml"
    if dbterd.is_file():
        return _fields(_yaml(dbterd), ".dbterd.yml"), ".dbterd.yml"
    return {}, ""


def _toml(path: Path) -> Any:
    content = _read(path)
    if "dbterd" not in content:
        return None
    import tomllib  # noqa: PLC0415 - only a project that has such a table pays for its parser

    try:
        tool = tomllib.loads(content).get("tool")
    except tomllib.TOMLDecodeError as error:
        raise UsageError(f"{path.name} is not valid TOML: {error}.", "Mend it there.") from error
    except RecursionError as error:
        raise UsageError(f"{path.name} nests too deep to be read.", "Take brackets out of it.") from error
    return tool.get("dbterd") if isinstance(tool, dict) else None


def _yaml(path: Path) -> Any:
    import yaml  # noqa: PLC0415 - only a project that has such a file pays for its parser

    content = _read(path)
    try:
        return yaml.safe_load(content)
    except yaml.MarkedYAMLError as error:
        place = error.problem_mark
        where = f" in line {place.line + 1}, column {place.column + 1}" if place else ""
        raise UsageError(f"{path.name} is not valid YAML{where}: {error.problem}.", "Mend it there.") from error
    except yaml.reader.ReaderError as error:
        line = content.count("\n", 0, error.position) + 1
        raise UsageError(f"{path.name} has a character in line {line} that YAML forbids.", "Remove it.") from error
    except Exception as error:
        # PyYAML lets what goes wrong inside a value (a date, a number, too many brackets) through as it is.
        raise UsageError(
            f"{path.name} has a value that YAML cannot read ({type(error).__name__}).",
            "Put dates and numbers in quotes.",
        ) from error


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise UsageError(
            f"{path.name} could not be read: {error}.", "Make it a readable UTF-8 file, or remove it."
        ) from error


def _fields(content: Any, what: str) -> Mapping[str, Any]:
    if content is None:
        return {}
    if not isinstance(content, dict):
        raise UsageError(
            f"{what} is not a list of keys and values.",
            "Write one `option: value` a line, such as `target: dbml`.",
        )
    return {str(key).replace("-", "_"): value for key, value in content.items()}
