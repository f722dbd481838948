"""What stands on a table is found in every corner of the manifest, with its columns, its owner and its file."""

import gzip
from importlib import resources
from pathlib import Path
from typing import Any

import msgspec
import pytest

from erd.artifacts.manifest import DependsOn, NodeConfig
from erd.artifacts.reviewed import ReviewedManifest, read_reviewed_manifest
from erd.detect.uses import project_of
from erd.project import Place, Project, Use, UseKind
from tests.builders import (
    CUSTOMERS,
    ORDERS,
    Identified,
    Semantic,
    a_foreign_key,
    a_generic_test,
    a_manifest,
    a_model,
    a_not_null_test,
    a_relationships_test,
    a_seed,
    a_semantic_model,
    a_snapshot,
    a_source,
    an_entity,
    declared,
)

RAW = "source.shop.raw.orders"


def a_reviewed_manifest(*given: Identified | Semantic, **more: dict[str, Any]) -> ReviewedManifest:
    """A manifest of these; of a node or a part of the manifest, `more` are further fields, as JSON has them."""
    written = msgspec.to_builtins(a_manifest(*given))
    for key, fields in more.items():
        for unique_id, values in fields.items():
            place = written.setdefault(key, {}).setdefault(unique_id, {})
            place |= values
    return msgspec.convert(written, ReviewedManifest)


def uses_of(project: Project, table: str, kind: UseKind) -> list[tuple[str, tuple[str, ...], str]]:
    """The uses of a table of one kind: who, which columns, by which part."""
    return sorted((use.node, use.columns, use.part) for use in project.uses.get(table, ()) if use.kind is kind)


def a_demo_project(folder: Path, side: str) -> Project:
    path = folder / f"{side}.json"
    packed = resources.files("erd.demo").joinpath(f"artifacts/{side}/manifest.json.gz").read_bytes()
    path.write_bytes(gzip.decompress(packed))
    return project_of(read_reviewed_manifest(path))


def test_tables_are_all_models_seeds_snapshots_and_sources() -> None:
    manifest = a_reviewed_manifest(a_model(), a_seed(), a_snapshot(), a_source(), a_not_null_test())
    tables = {ORDERS, "seed.shop.countries", "snapshot.shop.orders_history", RAW}
    assert project_of(manifest).tables == tables


def test_checksums_are_those_of_code() -> None:
    checksum = {"checksum": {"name": "sha256", "checksum": "ab12"}}
    manifest = a_reviewed_manifest(a_model(), a_seed(), a_source(), nodes={ORDERS: checksum})
    assert project_of(manifest).checksums == {ORDERS: "ab12"}


def test_an_enforced_contract_is_a_use_of_the_tables_own_columns() -> None:
    orders = a_model("orders", declared("id", '"Customer Id"'))
    enforced = {ORDERS: {"contract": {"enforced": True}, "patch_path": "shop://models/shop.yml"}}
    project = project_of(a_reviewed_manifest(orders, a_model("customers", declared("id")), nodes=enforced))
    assert project.contracted == {ORDERS}
    contract = Use(UseKind.CONTRACT, ORDERS, "orders", ("id", "Customer Id"), file="models/shop.yml")
    assert project.uses == {ORDERS: (contract,)}


def test_places_are_code_and_yaml_and_of_a_source_yaml_only() -> None:
    fields = {"patch_path": "shop://models\\shop.yml", "original_file_path": "models\\orders.sql"}
    manifest = a_reviewed_manifest(
        a_model(), a_source().but(original_file_path="models/raw.yml"), nodes={ORDERS: fields}
    )
    assert project_of(manifest).places == {
        ORDERS: Place("models/orders.sql", "models/shop.yml"),
        RAW: Place(yaml="models/raw.yml"),
    }


def test_the_files_of_a_package_are_in_no_place_of_the_project() -> None:
    other = a_model("people", package="hr")
    manifest = a_reviewed_manifest(other, nodes={other.unique_id: {"patch_path": "hr://models/hr.yml"}})
    assert project_of(manifest).places == {other.unique_id: Place()}


def test_a_packages_model_that_the_project_describes_has_its_yaml_there() -> None:
    other = a_model("people", package="hr")
    manifest = a_reviewed_manifest(other, nodes={other.unique_id: {"patch_path": "shop://models/hr.yml"}})
    assert project_of(manifest).places == {other.unique_id: Place(yaml="models/hr.yml")}


@pytest.mark.parametrize("to", ["ref('customers')", '"dev"."main"."customers"', "elsewhere.customers"])
def test_a_foreign_key_elsewhere_uses_what_it_refers_to(to: str) -> None:
    orders = a_model().but(constraints=[a_foreign_key("customer_id", to, ('"Id"',), name="orders_customer_fk")])
    project = project_of(a_reviewed_manifest(orders, a_model("customers")))
    assert uses_of(project, CUSTOMERS, UseKind.FOREIGN_KEY) == [(ORDERS, ("Id",), "orders_customer_fk")]
    assert not uses_of(project, ORDERS, UseKind.FOREIGN_KEY)


