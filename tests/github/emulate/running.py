"""Starts `emulate`, with a repository and a pull request in it."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import requests

from tests.tools.node import node, node_modules

HERE = Path(__file__).resolve().parent
LOGIN, REPOSITORY = "octocat", "shop"
SECONDS = 10


class Emulated(NamedTuple):
    """A running server: its address, the repository, the pull request's number, and the commit at its head."""

    url: str
    name: str
    number: int
    head: str


@contextmanager
def running_emulate(token: str) -> Iterator[Emulated]:
    """A server of its own, until the block ends. Raises `ToolMissing` where there is no Node, or no package."""
    node_modules(HERE)
    command = [node(), str(HERE / "serve.mjs")]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, encoding="utf-8") as process:
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.write(json.dumps({"token": token, "login": LOGIN, "name": REPOSITORY}) + "\n")
        process.stdin.flush()
        try:
            yield _with_a_pull_request(process.stdout.readline().strip(), token)
        finally:
            process.stdin.close()
            process.wait(SECONDS)


def _with_a_pull_request(url: str, token: str) -> Emulated:
    name = f"{LOGIN}/{REPOSITORY}"

    def asked(method: str, path: str, given: object = None) -> dict[str, object]:
        headers = {"Authorization": f"token {token}"}
        answer = requests.request(method, f"{url}/repos/{name}{path}", json=given, headers=headers, timeout=SECONDS)
        answer.raise_for_status()
        found: dict[str, object] = answer.json()
        return found

    main = asked("GET", "/branches/main")["commit"]
    assert isinstance(main, dict)
    asked("POST", "/git/refs", {"ref": "refs/heads/feature", "sha": main["sha"]})
    asked("PUT", "/contents/erd.dbml", {"message": "A commit", "content": "VGFibGU=", "branch": "feature"})
    pull = asked("POST", "/pulls", {"title": "Pull request", "head": "feature", "base": "main"})
    number, head = pull["number"], pull["head"]
    assert isinstance(number, int)
    assert isinstance(head, dict)
    return Emulated(url, name, number, head["sha"])
