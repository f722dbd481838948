"""With `--debug`, every relationship that real artifacts say is listed with what became of it."""

from collections import Counter
from pathlib import Path

import pytest

from tests.corpus.manifests import RawManifest, read_manifest
from tests.corpus.pairs import ALL_TYPES, OURS, corpus_folder, draw_command, pairs, run

pytestmark = pytest.mark.corpus


@pytest.mark.parametrize("pair", pairs(corpus_folder()), ids=lambda pair: pair.name)
def test_all_that_says_a_relationship_is_listed(pair: Path, tmp_path: Path) -> None:
    done = run([*draw_command(OURS, pair, ALL_TYPES, tmp_path), "--debug"], tmp_path)
    verdicts = [line for line in done.stderr.splitlines() if " is drawn" in line or " is not drawn: " in line]
    unsaid = [
        who
        for who, times in Counter(saying_relationships(read_manifest(pair))).items()
        if sum(line.startswith((f"{who}: ", f"{who} is not drawn: ")) for line in verdicts) < times
    ]
    assert unsaid == []


def saying_relationships(manifest: RawManifest) -> list[str]:
    """All that says a relationship, as lines of the log begin."""
    keys = [f"{key.name or ', '.join(columns)} of {model}" for model, key, columns in manifest.foreign_keys()]
    entities = [f"{entity.name} of {unique_id}" for unique_id, entity in manifest.foreign_entities()]
    return [
        *manifest.relationship_tests(),
        *(f"The foreign key {key}" for key in keys),
        *(f"The entity {entity}" for entity in entities),
    ]
