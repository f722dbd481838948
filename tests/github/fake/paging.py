"""Lists, page by page, with the addresses of the other pages."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlencode

from .exchange import Answer, Asked, Site

USUAL, MOST = 30, 100


def paged(site: Site, asked: Asked, whole: Sequence[Any]) -> Answer:
    """The page that is asked for; what is no number of a page or of a size is as if it were not given."""
    size = min(_number(asked, "per_page", USUAL), MOST)
    page = _number(asked, "page", 1)
    last = max(1, -(-len(whole) // size))
    links: dict[str, int] = {}
    if page > 1:
        links |= {"prev": min(page - 1, last)}
    if page < last:
        links |= {"next": page + 1, "last": last}
    if page > 1:
        links |= {"first": 1}
    header = ", ".join(f'<{_address(site, asked, number)}>; rel="{name}"' for name, number in links.items())
    return Answer(200, list(whole[(page - 1) * size : page * size]), {"Link": header} if header else {})


def _number(asked: Asked, name: str, usual: int) -> int:
    given = asked.query.get(name, "")
    return int(given) if given.isascii() and given.isdecimal() and int(given) > 0 else usual


def _address(site: Site, asked: Asked, page: int) -> str:
    """GitHub names the repository by its id there, and not as it was asked for."""
    path = asked.path.removeprefix(f"/repos/{site.name}")
    return f"{asked.api_url}/repositories/{site.id}{path}?{urlencode(asked.query | {'page': page})}"
