"""The same commits, refs, files and pull requests with any server that plays GitHub."""

import base64
from typing import Any

from .scenario import Place, Play, Step

NO_SHA = "1" * 40
ERD, OTHER = "Table a {}\n", "Table b {}\n"


def committed(place: Place) -> list[Step]:
    """Objects are made, and a branch that leads to them is made, moved and deleted; then files, one by one.

    There is nothing of a second pull request for the same branches, which the other server takes.
    """
    play = Play(place)
    step = play.step
    _, ref = step("main", "GET", "/git/ref/heads/main")
    first = ref["object"]["sha"]
    _, blob = step("a blob", "POST", "/git/blobs", {"content": ERD, "encoding": "utf-8"})
    step("the same", "POST", "/git/blobs", {"content": _base64(ERD), "encoding": "base64"})
    step("it is read", "GET", f"/git/blobs/{blob['sha']}")
    step("none is read", "GET", f"/git/blobs/{NO_SHA}")
    entries = [_entry("docs/erd.dbml", sha=blob["sha"]), _entry("tool", "100755", content=OTHER)]
    _, tree = step("a tree", "POST", "/git/trees", {"tree": entries})
    changes = [_entry("tool", sha=None), _entry("docs/more", content=OTHER)]
    _, less = step("with changes", "POST", "/git/trees", {"base_tree": tree["sha"], "tree": changes})
    step("it is read whole", "GET", f"/git/trees/{less['sha']}?recursive=1")
    _, one = step("a commit", "POST", "/git/commits", _commit("One", tree, first))
    _, two = step("another", "POST", "/git/commits", _commit("Two", less, one["sha"]))
    _, aside = step("one aside", "POST", "/git/commits", _commit("Aside", less, first))
    step("it is read", "GET", f"/git/commits/{one['sha']}")
    step("none is read", "GET", f"/git/commits/{NO_SHA}")
    work = {"ref": "refs/heads/work", "sha": one["sha"]}
    step("a branch", "POST", "/git/refs", work)
    step("again", "POST", "/git/refs", work)
    step("forward", "PATCH", "/git/refs/heads/work", {"sha": two["sha"]})
    step("aside", "PATCH", "/git/refs/heads/work", {"sha": aside["sha"]})
    step("it is read", "GET", "/git/ref/heads/work")
    step("by force", "PATCH", "/git/refs/heads/work", {"sha": aside["sha"], "force": True})
    step("it is read", "GET", "/git/ref/heads/work")
    step("its commit", "GET", "/commits/work")
    _proposed(step)
    step("it is deleted", "DELETE", "/git/refs/heads/work")
    step("it is read", "GET", "/git/ref/heads/work")
    _changed(step)
    return play.steps


def _proposed(step: Any) -> None:
    wanted = {"title": "ERD", "head": "work", "base": "main", "body": "Tables"}
    _, pull = step("a pull request", "POST", "/pulls", wanted)
    step("of nothing", "POST", "/pulls", wanted | {"head": "main"})
    step("it is changed", "PATCH", f"/pulls/{pull['number']}", {"title": "More", "body": "Said"})
    step("it is closed", "PATCH", f"/pulls/{pull['number']}", {"state": "closed"})
    step("it is read", "GET", f"/pulls/{pull['number']}")


def _changed(step: Any) -> None:
    file = {"message": "Said", "content": _base64(ERD), "branch": "main"}
    _, made = step("a file", "PUT", "/contents/new/erd.dbml", file)
    step("without its sha", "PUT", "/contents/new/erd.dbml", file)
    step("with another sha", "PUT", "/contents/new/erd.dbml", file | {"sha": NO_SHA})
    changed = file | {"sha": made["content"]["sha"], "content": _base64(OTHER)}
    step("with its sha", "PUT", "/contents/new/erd.dbml", changed)
    step("with the sha it had", "PUT", "/contents/new/erd.dbml", changed)
    _, now = step("it is read", "GET", "/contents/new/erd.dbml")
    step("on no branch", "PUT", "/contents/new", file | {"branch": "none"})
    gone = {"message": "Said", "sha": now["sha"], "branch": "main"}
    step("deleted with another sha", "DELETE", "/contents/new/erd.dbml", gone | {"sha": NO_SHA})
    step("deleted", "DELETE", "/contents/new/erd.dbml", gone)
    step("deleted again", "DELETE", "/contents/new/erd.dbml", gone)


def _entry(path: str, mode: str = "100644", **what: str | None) -> dict[str, Any]:
    return {"path": path, "mode": mode, "type": "blob", **what}


def _commit(message: str, tree: dict[str, Any], parent: str) -> dict[str, Any]:
    return {"message": message, "tree": tree["sha"], "parents": [parent]}


def _base64(text: str) -> str:
    return base64.b64encode(text.encode()).decode()
