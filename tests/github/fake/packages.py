"""What GitHub publishes of its API as packages of npm: downloaded whole, to be cut."""

import base64
import hashlib
import subprocess
import tarfile
import tempfile
from pathlib import Path
from typing import NamedTuple

from tests.tools.node import ToolBroken, missing, tool

SECONDS = 120


class Package(NamedTuple):
    """A package of npm in one version, and what it must be."""

    name: str
    version: str
    integrity: str

    def __str__(self) -> str:
        return f"{self.name} {self.version}"

    def member(self, path: str) -> bytes:
        """One of its files. Raises `ToolMissing`, or `ToolBroken` where `CI` is set."""
        npm = tool("npm")
        with tempfile.TemporaryDirectory() as folder:
            try:
                done = subprocess.run(
                    [npm, "pack", f"{self.name}@{self.version}", "--silent", "--pack-destination", folder],
                    cwd=folder, capture_output=True, encoding="utf-8", timeout=SECONDS, check=False,
                )  # fmt: skip
            except subprocess.TimeoutExpired as error:
                raise missing(f"npm pack took longer than {SECONDS} seconds") from error
            if done.returncode != 0:
                raise missing(f"npm pack ended with {done.returncode}: {done.stderr.strip()}")
            return self._read(next(Path(folder).glob("*.tgz")), path)

    def _read(self, file: Path, path: str) -> bytes:
        found = "sha512-" + base64.b64encode(hashlib.sha512(file.read_bytes()).digest()).decode()
        if found != self.integrity:
            raise ToolBroken(f"{self} is not what it was: {found}")
        with tarfile.open(file) as archive:
            member = archive.extractfile(f"package/{path}")
            if member is None:
                raise ToolBroken(f"{self} holds no {path}")
            return member.read()
