"""Writes files whole or not at all, and only inside the folder that is given."""

import contextlib
import os
from collections.abc import Callable, Iterator
from io import BufferedWriter
from pathlib import Path

from erd.errors import OutputError

NEW_FILE_MODE = 0o644


def write_text(path: Path, text: str) -> None:
    """Replace the file at `path` by `text` (UTF-8), atomically; folders are made as needed.

    A reader, or a crash at any moment, sees the old file or the new one, never a part. The new file keeps the mode of
    the old one. Raises `OutputError`.
    """
    write_bytes(path, text.encode("utf-8", "replace"))


def write_bytes(path: Path, content: bytes) -> None:
    """The same for what may be no text."""
    with replacing(path) as write:
        write(content)


@contextlib.contextmanager
def replacing(path: Path) -> Iterator[Callable[[bytes], None]]:
    """A function that takes bytes, which become the file at `path` when the block ends well, and leave no trace if not.

    The bytes go to a neighbour in the same folder, are flushed to the disk, and then take the file's place by one
    rename. Raises `OutputError` for what the disk refuses; what the block itself raises passes through.
    """
    made = _make_folders(path)
    try:
        # The neighbour's name is short enough for any file system, however long the file's own is.
        part = path.with_name(f".{os.urandom(8).hex()}.part")
        stream = part.open("xb")
    except OSError as error:
        _remove_folders(made)
        raise _cannot_write(path, error) from error

    def write(data: bytes) -> None:
        try:
            stream.write(data)
        except OSError as error:
            raise _cannot_write(path, error) from error

    try:
        yield write
        _put_in_place(stream, part, path)
    except BaseException:
        with contextlib.suppress(OSError):
            stream.close()
        part.unlink(missing_ok=True)
        _remove_folders(made)
        raise


def _put_in_place(stream: BufferedWriter, part: Path, path: Path) -> None:
    try:
        with stream:
            stream.flush()
            os.fsync(stream.fileno())
        part.chmod(_mode(path))
        _give_to_owner_of(path.parent, part)
        part.replace(path)
    except OSError as error:
        raise _cannot_write(path, error) from error


def inside(workspace: Path, path: Path) -> Path:
    """The real place of `path` (relative ones start at `workspace`), which must lie inside `workspace`.

    Symbolic links are followed before the check, so a link inside the workspace cannot lead out of it.
    Raises `OutputError`.
    """
    try:
        real = (workspace / path).resolve()
        home = workspace.resolve()
    except (OSError, RuntimeError, ValueError) as error:
        raise _cannot_write(path, error) from error
    if not real.is_relative_to(home):
        raise OutputError(
            f"The output path {path} leads to {real}, outside the workspace {home}.",
            "Give a path inside the workspace, and check that no part of it is a symbolic link that leads out.",
        )
    return real


def _make_folders(path: Path) -> list[Path]:
    """Make the folders that the file at `path` needs; those made are returned, innermost first."""
    missing: list[Path] = []
    made: list[Path] = []
    try:
        while not (folder := missing[-1].parent if missing else path.parent).exists():
            missing.append(folder)
        for new in reversed(missing):
            new.mkdir(exist_ok=True)
            made.insert(0, new)
            _give_to_owner_of(new.parent, new)
    except OSError as error:
        _remove_folders(made)
        raise _cannot_write(path, error) from error
    return made


def _remove_folders(made: list[Path]) -> None:
    for folder in made:
        with contextlib.suppress(OSError):
            folder.rmdir()


def _mode(path: Path) -> int:
    try:
        return path.stat().st_mode & 0o777
    except OSError:
        return NEW_FILE_MODE


def _give_to_owner_of(folder: Path, path: Path) -> None:
    """Root in a container writes into somebody's mounted folder: what it makes there is theirs, not root's.

    A mount that knows no owners does not make a file worse.
    """
    if os.geteuid() == 0:
        with contextlib.suppress(OSError):
            owner = folder.stat()
            os.chown(path, owner.st_uid, owner.st_gid)


def _cannot_write(path: Path, error: Exception) -> OutputError:
    reason = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
    return OutputError(
        f"{path} could not be written: {reason}.",
        "Check that the folder exists or can be made, that it may be written to, and that the disk has room;"
        " the file as it was before is still whole.",
    )
