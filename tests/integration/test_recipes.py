"""The recipes of docs/recipes.md: each is accepted as it stands, and those about drawing do what they say.

They draw the demo's pull request, and compare it with its production.
"""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from erd.demo.embedded import OF_DOCS, embedded_files
from erd.formats.dbml_reader import read_dbml
from erd.given import Door
from erd.options import OPTIONS
from erd.settings import read_settings
from tests.container.file_commands import parse_pairs
from tests.given import ENOUGH
from tests.integration.doors import REPOSITORY, Answer, action
from tests.tokens import TOKEN

PAGE = (REPOSITORY / "docs" / "recipes.md").read_text(encoding="utf-8")
_BLOCK = re.compile(r"^## ([^\n]+)\n(?:(?!^## ).)*?^```yaml\n(.*?)^```$", re.MULTILINE | re.DOTALL)
BLOCKS: dict[str, dict[str, Any]] = {head: yaml.safe_load(lines) for head, lines in _BLOCK.findall(PAGE)}
RECIPES = {head: block for head, block in BLOCKS.items() if "env" not in block}


def drawn_by(head: str, folder: Path) -> Answer:
    """What the Action makes of a recipe in a workspace with the artifacts of both states."""
    for kept, state in (("target", "pull-request"), ("prod", "production")):
        (folder / kept).mkdir()
        for name, content in embedded_files(state, OF_DOCS).items():
            (folder / kept / name).write_bytes(content())
    return action(folder, {"artifacts-dir": "target", "base-artifacts-dir": "prod"} | RECIPES[head])


def tables_in(folder: Path) -> dict[str, int]:
    """How many columns each model of the diagram has."""
    text = (folder / "target" / "output.dbml").read_text(encoding="utf-8")
    return {table.name.removeprefix("model.jaffle_shop."): len(table.columns) for table in read_dbml(text).tables}


def test_every_block_is_a_recipe() -> None:
    assert len(BLOCKS) == PAGE.count("```yaml")
    assert len(RECIPES) == len(BLOCKS) - 1


@pytest.mark.parametrize("head", RECIPES)
def test_a_recipe_has_inputs_of_the_action_with_values_that_they_take(head: str, tmp_path: Path) -> None:
    recipe = RECIPES[head]
    assert set(recipe) <= {option.name for option in OPTIONS if option.is_input}
    environ = {} if "artifacts-dir" in recipe else {**ENOUGH, "GITHUB_REPOSITORY": "org/shop", "GITHUB_TOKEN": TOKEN}
    read_settings(Door.ACTION, recipe, environ, tmp_path)


def test_the_gate_stops_what_breaks(tmp_path: Path) -> None:
    answer = drawn_by("A gate: stop what breaks", tmp_path)
    assert answer.code == 3
    assert "breaking" in answer.summary
    assert len(tables_in(tmp_path)) == 21


def test_the_diagram_that_fits_on_a_page_has_orders_what_it_is_made_from_and_a_step_after_it(tmp_path: Path) -> None:
    answer = drawn_by("A diagram that fits on a page", tmp_path)
    assert answer.code == 0
    tables = tables_in(tmp_path)
    before, after = {"stg_order_items", "stg_orders", "stg_stores", "stores"}, {"order_items", "payments"}
    assert set(tables) == {"orders", "int_order_totals"} | before | after
    assert max(tables.values()) == 2
    assert {"target/output.dbml", "target/output.md"} <= set(parse_pairs(answer.outputs)["files"].splitlines())


def test_what_changed_against_production_is_drawn_with_what_comes_after_and_nothing_else(tmp_path: Path) -> None:
    assert drawn_by("What changed against production, and what comes after", tmp_path).code == 0
    changed = {"customers.v2", "orders", "payments", "refunds", "stg_refunds"}
    assert set(tables_in(tmp_path)) == changed | {"loyalty_cards", "order_items", "order_item_promotions"}


def test_artifacts_that_another_step_has_made_are_compared_without_a_token(tmp_path: Path) -> None:
    answer = drawn_by("Artifacts that another step has made", tmp_path)
    assert answer.code == 0
    outputs = parse_pairs(answer.outputs)
    assert (outputs["changed"], outputs["breaking"]) == ("true", "true")
