"""The message of a commit: a title, a body and trailers, and the trailer by which our own commits are known again.

The trailer names the tree that the commit has, so it says more than who made it: a commit that somebody has amended, or
squashed together with others, has another tree, and is not ours any more. Trailers are git's (git-interpret-trailers):
the lines of the last paragraph. What skips a workflow is in GitHub's "Skipping workflow runs".
"""

import re

import msgspec

from erd.checks import co_author

OWN_TRAILER = "Dbt-Cloud-Erd-Tree"
BRANCH_TRAILER = "Dbt-Cloud-Erd-Branch"
SKIP_CI = "[skip ci]"
LONGEST_TITLE = 256
"""GitHub takes no longer title of a pull request."""

_TRAILER = re.compile(r"[A-Za-z0-9-]+: \S.*")


class Message(msgspec.Struct, frozen=True):
    """What a commit says: `co_authors` are `Name <address>` each; `skip_ci` keeps workflows from starting by it.

    Raises `ValueError`, of what is wrong and what to give instead, for a co-author that is none.
    """

    title: str
    body: str = ""
    co_authors: tuple[str, ...] = ()
    skip_ci: bool = False

    def __post_init__(self) -> None:
        for one in self.co_authors:
            co_author(one)

    @property
    def text(self) -> str:
        """The message in git's form: the title is one line whatever it was, the trailers are the last paragraph."""
        title = " ".join(_clean(self.title).split()) or "ERD"
        if self.skip_ci:
            title = f"{title} {SKIP_CI}"
        trailers = "\n".join(dict.fromkeys(f"Co-authored-by: {one}" for one in self.co_authors))
        return "\n\n".join(part for part in (title, _clean(self.body).strip(), trailers) if part)


def own_message(text: str, tree: str, branch: str = "") -> str:
    """The message with the trailers of a commit of ours that has this tree, for a branch of our own if one is given."""
    text = _clean(text).strip()
    *before, last = text.split("\n\n")
    are_trailers = bool(before) and all(_TRAILER.fullmatch(line) for line in last.splitlines())
    own = [f"{BRANCH_TRAILER}: {branch}"] * bool(branch) + [f"{OWN_TRAILER}: {tree}"]
    return "\n".join([text, *([] if are_trailers else [""]), *own])


def is_own_commit(message: str, tree: str | None = None, branch: str = "") -> bool:
    """Whether a commit with this message is one that we made (for this branch of our own), and nobody has changed.

    With its tree (`head_commit.tree_id` in the event of a push) it is certain. Without, a commit that somebody has made
    out of ours may be taken for it.
    """
    *others, last = ["", *_clean(message).strip().split("\n\n")[-1].splitlines()]
    name, _, named = last.partition(": ")
    if name != OWN_TRAILER or not re.fullmatch(r"[0-9a-f]{40}", named):
        return False
    return tree in {None, named} and (not branch or others[-1] == f"{BRANCH_TRAILER}: {branch}")


def _clean(text: str) -> str:
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
