"""The artifacts of workflow runs, as `actions/upload-artifact` and `actions/download-artifact` leave and find them.

Facts: the READMEs of upload-artifact v7 and download-artifact v8 (paths are patterns, `!` takes out; what all have in
common is not in the artifact; another run's artifacts take a token that may read Actions).
"""

import glob
import os
from collections.abc import Mapping
from pathlib import Path

from tests.github.fake.server import FakeGitHub

Artifacts = dict[tuple[int, str], dict[str, bytes]]


class PlayedError(Exception):
    """The action would fail its step, and say this."""


def upload(artifacts: Artifacts, run_id: int, workspace: Path, given: Mapping[str, str]) -> None:
    """`actions/upload-artifact`. Finding nothing is an error here, which users would see as a warning."""
    _only(given, {"name", "path", "if-no-files-found", "retention-days"})
    found: set[Path] = set()
    for line in given["path"].split("\n"):
        pattern = line.strip()
        paths = {Path(path) for path in glob.glob(str(workspace / pattern.removeprefix("!")), recursive=True)}  # noqa: PTH207 - the pattern may be absolute
        files = {file for path in paths for file in ([path] if path.is_file() else path.rglob("*")) if file.is_file()}
        if pattern.startswith("!"):
            found -= files
        elif pattern:
            found |= files
    if not found:
        raise PlayedError(f"No files were found with the provided path: {given['path']}.")
    root = Path(os.path.commonpath([file.parent for file in found]))
    name = given.get("name") or "artifact"
    artifacts[run_id, name] = {str(file.relative_to(root)): file.read_bytes() for file in sorted(found)}


def download(artifacts: Artifacts, run_id: int, workspace: Path, given: Mapping[str, str], github: FakeGitHub) -> None:
    """`actions/download-artifact`, of one artifact by its name."""
    _only(given, {"name", "path", "run-id", "github-token"})
    of_run = int(given.get("run-id") or run_id)
    token = github.tokens.get(given.get("github-token", ""))
    if of_run != run_id and not (token and token.may("actions: read")):
        raise PlayedError("Resource not accessible by integration")
    if (of_run, given["name"]) not in artifacts:
        raise PlayedError(f"Artifact not found for name: {given['name']}")
    for name, content in artifacts[of_run, given["name"]].items():
        file = workspace / given.get("path", "") / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)


def _only(given: Mapping[str, str], known: set[str]) -> None:
    assert set(given) <= known, f"inputs that are not played: {sorted(set(given) - known)}"
