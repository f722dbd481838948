"""The demo's pull request has the risks that examples/README.md tells of, in these words, and no other."""

import gzip
from collections.abc import Collection, Mapping
from importlib import resources
from pathlib import Path

import pytest

from erd.artifacts.catalog import read_catalog
from erd.artifacts.compiled import read_compiled_sql
from erd.artifacts.reviewed import read_reviewed_manifest
from erd.artifacts.run_results import read_run_results
from erd.checks import Algorithm
from erd.detect.erd import Naming, detect, table_nodes
from erd.detect.evidence import gather_evidence
from erd.detect.states import test_states as states_of
from erd.detect.uses import project_of
from erd.diff.assess import assess
from erd.diff.changes import Side
from erd.diff.compare import compare
from erd.diff.risk import Risk, plain_text

NAMES = Naming(("resource", "package", "model"))


def a_side(folder: Path, run: str) -> Side:
    """A run of the demo, its artifacts unpacked into `folder`."""
    for name in ("manifest", "catalog", "build_run_results"):
        packed = resources.files("erd.demo").joinpath(f"artifacts/{run}/{name}.json.gz").read_bytes()
        (folder / f"{name}.json").write_bytes(gzip.decompress(packed))
    manifest = read_reviewed_manifest(folder / "manifest.json")
    states = states_of(read_run_results(folder / "build_run_results.json"))
    evidence = gather_evidence(manifest, Algorithm())
    erd = detect(manifest, read_catalog(folder / "catalog.json"), evidence, table_nodes(manifest), NAMES, states)
    return Side(erd, project_of(manifest))


@pytest.fixture
def found(tmp_path: Path) -> tuple[Risk, ...]:
    """The risks of the pull request."""
    folders = tmp_path / "base", tmp_path / "head"
    for folder in folders:
        folder.mkdir()
    base, head = a_side(folders[0], "production"), a_side(folders[1], "pull-request")

    def read(nodes: Collection[str]) -> Mapping[str, str]:
        return read_compiled_sql(folders[1] / "manifest.json", None, nodes)

    return assess(compare(base, head), base, head, read)


def users(risk: Risk) -> list[tuple[str, str, str, str]]:
    return [(use.kind.value, use.name, use.part, use.owner) for use in risk.uses]


def test_these_are_the_risks_of_the_demo(found: tuple[Risk, ...]) -> None:
    assert [(risk.severity.value, risk.kind.value, plain_text(risk.said)) for risk in found] == [
        ("breaking", "removed-but-used", "customers.v2.email is removed, and still used"),
        (
            "breaking",
            "retyped-but-used",
            "payments.taken_by changes from INTEGER to VARCHAR, though a contract promised it",
        ),
        ("breaking", "key-lost", "customers.v2.email is unique no more, and loyalty_cards refers to it"),
        (
            "worth a look",
            "weaker-proof",
            "Nothing says any more that payments.taken_by refers to employees.employee_id: its test is gone",
        ),
    ]


def test_each_names_whom_it_hits_with_its_owner(found: tuple[Risk, ...]) -> None:
    foreign_key = ("foreign key", "loyalty_cards", "loyalty_cards_holder_email_fk", "")
    mailbox = ("semantic model", "customers", "mailbox", "")
    assert [users(risk) for risk in found] == [
        [foreign_key, mailbox, ("exposure", "newsletter", "", "Jörg Amsler")],
        [("exposure", "payroll_check", "", "Ingrid Sørensen")],
        [foreign_key, mailbox],
        [],
    ]


def test_each_says_where_to_look(found: tuple[Risk, ...]) -> None:
    assert [risk.file for risk in found] == [
        "models/marts/customers_v2.sql",
        "models/marts/payments.sql",
        "models/marts/_marts.yml",
        "models/marts/_marts.yml",
    ]


def test_the_demo_against_itself_is_no_risk(tmp_path: Path) -> None:
    side = a_side(tmp_path, "pull-request")
    assert assess(compare(side, side), side, side, None) == ()
