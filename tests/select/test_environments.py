"""The state of an environment, from the Discovery API, is selected from like a manifest, as far as it goes."""

from typing import Any

import msgspec
import pytest

from erd.artifacts.discovered import manifest_of
from erd.dbt_cloud.state import EnvironmentState
from tests.select.choosing import selected

ORDERS, STAGED, RAW = "model.shop.orders", "model.shop.stg_orders", "source.shop.raw.orders"


def environment() -> EnvironmentState:
    def parents(*unique_ids: str) -> list[dict[str, str]]:
        return [{"uniqueId": unique_id} for unique_id in unique_ids]

    orders: dict[str, Any] = {
        "tags": ["nightly"],
        "filePath": "models/marts/orders.sql",
        "access": "public",
        "group": "trade",
    }
    orders |= {"uniqueId": ORDERS, "name": "orders", "fqn": ["shop", "marts", "orders"], "parents": parents(STAGED)}
    staged: dict[str, Any] = {"uniqueId": STAGED, "name": "stg_orders", "fqn": ["shop", "staging", "stg_orders"]}
    board = {"uniqueId": "exposure.shop.board", "name": "board", "tags": ["seen"], "parents": parents(ORDERS)}
    unique = {"uniqueId": "test.shop.t", "testMetadata": {"name": "unique"}, "parents": parents(STAGED)}
    rows = {
        "models": [orders, staged | {"parents": parents(RAW)}],
        "sources": [{"uniqueId": RAW, "name": "orders"}],
        "exposures": [board],
        "tests": [unique],
        "semantic_models": [{"uniqueId": "semantic_model.shop.s", "name": "s", "parents": parents(ORDERS)}],
    }
    return msgspec.convert(rows, EnvironmentState)


@pytest.mark.parametrize(
    ("rule", "tables"),
    [
        ("orders", {ORDERS}),
        ("staging", {STAGED}),
        ("tag:nightly", {ORDERS}),
        ("access:public,group:trade,path:models/marts", {ORDERS}),
        ("+orders", {ORDERS, STAGED, RAW}),
        ("source:raw.orders+1", {STAGED, RAW}),
        ("exposure:board", {ORDERS}),
        ("1+tag:seen", {ORDERS}),
        ("test_name:unique", {STAGED}),
        ("semantic_model:s", {ORDERS}),
        ("package:shop,version:none", {ORDERS, STAGED}),
    ],
)
def test_rules_find_what_the_api_tells(rule: str, tables: set[str]) -> None:
    assert selected(manifest_of(environment()), rule) == tables
