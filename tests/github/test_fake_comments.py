"""What the fake GitHub does with comments and pull requests, each rule once, over real sockets."""

from typing import Any

import pytest
import requests

from tests.tokens import GITHUB_PERSONAL

from .builders import NAME, NUMBER
from .client import Client
from .fake.comments import LONGEST
from .fake.discussion import Discussion
from .fake.git import BareRepository
from .fake.tokens import WORKFLOWS_OWN

REPOSITORY = f"/repos/{NAME}"
COMMENTS = f"{REPOSITORY}/issues/{NUMBER}/comments"
ONE = f"{REPOSITORY}/issues/comments"


def test_a_comment_is_made_and_read_and_changed_and_deleted(ask: Client, discussion: Discussion) -> None:
    made = ask("POST", COMMENTS, {"body": "One"})
    assert (made.status_code, made.json()["body"], made.headers["Location"]) == (201, "One", made.json()["url"])
    assert made.json()["html_url"] == f"{ask.fake.url}/{NAME}/pull/{NUMBER}#issuecomment-{made.json()['id']}"
    assert ask("GET", made.json()["url"]).json() == made.json()

    changed = ask("PATCH", made.json()["url"], {"body": "Two"})
    assert (changed.status_code, changed.json()["id"], changed.json()["body"]) == (200, made.json()["id"], "Two")
    assert discussion.bodies(NUMBER) == ["Hello.", "Two"]

    gone = ask("DELETE", made.json()["url"])
    assert (gone.status_code, gone.content) == (204, b"")
    assert discussion.bodies(NUMBER) == ["Hello."]


@pytest.mark.parametrize(("method", "given"), [("GET", None), ("PATCH", {"body": "New"}), ("DELETE", None)])
def test_a_deleted_comment_is_not_found(ask: Client, discussion: Discussion, method: str, given: Any) -> None:
    (comment,) = discussion.comments(NUMBER)
    discussion.delete(comment.id)
    assert ask(method, f"{ONE}/{comment.id}", given).status_code == 404


def test_times_tell_when_a_comment_was_made_and_changed(ask: Client, discussion: Discussion) -> None:
    discussion.now = lambda: 1_700_000_000.9
    made = ask("POST", COMMENTS, {"body": "One"}).json()
    discussion.now = lambda: 1_700_000_061.0
    changed = ask("PATCH", made["url"], {"body": "Two"}).json()
    assert made["created_at"] == made["updated_at"] == changed["created_at"] == "2023-11-14T22:13:20Z"
    assert changed["updated_at"] == "2023-11-14T22:14:21Z"
    assert [one["body"] for one in ask("GET", f"{COMMENTS}?since=2023-11-14T22:14:21Z").json()][-1] == "Two"


def test_a_comment_tells_who_made_it_and_by_which_app(ask: Client) -> None:
    by_app = ask("POST", COMMENTS, {"body": "One"}).json()
    by_person = ask("POST", COMMENTS, {"body": "Two"}, token=GITHUB_PERSONAL).json()
    assert (by_app["user"]["login"], by_app["user"]["type"]) == (WORKFLOWS_OWN, "Bot")
    assert by_app["performed_via_github_app"]["slug"] == "github-actions"
    assert (by_person["user"]["login"], by_person["user"]["type"]) == ("octocat", "User")
    assert by_person["performed_via_github_app"] is None


def test_a_comment_of_65536_characters_is_taken_whatever_its_bytes(ask: Client) -> None:
    assert ask("POST", COMMENTS, {"body": "\N{BRICK}" * LONGEST}).status_code == 201


def test_a_longer_comment_is_refused_in_githubs_words(ask: Client, discussion: Discussion) -> None:
    (comment,) = discussion.comments(NUMBER)
    for method, path in (("POST", COMMENTS), ("PATCH", f"{ONE}/{comment.id}")):
        refused = ask(method, path, {"body": "x" * (LONGEST + 1)})
        assert refused.status_code == 422
        (told,) = refused.json()["errors"]
        assert (told["resource"], told["message"]) == (
            "IssueComment",
            "Body is too long (maximum is 65536 characters)",
        )
    assert discussion.bodies(NUMBER) == ["Hello."]


def test_an_empty_comment_is_refused(ask: Client) -> None:
    assert ask("POST", COMMENTS, {"body": " \n"}).status_code == 422


@pytest.mark.parametrize(
    ("given", "status"), [(b"{", 400), (b"[]", 422), (b"{}", 422), (b'{"body": null}', 422), (b'{"body": 1}', 422)]
)
@pytest.mark.parametrize("method", ["POST", "PATCH"])
def test_what_is_no_comment_is_refused_and_complained_of(
    badly: Client, discussion: Discussion, method: str, given: bytes, status: int
) -> None:
    (comment,) = discussion.comments(NUMBER)
    path = COMMENTS if method == "POST" else f"{ONE}/{comment.id}"
    assert badly(method, path, given).status_code == status
    assert discussion.bodies(NUMBER) == ["Hello."]


@pytest.mark.parametrize("path", [f"{REPOSITORY}/issues/18/comments", f"{REPOSITORY}/pulls/18"])
def test_what_is_in_no_pull_request_is_not_found(ask: Client, path: str) -> None:
    assert ask("GET", path).status_code == 404
    if path.endswith("comments"):
        assert ask("POST", path, {"body": "One"}).status_code == 404


def test_the_conversation_of_a_locked_pull_request_takes_no_new_comment_of_an_app(
    ask: Client, discussion: Discussion
) -> None:
    discussion.pulls[NUMBER].locked = True
    refused = ask("POST", COMMENTS, {"body": "One"})
    assert (refused.status_code, "is locked" in refused.json()["message"]) == (403, True)
    assert ask("POST", COMMENTS, {"body": "Two"}, token=GITHUB_PERSONAL).status_code == 201
    assert ask("GET", f"{REPOSITORY}/pulls/{NUMBER}").json()["locked"]


