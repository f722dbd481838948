"""Tables come into pictures together with what they relate to, each once, and no more than fit."""

from hypothesis import given, settings
from hypothesis import strategies as st

from erd.report.clusters import MOST_BOXES, MOST_LINES, MOST_TABLES, clusters

TABLES = [f"t{number:02}" for number in range(40)]
parents = st.dictionaries(
    st.sampled_from(TABLES), st.lists(st.sampled_from([*TABLES, "outside"]), max_size=25), max_size=40
)


@settings(deadline=None)
@given(parents)
def test_each_table_is_in_one_cluster_that_is_readable_or_all_alone(joined: dict[str, list[str]]) -> None:
    found = clusters(TABLES, joined)
    assert sorted(table for cluster in found for table in cluster) == TABLES
    for cluster in found:
        drawn = [parent for child in cluster for parent in joined.get(child, [])]
        readable = len(drawn) <= MOST_LINES and len({*cluster, *drawn}) <= MOST_BOXES
        assert len(cluster) == 1 or (readable and len(cluster) <= MOST_TABLES)


def test_what_belongs_together_stays_together_and_shares_a_picture_with_others() -> None:
    assert clusters(["a", "b", "c", "d"], {"a": ["c"], "b": ["d"]}) == [["a", "b", "c", "d"]]


def test_a_hub_takes_its_children_along_as_long_as_there_is_room() -> None:
    children = [f"c{number:02}" for number in range(30)]
    found = clusters([*children, "hub"], {child: ["hub"] for child in children})
    assert [len(cluster) for cluster in found] == [12, 12, 7]
    assert ["hub" in cluster for cluster in found] == [True, False, False]


def test_two_stars_of_a_large_component_are_told_apart() -> None:
    left, right = [f"l{number:02}" for number in range(12)], [f"r{number:02}" for number in range(12)]
    joined = {**{child: ["l00"] for child in left[1:]}, **{child: ["r00"] for child in right[1:]}, "l00": ["r00"]}
    assert clusters([*left, *right], joined) == [left, right]