def test_a_test_uses_its_column() -> None:
    project = project_of(a_reviewed_manifest(a_model(), a_not_null_test(ORDERS, "`id`")))
    assert uses_of(project, ORDERS, UseKind.TEST) == [
        ("test.shop.not_null_model_shop_orders_`id`", ("id",), "not_null")
    ]


@pytest.mark.parametrize("parent", [CUSTOMERS, ORDERS, RAW])
@pytest.mark.parametrize("child", [ORDERS, RAW])
def test_a_relationships_test_uses_both_of_its_ends(child: str, parent: str) -> None:
    test = a_relationships_test(child, "a", parent, "b", name="belongs")
    project = project_of(a_reviewed_manifest(a_model(), a_model("customers"), a_source(), test))
    ends = [("test.shop.belongs", ("a",), "relationships"), ("test.shop.belongs", ("b",), "relationships")]
    found = [uses_of(project, table, UseKind.TEST) for table in (child, parent)]
    assert found == ([ends, ends] if child == parent else [ends[:1], ends[1:]])


def test_a_test_of_several_columns_uses_them_all() -> None:
    columns = {"combination_of_columns": ["a", "b"]}
    test = a_generic_test("unique_combination_of_columns", ORDERS, columns, name="pair")
    project = project_of(a_reviewed_manifest(a_model(), test))
    assert uses_of(project, ORDERS, UseKind.TEST) == [("test.shop.pair", ("a", "b"), "unique_combination_of_columns")]


def test_a_test_that_looks_at_further_tables_uses_them_without_columns() -> None:
    test = a_generic_test("equal_rowcount", ORDERS, {"compare_model": "ref('customers')"}, CUSTOMERS, name="as_many")
    project = project_of(a_reviewed_manifest(a_model(), a_model("customers"), test))
    for table in (ORDERS, CUSTOMERS):
        assert uses_of(project, table, UseKind.TEST) == [("test.shop.as_many", (), "equal_rowcount")]


def test_a_singular_test_uses_its_tables_without_columns() -> None:
    test = a_relationships_test(name="paid").but(test_metadata=None, attached_node=None, column_name=None)
    project = project_of(a_reviewed_manifest(a_model(), a_model("customers"), test))
    for table in (ORDERS, CUSTOMERS):
        assert uses_of(project, table, UseKind.TEST) == [("test.shop.paid", (), "")]


def test_what_is_disabled_uses_nothing() -> None:
    test, off = a_not_null_test(), {"config": {"enabled": False}}
    model = a_semantic_model("shop", ORDERS, an_entity("order", "primary"))
    board = {"exposure.shop.board": {**off, "depends_on": {"nodes": [ORDERS]}}}
    project = project_of(
        a_reviewed_manifest(
            a_model(),
            test,
            model,
            nodes={test.unique_id: off},
            semantic_models={model.unique_id: off},
            exposures=board,
            unit_tests={"unit_test.shop.orders.adds_up": {**off, "depends_on": {"nodes": [ORDERS]}}},
        )
    )
    assert project.uses == {}


def test_downstream_models_and_snapshots_use_the_table() -> None:
    upstream = {"depends_on": {"nodes": [RAW]}}
    given = a_source(), a_model(), a_snapshot()
    project = project_of(a_reviewed_manifest(*given, nodes={one.unique_id: upstream for one in given[1:]}))
    assert uses_of(project, RAW, UseKind.MODEL) == [(ORDERS, (), "")]
    assert uses_of(project, RAW, UseKind.SNAPSHOT) == [("snapshot.shop.orders_history", (), "")]


def test_a_table_that_is_gone_from_the_manifest_is_used_by_whatever_still_names_it() -> None:
    test = a_relationships_test(name="belongs")
    project = project_of(a_reviewed_manifest(a_model(), test))
    assert uses_of(project, CUSTOMERS, UseKind.TEST) == [("test.shop.belongs", ("id",), "relationships")]


@pytest.mark.parametrize(
    ("to", "word"),
    [
        ("ref('Customers')", "customers"),
        ("ref('hr', 'people', version=2)", "people.v2"),
        ("source('raw', 'people')", "people"),
        ('"dev"."main"."People"', "people"),
        ("`dev.main.people`", "people"),
    ],
)
def test_a_foreign_key_to_a_table_that_there_is_not_is_known_by_its_last_word(to: str, word: str) -> None:
    orders = a_model().but(constraints=[a_foreign_key("customer_id", to, name="orders_fk")])
    project = project_of(a_reviewed_manifest(orders))
    use = Use(UseKind.FOREIGN_KEY, ORDERS, "orders", ("id",), "orders_fk")
    assert project.unresolved == {word: (use,)}
    assert project.uses == {}


def test_a_test_that_dbt_disabled_because_its_parent_is_gone_is_known_by_the_parents_name() -> None:
    test = a_relationships_test(name="belongs").but(config=NodeConfig(enabled=False), depends_on=DependsOn([ORDERS]))
    project = project_of(a_reviewed_manifest(a_model(), test))
    (use,) = project.unresolved["customers"]
    assert (use.node, use.columns, use.part) == (test.unique_id, ("id",), "relationships")
    assert project.uses == {}


