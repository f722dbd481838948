"""What a review needs of a manifest is read as tolerantly as the rest, and costs little more than the lean reading."""

import time
from collections.abc import Callable
from pathlib import Path

import pytest

from erd.artifacts.manifest import Node, read_manifest
from erd.artifacts.reviewed import Checksum, Enforcement, Owner, ReviewedManifest, ReviewedNode, read_reviewed_manifest
from tests.artifacts.documents import a_document, a_real_manifest
from tests.bench.generate import write_project
from tests.builders import ORDERS

BOARD = "exposure.shop.board"


def reviewed(data: bytes, folder: Path) -> ReviewedManifest:
    path = folder / "manifest.json"
    path.write_bytes(data)
    return read_reviewed_manifest(path)


@pytest.mark.parametrize("version", [*range(1, 13), 20])
def test_every_manifest_version_is_read(version: int, tmp_path: Path) -> None:
    read = reviewed(a_document(version=version, nodes={ORDERS: {"name": "orders"}}), tmp_path)
    assert read.nodes == {ORDERS: ReviewedNode(name="orders")}


def test_what_is_null_or_missing_is_as_if_unset(tmp_path: Path) -> None:
    fields = set(ReviewedNode.__struct_fields__) - set(Node.__struct_fields__)
    nulls = dict.fromkeys(fields)
    read = reviewed(a_document(nodes={ORDERS: nulls}, exposures={BOARD: {}}, groups=None), tmp_path)
    assert read.nodes == {ORDERS: ReviewedNode()}
    assert read.exposures is not None
    assert read.exposures[BOARD].depends_on_nodes == []
    assert read.owners() == {}


@pytest.mark.parametrize(
    ("checksum", "fingerprint"),
    [
        ({"name": "sha256", "checksum": "ab12"}, "ab12"),
        ({"name": "none", "checksum": ""}, ""),
        ({"name": "path", "checksum": "seeds/large.csv"}, ""),
        ("ab12", "ab12"),
        (None, ""),
        ({}, ""),
    ],
)
def test_a_checksum_is_that_of_the_code_and_never_a_path(checksum: object, fingerprint: str, tmp_path: Path) -> None:
    read = reviewed(a_document(nodes={ORDERS: {"checksum": checksum}}), tmp_path)
    assert read.nodes is not None
    assert read.nodes[ORDERS].fingerprint == fingerprint


@pytest.mark.parametrize(
    ("owner", "called"),
    [
        (Owner("Ada", "ada@example.com"), "Ada"),
        (Owner(None, "ada@example.com"), "ada@example.com"),
        (Owner("", ["ada@example.com", "bo@example.com"]), "ada@example.com, bo@example.com"),
        (Owner(), ""),
    ],
)
def test_an_owner_is_called_by_name_and_else_by_address(owner: Owner, called: str) -> None:
    assert owner.called == called


def test_the_demo_has_all_that_a_review_needs(tmp_path: Path) -> None:
    read = reviewed(a_real_manifest(), tmp_path)
    assert read.nodes is not None
    assert read.exposures is not None
    customers = read.nodes["model.jaffle_shop.customers.v2"]
    assert isinstance(customers.checksum, Checksum)
    assert len(customers.fingerprint) == 64
    assert read.nodes["model.jaffle_shop.loyalty_cards"].contract == Enforcement(enforced=True)
    assert customers.patch_path == "jaffle_shop://models/marts/_marts.yml"
    assert read.exposures["exposure.jaffle_shop.payroll_check"].owner == Owner("Ingrid Sørensen")


def test_reading_it_costs_little_more_than_the_lean_manifest(tmp_path: Path) -> None:
    """1.06 times as much when measured with 10,000 models. A busy machine is given several tries."""
    write_project(tmp_path, 1000)
    ratios = []
    for _ in range(20):
        lean, wide = (_seconds(read, tmp_path / "manifest.json") for read in (read_manifest, read_reviewed_manifest))
        ratios.append(wide / lean)
        if ratios[-1] < 1.15:
            return
    pytest.fail(f"reading it costs {min(ratios):.2f} times as much at best")


def _seconds(read: Callable[[Path], object], path: Path) -> float:
    """The CPU that reading takes, the least of a few times."""
    taken = []
    for _ in range(5):
        start = time.process_time()
        read(path)
        taken.append(time.process_time() - start)
    return min(taken)
