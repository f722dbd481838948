"""What a commit says, read again by git itself, and whether it is known as ours."""

import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

from erd.github.commit_message import Message, is_own_commit, own_message

TREE, OTHER = "1" * 40, "2" * 40
ANN, BOB = "Ann <ann@example.com>", "Bob B. <1+bob@users.noreply.example.com>"
lines = st.text(st.characters(blacklist_categories=["Cs"]), max_size=30)


def trailers(message: str) -> list[str]:
    """The trailers that git finds."""
    command = ["git", "interpret-trailers", "--parse", "--no-divider"]
    return subprocess.run(command, input=message.encode(), capture_output=True, check=True).stdout.decode().splitlines()


def test_a_title_alone_is_the_message() -> None:
    assert Message("ERD: +2 tables, -1 relationship").text == "ERD: +2 tables, -1 relationship"


def test_co_authors_are_trailers_each_once() -> None:
    text = Message("ERD", "Why.\n\nAnd how.", (ANN, BOB, ANN)).text
    assert text == f"ERD\n\nWhy.\n\nAnd how.\n\nCo-authored-by: {ANN}\nCo-authored-by: {BOB}"
    assert trailers(text) == [f"Co-authored-by: {ANN}", f"Co-authored-by: {BOB}"]


def test_what_skips_a_workflow_is_in_the_title() -> None:
    assert Message("ERD", skip_ci=True).text == "ERD [skip ci]"


@pytest.mark.parametrize(("title", "text"), [("a\nb\r\n c", "a b c"), ("", "ERD"), (" \n", "ERD"), ("a\0b", "ab")])
def test_a_title_is_one_line(title: str, text: str) -> None:
    assert Message(title).text == text


@pytest.mark.parametrize(
    "co_author",
    ["", "Ann", "Ann <ann>", "<ann@example.com>", "Ann <a@b>\nX: y", "Ann <a@b> x", "A\0 <a@b>", "A <a b@c>"],
)
def test_a_co_author_is_a_name_and_an_address(co_author: str) -> None:
    with pytest.raises(ValueError, match="co-author") as wrong:
        Message("ERD", co_authors=(co_author,))
    assert len(wrong.value.args) == 2


@given(lines, st.text(max_size=60), st.lists(st.sampled_from([ANN, BOB]), max_size=2))
def test_whatever_is_said_git_finds_our_trailers_last(title: str, body: str, co_authors: list[str]) -> None:
    message = Message(title, body.encode(errors="replace").decode(), tuple(co_authors)).text
    ours = own_message(message, TREE, "dbt-cloud-erd/main")
    assert trailers(ours)[-2:] == ["Dbt-Cloud-Erd-Branch: dbt-cloud-erd/main", f"Dbt-Cloud-Erd-Tree: {TREE}"]
    assert is_own_commit(ours)
    assert is_own_commit(f"{ours}\n", TREE, "dbt-cloud-erd/main")
    assert not is_own_commit(ours, TREE, "dbt-cloud-erd/other")
    assert not is_own_commit(ours, OTHER)
    assert not is_own_commit(message)
    assert not is_own_commit(f"{ours}\n\nAnd more.")


@pytest.mark.parametrize(
    "message",
    [
        "", "ERD", f"Dbt-Cloud-Erd-Tree: {TREE[:-1]}", f"Squashed (#1)\n\n* {own_message('ERD', TREE)}\n\nMore: of it",
        f"ERD\n\nDbt-Cloud-Erd-Tree: {TREE}\nReviewed-by: {ANN}", f"ERD\n\nDbt-Cloud-Erd-Tree:{TREE}",
    ],
)  # fmt: skip
def test_another_message_is_not_ours(message: str) -> None:
    assert not is_own_commit(message)


def test_a_commit_squashed_of_ours_and_others_has_another_tree() -> None:
    squashed = f"Feature (#7)\n\n* Feature\n\n* {own_message('ERD', TREE)}"
    assert is_own_commit(squashed)
    assert not is_own_commit(squashed, OTHER)
