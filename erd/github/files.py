"""The files by which a step tells its runner something: outputs and the job summary.

A runner makes them empty before the step and reads them after it, also when it failed; they are appended to.
Their grammar, and the limit of a summary, are the runner's (actions/runner, FileCommandManager).
"""

import secrets
from collections.abc import Mapping
from pathlib import Path

from erd.errors import OutputError

SUMMARY_LIMIT = 1024 * 1024
"""Bytes. A larger summary is dropped whole by the runner."""


def write_outputs(path: Path, outputs: Mapping[str, str]) -> None:
    """Append the step's outputs to the file that `GITHUB_OUTPUT` names. Raises `OutputError`."""
    _append(path, "".join(_output(name, value) for name, value in outputs.items()))


def write_summary(path: Path, markdown: str) -> None:
    """Append to the file that `GITHUB_STEP_SUMMARY` names, as far as the limit allows. Raises `OutputError`."""
    data = markdown.encode("utf-8", "replace")
    room = SUMMARY_LIMIT - (path.stat().st_size if path.exists() else 0)
    if len(data) > room:
        note = "\n\n… cut here: the rest is over GitHub's limit for a job summary.\n"
        data = data[: max(0, room - len(note.encode("utf-8")))]
        markdown = data.decode("utf-8", "ignore").rpartition("\n")[0] + note
    _append(path, markdown)


def _output(name: str, value: str) -> str:
    """One output in the form for values of several lines, with a delimiter that nobody can foresee."""
    delimiter = f"end-{secrets.token_hex(16)}"
    return f"{name}<<{delimiter}\n{value}\n{delimiter}\n"


def _append(path: Path, content: str) -> None:
    try:
        # The name of a file need not be UTF-8; it goes out as the bytes it came in.
        with path.open("a", encoding="utf-8", errors="surrogateescape", newline="\n") as stream:
            stream.write(content)
    except OSError as error:
        raise OutputError(
            f"{path} could not be written: {error.strerror}.",
            "The runner names this file; check its disk and its permissions.",
        ) from error
