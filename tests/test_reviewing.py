"""What is compared with what: of selections, kinds of tables, and diagrams beside artifacts."""

import logging
from pathlib import Path

import msgspec
import pytest

from erd.artifacts.catalog import Catalog
from erd.artifacts.manifest import Manifest
from erd.artifacts.reading import Metadata
from erd.diff.review import Review
from erd.given import Door
from erd.options import DIFF
from erd.pipeline import draw, output_paths, write
from erd.project import Source
from erd.settings import Settings, read_settings
from tests.builders import (
    CUSTOMERS,
    ORDERS,
    a_catalog,
    a_manifest,
    a_model,
    a_relationships_test,
    a_source,
    observed,
    schema_version,
    write_artifacts,
)

SHOP = (a_model("orders"), a_model("customers"), a_relationships_test())
COLUMNS = a_catalog({ORDERS: observed("id", "customer_id"), CUSTOMERS: observed("id", "name")})


def settings_for(folder: Path, given: dict[str, object]) -> Settings:
    return read_settings(Door.COMMAND, given, {}, folder, DIFF)


def reviewed(folder: Path, base: Manifest, head: Manifest, catalog: Catalog | None = None, **given: object) -> Review:
    """What lies between two states, the catalog being that of both."""
    for name, manifest in (("base", base), ("head", head)):
        (folder / name).mkdir()
        write_artifacts(folder / name, manifest, catalog)
    options = {"artifacts-dir": str(folder / "head"), "base-artifacts-dir": str(folder / "base")}
    named = {name.replace("_", "-"): value for name, value in given.items()}
    review = draw(settings_for(folder, {**options, **named})).review
    assert review
    return review


def test_two_states_that_are_alike_differ_in_nothing(tmp_path: Path) -> None:
    review = reviewed(tmp_path, a_manifest(*SHOP), a_manifest(*SHOP), COLUMNS)
    assert review.diff.is_empty
    assert review.risks == ()


def test_a_table_that_a_rule_no_longer_fits_is_compared_and_not_removed(tmp_path: Path) -> None:
    base = a_manifest(a_model("orders").but(schema="raw"), a_model("customers").but(schema="raw"))
    head = a_manifest(a_model("orders").but(schema="marts"), a_model("customers").but(schema="raw"))
    review = reviewed(tmp_path, base, head, COLUMNS, select=("schema:raw",))
    assert review.diff.is_empty
    assert {table.unique_id for table in review.head_erd.tables} == {ORDERS, CUSTOMERS}


def test_a_table_that_no_rule_fits_is_not_compared(tmp_path: Path) -> None:
    head = a_manifest(*SHOP, a_model("stores"), a_model("refunds"))
    review = reviewed(tmp_path, a_manifest(*SHOP), head, COLUMNS, exclude=("stores",))
    assert [table.unique_id for table in review.diff.tables.added] == ["model.shop.refunds"]


