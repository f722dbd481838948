"""What counts as modified, one change at a time."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from erd.artifacts.graph import read_selectable_manifest
from erd.select.project import Files
from erd.select.rules import read_rules, select_tables
from tests.select.choosing import a_document, a_member, written

MODEL, SOURCE, SEED = "model.shop.a", "source.shop.raw.a", "seed.shop.a"
NEVER: frozenset[str] = frozenset()
ALL_SENSES = {"body", "configs", "contract", "macros", "persisted_descriptions", "relation"}


def senses(folder: Path, before: Mapping[str, Any] | None, after: Mapping[str, Any], **macros: Any) -> set[str]:
    """In which senses a member is modified; "" is the one without a name."""
    older = a_document(*([before] if before else []), macros=macros.get("old", {}))
    _, base = written(folder / "base", older)
    _, head = written(folder / "head", a_document(after, macros=macros.get("new", {})))
    manifest, files = read_selectable_manifest(head), Files(head, "head", lambda: (base, "base"))

    def fits(state: str) -> bool:
        types = ["model", "source", "seed"]
        return bool(select_tables(read_rules([f"state:{state}"], []), manifest, types, files).tables)

    assert fits("new") is (before is None)
    assert fits("old") is (before is not None)
    assert fits("unmodified") is not fits("modified")
    return {sense for sense in ("", *ALL_SENSES) if fits(f"modified.{sense}" if sense else "modified")}


@pytest.mark.parametrize(
    ("unique_id", "before", "after", "modified"),
    [
        (MODEL, {}, {}, NEVER),
        (MODEL, {"raw_code": "a"}, {"raw_code": "b"}, {"", "body"}),
        (MODEL, {"raw_sql": "a"}, {"raw_code": "a"}, NEVER),
        (MODEL, {"fqn": ["shop", "x", "a"]}, {}, {""}),
        (MODEL, {}, {"unrendered_config": {"materialized": "table"}}, {"", "configs"}),
        (MODEL, {}, {"unrendered_config": {"tags": ["x"], "group": "g"}}, NEVER),
        (MODEL, {}, {"unrendered_config": {"alias": "x"}}, {"", "relation"}),
        (MODEL, {"description": "a"}, {"description": "b"}, NEVER),
        (MODEL, {"access": "public"}, {"access": "private"}, {""}),
        (MODEL, {}, {"access": "protected"}, NEVER),
        (MODEL, {"database": "a", "schema": "b"}, {"database": "c", "schema": "d"}, NEVER),
        (MODEL, {}, {"contract": {"enforced": True, "checksum": "1"}}, {"", "contract"}),
        (MODEL, {"checksum": {"name": "sha256", "checksum": "1"}}, {}, NEVER),
        (SEED, {"checksum": {"name": "sha256", "checksum": "1"}}, {}, {"", "body"}),
        (SOURCE, {"schema": "a"}, {"schema": "b"}, {"", "relation"}),
        (SOURCE, {"description": "a"}, {"description": "b"}, NEVER),
        (SOURCE, {"freshness": {"filter": None}}, {"freshness": {}}, NEVER),
        (SOURCE, {"loaded_at_field": "a"}, {"loaded_at_field": "b"}, {""}),
        (SOURCE, {}, {"unrendered_config": {"tags": ["x"]}}, {"", "configs"}),
    ],
)
def test_one_change_is_found_in_its_senses(
    unique_id: str, before: dict[str, Any], after: dict[str, Any], modified: set[str], tmp_path: Path
) -> None:
    assert senses(tmp_path, a_member(unique_id, **before), a_member(unique_id, **after)) == modified


def test_descriptions_count_where_they_are_persisted(tmp_path: Path) -> None:
    config = {"persist_docs": {"relation": True, "columns": False}}
    before, after = (a_member(MODEL, config=config, description=text) for text in "ab")
    assert senses(tmp_path, before, after) == {"", "persisted_descriptions"}


def test_a_macro_counts_for_all_that_calls_it_by_way_of_others(tmp_path: Path) -> None:
    def macros(text: str) -> dict[str, Any]:
        inner = {"macro_sql": text, "depends_on": {"macros": ["macro.shop.outer"]}}
        return {
            "macro.shop.outer": {"macro_sql": "", "depends_on": {"macros": ["macro.shop.inner"]}},
            "macro.shop.inner": inner,
        }

    calling = a_member(MODEL, depends_on={"nodes": [], "macros": ["macro.shop.outer"]})
    assert senses(tmp_path, calling, calling, old=macros("1"), new=macros("2")) == {"", "macros"}
    assert senses(tmp_path, calling, calling, old=macros("1"), new=macros("1")) == set()
    assert senses(tmp_path, a_member(MODEL), a_member(MODEL), old=macros("1"), new=macros("2")) == set()


def test_what_is_new_is_modified_as_dbt_has_it(tmp_path: Path) -> None:
    assert senses(tmp_path, None, a_member(MODEL)) == {"", *ALL_SENSES} - {"macros"}
    assert senses(tmp_path, None, a_member(SOURCE)) == {"configs", "relation"}
