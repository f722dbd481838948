"""A commit that no branch has yet: files laid on top of another commit.

Nothing of it can be seen until a branch is moved to it, so whatever fails here can be done again. What GitHub has
already, and the commits that were made, are remembered: to go on after a failure costs only what is missing.
"""

from collections.abc import Mapping

from erd.github import refusals, trees
from erd.github.commit_message import own_message
from erd.github.git_database import Commit, GitDatabase
from erd.github.trees import Plan


class Drafts:
    """The commits that bring these files, all with one message. Raises `CannotCommitError` for a file that none can."""

    def __init__(self, git: GitDatabase, files: Mapping[str, bytes], message: str, own_branch: str = "") -> None:
        trees.check_files(files)
        self.files = dict(sorted(files.items()))
        self._git = git
        self._message = message
        self._own_branch = own_branch
        self._blobs = {path: trees.blob_sha(content) for path, content in self.files.items()}
        self._made: dict[str, Commit] = {}

    def plan(self, tree: str) -> Plan:
        """What is to be changed in a tree."""
        return trees.planned(self._git.folder, tree, self._blobs)

    def commit(self, parent: Commit, plan: Plan) -> Commit:
        """The commit on top of this one, by its plan; the same one if it is asked for again."""
        if parent.sha not in self._made:
            for change in plan.changes:
                self._git.add_blob(self.files[change.path])
            tree = self._git.add_tree(parent.tree, plan.changes)
            if plan.tree not in {None, tree}:
                raise refusals.other_tree(self._git.name)
            message = own_message(self._message, tree, self._own_branch)
            self._made[parent.sha] = self._git.add_commit(message, tree, [parent.sha])
        return self._made[parent.sha]

    def first(self) -> tuple[str, str]:
        """For a repository without a commit: the path of the file to begin with, and the message of its commit."""
        path = next(iter(self.files))
        tree = trees.planned(self._git.folder, None, {path: self._blobs[path]}).tree
        return path, own_message(self._message, str(tree))
