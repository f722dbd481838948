"""Files laid into trees, against git itself: whatever is there, the tree that comes of it is known beforehand."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from erd.github.trees import Entry, Folder, blob_sha, planned

from .fake.git import EXECUTABLE, FILE, BareRepository

names = st.sampled_from(["a", "a.b", "a-b", "b", "A", "ä", "a b", "a0"])
paths = st.lists(names, min_size=1, max_size=3).map("/".join)
contents = st.binary(max_size=3)


@pytest.fixture(scope="module")
def bare(tmp_path_factory: pytest.TempPathFactory) -> BareRepository:
    return BareRepository(tmp_path_factory.mktemp("bare") / "trees.git")


def without_clashes(files: dict[str, bytes]) -> dict[str, bytes]:
    """Only files that are no folders of others."""
    return {path: content for path, content in files.items() if not any(one.startswith(f"{path}/") for one in files)}


def read_by(git: BareRepository, sha: str) -> Folder:
    lines = git.raw("ls-tree", "-z", sha).decode().split("\0")[:-1]
    return Folder(
        sha, [Entry(line.partition("\t")[2], line.split()[0], line.split()[2].partition("\t")[0]) for line in lines]
    )


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.dictionaries(paths, contents, max_size=6), st.dictionaries(paths, contents, max_size=4), st.booleans())
def test_what_comes_of_it_is_what_git_makes(
    bare: BareRepository, there: dict[str, bytes], new: dict[str, bytes], executable: bool
) -> None:
    both = without_clashes(there | new)
    there = {path: content for path, content in there.items() if path in both}
    new = {path: content for path, content in new.items() if path in both}
    mode = EXECUTABLE if executable else FILE
    old = bare.commit(there, parents=[], modes=dict.fromkeys(there, mode))
    expected = bare.commit(both, parents=[old], modes=dict.fromkeys(there, mode))
    root = bare.git("rev-parse", f"{old}^{{tree}}")
    plan = planned(lambda sha: read_by(bare, sha), root, {path: blob_sha(content) for path, content in new.items()})
    assert plan.tree == bare.git("rev-parse", f"{expected}^{{tree}}")
    assert [change.path for change in plan.changes] == sorted(
        path for path, content in new.items() if there.get(path) != content
    )
    assert all(change.mode == (mode if change.path in there else FILE) for change in plan.changes)


def test_a_name_that_is_no_utf_8_leaves_the_tree_unknown_and_the_changes_known(tmp_path: Path) -> None:
    git = BareRepository(tmp_path / "odd.git")
    blob = git.git("hash-object", "-w", "--stdin", given=b"x")
    tree = git.git("mktree", "-z", given=b"100644 blob " + blob.encode() + b"\tna\xefve\0")
    listed = Folder(tree, [Entry("na�ve", FILE, blob)])
    plan = planned({tree: listed}.__getitem__, tree, {"erd.dbml": blob})
    assert (plan.tree, [change.path for change in plan.changes]) == (None, ["erd.dbml"])