def test_the_conversation_of_a_closed_pull_request_is_open(ask: Client, discussion: Discussion) -> None:
    discussion.pulls[NUMBER].state = "closed"
    assert ask("POST", COMMENTS, {"body": "One"}).status_code == 201


def test_a_list_comes_oldest_first_thirty_at_a_time_unless_asked_otherwise(ask: Client, discussion: Discussion) -> None:
    for number in range(120):
        discussion.say(NUMBER, f"{number}")
    whole = discussion.bodies(NUMBER)
    sizes = {"": 30, "?per_page=100": 100, "?per_page=101": 100, "?per_page=2": 2}
    for query, size in sizes.items():
        answer = ask("GET", f"{COMMENTS}{query}")
        assert [one["body"] for one in answer.json()] == whole[:size]
    ids = [one["id"] for one in answer.json()]
    assert ids == sorted(ids)


@pytest.mark.parametrize("prefix", ["", "/api/v3"])
def test_links_lead_through_all_pages_and_back(ask: Client, discussion: Discussion, prefix: str) -> None:
    for number in range(6):
        discussion.say(NUMBER, f"{number}")
    forth = _followed(ask, f"{ask.fake.url}{prefix}{COMMENTS}?per_page=3", "next")
    assert [one["body"] for page in forth for one in page.json()] == discussion.bodies(NUMBER)
    assert [list(page.links) for page in forth] == [
        ["next", "last"],
        ["prev", "next", "last", "first"],
        ["prev", "first"],
    ]
    back = _followed(ask, forth[0].links["last"]["url"], "prev")
    assert [page.json() for page in back] == [page.json() for page in reversed(forth)]
    # GitHub names the repository by its id there.
    assert all(
        one["url"].startswith(f"{ask.fake.url}{prefix}/repositories/1/issues/") for one in forth[1].links.values()
    )


def test_a_page_after_the_last_is_empty_and_a_whole_list_has_no_links(ask: Client) -> None:
    assert "Link" not in ask("GET", COMMENTS).headers
    assert ask("GET", f"{COMMENTS}?page=2").json() == []


def _followed(ask: Client, url: str, name: str) -> list[requests.Response]:
    pages = [ask("GET", url)]
    while link := pages[-1].links.get(name):
        pages.append(ask("GET", link["url"]))
    return pages


@pytest.mark.parametrize("prefix", ["", "/api/v3"])
def test_addresses_in_answers_are_those_of_the_server_that_was_asked(ask: Client, prefix: str) -> None:
    root = f"{ask.fake.url}{prefix}"
    comment = ask("POST", f"{root}{COMMENTS}", {"body": "One"}).json()
    pull = ask("GET", f"{root}{REPOSITORY}/pulls/{NUMBER}").json()
    for url in (comment["url"], comment["issue_url"], pull["url"], pull["comments_url"], pull["head"]["repo"]["url"]):
        assert url.startswith(f"{root}/repos/{NAME}")
    assert comment["html_url"].startswith(f"{ask.fake.url}/{NAME}/pull/{NUMBER}#")


def test_a_push_moves_the_head_and_a_deleted_branch_leaves_it(ask: Client, git: BareRepository) -> None:
    pull = f"{REPOSITORY}/pulls/{NUMBER}"
    first = ask("GET", pull).json()["head"]["sha"]
    assert first == git.resolved("feature")
    second = git.commit({"erd.dbml": b"Table c {}"}, branch="feature")
    answer = ask("GET", pull).json()
    assert (answer["head"]["sha"], answer["commits"], answer["changed_files"]) == (second, 2, 1)
    git.git("update-ref", "-d", "refs/heads/feature")
    assert ask("GET", pull).json()["head"]["sha"] == second


def test_a_head_in_a_fork_tells_its_owner(ask: Client, discussion: Discussion) -> None:
    discussion.open_pull(18, "feature", head_owner="someone")
    head = ask("GET", f"{REPOSITORY}/pulls/18").json()["head"]
    assert (head["label"], head["repo"]["full_name"], head["repo"]["fork"]) == (
        "someone:feature", "someone/shop", True,
    )  # fmt: skip
    own = ask("GET", f"{REPOSITORY}/pulls/{NUMBER}").json()["head"]
    assert (own["label"], own["repo"]["full_name"], own["repo"]["fork"]) == ("octo-org:feature", NAME, False)


@pytest.mark.parametrize(
    ("query", "numbers"),
    [
        ("", [19, NUMBER]),
        ("?state=open&direction=asc", [NUMBER, 19]),
        ("?state=closed", [18]),
        ("?state=all", [19, 18, NUMBER]),
        ("?state=all&head=octo-org:feature", [18, NUMBER]),
        ("?head=someone:feature", [19]),
        ("?head=someone:other", []),
        ("?base=other", []),
        ("?per_page=1&page=2", [NUMBER]),
    ],
)
def test_pull_requests_are_listed_by_state_head_and_base(
    ask: Client, discussion: Discussion, query: str, numbers: list[int]
) -> None:
    discussion.open_pull(18, "feature").state = "closed"
    discussion.open_pull(19, "feature", head_owner="someone")
    assert [one["number"] for one in ask("GET", f"{REPOSITORY}/pulls{query}").json()] == numbers


def test_a_server_may_keep_another_text_than_it_was_given(ask: Client, discussion: Discussion) -> None:
    discussion.keeps = lambda body: body.replace("\n", "\r\n").rstrip()
    assert ask("POST", COMMENTS, {"body": "a\nb\n"}).json()["body"] == "a\r\nb"
