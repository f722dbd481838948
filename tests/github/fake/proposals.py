"""Pull requests opened, changed, closed and opened again."""

from collections.abc import Mapping
from typing import Any

from .discussion import PullRequest
from .exchange import NOT_FOUND, Answer, Asked, RefusedError, Route, Site, error, given, refuse
from .pulls import whole
from .tokens import WORKFLOWS_OWN

LONGEST_BODY, LONGEST_TITLE = 65_536, 256
NOT_PERMITTED = "GitHub Actions is not permitted to create or approve pull requests."


def create_pull(site: Site, asked: Asked, _: Mapping[str, str]) -> Answer:
    """A new pull request from a branch, if there is none yet and the branch has something to bring."""
    wanted = given(asked, "head", "base", "title")
    if site.token.login == WORKFLOWS_OWN and not site.discussion.lets_workflows_propose:
        raise refuse(403, NOT_PERMITTED)
    own = site.name.partition("/")[0]
    owner, _, branch = wanted["head"].rpartition(":")
    base = wanted["base"]
    for field, name in (("base", base), ("head", branch)):
        if site.git.ref(f"refs/heads/{name}") is None:
            raise _invalid(field=field, code="invalid")
    _check_text(wanted)
    other = owner if owner != own else ""
    _check_pair(site, None, base, branch, other)
    if not _commits(site, base, branch):
        raise _invalid(code="custom", message=f"No commits between {base} and {branch}")
    number = site.discussion.next_number()
    pull = site.discussion.open_pull(number, branch, base=base, head_owner=other, login=site.token.login)
    pull.title, pull.draft = wanted["title"], wanted.get("draft", False)
    pull.body = _kept(site, wanted.get("body"))
    made = whole(site, asked, pull)
    return Answer(201, made, {"Location": made["url"]})


def update_pull(site: Site, asked: Asked, parts: Mapping[str, str]) -> Answer:
    """Another title, text, base or state for a pull request."""
    wanted = given(asked)
    pull = site.discussion.pulls.get(int(parts["pull_number"]))
    if pull is None:
        raise RefusedError(NOT_FOUND)
    _check_text(wanted)
    if (base := wanted.get("base", pull.base)) != pull.base:
        if site.git.ref(f"refs/heads/{base}") is None:
            raise _invalid(field="base", code="invalid")
        _check_pair(site, pull, base, pull.branch, pull.head_owner)
    if wanted.get("state") == "open" and pull.state == "closed":
        _check_opened_again(site, pull)
    pull.base, pull.title = base, wanted.get("title", pull.title)
    pull.body = _kept(site, wanted["body"]) if "body" in wanted else pull.body
    pull.updated = site.discussion.now()
    if wanted.get("state") == "open":
        pull.state = "open"
    elif wanted.get("state") == "closed" and pull.state == "open":
        whole(site, asked, pull)
        site.discussion.close(pull)
    return Answer(200, whole(site, asked, pull))


def _check_text(wanted: dict[str, Any]) -> None:
    title, body = wanted.get("title", "."), wanted.get("body") or ""
    if not str(title).strip():
        raise _invalid(field="title", code="missing_field")
    if len(str(title)) > LONGEST_TITLE:
        raise _invalid(
            field="title", code="custom", message=f"title is too long (maximum is {LONGEST_TITLE} characters)"
        )
    if len(body) > LONGEST_BODY:
        raise _invalid(field="body", code="custom", message=f"body is too long (maximum is {LONGEST_BODY} characters)")


def _check_pair(site: Site, this: PullRequest | None, base: str, branch: str, owner: str) -> None:
    """Of all pull requests with the same two branches, one is open at most."""
    for pull in site.discussion.open_pulls():
        if pull is not this and (pull.base, pull.branch, pull.head_owner) == (base, branch, owner):
            name = f"{owner or site.name.partition('/')[0]}:{branch}"
            raise _invalid(code="custom", message=f"A pull request already exists for {name}.")


def _check_opened_again(site: Site, pull: PullRequest) -> None:
    _check_pair(site, pull, pull.base, pull.branch, pull.head_owner)
    head = site.git.ref(f"refs/heads/{pull.branch}")
    reason = ""
    if pull.merged:
        reason = "The pull request is merged."
    elif head is None:
        reason = f"The {pull.branch} branch has been deleted."
    elif pull.last_sha and not site.git.contains(head, pull.last_sha):
        reason = f"The {pull.branch} branch was force-pushed or recreated."
    elif not _commits(site, pull.base, pull.branch):
        reason = f"There are no new commits on the {pull.branch} branch."
    if reason:
        raise _invalid(field="state", code="invalid", message=f"state cannot be changed. {reason}")


def _commits(site: Site, base: str, branch: str) -> list[str]:
    return site.git.commits_between(f"refs/heads/{base}", f"refs/heads/{branch}")


def _kept(site: Site, body: str | None) -> str | None:
    return site.discussion.keeps(body) if body else None


def _invalid(**told: str) -> RefusedError:
    failed = error(422, "Validation Failed")
    return RefusedError(failed._replace(json=failed.json | {"errors": [{"resource": "PullRequest", **told}]}))


WRITE = "pull-requests: write"
ROUTES = (
    Route("POST", "/repos/{owner}/{repo}/pulls", WRITE, create_pull),
    Route("PATCH", "/repos/{owner}/{repo}/pulls/{pull_number}", WRITE, update_pull),
)
