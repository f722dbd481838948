"""The generated projects are what the bench says they are, and its budgets can be missed."""

import json
import os
from pathlib import Path
from typing import Any

import msgspec
import pytest

from erd.options import TARGETS
from tests.bench import contenders, figures
from tests.bench.changed import changed
from tests.bench.contenders import BARE, DBTERD, OURS, REVIEW, target_name
from tests.bench.figures import Measured, Round, Selections, Start
from tests.bench.generate import Made, write_plan, write_project
from tests.bench.measure import RunFailed, Usage, measure
from tests.bench.plan import plan
from tests.corpus.pairs import corpus_folder

REAL_PROJECT = "datnguye__dbterd__jaffle-shop-v1.11"
OTHERS = [target for target in TARGETS if target != "dbml"]
BUDGETS = 10 + len(OTHERS)
QUICK_START = Start(help=0.04, nothing=0.01, runs=1)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A generated project of forty models."""
    write_project(tmp_path, 40)
    return tmp_path


def artifact(folder: Path, name: str) -> dict[str, Any]:
    read: dict[str, Any] = json.loads((folder / f"{name}.json").read_bytes())
    return read


def a_round(models: int, *, dbterd: float, ours: float, bare: float, others: float = 1, review: float = 1) -> Round:
    """A round in which each tool took so many seconds, all of them on the CPU, and as many bytes."""
    took = {DBTERD: dbterd, OURS: ours, BARE: bare, REVIEW: review} | {target_name(target): others for target in OTHERS}
    return Round(
        models=models,
        size=1,
        tools={name: Measured(Usage(seconds, seconds, seconds), runs=1) for name, seconds in took.items()},
    )


def test_a_generated_project_is_the_same_each_time(project: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    again = tmp_path_factory.mktemp("again")
    write_project(again, 40)
    for name in ("manifest.json", "catalog.json"):
        assert (again / name).read_bytes() == (project / name).read_bytes()


def test_every_model_has_twenty_columns_in_yaml_and_in_the_warehouse(project: Path) -> None:
    models = [node for node in artifact(project, "manifest")["nodes"].values() if node["resource_type"] == "model"]
    observed = artifact(project, "catalog")["nodes"]
    assert len(models) == len(observed) == 40
    for model in models:
        assert len(model["columns"]) == 20
        assert {name.upper() for name in model["columns"]} == set(observed[model["unique_id"]]["columns"])


def test_a_model_has_one_and_a_half_relationships_and_two_key_tests_on_average(project: Path) -> None:
    tests = [
        node["test_metadata"]["name"]
        for node in artifact(project, "manifest")["nodes"].values()
        if node["resource_type"] == "test"
    ]
    assert {name: tests.count(name) for name in set(tests)} == {"relationships": 60, "unique": 40, "not_null": 40}


def test_all_that_a_node_depends_on_is_in_the_manifest_and_knows_its_children(project: Path) -> None:
    manifest = artifact(project, "manifest")
    there = {**manifest["nodes"], **manifest["sources"], **manifest["exposures"]}
    assert set(manifest["parent_map"]) == set(manifest["child_map"]) == set(there)
    for child, parents in manifest["parent_map"].items():
        for parent in parents:
            assert child in manifest["child_map"][parent]
    for node in manifest["nodes"].values():
        assert set(node["depends_on"]["macros"]) <= set(manifest["macros"])


@pytest.mark.corpus
def test_generated_nodes_have_the_keys_that_dbt_1_11_writes(project: Path) -> None:
    real_folder = corpus_folder() / REAL_PROJECT
    if not real_folder.is_dir() and not os.environ.get("CI"):
        pytest.skip(f"no {real_folder}")
    if os.environ.get("DBT_ARTIFACT_CORPUS") == "none":
        pytest.skip("the corpus is left out on purpose")
    ours, real = (shape(artifact(folder, "manifest")) for folder in (project, real_folder))
    assert ours == real


def shape(manifest: dict[str, Any]) -> dict[str, tuple[str, ...]]:
    """The keys, in order, of the manifest, its head, and one model, test, source, macro and column."""
    of_kind = {node["resource_type"]: node for node in reversed(manifest["nodes"].values())}
    model, test = of_kind["model"], of_kind["test"]
    parts = {
        "manifest": manifest,
        "metadata": manifest["metadata"],
        "model": model,
        "model config": model["config"],
        "column": next(iter(model["columns"].values())),
        "test": test,
        "test config": test["config"],
        "source": next(iter(manifest["sources"].values())),
        "macro": next(iter(manifest["macros"].values())),
    }
    return {name: tuple(part) for name, part in parts.items()}


@pytest.fixture
def pull_request(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The same project after a pull request."""
    folder = tmp_path_factory.mktemp("changed")
    head = changed(plan(40))
    write_plan(folder, head.plan, head.built, head.differs)
    return folder


