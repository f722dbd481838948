"""Commits: as git's objects, as parts of a branch, and by whom they are made and signed."""

from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import unquote

from .exchange import NOT_FOUND, Answer, Asked, Route, Site, given, not_empty, refuse
from .git import SHA, BareRepository, GitError
from .objects import SIGNATURE, Commit, Person, kind, read_commit, seconds, write_commit
from .tokens import Kind, Token
from .users import address

# GitHub itself commits, and signs, what an app does in its own name.
GITHUB = ("GitHub", "noreply@github.com")


def get_git_commit(site: Site, _: Asked, parts: Mapping[str, str]) -> Answer:
    """One commit, by its sha."""
    sha = parts["commit_sha"]
    not_empty(site)
    try:
        return Answer(200, git_commit(site, sha)) if SHA.fullmatch(sha) else NOT_FOUND
    except GitError:
        return NOT_FOUND


def create_git_commit(site: Site, asked: Asked, _: Mapping[str, str]) -> Answer:
    """A new commit that no ref leads to yet."""
    wanted = given(asked, "message", "tree")
    not_empty(site)
    parents = wanted.get("parents", [])
    if kind(site.git, str(wanted["tree"])) != "tree":
        raise refuse(422, "Tree SHA does not exist")
    if not all(kind(site.git, str(parent)) == "commit" for parent in parents):
        raise refuse(422, "Parent SHA does not exist or is not a commit object")
    sha = made(site, wanted["tree"], parents, str(wanted["message"]), wanted)
    described_ = git_commit(site, sha)
    return Answer(201, described_, {"Location": described_["url"]})


def get_commit(site: Site, _: Asked, parts: Mapping[str, str]) -> Answer:
    """The commit that a branch, a tag or a sha names."""
    not_empty(site)
    ref = unquote(parts["ref"])
    sha = site.git.resolved(ref)
    if sha is None:
        raise refuse(422, f"No commit found for SHA: {ref}")
    return Answer(200, described(site, sha))


def made(site: Site, tree: str, parents: Sequence[str], message: str, people: Mapping[str, Any]) -> str:
    """A commit by whom the token is, or by the `author` and `committer` in `people`. Its sha.

    GitHub signs what is an app's and by nobody else.
    """
    now = site.git.tick()
    own = _own(site.token, now)
    author = _person(people.get("author"), now)
    committer = _person(people.get("committer"), now)
    is_signed = site.token.kind is Kind.INSTALLATION and author is None and committer is None
    last = Person(*GITHUB, now) if is_signed else committer or author or own
    signature = SIGNATURE if is_signed else ""
    return write_commit(site.git, Commit(tree, parents, author or committer or own, last, message, signature))


def signed(site: Site, tree: str, parents: Sequence[str], message: str) -> str:
    """A commit by whom the token is, signed by GitHub whoever that is. Its sha."""
    now = site.git.tick()
    commit = Commit(tree, parents, _own(site.token, now), Person(*GITHUB, now), message, SIGNATURE)
    return write_commit(site.git, commit)


def git_commit(site: Site, sha: str) -> dict[str, Any]:
    """A commit as git has it."""
    commit = read_commit(site.git, sha)
    return {
        "sha": sha,
        "node_id": f"C_{sha}",
        "url": f"{site.url}/git/commits/{sha}",
        "html_url": f"{site.html_url}/commit/{sha}",
        "author": _told(commit.author),
        "committer": _told(commit.committer),
        "message": commit.message,
        "tree": {"sha": commit.tree, "url": f"{site.url}/git/trees/{commit.tree}"},
        "parents": [
            {"sha": one, "url": f"{site.url}/git/commits/{one}", "html_url": f"{site.html_url}/commit/{one}"}
            for one in commit.parents
        ],
        "verification": _verification(commit),
    }


def described(site: Site, sha: str) -> dict[str, Any]:
    """A commit as a part of the repository's history."""
    commit = read_commit(site.git, sha)
    return {
        "url": f"{site.url}/commits/{sha}",
        "sha": sha,
        "node_id": f"C_{sha}",
        "html_url": f"{site.html_url}/commit/{sha}",
        "comments_url": f"{site.url}/commits/{sha}/comments",
        "commit": {
            "url": f"{site.url}/git/commits/{sha}",
            "author": _told(commit.author),
            "committer": _told(commit.committer),
            "message": commit.message,
            "comment_count": 0,
            "tree": {"sha": commit.tree, "url": f"{site.url}/git/trees/{commit.tree}"},
            "verification": _verification(commit),
        },
        "author": None,
        "committer": None,
        "parents": [{"sha": parent, "url": f"{site.url}/commits/{parent}"} for parent in commit.parents],
    }


def is_verified(git: BareRepository, sha: str) -> bool:
    """Whether GitHub has signed a commit."""
    return bool(read_commit(git, sha).signature)


def _own(token: Token, now: int) -> Person:
    return Person(token.login, address(token.login), now)


def _person(wanted: Any, now: int) -> Person | None:
    if wanted is None:
        return None
    for name in ("name", "email"):
        if not wanted.get(name):
            raise refuse(422, f'Invalid request.\n\n"{name}" wasn\'t supplied.')
    try:
        return Person(wanted["name"], wanted["email"], seconds(wanted["date"]) if "date" in wanted else now)
    except ValueError:
        raise refuse(422, f"{wanted['date']} is not a valid date.") from None


def _told(person: Person) -> dict[str, str]:
    return {"name": person.name, "email": person.email, "date": person.date}


def _verification(commit: Commit) -> dict[str, Any]:
    if not commit.signature:
        nothing = dict.fromkeys(("signature", "payload", "verified_at"))
        return {"verified": False, "reason": "unsigned", **nothing}
    payload = commit.text(signed=False)
    moment = commit.committer.date
    return {
        "verified": True, "reason": "valid", "signature": commit.signature, "payload": payload, "verified_at": moment,
    }  # fmt: skip


ROUTES = (
    Route("GET", "/repos/{owner}/{repo}/git/commits/{commit_sha}", "contents: read", get_git_commit),
    Route("POST", "/repos/{owner}/{repo}/git/commits", "contents: write", create_git_commit),
    Route("GET", "/repos/{owner}/{repo}/commits/{ref}", "contents: read", get_commit),
)
