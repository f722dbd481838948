"""Of every manifest of the corpus it is known who uses which table, and each user is in that manifest."""

import pytest

from erd.artifacts.manifest import read_manifest
from erd.artifacts.reviewed import read_reviewed_manifest
from erd.detect.erd import table_nodes
from erd.detect.uses import project_of
from erd.project import UseKind
from tests.corpus.pairs import corpus_folder, manifest_of, pairs

pytestmark = pytest.mark.corpus


def test_the_users_of_every_pair_are_in_its_manifest() -> None:
    found = pairs(corpus_folder())
    if not found:
        pytest.skip("no corpus; where there must be one, test_corpus.py fails")
    kinds = set()
    for pair in found:
        read = read_reviewed_manifest(manifest_of(pair))
        project = project_of(read)
        assert project.tables == set(table_nodes(read_manifest(manifest_of(pair))))
        there = {*(read.nodes or {}), *(read.unit_tests or {}), *(read.semantic_models or {}), *(read.exposures or {})}
        for table, uses in project.uses.items():
            assert table in project.tables, pair.name
            assert {use.node for use in uses} <= there, pair.name
            assert all(not column.startswith(('"', "`")) for use in uses for column in use.columns), pair.name
            kinds |= {use.kind for use in uses}
    assert kinds == set(UseKind)
