"""Whatever names hold, PlantUML draws the document without complaint, and the texts in the picture are those."""

from collections.abc import Sequence

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from erd.formats import Options
from erd.formats.plantuml import render
from erd.model import Column, Erd, Table
from tests.builders import a_table, an_erd
from tests.formats import pictures
from tests.formats.pictures import any_pictures, hostile_pictures, seen, seen_name
from tests.formats.sample import a_tested_shop
from tests.tools.graphviz import dot
from tests.tools.node import ToolMissing
from tests.tools.plantuml import drawn, plantuml, plantuml_complaints

pytestmark = pytest.mark.drawing

CHOICES = [Options(grouped_by="schema"), Options(), Options(columns="none")]


@pytest.fixture(scope="module", autouse=True)
def programs() -> None:
    """PlantUML and Graphviz are there; without them these tests are skipped, except in CI."""
    try:
        plantuml(), dot()
    except ToolMissing as missing:
        pytest.skip(f"no judge for PlantUML: {missing}")


def differences(asked: Sequence[tuple[Erd, Options]]) -> list[object]:
    """Complaints about these documents, or the texts that should be in their pictures beside those that are."""
    pictures_ = drawn({str(number): render(erd, options) for number, (erd, options) in enumerate(asked)})
    return [
        picture.complaints or (wanted, found)
        for picture, (erd, options) in zip(pictures_.values(), asked, strict=True)
        if picture.complaints
        or (wanted := sorted(filter(None, expected(erd, options)))) != (found := sorted(map(seen, picture.texts)))
    ]


def expected(erd: Erd, options: Options) -> list[str]:
    """All texts in the picture, with all columns or none."""
    found = pictures.groups(erd) if options.grouped_by else []
    for table in erd.tables:
        found.append(pictures.seen_title(table))
        found += [field(erd, table, column) for column in table.columns if options.columns == "all"]
    for one in erd.relationships:
        found += pictures.seen_labels(one)
    return found


def field(erd: Erd, table: Table, column: Column) -> str:
    kind = f" : {seen(column.type)}" if seen(column.type) else ""
    return " ".join(
        [f"{seen_name(column.name)}{kind}", *(f"«{mark}»" for mark in pictures.keys(erd, table, column.name))]
    )


def test_the_shop_is_drawn() -> None:
    assert differences([(a_tested_shop(), options) for options in CHOICES]) == []


def test_hostile_names_in_all_slots_are_drawn() -> None:
    assert differences([(erd, CHOICES[0]) for erd in hostile_pictures()]) == []


def test_characters_that_plantuml_uses_itself_are_drawn() -> None:
    names = [f"{chr(code)}b" for code in (0x2013, *range(0xE000, 0xE200), *range(0xF8F0, 0xF900))]
    assert differences([(an_erd(a_table(name, [name]) for name in names), Options())]) == []


# Without shrinking: each step of it starts Java.
@settings(
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    deadline=None,
    max_examples=5,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(asked=st.lists(st.tuples(any_pictures(), st.sampled_from(CHOICES)), min_size=10, max_size=20))
def test_any_erd_is_drawn(asked: list[tuple[Erd, Options]]) -> None:
    assert differences(asked) == []


def test_the_columns_of_the_primary_key_stand_above_the_others() -> None:
    table = a_table("a", ["x", "id", "y"], primary_key=["id"])
    fields = [
        line.split()[1] for line in render(an_erd([table]), Options()).splitlines() if line.startswith("  {field}")
    ]
    assert fields == ["id", "x", "y"]


def test_a_document_that_is_broken_is_told() -> None:
    texts = {
        "good": render(a_tested_shop(), Options()),
        "syntax": "@startuml\nentity a {\nb c d\n@enduml\n",
        "picture": '@startuml\nentity "&#36;" as a\n@enduml\n',
        "empty": "@startuml\n@enduml\n",
        "none": "",
    }
    assert sorted(plantuml_complaints(texts)) == ["empty", "none", "picture", "syntax"]
