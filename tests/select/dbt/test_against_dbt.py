"""dbt itself is asked, and finds the same tables as we do: rule by rule, in two projects, without running either."""

import json
import re
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple

import pytest

from erd.artifacts.graph import read_selectable_manifest
from erd.artifacts.manifest import read_manifest
from erd.artifacts.run_results import read_run_results
from erd.checks import RESOURCE_TYPES
from erd.select.project import Files
from erd.select.rules import read_rules, select_tables
from tests.select.dbt.environment import ROOT, ask
from tests.select.dbt.questions import JAFFLE_SHOP, SHOP, Question
from tests.select.dbt.shop import write_shop
from tests.tools.node import ToolMissing

EXAMPLE = ROOT / "examples" / "jaffle_shop"
PULL_REQUEST = ROOT / "examples" / "pull_request.patch"
FAILED = "test.shop.report_adds_up"
STATUSES = {"model.shop.dim_place": "error", "model.shop.body": "success", FAILED: "fail"}

pytestmark = pytest.mark.dbt


class Pair(NamedTuple):
    """A project as a pull request leaves it, and as it was."""

    head: Path
    base: Path


def the_shop(folder: Path) -> Pair:
    return Pair(write_shop(folder / "head", changed=True), write_shop(folder / "base", changed=False))


def jaffle_shop(folder: Path) -> Pair:
    """The example project with and without its pull request."""
    for name in ("head", "base"):
        shutil.copytree(EXAMPLE, folder / name, ignore=shutil.ignore_patterns("target", "logs", "*.duckdb"))
    subprocess.run(["git", "init", "--quiet"], cwd=folder / "head", check=True)
    subprocess.run(["git", "apply", str(PULL_REQUEST)], cwd=folder / "head", check=True)
    return Pair(folder / "head", folder / "base")


def dbts_answers(pair: Pair, questions: Sequence[Question]) -> list[frozenset[str]]:
    """What dbt finds; an error of dbt's is none of the answers."""
    write_results(pair)
    rules = [_arguments(question, pair.base / "target") for question in questions]
    _, answers = ask([{"parse": str(pair.base)}, {"list": str(pair.head), "rules": rules}], pair.head.parent)
    refused = [
        f"{question}: {answer}" for question, answer in zip(questions, answers, strict=True) if type(answer) is str
    ]
    assert refused == []
    return [frozenset(answer) for answer in answers]


def _arguments(question: Question, state: Path) -> list[str]:
    # Only where it is needed: dbt reads the base again for every question.
    compared = ["--state", str(state)] if re.search("state|result", str(question)) else []
    if question.selector:
        return ["--selector", question.selector, *compared]
    select = (question.translated or question.select).split()
    exclude = question.exclude.split()
    return [*(["--select", *select] if select else []), *(["--exclude", *exclude] if exclude else []), *compared]


def our_answer(pair: Pair, question: Question) -> frozenset[str]:
    path, results = pair.head / "target" / "manifest.json", pair.head / "target" / "run_results.json"
    select = question.select.split() or ([f"selector:{question.selector}"] if question.selector else [])
    rules = read_rules(select, question.exclude.split())
    manifest = read_selectable_manifest(path) if rules.need_graph else read_manifest(path)
    base = pair.base / "target" / "manifest.json"
    files = Files(path, str(path), lambda: (base, str(base)), read_run_results(results))
    return select_tables(rules, manifest, RESOURCE_TYPES, files).tables


def write_results(pair: Pair) -> None:
    """Results of a run: dbt looks for them beside the base, we beside the manifest that is drawn."""
    metadata = {"dbt_schema_version": "https://schemas.getdbt.com/dbt/run-results/v6.json"}
    results: list[dict[str, object]] = [
        {"unique_id": unique_id, "status": status, "timing": [], "thread_id": "", "execution_time": 0.0,
         "adapter_response": {}, "message": None, "failures": None, "compiled": None, "compiled_code": None,
         "relation_name": None, "batch_results": None}
        for unique_id, status in STATUSES.items()
    ]  # fmt: skip
    for folder in pair:
        (folder / "target").mkdir(exist_ok=True)
        text = json.dumps({"metadata": metadata, "results": results, "elapsed_time": 0.0, "args": {}})
        (folder / "target" / "run_results.json").write_text(text, "utf-8")


@pytest.mark.parametrize(
    ("project", "questions"), [(the_shop, SHOP), (jaffle_shop, JAFFLE_SHOP)], ids=["shop", "jaffle_shop"]
)
def test_dbt_finds_the_same_tables(project: object, questions: Sequence[Question], tmp_path: Path) -> None:
    assert callable(project)
    pair = project(tmp_path)
    try:
        answers = dbts_answers(pair, questions)
    except ToolMissing as missing:
        pytest.skip(f"no dbt to ask: {missing}")
    ours = [our_answer(pair, question) for question in questions]
    differing = {
        str(question): {"dbt alone": sorted(theirs - own), "we alone": sorted(own - theirs)}
        for question, theirs, own in zip(questions, answers, ours, strict=True)
        if theirs != own
    }
    assert differing == {}
    # Most questions find something, and not all the same: else agreeing would say little.
    assert sum(map(bool, answers)) > 0.75 * len(questions)
    assert len(set(answers)) > 0.5 * len(questions)
