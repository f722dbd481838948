"""Files that a test's folders hold when it ends."""

import os
from collections.abc import Iterator
from mmap import ACCESS_READ, mmap
from pathlib import Path

from tests.secrecy import ledger
from tests.secrecy.needles import holds_a_token

# A file's size and when it was written, to the nanosecond: one that was looked at and has not changed is passed over.
_Stamp = tuple[int, int]

_folders: dict[Path, dict[str, _Stamp]] = {}


def watch(folder: Path) -> None:
    """Look into the folder at the end of the test, and of those after it in the module."""
    _folders.setdefault(folder, {})


def watched() -> set[Path]:
    """The folders."""
    return set(_folders)


def forget(folders: set[Path]) -> None:
    """Look into these no longer."""
    for folder in folders:
        _folders.pop(folder, None)


def look_at_all() -> None:
    """Look into all files of all watched folders, and at their names, as far as they changed since the last look."""
    for folder, seen in list(_folders.items()):
        for entry in _files(str(folder)):
            about = entry.stat(follow_symlinks=False)
            stamp = about.st_size, about.st_mtime_ns
            if seen.get(entry.path) != stamp:
                seen[entry.path] = stamp
                _look_at(Path(entry.path), folder)


def _files(folder: str) -> Iterator[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.is_dir(follow_symlinks=False):
                    yield from _files(entry.path)
                elif entry.is_file(follow_symlinks=False):
                    yield entry
    except FileNotFoundError:
        return


def _look_at(path: Path, folder: Path) -> None:
    name = str(path.relative_to(folder))
    if holds_a_token(name):
        ledger.note("a token stands in the name of a file")
    elif _content_holds_a_token(path) and not ledger.is_untouched_input(path):
        ledger.note(f"a token stands in the file {name}")


def _content_holds_a_token(path: Path) -> bool:
    try:
        with path.open("rb") as file:
            if not os.fstat(file.fileno()).st_size:
                return False
            with mmap(file.fileno(), 0, access=ACCESS_READ) as content:
                return holds_a_token(content)
    except (FileNotFoundError, PermissionError):
        return False
