"""Asks the fake GitHub as anybody would, past our own client."""

import json
from typing import Any

import requests

from tests.tokens import GITHUB

from .fake.server import FakeGitHub


class Client:
    """Asks the fake as anybody would."""

    def __init__(self, fake: FakeGitHub) -> None:
        self.fake = fake

    def __call__(self, method: str, path: str, given: Any = None, *, token: str = GITHUB) -> requests.Response:
        body = given if isinstance(given, bytes) else None if given is None else json.dumps(given).encode()
        url = path if path.startswith("http") else f"{self.fake.url}{path}"
        return requests.request(method, url, data=body, headers={"Authorization": f"Bearer {token}"}, timeout=5)
