"""What is not ours is named so that it cannot change by itself, and a newer version of it is proposed to us.

Facts: GitHub Docs, "Dependabot options reference". That every action is named by its commit is held by zizmor.
"""

import re
from pathlib import Path

import yaml

ROOT = Path(__file__).parent.parent
# Raised by hand: the oldest Mermaid of each style stays, the second opinion of GitHub is read before, and with another
# dbt the demo is built anew.
BY_HAND = {"/tests/tools/older_mermaid", "/tests/github/emulate", "/examples"}
KINDS = {"requirements.txt": "pip", "package-lock.json": "npm", "Dockerfile": "docker"}
_USES = re.compile(r"uses: ([\w.-]+/[\w./-]+)@([0-9a-f]{40} # \S+)$", re.MULTILINE)


def proposed() -> set[tuple[str, str]]:
    """What Dependabot looks at: of which kind, and in which folder."""
    updates = yaml.safe_load((ROOT / ".github" / "dependabot.yml").read_text(encoding="utf-8"))["updates"]
    return {(update["package-ecosystem"], update["directory"]) for update in updates}


def test_newer_versions_of_all_that_is_pinned_are_proposed() -> None:
    folders = [
        ROOT,
        ROOT / "examples",
        *(path for path in (ROOT / "tests").glob("**/") if "node_modules" not in path.parts),
    ]
    pinned = {
        (kind, f"/{folder.relative_to(ROOT)}".removesuffix("."))
        for folder in folders
        for name, kind in KINDS.items()
        if (folder / name).is_file()
    }
    assert {(kind, folder) for kind, folder in pinned if folder not in BY_HAND} | {
        ("github-actions", "/")
    } == proposed()
    assert {folder for _, folder in pinned} >= BY_HAND


def test_the_base_image_is_named_by_its_digest() -> None:
    dockerfile = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    assert re.search(r"^ARG BASE=python:3\.13-slim@sha256:[0-9a-f]{64}$", dockerfile, re.MULTILINE)
    assert set(re.findall(r"^FROM (\S+)", dockerfile, re.MULTILINE)) == {"${BASE}"}


def test_an_action_is_at_the_same_commit_wherever_it_is_used() -> None:
    workflows = [*(ROOT / ".github" / "workflows").glob("*.yml"), *(ROOT / "examples" / "workflows").glob("*.yml")]
    used = {found for workflow in workflows for found in _USES.findall(workflow.read_text(encoding="utf-8"))}
    assert len(used) >= 10
    assert len({action for action, _ in used}) == len(used), sorted(used)
