"""Who is who: users in answers, and what a token is told of itself."""

import zlib
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from .exchange import Answer, Asked, Route, Site, error
from .tokens import WORKFLOWS_OWN, Kind

ID_OF_WORKFLOWS = 41898282
LONG_AGO = "2020-01-02T03:04:05Z"


def get_user(site: Site, asked: Asked, _: Mapping[str, str]) -> Answer:
    """Whose the token is; an installation is nobody."""
    if site.token.kind is Kind.INSTALLATION:
        return error(403, "Resource not accessible by integration")
    nothing = dict.fromkeys(("bio", "blog", "company", "email", "hireable", "location", "name"))
    none = dict.fromkeys(("followers", "following", "public_gists", "public_repos"), 0)
    times = {"created_at": LONG_AGO, "updated_at": LONG_AGO, "user_view_type": "public"}
    return Answer(200, described(asked, site.token.login) | nothing | none | times)


def described(asked: Asked, login: str) -> dict[str, Any]:
    """A user as answers have them."""
    url = f"{asked.api_url}/users/{quote(login)}"
    lists = (
        "followers", "following", "gists", "starred", "subscriptions", "orgs", "repos", "events", "received_events",
    )  # fmt: skip
    addresses = {f"{name}_url": f"{url}/{name}" for name in lists}
    addresses["organizations_url"] = addresses.pop("orgs_url")
    return addresses | {
        "login": login,
        "id": id_of(login),
        "node_id": f"U_{login}",
        "avatar_url": f"{asked.html_url}/avatars/{quote(login)}",
        "gravatar_id": "",
        "url": url,
        "html_url": f"{asked.html_url}/{quote(login)}",
        "type": "Bot" if login.endswith("[bot]") else "User",
        "site_admin": False,
    }


def app(asked: Asked, login: str) -> dict[str, Any] | None:
    """The app that acts under this login, if one does."""
    slug = login.removesuffix("[bot]")
    if slug == login:
        return None
    return {
        "id": id_of(login),
        "slug": slug,
        "node_id": f"A_{slug}",
        "owner": described(asked, "github"),
        "name": slug,
        "description": None,
        "external_url": f"{asked.html_url}/features",
        "html_url": f"{asked.html_url}/apps/{slug}",
        "created_at": LONG_AGO,
        "updated_at": LONG_AGO,
        "permissions": {"pull_requests": "write"},
        "events": [],
    }


def address(login: str) -> str:
    """The address that GitHub gives who shows none."""
    return f"{id_of(login)}+{login}@users.noreply.github.com"


def id_of(login: str) -> int:
    """The number of a user."""
    return ID_OF_WORKFLOWS if login == WORKFLOWS_OWN else zlib.crc32(login.encode())


ROUTES = (Route("GET", "/user", "", get_user),)
