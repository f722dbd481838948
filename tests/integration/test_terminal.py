"""What a person at a terminal sees: a bar while files arrive, under log lines that stay readable."""

import os
import pty
import subprocess
import sys
from pathlib import Path

from tests.integration.doors import REPOSITORY
from tests.secrecy.ledger import look_at_output

CLEAR_LINE = "\r\x1b[K"


def seen_on_a_terminal(folder: Path, *arguments: str) -> str:
    """All that the command writes to a terminal, control sequences included."""
    ours, theirs = pty.openpty()
    environ = os.environ | {"PYTHONPATH": str(REPOSITORY), "TERM": "xterm"}
    words = [sys.executable, "-m", "erd", *arguments]
    with subprocess.Popen(words, cwd=folder, env=environ, stdin=theirs, stdout=theirs, stderr=theirs):
        os.close(theirs)
        written = b"".join(iter(lambda: _read(ours), b""))
    os.close(ours)
    look_at_output(written, "what a terminal shows")
    return written.decode("utf-8").replace("\r\n", "\n")


def _read(terminal: int) -> bytes:
    try:
        return os.read(terminal, 65536)
    except OSError:  # Linux says so when the last writer has gone
        return b""


def test_a_bar_shows_while_files_arrive_and_the_log_stays_readable(tmp_path: Path) -> None:
    written = seen_on_a_terminal(tmp_path, "demo")

    left_standing = [line.rpartition(CLEAR_LINE)[2] for line in written.split("\n")]
    assert "Downloading  [" in written
    assert left_standing.count("Completed [status: 200]") == 3
    assert "Output saved to target/output.dbml" in "\n".join(left_standing)
    assert not [line for line in left_standing if "[#" in line or "[-" in line]


def test_the_cursor_is_shown_again_at_the_end(tmp_path: Path) -> None:
    written = seen_on_a_terminal(tmp_path, "demo")

    assert written.rfind("\x1b[?25h") > written.rfind("\x1b[?25l") > 0
