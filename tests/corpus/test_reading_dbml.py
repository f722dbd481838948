"""The DBML of every pair of the corpus, read back: all that the target json says of it, less what DBML cannot hold."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from erd.formats.dbml_reader import read_dbml
from tests.corpus.pairs import ALL_TYPES, OURS, corpus_folder, draw_command, pairs, run
from tests.formats.reading_back import erd_of
from tests.formats.said_by_dbml import said_by_dbml

pytestmark = pytest.mark.corpus

DEFAULT_NAMES = ("-eg", "schema", "-wd")
BARE_NAMES = ("-eg", "schema", "-enf", "schema.table", "--omit-entity-name-quotes")


@pytest.mark.parametrize("options", [DEFAULT_NAMES, BARE_NAMES])
def test_the_dbml_of_every_pair_is_read_back(options: Sequence[str], tmp_path: Path) -> None:
    found = pairs(corpus_folder())
    if not found:
        pytest.skip("no corpus; where there must be one, test_corpus.py fails")
    different = []
    for pair in found:
        output = tmp_path / pair.name
        done = run([*draw_command(OURS, pair, ALL_TYPES, output), "-t", "json", *options], tmp_path)
        assert done.returncode == 0, done.stderr
        drawn = erd_of((output / "output.json").read_text(encoding="utf-8"))
        read = read_dbml((output / "output.dbml").read_text(encoding="utf-8"))
        if read != said_by_dbml(drawn):
            different.append(pair.name)
        if options is DEFAULT_NAMES:
            assert {table.name for table in read.tables} == {table.unique_id for table in drawn.tables}
    assert different == []
