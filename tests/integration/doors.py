"""The three doors as their users meet them: the Action's entry point, the container's, and the command."""

import os
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, NamedTuple

from tests.container.log_commands import find_commands
from tests.secrecy.files import watch
from tests.secrecy.ledger import look_at_output, without_masks

REPOSITORY = Path(__file__).resolve().parents[2]
SECONDS = 60


class Answer(NamedTuple):
    """What a process left: its exit code, its log (both streams), and what it wrote for a runner.

    Commands by which the Action masks a token are not in its log, since no runner shows them; the tokens are `masked`.
    """

    code: int
    log: str
    outputs: str
    summary: str
    masked: tuple[str, ...] = ()

    @property
    def annotations(self) -> list[str]:
        """The lines that GitHub shows as errors."""
        return [line for line in self.log.splitlines() if line.startswith("::error::")]


def action(workspace: Path, inputs: Mapping[str, object], environ: Mapping[str, str] | None = None) -> Answer:
    """The Action in a workspace, with a runner's variables around it."""
    runner = workspace.parent / f"{workspace.name}-runner"
    runner.mkdir(exist_ok=True)
    watch(runner)
    outputs, summary = runner / "output", runner / "summary"
    outputs.write_text("")
    summary.write_text("")
    given = {f"INPUT_{name.upper()}": str(value) for name, value in inputs.items()}
    around = {
        "GITHUB_ACTIONS": "true",
        "GITHUB_WORKSPACE": str(workspace),
        "GITHUB_OUTPUT": str(outputs),
        "GITHUB_STEP_SUMMARY": str(summary),
    }
    code, log = _process([str(REPOSITORY / "entrypoint.py")], workspace, around | given | dict(environ or {}))
    masked = tuple(found.data for found in find_commands(log) if found.name == "add-mask")
    return Answer(code, without_masks(log), outputs.read_text(), summary.read_text(), masked)


def container(folder: Path, variables: Mapping[str, object]) -> Answer:
    """The container's entry point, without any variable of GitHub."""
    around = {name: str(value) for name, value in variables.items()}
    return Answer(*_process([str(REPOSITORY / "entrypoint.py")], folder, around), outputs="", summary="")


def command(
    folder: Path, *arguments: object, environ: Mapping[str, str] | None = None, largest_file: int | None = None
) -> Answer:
    """The command `dbt-cloud-erd`; with `largest_file`, the kernel refuses to let any file grow over so many bytes."""
    words = ["-m", "erd", *map(str, arguments)]
    if largest_file is not None:
        limits = f"resource.setrlimit(resource.RLIMIT_FSIZE, ({largest_file}, {largest_file}))"
        refused = "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)"
        words[:2] = ["-B", "-c", f"import resource, signal; {refused}; {limits}; from erd.cli import main; main()"]
    return Answer(*_process(words, folder, dict(environ or {})), outputs="", summary="")


def killed_command(folder: Path, seconds: float, *arguments: object) -> None:
    """The command `dbt-cloud-erd`, killed without a warning after so many seconds if it is not done by then."""
    words = [sys.executable, "-m", "erd", *map(str, arguments)]
    with _unread_log() as log, subprocess.Popen(words, cwd=folder, env=_clean(), stdout=log, stderr=log) as it:
        try:
            it.wait(seconds)
        except subprocess.TimeoutExpired:
            it.kill()


def interrupted_container(
    folder: Path, variables: Mapping[str, object], how: signal.Signals, waits: threading.Event
) -> tuple[int, float]:
    """The container's entry point, sent a signal once `waits` is set: its exit code, and the seconds it still took."""
    around = {name: str(value) for name, value in variables.items()}
    words = [sys.executable, str(REPOSITORY / "entrypoint.py")]
    with _unread_log() as log, subprocess.Popen(words, cwd=folder, env=_clean() | around, stdout=log, stderr=log) as it:
        waits.wait(SECONDS)
        began = time.monotonic()
        it.send_signal(how)
        return it.wait(SECONDS), time.monotonic() - began


@contextmanager
def _unread_log() -> Iterator[IO[bytes]]:
    """A file for a log that its test does not ask for; no token may stand in it all the same."""
    with tempfile.TemporaryFile() as log:
        yield log
        log.seek(0)
        look_at_output(log.read(), "the log of a process")


def _process(words: list[str], folder: Path, environ: dict[str, str]) -> tuple[int, str]:
    done = subprocess.run(
        [sys.executable, *words],
        cwd=folder,
        env=_clean() | environ,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=SECONDS,
        check=False,
    )
    return done.returncode, done.stdout


def _clean() -> dict[str, str]:
    return {"PATH": os.environ["PATH"], "PYTHONPATH": str(REPOSITORY), "PYTHONUTF8": "1"}
