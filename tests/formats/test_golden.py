"""A whole document of each kind, as it was read and found good.

After a wanted change: `pytest tests/formats --refresh-golden`, and read the difference.
"""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from erd import __version__
from erd.formats import TARGETS, Options
from tests.formats.mermaid_expectation import mermaid_complaints
from tests.formats.sample import a_shop, a_tested_shop
from tests.tools.judge import Judge
from tests.tools.mermaid_judge import MermaidJudge

GOLDEN = Path(__file__).with_name("golden")
ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = {
    "shop.dbml": ("dbml", Options()),
    "shop-grouped.dbml": ("dbml", Options(grouped_by="schema")),
    "shop-plain.dbml": ("dbml", Options(columns="none", omit_entity_name_quotes=True)),
    "shop.json": ("json", Options(grouped_by="schema")),
    "shop.ddb": ("drawdb", Options()),
    "shop.tbls.json": ("tbls", Options(grouped_by="schema")),
    "shop.mermaid.md": ("mermaid", Options()),
    "shop-keys.mermaid.md": ("mermaid", Options(columns="keys")),
    "shop.erd.md": ("markdown", Options()),
    "shop.plantuml": ("plantuml", Options(grouped_by="schema")),
    "shop.graphviz": ("graphviz", Options(grouped_by="schema")),
    "shop.d2": ("d2", Options(grouped_by="schema")),
}
# Targets that show how relationships fared when they were tested, and dependencies.
PICTURES = ("plantuml", "graphviz", "d2")
PICTURE_FILES = [file for file, (target, _) in DOCUMENTS.items() if target in PICTURES]
RENDER = "import sys; from tests.formats.test_golden import rendered; print(rendered(sys.argv[1]), end='')"


def rendered(file: str) -> str:
    """The sample, with the options of that golden file."""
    target, options = DOCUMENTS[file]
    shop = a_tested_shop() if target in PICTURES else a_shop()
    # A release of this project is no change of the diagram.
    return TARGETS[target].render(shop, options).replace(f'"{__version__}"', '"(this one)"')


@pytest.mark.parametrize("file", DOCUMENTS)
def test_the_sample_is_rendered_as_it_was_found_good(file: str, refresh_golden: bool) -> None:
    if refresh_golden:
        (GOLDEN / file).write_text(rendered(file), "utf-8")
    assert rendered(file) == (GOLDEN / file).read_text("utf-8")


@pytest.mark.parametrize("file", [file for file in DOCUMENTS if file.endswith(".dbml")])
def test_what_was_found_good_is_read_without_complaint(file: str, judge: Judge) -> None:
    document = judge.read((GOLDEN / file).read_text("utf-8"))
    assert document.errors == ()
    assert (len(document.tables), len(document.refs)) == (8, 7)


@pytest.mark.parametrize("file", [file for file in DOCUMENTS if file.endswith(".mermaid.md")])
def test_the_mermaid_that_was_found_good_is_read_without_complaint(file: str, mermaid: MermaidJudge) -> None:
    document = (GOLDEN / file).read_text("utf-8")
    assert mermaid_complaints(document, mermaid) == []
    assert (len(mermaid.read(document).entities), len(mermaid.read(document).lines)) == (8, 7)


@pytest.mark.parametrize("seed", ["1", "2"])
@pytest.mark.parametrize(
    "file",
    ["shop-plain.dbml", "shop.json", "shop.ddb", "shop.tbls.json", "shop.mermaid.md", "shop.erd.md", *PICTURE_FILES],
)
def test_another_process_renders_the_same_bytes(file: str, seed: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", RENDER, file],
        cwd=ROOT, env={**os.environ, "PYTHONHASHSEED": seed, "PYTHONUTF8": "1"}, capture_output=True, check=True,
    )  # fmt: skip
    assert done.stdout.decode() == rendered(file)


def test_every_golden_file_is_compared() -> None:
    assert sorted(path.name for path in GOLDEN.iterdir()) == sorted(DOCUMENTS)
