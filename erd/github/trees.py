"""What a commit changes: files laid into the tree of another commit, of which only the folders on their paths are read.

All in git's own terms: a blob and a tree are named by the SHA-1 of their content, so what has changed is known without
reading any file, and what GitHub is to answer is known before it is asked.
"""

import hashlib
import re
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import NamedTuple

import msgspec

from erd.github import refusals

FILE, EXECUTABLE, LINK, SUBMODULE, FOLDER = "100644", "100755", "120000", "160000", "040000"
NO_FILES = (LINK, SUBMODULE, FOLDER)
LARGEST_FILE_BYTES = 100 * 1024 * 1024
"""GitHub takes no larger file."""

# What a file system may take for `.git` as well: letters of either case, a short name, dots and spaces at the end.
_GIT_FOLDER = re.compile(r"(\.git|git~1)[ .]*", re.IGNORECASE)


class Entry(msgspec.Struct, frozen=True):
    """What a folder has under a name."""

    path: str
    mode: str
    sha: str


class Folder(msgspec.Struct, frozen=True):
    """A tree as GitHub lists it; `truncated` says that not all of it is listed."""

    sha: str
    tree: list[Entry]
    truncated: bool = False


class Change(NamedTuple):
    """A file that is to be otherwise: the blob with its new content, and the mode that it has or is to have."""

    path: str
    mode: str
    sha: str


class Plan(NamedTuple):
    """What there is to change, by path, and the tree that comes of it; none if it cannot be known beforehand."""

    changes: Sequence[Change]
    tree: str | None


def check_paths(paths: Collection[str]) -> None:
    """Raises `CannotCommitError` for a path that is none within a repository, and for two that exclude each other."""
    for path in paths:
        if not _is_within(path):
            raise refusals.not_a_path(path)
        folders = [path[: slash.start()] for slash in re.finditer("/", path)]
        if both := next((folder for folder in folders if folder in paths), None):
            raise refusals.both_file_and_folder(both, path)


def check_size(path: str, content: bytes) -> None:
    """Raises `CannotCommitError` for a file that is too large."""
    if len(content) > LARGEST_FILE_BYTES:
        raise refusals.too_large(path, len(content), LARGEST_FILE_BYTES)


def blob_sha(content: bytes) -> str:
    """What git calls a file with this content."""
    return _sha("blob", content)


def tree_sha(entries: Sequence[Entry]) -> str:
    """What git calls a folder with these entries."""
    ordered = sorted(entries, key=lambda one: f"{one.path}/".encode() if one.mode == FOLDER else one.path.encode())
    lines = (f"{one.mode.lstrip('0')} {one.path}\0".encode() + bytes.fromhex(one.sha) for one in ordered)
    return _sha("tree", b"".join(lines))


def found(read: Callable[[str], Folder], root: str, path: str) -> str | None:
    """The blob of the file at a path of a tree; none if nothing is there. Raises `CannotCommitError` for no file."""
    sha, at = root, ""
    *folders, name = path.split("/")
    for folder in folders:
        entry = _entry(read(sha), folder, at)
        if entry is None:
            return None
        at += folder
        if entry.mode != FOLDER:
            raise refusals.in_the_way(at, _kind(entry.mode))
        sha, at = entry.sha, f"{at}/"
    entry = _entry(read(sha), name, at)
    if entry is not None and entry.mode in NO_FILES:
        raise refusals.in_the_way(path, _kind(entry.mode))
    return entry.sha if entry else None


def planned(read: Callable[[str], Folder], root: str | None, wanted: Mapping[str, str]) -> Plan:
    """What is to be changed in the tree `root` (none: an empty one) so that it has these blobs at these paths.

    Existing files keep their modes. Raises `CannotCommitError` for what is no file, and in the way.
    """
    planner = _Planner(read)
    tree = planner.laid(root, wanted, "")
    return Plan(sorted(planner.changes), tree if planner.is_certain else None)


class _Planner:
    """What is found on the way through the folders."""

    def __init__(self, read: Callable[[str], Folder]) -> None:
        self.changes: list[Change] = []
        self.is_certain = True
        self._read = read

    def laid(self, sha: str | None, wanted: Mapping[str, str], at: str) -> str:
        """The tree that this one becomes with these blobs, whose paths begin here."""
        folder = self._read(sha) if sha else Folder(tree_sha([]), [])
        entries = {one.path: one for one in folder.tree}
        # Names that are no UTF-8 are not told as they are; the tree is then what it is.
        self.is_certain &= tree_sha(folder.tree) == folder.sha
        files, folders = _grouped(wanted)
        for name in (*files, *folders):
            _entry(folder, name, at)
        for name, blob in files.items():
            entries[name] = self._file(entries.get(name), Entry(name, FILE, blob), at)
        for name, below in folders.items():
            entry = entries.get(name)
            if entry is not None and entry.mode != FOLDER:
                raise refusals.in_the_way(f"{at}{name}", _kind(entry.mode))
            sub = self.laid(entry.sha if entry else None, below, f"{at}{name}/")
            entries[name] = Entry(name, FOLDER, sub)
        return tree_sha(list(entries.values()))

    def _file(self, old: Entry | None, new: Entry, at: str) -> Entry:
        if old is None:
            mode = FILE
        elif old.mode in NO_FILES:
            raise refusals.in_the_way(f"{at}{new.path}", _kind(old.mode))
        elif old.sha == new.sha:
            return old
        else:
            # Old repositories have a third mode, which none is made with any more.
            mode = EXECUTABLE if old.mode == EXECUTABLE else FILE
        self.changes.append(Change(f"{at}{new.path}", mode, new.sha))
        return Entry(new.path, mode, new.sha)


def _entry(folder: Folder, name: str, at: str) -> Entry | None:
    """What a folder has under a name, as far as it is listed."""
    entry = next((one for one in folder.tree if one.path == name), None)
    if entry is None and folder.truncated:
        raise refusals.endless_folder(at)
    return entry


def _grouped(wanted: Mapping[str, str]) -> tuple[dict[str, str], dict[str, dict[str, str]]]:
    """What is in a folder itself, and what is in the folders below, by their names."""
    files: dict[str, str] = {}
    folders: dict[str, dict[str, str]] = {}
    for path, blob in wanted.items():
        name, slash, rest = path.partition("/")
        if slash:
            folders.setdefault(name, {})[rest] = blob
        else:
            files[name] = blob
    return files, folders


def _is_within(path: str) -> bool:
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return path.isprintable() and all(
        part not in {"", ".", ".."} and not _GIT_FOLDER.fullmatch(part) for part in path.split("/")
    )


def _kind(mode: str) -> str:
    return {LINK: "a symbolic link", SUBMODULE: "a submodule", FOLDER: "a folder"}.get(mode, "a file")


def _sha(kind: str, content: bytes) -> str:
    return hashlib.sha1(b"%s %d\0" % (kind.encode(), len(content)) + content, usedforsecurity=False).hexdigest()
