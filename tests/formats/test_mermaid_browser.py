"""A browser draws our Mermaid, in both versions, and shows in it what the tables say and nothing else."""

from collections.abc import Sequence
from pathlib import Path

import pytest

from erd.demo.account import demo_account
from erd.formats import Options
from erd.formats.mermaid import render
from erd.model import Erd
from erd.pipeline import draw as drawn_from
from erd.report.page import render as render_page
from erd.settings import Settings
from erd.sources import LocalSource
from tests.formats.hostile import hostile_331
from tests.formats.mermaid_expectation import expected, folded_word
from tests.formats.sample import a_shop
from tests.formats.test_mermaid_any_text import hostile_erd
from tests.report.page_reading import read_page
from tests.tools.browser import DrawnPicture, draw
from tests.tools.mermaid_judge import VERSIONS
from tests.tools.node import ToolMissing

pytestmark = pytest.mark.browser

AT_ONCE = 20


@pytest.fixture(params=VERSIONS)
def version(request: pytest.FixtureRequest) -> str:
    """Each version of mermaid in turn."""
    name: str = request.param
    return name


def pictures(documents: Sequence[str], version: str, folder: Path) -> list[DrawnPicture]:
    """The documents, drawn without a complaint and without anything that is no picture."""
    try:
        found = draw(documents, version, folder)
    except ToolMissing as missing:
        pytest.skip(f"no browser: {missing}")
    assert [one.error for one in found if one.error] == []
    assert [one.foreign for one in found if one.foreign] == []
    return found


def texts(erd: Erd) -> set[str]:
    """All texts that a picture of the ERD shows; a blank at an end is not seen."""
    read = expected(erd)
    rows = [row for box in read.entities for row in box.rows]
    said = [box.title for box in read.entities] + [line.label for line in read.lines] + [row.comment for row in rows]
    words = [word for row in rows for word in (row.type, row.name)]
    return {folded_word(text) for text in (*said, *words) if text}


def jaffle_shop(folder: Path) -> Erd:
    for name, content in demo_account().runs[0].steps[-1].artifacts.items():
        (folder / name).write_bytes(content if isinstance(content, bytes) else content())
    types = ("model", "seed", "source", "snapshot")
    return drawn_from(Settings(source=LocalSource(folder), resource_type=types)).erd


def test_hostile_names_in_all_slots_are_seen_as_they_are(version: str, tmp_path: Path) -> None:
    names = hostile_331()
    erds = [hostile_erd(names[start : start + AT_ONCE]) for start in range(0, len(names), AT_ONCE)]
    for erd, picture in zip(erds, pictures([render(erd, Options()) for erd in erds], version, tmp_path), strict=True):
        assert texts(erd) - {folded_word(text) for text in picture.texts} == set()


@pytest.mark.parametrize("columns", ["all", "keys", "none"])
def test_the_sample_is_seen_whole(version: str, columns: str, tmp_path: Path) -> None:
    (picture,) = pictures([render(a_shop(), Options(columns=columns))], version, tmp_path)
    assert {*picture.texts} >= {table.name for table in a_shop().tables}


def test_the_jaffle_shop_and_the_pictures_of_its_page_are_drawn(version: str, tmp_path: Path) -> None:
    erd = jaffle_shop(tmp_path)
    documents = [render(erd, Options()), *read_page(render_page(erd, Options())).pictures]
    whole, *others = pictures(documents, version, tmp_path)
    assert texts(erd) - {folded_word(text) for text in whole.texts} == set()
    assert len(others) > 1


def test_a_picture_that_is_broken_is_told(version: str, tmp_path: Path) -> None:
    try:
        (broken,) = draw(["erDiagram\n  t1 {"], version, tmp_path)
    except ToolMissing as missing:
        pytest.skip(f"no browser: {missing}")
    assert broken.error != ""
