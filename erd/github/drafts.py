"""A commit that no branch has yet: files laid on top of another commit.

Nothing of it can be seen until a branch is moved to it, so whatever fails here can be done again. What GitHub has
already, and the commits that were made, are remembered: to go on after a failure costs only what is missing.
"""

from collections.abc import Callable, Mapping

from erd.github import refusals, trees
from erd.github.commit_message import own_message
from erd.github.git_database import Commit, GitDatabase
from erd.github.trees import Plan

Edit = Callable[[bytes], bytes]
"""Makes of a file that is there what it is to be. It is asked again for each content that is found, so it is pure."""
Content = bytes | Edit


class Drafts:
    """The commits that bring these files, all with one message. Raises `CannotCommitError` for a file that none can."""

    def __init__(self, git: GitDatabase, files: Mapping[str, Content], message: str, own_branch: str = "") -> None:
        trees.check_paths(files.keys())
        self._git = git
        self._message = message
        self._own_branch = own_branch
        # The blobs of files whose content is known, what the others become by blob, and all contents by theirs.
        self._whole: dict[str, str] = {}
        self._edits: dict[str, Edit] = {}
        self._edited: dict[tuple[str, str], str] = {}
        self._contents: dict[str, bytes] = {}
        self._made: dict[str, Commit] = {}
        for path, content in sorted(files.items()):
            if isinstance(content, bytes):
                self._whole[path] = self._blob(path, content)
            else:
                self._edits[path] = content

    def plan(self, tree: str) -> Plan:
        """What is to be changed in a tree."""
        edited = {path: self._edited_blob(path, tree) for path in self._edits}
        return trees.planned(self._git.folder, tree, self._whole | edited)

    def commit(self, parent: Commit, plan: Plan) -> Commit:
        """The commit on top of this one, by its plan; the same one if it is asked for again."""
        if parent.sha not in self._made:
            for change in plan.changes:
                self._git.add_blob(self._contents[change.sha])
            tree = self._git.add_tree(parent.tree, plan.changes)
            if plan.tree not in {None, tree}:
                raise refusals.other_tree(self._git.name)
            message = own_message(self._message, tree, self._own_branch)
            self._made[parent.sha] = self._git.add_commit(message, tree, [parent.sha])
        return self._made[parent.sha]

    def first(self) -> tuple[str, bytes, str]:
        """For a repository without a commit: the file to begin with, and the message of its commit."""
        if edited := next(iter(self._edits), None):
            raise refusals.nothing_to_edit(edited)
        if not self._whole:
            raise refusals.empty(self._git.name)
        path = next(iter(self._whole))
        tree = trees.planned(self._git.folder, None, {path: self._whole[path]}).tree
        return path, self._contents[self._whole[path]], own_message(self._message, str(tree))

    @property
    def are_several(self) -> bool:
        """Whether there is more than one file."""
        return len(self._whole) + len(self._edits) > 1

    def _edited_blob(self, path: str, tree: str) -> str:
        old = trees.found(self._git.folder, tree, path)
        if old is None:
            raise refusals.nothing_to_edit(path)
        if (path, old) not in self._edited:
            self._edited[path, old] = self._blob(path, self._edits[path](self._git.blob(old)))
        return self._edited[path, old]

    def _blob(self, path: str, content: bytes) -> str:
        trees.check_size(path, content)
        sha = trees.blob_sha(content)
        self._contents[sha] = content
        return sha
