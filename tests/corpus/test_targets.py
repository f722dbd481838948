"""Every pair of the corpus in every target, with all resource types: valid to the format's own parser."""

from collections.abc import Callable, Mapping

import pytest

from erd.formats import TARGETS
from tests.corpus.pairs import ALL_TYPES, OURS, corpus_folder, draw_command, pairs, run
from tests.tools.d2 import d2_complaints
from tests.tools.documents import drawdb_complaints, json_complaints, tbls_complaints
from tests.tools.graphviz import graphviz_complaints
from tests.tools.judge import Judge
from tests.tools.mermaid_judge import MermaidJudge
from tests.tools.node import ToolMissing
from tests.tools.plantuml import plantuml_complaints

pytestmark = pytest.mark.corpus

# A page may be without a picture, and then there is nothing to be read in it.
FENCE = "```mermaid\n"
# What GitHub still shows as a page and not as a file to download.
LARGEST_PAGE = 512_000

Texts = dict[str, str]


@pytest.fixture(scope="session")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Texts]:
    """By target, the text of each pair."""
    folder = tmp_path_factory.mktemp("corpus")
    found: dict[str, Texts] = {name: {} for name in TARGETS}
    for pair in pairs(corpus_folder()):
        output = folder / pair.name
        others = [word for name in TARGETS if name != "dbml" for word in ("-t", name)]
        done = run([*draw_command(OURS, pair, ALL_TYPES, output), *others], folder)
        assert done.returncode == 0, done.stderr
        for name, target in TARGETS.items():
            found[name][pair.name] = (output / target.file_name).read_text(encoding="utf-8")
    return found


def test_dbml_is_valid(drawn: Mapping[str, Texts], judge: Judge) -> None:
    assert complaints(drawn["dbml"], lambda text: judge.read(text).errors) == {}


def test_mermaid_is_valid(drawn: Mapping[str, Texts], mermaid: MermaidJudge) -> None:
    assert complaints(drawn["mermaid"], lambda text: mermaid.read(text).errors) == {}


def test_every_picture_of_a_page_is_valid(drawn: Mapping[str, Texts], mermaid: MermaidJudge) -> None:
    pictures = {
        f"{name}, picture {number}": part.partition("\n```")[0]
        for name, page in drawn["markdown"].items()
        for number, part in enumerate(page.split(FENCE)[1:], 1)
    }
    assert complaints(pictures, lambda text: mermaid.read(text).errors) == {}
    assert [name for name, text in pictures.items() if len(text) > 15_000] == []
    assert [name for name, page in drawn["markdown"].items() if len(page.encode()) > LARGEST_PAGE] == []


@pytest.mark.parametrize(
    ("target", "check"),
    [("json", json_complaints), ("drawdb", drawdb_complaints), ("tbls", tbls_complaints)],
)
def test_a_document_is_what_its_schema_says(
    drawn: Mapping[str, Texts], target: str, check: Callable[[str], list[str]]
) -> None:
    assert complaints(drawn[target], check) == {}


@pytest.mark.parametrize(
    ("target", "check"),
    [("plantuml", plantuml_complaints), ("graphviz", graphviz_complaints), ("d2", d2_complaints)],
)
def test_a_diagram_is_valid_to_its_own_compiler(
    drawn: Mapping[str, Texts], target: str, check: Callable[[Texts], dict[str, list[str]]]
) -> None:
    try:
        assert check(drawn[target]) == {}
    except ToolMissing as missing:
        pytest.skip(f"no judge for {target}: {missing}")


def complaints(texts: Mapping[str, str], check: Callable[[str], object]) -> dict[str, object]:
    """What is wrong with each of these texts; without an entry where nothing is."""
    found = {name: check(text) for name, text in texts.items()}
    return {name: said for name, said in found.items() if said}
