"""The fake GitHub: it is a judge, so what it must notice is shown to it."""

import copy
from typing import Any

import pytest
import requests

from tests.tokens import GITHUB
from tests.tools.node import ToolMissing

from .builders import NAME, NUMBER
from .fake.cut_description import cut, downloaded
from .fake.description import DESCRIPTION, complaints
from .fake.exchange import Answer, Asked, error
from .fake.git import LINK, SUBMODULE, BareRepository
from .fake.server import ROUTES, FakeGitHub, running_github
from .fake.tokens import COMMENTER, WORKFLOWS_OWN, Token

AUTHORISED = {"Authorization": f"token {GITHUB}"}
SHA = "0123456789abcdef0123456789abcdef01234567"


@pytest.fixture
def shop(fake: FakeGitHub, git: BareRepository) -> FakeGitHub:
    """GitHub with one of everything in the repository."""
    first = git.commit({"docs/erd.dbml": b"Table a {}"})
    git.commit(
        {"large": b"x" * 2_000_000, "vendored": SHA.encode(), "outside": b"../x", "inside": b"docs/erd.dbml"},
        modes={"vendored": SUBMODULE, "outside": LINK, "inside": LINK},
    )
    git.commit({"docs/erd.dbml": b"Table b {}"}, branch="feature", parents=[first])
    fake.let_in(Token(GITHUB, frozenset({NAME}), COMMENTER))
    discussion = fake.discussion(NAME)
    discussion.open_pull(NUMBER, "feature")
    discussion.say(NUMBER, "Hello.", WORKFLOWS_OWN)
    return fake


PATHS = (
    "contents/docs", "contents/docs/erd.dbml", "contents/docs%2Ferd.dbml?ref=feature", "contents/large",
    "contents/vendored", "contents/outside", "contents/inside", "contents/missing", "contents/docs?ref=missing",
    "compare/main...feature?per_page=1&page=1", "compare/main...main", "compare/main...missing", "branches",
    f"git/blobs/{SHA}", f"issues/{NUMBER}/comments", "issues/comments/1000001", f"pulls/{NUMBER}", "pulls",
)  # fmt: skip


@pytest.mark.parametrize("path", PATHS)
def test_every_kind_of_answer_is_as_github_describes_it(shop: FakeGitHub, path: str) -> None:
    requests.get(f"{shop.url}/repos/{NAME}/{path}", headers=AUTHORISED, timeout=5)
    assert len(shop.requests) == 1
    assert shop.complaints == []


@pytest.mark.parametrize(
    ("path", "not_required"),
    [
        ("contents/docs/erd.dbml", []),
        ("contents/docs", []),
        ("compare/main...feature", ["files"]),
        ("branches", []),
        (f"issues/{NUMBER}/comments", ["author_association", "body", "performed_via_github_app"]),
        ("issues/comments/1000001", ["author_association", "body", "performed_via_github_app"]),
        (f"pulls/{NUMBER}", ["draft"]),
        ("pulls", ["draft"]),
    ],
)
def test_an_answer_without_a_field_that_github_requires_is_noticed(
    shop: FakeGitHub, path: str, not_required: list[str]
) -> None:
    whole = requests.get(f"{shop.url}/repos/{NAME}/{path}", headers=AUTHORISED, timeout=5).json()
    (asked,) = shop.requests
    fields = whole[0] if isinstance(whole, list) else whole
    found = [field for field in fields if not _complaints(asked, Answer(200, _without(field, whole)))]
    assert sorted(found) == not_required


@pytest.mark.parametrize(
    "answer",
    [
        Answer(200, {}),
        Answer(200, None),
        Answer(200, [1]),
        Answer(201, {}),
        Answer(204, None),
        Answer(404, ["Not Found"]),
        Answer(404, {"message": 1}),
        Answer(401, {"message": 1}),
        Answer(304, {"message": "Not Modified"}),
    ],
)
def test_a_wrong_answer_is_noticed(answer: Answer) -> None:
    assert _complaints(_asked("contents/erd.dbml"), answer)


@pytest.mark.parametrize(
    "asked",
    [
        {"query": {"reff": "main"}},
        {"body": b"{}"},
        {"path": f"/repos/{NAME}/compare/main...feature", "query": {"per_page": "many"}},
    ],
)
def test_a_wrong_question_is_noticed(asked: dict[str, Any]) -> None:
    wrong = _asked("contents/erd.dbml")._replace(**asked)
    assert _complaints(wrong, error(404, "Not Found"))
    assert not _complaints(wrong._replace(query={}, body=b""), error(404, "Not Found"))


def test_what_is_wrong_fails_the_test_in_which_it_happens() -> None:
    with pytest.raises(AssertionError, match="nothing that the fake knows"), running_github() as fake:
        requests.put(f"{fake.url}/user", timeout=5)


def test_a_route_that_is_not_described_is_noticed() -> None:
    route = ROUTES[0]._replace(template="/repos/{owner}/{repo}/erd")
    assert "cut_description" in complaints(route, _asked("erd"), {}, Answer(200, {}))[0]


def test_the_description_is_githubs_own() -> None:
    try:
        whole = downloaded()
    except ToolMissing as missing:
        pytest.skip(f"no description from npm: {missing}")
    assert cut(whole, ROUTES) == DESCRIPTION.read_text("utf-8")


def _asked(path: str) -> Asked:
    return Asked("GET", f"/repos/{NAME}/{path}", {}, {}, b"", "http://127.0.0.1")


def _complaints(asked: Asked, answer: Answer) -> list[str]:
    route, parts = next((one, found) for one in ROUTES if (found := one.matched(asked.path)) is not None)
    return complaints(route, asked, parts, answer)


def _without(field: str, whole: Any) -> Any:
    """The answer, an object or a list of them, less one field of (the first of) them."""
    less = copy.deepcopy(whole)
    del (less[0] if isinstance(less, list) else less)[field]
    return less
