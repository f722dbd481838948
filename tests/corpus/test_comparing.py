"""Real projects compared with themselves, as their catalogs are lost, and with the same project at another time."""

from collections.abc import Callable, Iterator
from functools import cache
from itertools import combinations, pairwise
from pathlib import Path

import msgspec
import pytest

from erd.artifacts.catalog import Catalog, read_catalog
from erd.artifacts.reviewed import ReviewedManifest, read_reviewed_manifest
from erd.detect.uses import project_of
from erd.diff.changes import Diff, Side
from erd.diff.compare import compare
from erd.formats import Options
from erd.formats.dbml import render
from erd.formats.dbml_reader import read_dbml
from tests.corpus.pairs import corpus_folder, manifest_of, pairs
from tests.detect.drawing import drawn
from tests.diff.mirroring import mirrored
from tests.diff.sides import said

pytestmark = pytest.mark.corpus

COLIBRI, BOUNCER = "b-ned__dbt-colibri__", "godatadriven__dbt-bouncer__"
Keep = Callable[[int], bool]


@cache
def read(pair: Path) -> tuple[ReviewedManifest, Catalog]:
    return read_reviewed_manifest(manifest_of(pair)), read_catalog(pair / "catalog.json")


def a_side(pair: Path, keep: Keep = lambda _: True) -> Side:
    """The side that a pair is, with those tables of its catalog that are to be kept, by their number."""
    manifest, catalog = read(pair)
    nodes, sources = (
        {name: table for number, (name, table) in enumerate((part or {}).items()) if keep(number)}
        for part in (catalog.nodes, catalog.sources)
    )
    return Side(drawn(manifest, msgspec.structs.replace(catalog, nodes=nodes, sources=sources)), project_of(manifest))


def found(prefix: str = "") -> list[Path]:
    """The pairs of the corpus whose name begins so."""
    chosen = [pair for pair in pairs(corpus_folder()) if pair.name.startswith(prefix)]
    if not chosen:
        pytest.skip("no corpus; where there must be one, test_corpus.py fails")
    return chosen


def differing(one: Side, other: Side) -> list[str]:
    there, back = compare(one, other).diff, compare(other, one).diff
    assert back == mirrored(there)
    return said(there)


def test_no_pair_differs_from_itself() -> None:
    for pair in found():
        side = a_side(pair)
        assert compare(side, a_side(pair)).diff == Diff(), pair.name


@pytest.mark.parametrize(
    "keep", [lambda _: False, lambda number: number % 2, lambda number: not number % 2], ids=["none", "odd", "even"]
)
def test_no_pair_differs_from_itself_though_its_catalog_is_lost(keep: Keep) -> None:
    for pair in found():
        assert differing(a_side(pair), a_side(pair, keep)) == [], pair.name


def test_no_pair_differs_from_itself_though_each_side_has_another_half_of_the_catalog() -> None:
    for pair in found():
        odd, even = a_side(pair, lambda number: bool(number % 2)), a_side(pair, lambda number: not number % 2)
        assert differing(odd, even) == [], pair.name


def test_no_pair_differs_from_its_own_dbml() -> None:
    for pair in found():
        side = a_side(pair)
        assert differing(Side(read_dbml(render(side.erd, Options()))), side) == [], pair.name


def between(prefix: str) -> Iterator[tuple[str, str, Diff]]:
    """What differs between every two pairs of a project, which are called by what comes after the prefix."""
    sides = {pair.name.removeprefix(prefix): a_side(pair) for pair in found(prefix)}
    for base, head in combinations(sorted(sides), 2):
        yield base, head, compare(sides[base], sides[head]).diff


LONG, SHORT = (f"model.jaffle_shop.downstream_report{end}" for end in ("_with_a_very_very_very_long_name", ""))
UNIONED = "model.jaffle_shop.unioned_macro"
SEVEN = [
    f"model.jaffle_shop.{name}"
    for name in (
        *("child_of_col_with_space", "child_of_versioned_model", "child_of_versioned_new"),
        *("model_with_white_space_in_col", "report", "versioned_model.v1", "versioned_model.v2"),
    )
]
DESCRIBED = [f"~ model.jaffle_shop.STG_CUSTOMERS{of}: description" for of in ("", ".customer_id")]
SNAPSHOT = "snapshot.jaffle_shop.orders_snapshot"
TYPES = "unknown : TYPES"


