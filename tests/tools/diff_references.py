"""What the schema of `erd-diff.json` cannot say of a document: that its parts agree."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from itertools import chain
from typing import Any

LISTS = ("added", "removed", "changed")


def diff_references(content: Mapping[str, Any]) -> Iterable[str]:
    """What in a document contradicts the rest of it, in words."""
    yield from _unordered(content)
    yield from _miscounted(content)
    yield from _renames(content)
    yield from _flags(content)
    for table in content["tables"]["changed"]:
        if not table["aspects"] and not any(table["columns"].values()):
            yield f"{table['unique_id']} is changed, and nothing of it is"
    for one in (*content["relationships"]["changed"], *_changed_columns(content)):
        if not one["aspects"]:
            yield f"{one} is changed, and nothing of it is"


def no_changes(content: Mapping[str, Any]) -> list[str]:
    """The aspects that have one value on both sides.

    There may be some where columns are unknown: a key may be new though nobody can tell whether it is the primary one.
    """
    changed = [*content["tables"]["changed"], *content["relationships"]["changed"], *_changed_columns(content)]
    return [
        f"{aspect} is no change" for one in changed for aspect in one["aspects"] if aspect["base"] == aspect["head"]
    ]


def _changed_columns(content: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    return [column for table in content["tables"]["changed"] for column in table["columns"]["changed"]]


def _unordered(content: Mapping[str, Any]) -> Iterable[str]:
    tables, relationships = content["tables"], content["relationships"]
    ids = [[one["unique_id"] for one in tables[name]] for name in LISTS]
    often = Counter(chain.from_iterable(ids))
    yield from (f"tables are not sorted: {some}" for some in ids if some != sorted(some))
    yield from (f"{name} is in {places} lists" for name, places in often.items() if places > 1)
    for name in LISTS:
        ends = [[(end["unique_id"], end["columns"]) for end in _ends(one)] for one in relationships[name]]
        if ends != sorted(ends):
            yield f"relationships {name} are not sorted"
    severities = [risk["severity"] for risk in content["risks"]]
    if severities != sorted(severities, key=("breaking", "worth a look").index):
        yield "the worst risk is not the first"


def _ends(one: Mapping[str, Any]) -> Sequence[Mapping[str, Any]]:
    return one["child"], one["parent"]


def _miscounted(content: Mapping[str, Any]) -> Iterable[str]:
    tables, severities = content["tables"], Counter(risk["severity"] for risk in content["risks"])
    counted = {
        "tables": {name: len(tables[name]) for name in LISTS},
        "columns": {name: sum(len(one["columns"][name]) for one in tables["changed"]) for name in LISTS},
        "relationships": {name: len(content["relationships"][name]) for name in LISTS},
        "renamed": len(content["renamed"]),
        "unknown": len(content["unknown"]),
        "risks": {"breaking": severities["breaking"], "worth_a_look": severities["worth a look"]},
    }
    if content["counts"] != counted:
        yield f"counts are {content['counts']}, and there are {counted}"


def _renames(content: Mapping[str, Any]) -> Iterable[str]:
    for one in content["renamed"]:
        if one["kind"] == "table":
            for side, name in (("base", "removed"), ("head", "added")):
                if one[side]["unique_id"] not in [table["unique_id"] for table in content["tables"][name]]:
                    yield f"{one[side]} is renamed, and not {name}"
            continue
        (table,) = [table for table in content["tables"]["changed"] if table["unique_id"] == one["unique_id"]]
        for side, name in (("base", "removed"), ("head", "added")):
            if one[side] not in [column["name"] for column in table["columns"][name]]:
                yield f"{one[side]} is renamed, and not {name}"


def _flags(content: Mapping[str, Any]) -> Iterable[str]:
    listed = [one for kind in ("tables", "relationships") for name in LISTS for one in content[kind][name]]
    if content["changed"] != bool(listed):
        yield "changed is not what the lists say"
    if content["breaking"] != any(risk["severity"] == "breaking" for risk in content["risks"]):
        yield "breaking is not what the risks say"
    if content["only_descriptions"] != (bool(listed) and _is_quiet(content)):
        yield "only_descriptions is not what the lists say"
    if not all(one["guess"] for one in content["renamed"]):
        yield "a rename is more than a guess"


def _is_quiet(content: Mapping[str, Any]) -> bool:
    tables = content["tables"]
    loud = [*tables["added"], *tables["removed"], *chain.from_iterable(content["relationships"].values())]
    loud += [column for one in tables["changed"] for name in LISTS[:2] for column in one["columns"][name]]
    aspects = [aspect for one in (*tables["changed"], *_changed_columns(content)) for aspect in one["aspects"]]
    return not loud and {aspect["aspect"] for aspect in aspects} <= {"description"}
