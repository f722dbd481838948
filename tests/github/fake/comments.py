"""The comments of pull requests, which are issues to this part of the API."""

import datetime as dt
import json
from collections.abc import Mapping
from typing import Any

from .discussion import Comment
from .exchange import NOT_FOUND, Answer, Asked, Route, Site, error, invalid
from .paging import paged
from .tokens import Kind
from .users import app, described

LONGEST = 65_536


def list_comments(site: Site, asked: Asked, parts: Mapping[str, str]) -> Answer:
    """The comments of one pull request, oldest first."""
    number = int(parts["issue_number"])
    if number not in site.discussion.pulls:
        return NOT_FOUND
    since = asked.query.get("since", "")
    found = [_described(site, asked, one) for one in site.discussion.comments(number)]
    return paged(site, asked, [one for one in found if one["updated_at"] >= since])


def create_comment(site: Site, asked: Asked, parts: Mapping[str, str]) -> Answer:
    """A new comment."""
    pull = site.discussion.pulls.get(int(parts["issue_number"]))
    if pull is None:
        return NOT_FOUND
    body = _body(asked)
    if isinstance(body, Answer):
        return body
    if pull.locked and site.token.kind is Kind.INSTALLATION:
        return error(403, "Unable to create comment because issue is locked.")
    made = _described(site, asked, site.discussion.say(pull.number, body, site.token.login))
    return Answer(201, made, {"Location": made["url"]})


def get_comment(site: Site, asked: Asked, parts: Mapping[str, str]) -> Answer:
    """One comment."""
    found = site.discussion.comment(int(parts["comment_id"]))
    return Answer(200, _described(site, asked, found)) if found else NOT_FOUND


def update_comment(site: Site, asked: Asked, parts: Mapping[str, str]) -> Answer:
    """Another text in a comment, anybody's: who may write may change those of others."""
    found = site.discussion.comment(int(parts["comment_id"]))
    if found is None:
        return NOT_FOUND
    body = _body(asked)
    if isinstance(body, Answer):
        return body
    return Answer(200, _described(site, asked, site.discussion.edit(found.id, body)))


def delete_comment(site: Site, _: Asked, parts: Mapping[str, str]) -> Answer:
    """A comment less."""
    found = site.discussion.comment(int(parts["comment_id"]))
    if found is None:
        return NOT_FOUND
    site.discussion.delete(found.id)
    return Answer(204, None)


def moment(seconds: float) -> str:
    """A time as GitHub writes it."""
    return f"{dt.datetime.fromtimestamp(seconds, dt.UTC):%Y-%m-%dT%H:%M:%SZ}"


def _body(asked: Asked) -> str | Answer:
    """The text that is given, or the error for what is none."""
    try:
        given = json.loads(asked.body)
    except ValueError:
        return error(400, "Problems parsing JSON")
    body = given.get("body") if isinstance(given, dict) else None
    if not isinstance(body, str):
        return error(422, 'Invalid request.\n\n"body" wasn\'t supplied.')
    if not body.strip():
        return invalid("IssueComment", "data", "Body cannot be blank")
    if len(body) > LONGEST:
        return invalid("IssueComment", "data", f"Body is too long (maximum is {LONGEST} characters)")
    return body


def _described(site: Site, asked: Asked, comment: Comment) -> dict[str, Any]:
    page = f"{asked.html_url}/{site.name}/pull/{comment.number}"
    return {
        "id": comment.id,
        "node_id": f"IC_{comment.id}",
        "url": f"{site.url}/issues/comments/{comment.id}",
        "html_url": f"{page}#issuecomment-{comment.id}",
        "issue_url": f"{site.url}/issues/{comment.number}",
        "user": described(asked, comment.login),
        "created_at": moment(comment.created),
        "updated_at": moment(comment.updated),
        "author_association": "NONE" if comment.login.endswith("[bot]") else "MEMBER",
        "body": comment.body,
        "performed_via_github_app": app(asked, comment.login),
    }


READ, WRITE = "issues: read or pull-requests: read", "issues: write or pull-requests: write"
OF_A_PULL = "/repos/{owner}/{repo}/issues/{issue_number}/comments"
ONE = "/repos/{owner}/{repo}/issues/comments/{comment_id}"
ROUTES = (
    Route("GET", OF_A_PULL, READ, list_comments),
    Route("POST", OF_A_PULL, WRITE, create_comment),
    Route("GET", ONE, READ, get_comment),
    Route("PATCH", ONE, WRITE, update_comment),
    Route("DELETE", ONE, WRITE, delete_comment),
)
