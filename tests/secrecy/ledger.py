"""Where tokens were seen since the last look, and what is exempt. Nothing here keeps, or shows, a text that has one."""

import hashlib
import threading
from pathlib import Path

from tests.container.log_commands import find_commands
from tests.secrecy.needles import holds_a_token
from tests.tokens import KNOWN

_lock = threading.Lock()
_sightings: list[str] = []
_inputs: dict[Path, bytes] = {}


def look(text: str | bytes | None, where: str) -> None:
    """Note it if a token stands in the text; `where` says what text it is."""
    if text and holds_a_token(text):
        note(f"a token stands in {where}")


def look_at_output(text: str | bytes | None, where: str) -> None:
    """As `look`, for what a process printed: the one line that may say a token is the command that masks it."""
    if isinstance(text, bytes):
        text = text.decode("utf-8", "replace")
    look(without_masks(text) if text else text, where)


def without_masks(log: str) -> str:
    """The log as a runner shows it: without the lines that do nothing but announce a token of ours."""
    if "::add-mask::" not in log:
        return log
    return "".join(line for line in log.splitlines(keepends=True) if not _is_mask(line))


def _is_mask(line: str) -> bool:
    return line.startswith("::add-mask::") and any(
        command.name == "add-mask" and command.data in KNOWN for command in find_commands(line.rstrip("\r\n"))
    )


def note(sighting: str) -> None:
    """Let the test that runs now fail with these words."""
    with _lock:
        _sightings.append(sighting)


def sightings() -> list[str]:
    """What was noted since the last call, each once."""
    with _lock:
        found = list(dict.fromkeys(_sightings))
        _sightings.clear()
    return found


def is_input(path: Path) -> None:
    """Let a file that a test wrote hold a token, as long as it stays exactly as it is now."""
    _inputs[path.resolve()] = hashlib.sha256(path.read_bytes()).digest()


def is_untouched_input(path: Path) -> bool:
    """Whether it is a file of `is_input`, as it was."""
    digest = _inputs.get(path.resolve())
    return digest is not None and hashlib.sha256(path.read_bytes()).digest() == digest
