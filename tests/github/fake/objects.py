"""The objects of a git repository as GitHub's API makes and reads them: trees from lists of paths, signed commits."""

import datetime as dt
import re
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

from .git import SHA, SUBMODULE, BareRepository, Entry, GitError

FOLDER = "040000"
EMPTY_TREE = "4b825dc642cb6eb9a060e54bf8d69288fbee4904"
NO_SHA = "0" * 40
# What stands where GitHub's signature would: nobody's key, so only this fake takes it for one.
SIGNATURE = "-----BEGIN PGP SIGNATURE-----\n\nU2lnbmVkIGJ5IHRoZSBmYWtl\n=FAKE\n-----END PGP SIGNATURE-----"
PERSON_LINE = re.compile(r"(?P<name>.*?) ?<(?P<email>[^>]*)> (?P<seconds>-?\d+) (?P<zone>[+-]\d{4})")


class Person(NamedTuple):
    """Who wrote or committed something, and when."""

    name: str
    email: str
    seconds: int

    def line(self) -> str:
        """As a commit has it."""
        return f"{self.name} <{self.email}> {self.seconds} +0000"

    @property
    def date(self) -> str:
        """The moment as GitHub writes it."""
        return f"{dt.datetime.fromtimestamp(self.seconds, dt.UTC):%Y-%m-%dT%H:%M:%SZ}"


class Commit(NamedTuple):
    """A commit as it is stored; without a signature, that is empty."""

    tree: str
    parents: Sequence[str]
    author: Person
    committer: Person
    message: str
    signature: str = ""

    def text(self, *, signed: bool = True) -> str:
        """Its bytes; without its signature, what was signed."""
        signature = "gpgsig " + self.signature.replace("\n", "\n ") if signed and self.signature else None
        lines = [
            f"tree {self.tree}",
            *(f"parent {parent}" for parent in self.parents),
            f"author {self.author.line()}",
            f"committer {self.committer.line()}",
            *([signature] if signature else []),
        ]
        return "\n".join(lines) + f"\n\n{self.message}"


class Change(NamedTuple):
    """What is to be at a path of a tree; nothing, if its sha is None."""

    path: str
    mode: str
    sha: str | None


def kind(git: BareRepository, sha: str) -> str:
    """What an object is: blob, tree, commit or tag; empty, if it is not there or not named by its whole sha."""
    if not SHA.fullmatch(sha):
        return ""
    try:
        return git.git("cat-file", "-t", sha)
    except GitError:
        return ""


def write_blob(git: BareRepository, content: bytes) -> str:
    """A blob. Its sha."""
    return git.git("hash-object", "-w", "--stdin", given=content)


def read_commit(git: BareRepository, sha: str) -> Commit:
    """A commit that is there."""
    head, _, message = git.raw("cat-file", "commit", sha).decode(errors="replace").partition("\n\n")
    found: dict[str, list[str]] = {}
    for line in head.replace("\n ", "\0").split("\n"):
        name, _, value = line.partition(" ")
        found.setdefault(name, []).append(value.replace("\0", "\n"))
    author, committer = (_person(found[name][0]) for name in ("author", "committer"))
    (signature,) = found.get("gpgsig", [""])
    return Commit(found["tree"][0], found.get("parent", []), author, committer, message, signature)


def write_commit(git: BareRepository, commit: Commit) -> str:
    """A commit. Its sha."""
    return git.git("hash-object", "-t", "commit", "-w", "--stdin", given=commit.text().encode())


def listed(git: BareRepository, tree: str, *, recursive: bool) -> list[Entry]:
    """What is in a tree; all that is below as well, with its folders, if it is recursive."""
    options = ["-r", "-t"] if recursive else []
    lines = git.raw("ls-tree", "-z", "--long", *options, tree).decode(errors="surrogateescape").split("\0")[:-1]
    entries = []
    for line in lines:
        head, _, name = line.partition("\t")
        mode, its_kind, sha, size = head.split()
        entries.append(Entry(mode, its_kind, sha, 0 if size == "-" else int(size), name))
    return entries


def write_tree(git: BareRepository, base: str | None, changes: Sequence[Change]) -> str:
    """A tree that is another with these changes: what goes and folders first, then files. Its sha.

    Raises `GitError`, also if there is nothing of what is to go.
    """
    with tempfile.TemporaryDirectory() as folder:
        index = {"GIT_INDEX_FILE": str(Path(folder) / "index")}

        def run(*arguments: str) -> str:
            return git.git(*arguments, environment=index)

        run("read-tree", base or "--empty")
        for change in changes:
            if change.sha is None:
                # It says no if there is nothing, which is GitHub's word on it as well.
                run("rm", "--cached", "--quiet", "-r", "--", change.path)
            elif change.mode == FOLDER:
                run("rm", "--cached", "--quiet", "-r", "--ignore-unmatch", "--", change.path)
                run("read-tree", "-i", f"--prefix={change.path}/", change.sha)
        files = [f"{one.mode} {one.sha}\t{one.path}\0" for one in changes if one.sha and one.mode != FOLDER]
        git.git(
            "update-index", "--add", "--replace", "-z", "--index-info",
            given="".join(files).encode(), environment=index,
        )  # fmt: skip
        # What a submodule's commit is, only its own repository knows.
        return run("write-tree", "--missing-ok")


def is_path(path: str) -> bool:
    """Whether a tree may hold it."""
    parts = path.split("/")
    return all(part not in {"", ".", ".."} and part.lower() != ".git" and "\0" not in part for part in parts)


def kind_of(mode: str) -> str:
    """What a tree says is behind a mode."""
    return {FOLDER: "tree", SUBMODULE: "commit"}.get(mode, "blob")


def seconds(date: str) -> int:
    """A moment as GitHub is given it. Raises `ValueError`."""
    return int(dt.datetime.fromisoformat(date).timestamp())


def _person(line: str) -> Person:
    found = PERSON_LINE.fullmatch(line)
    assert found is not None
    return Person(found["name"], found["email"], int(found["seconds"]))
