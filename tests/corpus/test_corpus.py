"""Every pair of the corpus, drawn with all resource types, is DBML that `@dbml/core` reads and that loses no table."""

import os
from pathlib import Path

import pytest

from tests.corpus.manifests import read_manifest
from tests.corpus.pairs import ALL_TYPES, NO_CORPUS, OURS, VARIABLE, corpus_folder, draw_command, pairs, run
from tests.tools.judge import Document, Judge

pytestmark = pytest.mark.corpus

PAIRS = pairs(corpus_folder())


@pytest.fixture(scope="module", params=PAIRS, ids=[pair.name for pair in PAIRS])
def pair(request: pytest.FixtureRequest) -> Path:
    """Each pair of the corpus in turn."""
    folder: Path = request.param
    return folder


@pytest.fixture(scope="module")
def dbml(pair: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What the command draws of the pair."""
    return drawn(pair, tmp_path_factory.mktemp("drawn"), hash_seed="1")


@pytest.fixture(scope="module")
def document(dbml: Path, judge: Judge) -> Document:
    """What `@dbml/core` reads in it."""
    return judge.read(dbml.read_text(encoding="utf-8"))


def test_the_corpus_is_there() -> None:
    if os.environ.get(VARIABLE) == NO_CORPUS:
        pytest.skip(f"{VARIABLE}={NO_CORPUS}: the corpus of real artifacts is left out on purpose")
    if not PAIRS and not os.environ.get("CI"):
        pytest.skip(f"no artifact pairs in {corpus_folder()}; set {VARIABLE} to a folder that has some")
    assert PAIRS, f"no artifact pairs in {corpus_folder()}"


def test_every_node_is_a_table_that_the_parser_reads(pair: Path, document: Document) -> None:
    assert document.errors == ()
    assert len(document.tables) == len(read_manifest(pair).tables)


def test_references_join_columns_that_their_tables_have(document: Document) -> None:
    columns = {(table.schema, table.name): {column.name for column in table.columns} for table in document.tables}
    for ends in document.refs:
        assert len(ends[0].columns) == len(ends[1].columns)
        for end in ends:
            assert set(end.columns) <= columns[end.schema, end.table]


def test_the_same_artifacts_give_the_same_bytes(pair: Path, dbml: Path, tmp_path: Path) -> None:
    again = drawn(pair, tmp_path, hash_seed="2")
    assert again.read_bytes() == dbml.read_bytes()


def drawn(pair: Path, folder: Path, hash_seed: str) -> Path:
    """The DBML of a pair, with all resource types."""
    done = run(draw_command(OURS, pair, ALL_TYPES, folder), folder, PYTHONHASHSEED=hash_seed)
    assert done.returncode == 0, done.stderr
    return folder / "output.dbml"