def test_between_the_warehouses_of_colibri_only_what_its_artifacts_say_differs() -> None:
    """Looked up in the artifacts, one by one; the project was copied and changed for each warehouse.

    Those for Snowflake, BigQuery and Databricks lack eight models, Oracle's two, and one has a shorter name in that for
    Postgres. `STG_CUSTOMERS` and its column have two texts. Only the snapshot in Postgres has both a `TAX_PAID_CENTS`
    and a `tax_paid_cents`; the others have it once, in either case.
    """
    eight = sorted([*SEVEN, LONG])
    consecutive = dict(
        pairwise(["v12-1.10", "v12-bigquery", "v12-clickhouse", "v12-databricks", "v12-duckdb", "v12-oracle"])
    )
    consecutive |= {"v12-oracle": "v12-postgres", "v12-postgres": "v12-starrocks"}
    assert {base: said(diff) for base, head, diff in between(COLIBRI) if consecutive.get(base) == head} == {
        "v12-1.10": [TYPES],
        "v12-bigquery": [*(f"+ {name}" for name in eight), *DESCRIBED, TYPES],
        "v12-clickhouse": [*(f"- {name}" for name in eight), *DESCRIBED, TYPES],
        "v12-databricks": [*(f"+ {name}" for name in eight), *DESCRIBED, TYPES],
        "v12-duckdb": [f"- {LONG}", f"- {UNIONED}", TYPES],
        "v12-oracle": [f"+ {SHORT}", f"+ {UNIONED}", *DESCRIBED, f"+ {SNAPSHOT}.TAX_PAID_CENTS", TYPES],
        "v12-postgres": [
            *(f"+ {LONG}", f"- {SHORT}", *DESCRIBED, f"- {SNAPSHOT}.tax_paid_cents"),
            *(f"? {SHORT} is now {LONG}: 10 of 11 columns are the same", TYPES),
        ],
    }


def test_between_any_two_warehouses_of_colibri_as_much_differs() -> None:
    same = {"v12-1.10", "v12-bigquery", "v12-databricks"}, {"v12-clickhouse", "v12-duckdb", "v12-starrocks"}
    for base, head, diff in between(COLIBRI):
        if any({base, head} <= some for some in same):
            assert said(diff) == [TYPES], (base, head)
        assert not diff.relationships.added
        assert not diff.relationships.removed
        assert not diff.relationships.changed


def counts(diff: Diff) -> tuple[int, ...]:
    """How many tables, and then relationships, are added, removed and changed; and tables renamed, and not compared."""
    found = [len(some) for of in (diff.tables, diff.relationships) for some in (of.added, of.removed, of.changed)]
    return *found, len(diff.renamed), len(diff.unknown)


def test_between_the_releases_of_bouncers_project_only_what_its_artifacts_say_differs() -> None:
    """Looked up in the artifacts, one by one.

    From 1.6 to 1.8, customers became two versions, of which the test of orders means the latest. Between 1.8 and 1.10
    the package `tiktok_ads_source` was merged into `tiktok_ads`, whose five reports lost their tests of a unique
    combination and are in no catalog; the tests of two models got a `where`, so that they prove no key; orders' keys
    got other names; and snapshots and seeds got descriptions. The code of 1.12 has other checksums throughout, so that
    fewer renames are seen, and 25 models that are in neither's catalog cannot be compared with those of 1.10. A source
    that is in no catalog but that of 1.12 got a column in YAML.
    """
    assert {(base, head): counts(diff) for base, head, diff in between(BOUNCER)} == {
        ("v10-1.6.0-duckdb", "v12-1.8.0-duckdb"): (7, 1, 0, 1, 1, 0, 1, 0),
        ("v10-1.6.0-duckdb", "v12-1.10.22-duckdb"): (38, 22, 10, 1, 1, 0, 21, 6),
        ("v10-1.6.0-duckdb", "v12-1.12.2-duckdb"): (38, 22, 10, 1, 1, 0, 14, 5),
        ("v12-1.10.22-duckdb", "v12-1.12.2-duckdb"): (0, 0, 0, 0, 0, 0, 0, 25),
        ("v12-1.10.22-duckdb", "v12-1.8.0-duckdb"): (22, 32, 13, 1, 1, 0, 20, 6),
        ("v12-1.12.2-duckdb", "v12-1.8.0-duckdb"): (22, 32, 13, 1, 1, 0, 13, 5),
    }


def test_what_changed_in_the_tables_of_bouncers_project_is_what_its_artifacts_say() -> None:
    (diff,) = (diff for *names, diff in between(BOUNCER) if names == ["v12-1.10.22-duckdb", "v12-1.8.0-duckdb"])
    ours, tiktok = "model.dbt_bouncer_test_project", "model.tiktok_ads.tiktok_ads"
    reports = [f"{tiktok}__{name}_report" for name in ("ad_group", "ad", "advertiser", "campaign", "url")]
    described = [
        "snapshot_orders",
        "snapshot_orders_multiple_unique_keys",
        "raw_customers",
        "raw_orders",
        "raw_payments",
    ]
    lines = [line for line in said(diff) if line[0] in "~?" and "now model.tiktok" not in line and "source" not in line]
    assert sorted(lines) == sorted([
        *(f"~ {change.head.unique_id}: description" for change in diff.tables.changed if change.is_quiet),
        *(f"~ {report}: unique keys" for report in reports),
        f"~ {ours}.int_exclude_via_meta_config: unique keys",
        f"~ {ours}.int_incremental: primary key",
        f"~ {ours}.int_incremental.id: not null",
        f"~ {ours}.orders: primary key",
        f"? {ours}.orders: order_id_pk is now order_id",
        f"? {ours}.orders: customer_id_fk is now customer_id",
    ])  # fmt: skip
    assert sorted(change.head.name.rpartition(".")[2] for change in diff.tables.changed if change.is_quiet) == sorted(
        described
    )
