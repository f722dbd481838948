"""dbt itself, in an environment of its own: the one that the example project is built with.

It is made once from `examples/requirements.txt` and kept in `bench-files`, which git ignores.
"""

import fcntl
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tests.tools.node import ToolBroken, ToolMissing

ROOT = Path(__file__).resolve().parents[3]
REQUIREMENTS = ROOT / "examples" / "requirements.txt"
HOME = ROOT / "bench-files" / "dbt"
SCRIPT = Path(__file__).with_name("ask.py")
SECONDS = 600


def python() -> Path:
    """The Python that has dbt. Raises `ToolMissing`, or `ToolBroken` where `CI` is set."""
    HOME.parent.mkdir(exist_ok=True)
    program = HOME / ("Scripts" if os.name == "nt" else "bin") / "python"
    wanted = hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()
    stamp = HOME / "installed-from"
    with REQUIREMENTS.open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (stamp.is_file() and stamp.read_text("utf-8") == wanted):
            _run([sys.executable, "-m", "venv", "--clear", str(HOME)])
            pip = [str(program), "-m", "pip", "install", "--quiet", "--require-hashes", "--no-deps"]
            _run([*pip, "-r", str(REQUIREMENTS)])
            stamp.write_text(wanted, "utf-8")
    return program


def ask(requests: Sequence[Any], folder: Path) -> list[Any]:
    """What dbt answers to each request of `ask.py`, all in one process; `folder` is where notes go."""
    program = python()
    (folder / "requests.json").write_text(json.dumps(requests), "utf-8")
    foreign = ("DBT_", "DBTERD_")
    environment = {name: value for name, value in os.environ.items() if not name.startswith(foreign)}
    done = subprocess.run(
        [str(program), str(SCRIPT), str(folder / "requests.json"), str(folder / "answers.json")],
        cwd=folder, env=environment, capture_output=True, encoding="utf-8", timeout=SECONDS, check=False,
    )  # fmt: skip
    if done.returncode != 0:
        raise ToolBroken(f"dbt gave up: {done.stdout[-3000:]}\n{done.stderr[-3000:]}")
    answers: list[Any] = json.loads((folder / "answers.json").read_text("utf-8"))
    return answers


def _run(command: Sequence[str]) -> None:
    done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=SECONDS, check=False)
    if done.returncode != 0:
        reason = f"{' '.join(command[1:4])} ended with {done.returncode}: {done.stderr[-1000:]}"
        raise ToolBroken(reason) if os.environ.get("CI") else ToolMissing(reason)
