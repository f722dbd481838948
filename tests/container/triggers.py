"""Whether an event starts a workflow, by its filters; and what the workflow's token may then do.

Facts: GitHub Docs, "Workflow syntax" (`on`, `permissions`, filter pattern cheat sheet) and "Events that trigger
workflows" (which types count where none are named).
"""

import re
from collections.abc import Mapping, Sequence
from typing import Any

from tests.container.situation import Event
from tests.tools.workflow_reader import Job, Permissions, Workflow

_TYPES_BY_DEFAULT = {name: ["opened", "synchronize", "reopened"] for name in ("pull_request", "pull_request_target")}
# What a token has in a repository that restricts it, as new ones do, where a workflow does not say what it needs.
_RESTRICTED = {"contents": "read", "packages": "read"}
_ALL = (
    "actions", "attestations", "checks", "contents", "deployments", "discussions", "issues", "packages", "pages",
    "pull-requests", "security-events", "statuses",
)  # fmt: skip
_KNOWN_FILTERS = {"types", "branches", "branches-ignore", "paths", "paths-ignore", "workflows"}


def triggers(event: Event, workflow: Workflow) -> bool:
    """Whether the event starts the workflow."""
    if event.name not in workflow.on:
        return False
    if event.name in {"schedule", "workflow_dispatch"}:
        return True
    filters: Mapping[str, Any] = workflow.on[event.name]
    assert set(filters) <= _KNOWN_FILTERS, f"filters that are not known here: {sorted(filters)}"
    types = filters.get("types", _TYPES_BY_DEFAULT.get(event.name, []))
    if types and event.payload.get("action") not in types:
        return False
    if "workflows" in filters and event.payload["workflow_run"]["name"] not in filters["workflows"]:
        return False
    branch = _branch(event)
    return (
        _passes(filters, "branches", [branch] if branch else [])
        and (not event.changed or _passes(filters, "paths", event.changed))
    )  # fmt: skip


def rights(job: Job, workflow: Workflow, event: Event) -> frozenset[str]:
    """What the job's token may do: what its `permissions`, else the workflow's, say; on a fork's event only read."""
    given = workflow.permissions if job.permissions is None else job.permissions
    levels = _levels(given)
    if event.gets_no_secrets:
        levels = {scope: "read" for scope, level in levels.items() if level != "none"}
    # Every token may see that the repository is there.
    return frozenset({f"{scope}: {level}" for scope, level in levels.items() if level != "none"} | {"metadata: read"})


def matches(pattern: str, text: str) -> bool:
    """Whether a pattern of a filter, without a `!` before it, is for this text, whole."""
    expression = re.sub(r"\*\*/?|\*|[?+]|\[[^\]]*\]|\\.|.", _translated, pattern)
    return re.fullmatch(expression, text) is not None


def _branch(event: Event) -> str:
    """The branch that branch filters look at."""
    match event.name:
        case "push":
            return event.ref.removeprefix("refs/heads/")
        case "workflow_run":
            return str(event.payload["workflow_run"]["head_branch"])
    return event.base_ref


def _passes(filters: Mapping[str, Any], kind: str, texts: Sequence[str]) -> bool:
    """Whether any text is wanted; in an `-ignore` list, whether any is not in it."""
    if wanted := filters.get(kind):
        return any(_is_listed(wanted, text) for text in texts)
    if ignored := filters.get(f"{kind}-ignore"):
        return any(not _is_listed(ignored, text) for text in texts)
    return True


def _is_listed(patterns: Sequence[str], text: str) -> bool:
    """The last pattern that is for the text decides; one with `!` takes it out again."""
    listed = False
    for pattern in patterns:
        if matches(pattern.removeprefix("!"), text):
            listed = not pattern.startswith("!")
    return listed


def _translated(found: re.Match[str]) -> str:
    match found[0]:
        case "**/":
            return "(?:.*/)?"
        case "**":
            return ".*"
        case "*":
            return "[^/]*"
        case part if part[0] in "?+[":
            return part
    return re.escape(found[0].removeprefix("\\"))


def _levels(given: Permissions | None) -> Mapping[str, str]:
    match given:
        case None:
            return _RESTRICTED
        case "read-all" | "write-all":
            return dict.fromkeys(_ALL, given.removesuffix("-all"))
        case dict():
            return given
    raise AssertionError(f"no such permissions: {given}")
