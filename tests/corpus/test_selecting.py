"""Real manifests of every age are read as widely as selection needs them, and each table is found by its own name."""

from pathlib import Path

import pytest

from erd.artifacts.comparable import read_comparable_manifest
from erd.artifacts.graph import SelectableNode, read_selectable_manifest
from erd.artifacts.run_results import RunResults
from erd.checks import RESOURCE_TYPES
from erd.select.project import Files, Project
from erd.select.rules import read_rules, select_tables
from tests.corpus.pairs import corpus_folder, pairs

pytestmark = pytest.mark.corpus

RULES = (
    "*",
    "@package:*",
    "tag:*+",
    "1+exposure:*",
    "path:models",
    "config.enabled:true",
    "group:*",
    "test_name:unique",
)


def folders() -> list[Path]:
    return pairs(corpus_folder())


@pytest.mark.parametrize("pair", folders(), ids=lambda pair: pair.name)
def test_a_real_manifest_is_selected_from(pair: Path) -> None:
    path = next(iter(sorted(pair.glob("*manifest*.json"))))
    manifest = read_selectable_manifest(path)
    files = Files(path, str(path), lambda: (path, str(path)), RunResults())
    project = Project(manifest, files)

    def found(*select: str) -> frozenset[str]:
        return select_tables(read_rules(select, []), manifest, RESOURCE_TYPES, files).tables

    tables = project.tables.keys() & project.members.keys()
    assert found(*RULES, "source:*") == tables
    assert found("state:old") == tables
    assert found("state:modified") == frozenset()
    assert read_comparable_manifest(path).nodes_and_sources().keys() >= tables
    for unique_id in sorted(tables)[:20]:
        node = project.members[unique_id]
        assert isinstance(node, SelectableNode)
        rule = f"source:{node.source_name}.{node.name}" if unique_id.startswith("source.") else f"fqn:{node.name}"
        assert unique_id in found(rule)
        assert unique_id in found(unique_id)