def test_a_rule_that_fits_nothing_in_the_base_is_not_warned_about(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    head = a_manifest(*SHOP, a_model("refunds"))
    with caplog.at_level(logging.INFO, "erd"):
        review = reviewed(tmp_path, a_manifest(*SHOP), head, COLUMNS, select=("refunds",))
    assert [table.unique_id for table in review.diff.tables.added] == ["model.shop.refunds"]
    assert "fits no table" not in caplog.text
    assert caplog.text.count("Collected") == 1


def test_all_kinds_of_tables_are_compared(tmp_path: Path) -> None:
    head = a_manifest(*SHOP, a_source("raw", "refunds"))
    review = reviewed(tmp_path, a_manifest(*SHOP), head, COLUMNS)
    assert [table.unique_id for table in review.diff.tables.added] == ["source.shop.raw.refunds"]


def test_of_the_kinds_that_are_chosen_only_those_are_compared(tmp_path: Path) -> None:
    head = a_manifest(*SHOP, a_source("raw", "refunds"))
    review = reviewed(tmp_path, a_manifest(*SHOP), head, COLUMNS, resource_type=("model", "seed"))
    assert review.diff.is_empty


def test_state_rules_select_in_the_base_what_the_head_has_lost(tmp_path: Path) -> None:
    base = a_manifest(*SHOP, a_model("refunds"))
    review = reviewed(tmp_path, base, a_manifest(*SHOP, a_model("stores")), COLUMNS, select=("state:new",))
    assert [table.unique_id for table in review.diff.tables.added] == ["model.shop.stores"]
    assert [table.unique_id for table in review.diff.tables.removed] == ["model.shop.refunds"]


@pytest.fixture
def diagram(tmp_path: Path) -> Path:
    """The diagram of the shop, and beside it the artifacts that it was drawn from."""
    write_artifacts(tmp_path, a_manifest(*SHOP), COLUMNS)
    settings = read_settings(Door.COMMAND, {"artifacts-dir": str(tmp_path), "output": str(tmp_path)}, {}, tmp_path)
    write(draw(settings).erd, settings, output_paths(settings), {})
    return tmp_path / "output.dbml"


def test_artifacts_differ_in_nothing_from_their_own_diagram(tmp_path: Path, diagram: Path) -> None:
    given: dict[str, object] = {"artifacts-dir": str(tmp_path), "base-file": str(diagram)}
    review = draw(settings_for(tmp_path, given)).review
    assert review
    assert review.diff.is_empty


def test_a_diagram_differs_in_nothing_from_its_own_artifacts(tmp_path: Path, diagram: Path) -> None:
    given: dict[str, object] = {"head-file": str(diagram), "base-artifacts-dir": str(tmp_path)}
    review = draw(settings_for(tmp_path, given)).review
    assert review
    assert review.diff.is_empty


@pytest.mark.parametrize("kinds", [("model",), ("model", "source")], ids=["without sources", "with sources"])
def test_artifacts_differ_in_nothing_from_their_own_diagram_whatever_kinds_it_shows(
    kinds: tuple[str, ...], tmp_path: Path
) -> None:
    review = _beside_diagram(tmp_path, kinds, a_manifest(*SHOP, a_source("raw", "refunds")))
    assert review.diff.is_empty


def test_a_new_table_is_of_interest_if_the_diagram_shows_its_kind(tmp_path: Path) -> None:
    before = a_manifest(*SHOP, a_source("raw", "refunds"))
    after = a_manifest(*SHOP, a_source("raw", "refunds"), a_source("raw", "returns"), a_model("stores"))
    found = {
        kinds: [table.unique_id for table in _beside_diagram(tmp_path, kinds, after, before).diff.tables.added]
        for kinds in (("model",), ("model", "source"))
    }
    assert found == {
        ("model",): ["model.shop.stores"],
        ("model", "source"): ["model.shop.stores", "source.shop.raw.returns"],
    }


def _beside_diagram(folder: Path, kinds: tuple[str, ...], head: Manifest, base: Manifest | None = None) -> Review:
    """What lies between the diagram of a manifest, which shows these kinds of tables, and artifacts."""
    write_artifacts(folder, base or head, COLUMNS)
    given: dict[str, object] = {"artifacts-dir": str(folder), "output": str(folder), "resource-type": kinds}
    settings = read_settings(Door.COMMAND, given, {}, folder)
    write(draw(settings).erd, settings, output_paths(settings), {})
    write_artifacts(folder, head, COLUMNS)
    places: dict[str, object] = {"artifacts-dir": str(folder), "base-file": str(folder / "output.dbml")}
    review = draw(settings_for(folder, places)).review
    assert review
    return review


def test_of_two_diagrams_it_is_said_what_differs(tmp_path: Path, diagram: Path) -> None:
    later = tmp_path / "later.dbml"
    later.write_text(diagram.read_text() + '\nTable "refunds" {\n  "id" "integer"\n}\n')
    review = draw(settings_for(tmp_path, {"head-file": str(later), "base-file": str(diagram)})).review
    assert review
    assert [table.name for table in review.diff.tables.added] == ["refunds"]
    assert (review.base.name, review.head.name) == (str(diagram), str(later))


def test_a_table_of_the_diagram_that_is_not_selected_is_compared_all_the_same(tmp_path: Path, diagram: Path) -> None:
    given: dict[str, object] = {"artifacts-dir": str(tmp_path), "base-file": str(diagram), "select": ("orders",)}
    review = draw(settings_for(tmp_path, given)).review
    assert review
    assert review.diff.is_empty


@pytest.mark.parametrize("name", ["a", "a.b", "a.b.c.d", ".", "model.x"])
def test_a_diagram_may_hold_tables_of_any_name_that_are_gone(name: str, tmp_path: Path) -> None:
    (tmp_path / "base.dbml").write_text(f'Table "{name}" {{\n  "id" "integer"\n}}\n')
    write_artifacts(tmp_path, a_manifest(*SHOP), COLUMNS)
    given: dict[str, object] = {"artifacts-dir": str(tmp_path), "base-file": str(tmp_path / "base.dbml")}
    review = draw(settings_for(tmp_path, given)).review
    assert review
    assert [table.name for table in review.diff.tables.removed] == [name]


def test_each_side_says_when_it_was_made_and_by_which_dbt(tmp_path: Path) -> None:
    made = Metadata(schema_version("manifest", 12), dbt_version="1.11.16", generated_at="2026-11-22T05:58:42Z")
    review = reviewed(tmp_path, a_manifest(*SHOP), msgspec.structs.replace(a_manifest(*SHOP), metadata=made), COLUMNS)
    assert review.base == Source(str(tmp_path / "base"))
    assert review.head == Source(str(tmp_path / "head"), finished_at="2026-11-22T05:58:42Z", dbt_version="1.11.16")