def test_the_changes_of_ten_thousand_models_are_these() -> None:
    head = changed(plan(10_000))
    assert head.differs == {
        "tables added": 50,
        "tables removed": 50,
        "tables changed": 350,
        "relationships added": 106,
        "relationships removed": 110,
        "relationships changed": 0,
    }
    assert len(head.built) > 500


def test_a_changed_project_is_the_same_each_time(pull_request: Path, tmp_path: Path) -> None:
    head = changed(plan(40))
    write_plan(tmp_path, head.plan, head.built, head.differs)
    for name in ("manifest.json", "catalog.json"):
        assert (tmp_path / name).read_bytes() == (pull_request / name).read_bytes()


def test_all_that_a_changed_project_depends_on_is_in_it(pull_request: Path) -> None:
    manifest = artifact(pull_request, "manifest")
    there = {**manifest["nodes"], **manifest["sources"], **manifest["exposures"]}
    assert set(manifest["parent_map"]) == set(manifest["child_map"]) == set(there)
    for parents in manifest["parent_map"].values():
        assert set(parents) <= set(there)
    assert len(artifact(pull_request, "catalog")["nodes"]) < 40


def test_what_we_say_of_both_is_how_they_were_made_to_differ(project: Path, pull_request: Path) -> None:
    made = msgspec.json.decode((pull_request / "project.json").read_bytes(), type=Made)
    contenders.check_review(project, pull_request, made)
    with pytest.raises(RunFailed, match="'tables added': 1"):
        contenders.check_review(project, pull_request, msgspec.structs.replace(made, differs={"tables added": 2}))


def test_budgets_that_hold_are_met() -> None:
    rounds = [
        a_round(200, dbterd=1, ours=0.1, bare=0.1, review=0.3),
        a_round(1000, dbterd=10, ours=0.2, bare=0.1),
        a_round(3000, dbterd=30, ours=0.6, bare=0.3),
        a_round(10_000, dbterd=330, ours=2.2, bare=1.1, review=6.5),
    ]
    found = figures.budgets(rounds, QUICK_START, Selections(10_000, {"+a": 0.1, "a+": 0.19}))
    assert [budget.met for budget in found] == [True] * BUDGETS


def test_each_budget_is_missed_when_its_figure_is_too_large() -> None:
    rounds = [
        a_round(200, dbterd=1, ours=0.1, bare=0.1, review=0.31),
        a_round(1000, dbterd=10, ours=0.2, bare=0.1),
        a_round(3000, dbterd=1.7, ours=0.6, bare=0.29),
        a_round(10_000, dbterd=330, ours=2.3, bare=1.1, others=7, review=7),
    ]
    slow_start = Start(help=0.051, nothing=0.01, runs=1)
    found = figures.budgets(rounds, slow_start, Selections(10_000, {"+a": 0.1, "a+": 0.21}))
    assert [budget.met for budget in found] == [False] * BUDGETS


def test_what_was_not_measured_is_not_called_met() -> None:
    text = figures.budget_table(figures.budgets([], QUICK_START))
    assert text.count("not measured") == BUDGETS - 1
    assert text.count("| met |") == 1


def test_a_busy_machine_is_told() -> None:
    waiting = Round(models=200, size=1, tools={OURS: Measured(Usage(seconds=2, cpu=1, peak=1), runs=1)})
    assert f"{OURS} at 200 models" in figures.disturbances([waiting])
    assert figures.disturbances([a_round(200, dbterd=1, ours=1, bare=1)]) == ""


def test_a_command_that_fails_is_no_measurement(tmp_path: Path) -> None:
    with pytest.raises(RunFailed, match="ended with 3"):
        measure(["sh", "-c", "exit 3"], tmp_path, os.environ, tmp_path / "log")