def test_a_test_that_people_disabled_names_nothing_that_is_gone() -> None:
    test = a_relationships_test().but(config=NodeConfig(enabled=False))
    assert project_of(a_reviewed_manifest(a_model(), a_model("customers"), test)).unresolved == {}


def test_a_unit_test_uses_its_model() -> None:
    adds_up = {"name": "adds_up", "depends_on": {"nodes": [ORDERS]}, "original_file_path": "models/unit.yml"}
    unit_tests = {"unit_test.shop.orders.adds_up": {**adds_up, "package_name": "shop"}}
    project = project_of(a_reviewed_manifest(a_model(), unit_tests=unit_tests))
    use = Use(UseKind.UNIT_TEST, "unit_test.shop.orders.adds_up", "adds_up", file="models/unit.yml")
    assert project.uses == {ORDERS: (use,)}


def test_each_part_of_a_semantic_model_uses_its_column_if_it_is_one() -> None:
    model = a_semantic_model("shop", ORDERS, an_entity("order", "primary", "id"), an_entity("customer"))
    parts = {
        "dimensions": [{"name": "is_large", "expr": "amount > 100"}, {"name": "status"}],
        "measures": [{"name": "takings", "expr": '"Amount"'}, {"name": "order_count", "expr": 1}],
    }
    project = project_of(a_reviewed_manifest(a_model(), model, semantic_models={model.unique_id: parts}))
    assert uses_of(project, ORDERS, UseKind.SEMANTIC_MODEL) == [
        (model.unique_id, (), "is_large"),
        (model.unique_id, (), "order_count"),
        (model.unique_id, ("Amount",), "takings"),
        (model.unique_id, ("customer",), "customer"),
        (model.unique_id, ("id",), "order"),
        (model.unique_id, ("status",), "status"),
    ]


def test_a_metric_that_aggregates_by_itself_is_a_part_of_its_semantic_model() -> None:
    model = a_semantic_model("shop", ORDERS)
    parameters = {"expr": "amount", "metric_aggregation_params": {"semantic_model": "shop"}}
    takings = {"name": "takings", "type_params": parameters, "depends_on": {"nodes": [model.unique_id]}}
    project = project_of(a_reviewed_manifest(a_model(), model, metrics={"metric.shop.takings": takings}))
    assert uses_of(project, ORDERS, UseKind.SEMANTIC_MODEL) == [(model.unique_id, ("amount",), "takings")]


def test_an_exposure_uses_tables_and_those_behind_its_metrics() -> None:
    model = a_semantic_model("shop", ORDERS)
    board = {"name": "board", "owner": {"email": "ada@example.com"}, "depends_on": {"nodes": [RAW, "metric.shop.rate"]}}
    metrics = {
        "metric.shop.rate": {"name": "rate", "depends_on": {"nodes": ["metric.shop.rate", "metric.shop.takings"]}},
        "metric.shop.takings": {"name": "takings", "depends_on": {"nodes": [model.unique_id]}},
    }
    manifest = a_reviewed_manifest(
        a_model(), a_source(), model, metrics=metrics, exposures={"exposure.shop.board": board}
    )
    use = Use(UseKind.EXPOSURE, "exposure.shop.board", "board", owner="ada@example.com")
    assert project_of(manifest).uses == {RAW: (use,), ORDERS: (msgspec.structs.replace(use, part="rate"),)}


def test_the_owner_of_a_node_is_that_of_its_group() -> None:
    test = a_not_null_test()
    groups = {"group.shop.finance": {"name": "finance", "owner": {"name": "Ada"}}}
    manifest = a_reviewed_manifest(a_model(), test, nodes={test.unique_id: {"group": "finance"}}, groups=groups)
    (use,) = project_of(manifest).uses[ORDERS]
    assert use.owner == "Ada"


def test_all_users_of_the_demos_removed_column_are_found(tmp_path: Path) -> None:
    uses = a_demo_project(tmp_path, "pull-request").uses["model.jaffle_shop.customers.v2"]
    assert [use for use in uses if "email" in use.columns] == [
        Use(
            UseKind.FOREIGN_KEY,
            "model.jaffle_shop.loyalty_cards",
            "loyalty_cards",
            ("email",),
            "loyalty_cards_holder_email_fk",
            file="models/marts/_marts.yml",
        ),
        Use(
            UseKind.SEMANTIC_MODEL,
            "semantic_model.jaffle_shop.customers",
            "customers",
            ("email",),
            "mailbox",
            file="models/marts/_semantic_models.yml",
        ),
    ]
    (newsletter,) = [use for use in uses if use.kind is UseKind.EXPOSURE]
    assert (newsletter.name, newsletter.owner) == ("newsletter", "Jörg Amsler")
    assert {use.kind for use in uses} >= {UseKind.TEST, UseKind.UNIT_TEST}
