"""Edits of relationships that one test alone says, and of such that nobody says yet."""

from erd.diff.changes import Aspect
from tests.corpus.mutations.artifacts import Json, meta_of
from tests.corpus.mutations.case import Case
from tests.corpus.mutations.data_tests import any_column, drop, has_template, write
from tests.corpus.mutations.facts import ADDED, REMOVED, Fact, changed, joined
from tests.corpus.mutations.reading import DECLARED, Relation, cardinality_of, keys_of


def add_relationship(case: Case) -> str | None:
    """A test between two columns that nothing joins yet."""
    child = case.seen(case.reading.is_loose)
    parent = case.seen(lambda table: table != child and case.reading.is_loose(table))
    if child is None or parent is None or not has_template(case):
        return None
    one = Relation("", child, any_column(case, child), parent, any_column(case, parent))
    if any(one.unordered == other.unordered for other in case.reading.relations):
        return None
    case.take(child, parent)
    write(case, one, {})
    case.say(Fact(joined(*one.ends), ADDED))
    return f"add a test: {one}{case.perhaps_unbuilt(child)}"


def say_it_twice(case: Case) -> str | None:
    """A second test of a relationship, with other rows in mind: tests spoke for it before."""
    one = _sole(case)
    if one is None:
        return None
    case.take(one.child, one.parent)
    write(case, one, {"where": "1 = 1"})
    return f"add a second test: {one}"


def constrain_relationship(case: Case) -> str | None:
    """A foreign key of a contract says what a test says already."""
    one = _sole(case)
    if one is None or not one.child.startswith("model."):
        return None
    parent = case.here.node(one.parent)
    relation = parent.get("relation_name") or parent["name"]
    case.take(one.child, one.parent)
    constraint = {
        "type": "foreign_key", "columns": [one.child_column], "name": None, "expression": None,
        "to": relation, "to_columns": [one.parent_column],
    }  # fmt: skip
    if case.random.random() < 0.5:
        constraint |= {"to": None, "to_columns": [], "expression": f"{relation} ({one.parent_column})"}
    case.here.edit(one.child)["constraints"] = [constraint]
    case.say(changed(joined(*one.ends), [Aspect.EVIDENCE]))
    return f"a foreign key for {one}"


def drop_relationship(case: Case) -> str | None:
    """Drop or disable the only test that says it."""
    one = _sole(case)
    if one is None:
        return None
    case.take(one.child, one.parent)
    case.say(Fact(joined(*one.ends), REMOVED))
    return f"{drop(case, one.test)}: {one}{case.perhaps_unbuilt(one.parent)}"


def flip_relationship(case: Case) -> str | None:
    """The same test the other way round, which has an id of its own."""
    one = _sole(case)
    if one is None:
        return None
    keys, others = keys_of(case.here, one.child), keys_of(case.here, one.parent)
    if keys is None or others is None:
        return None
    case.take(one.child, one.parent)
    meta = meta_of(case.here.node(one.test))
    before = cardinality_of(meta, keys, one.child_column)
    after = cardinality_of(meta, others, one.parent_column)
    del case.here.manifest["nodes"][one.test]
    write(case, Relation("", one.parent, one.parent_column, one.child, one.child_column), {"meta": meta})
    aspects = [Aspect.DIRECTION] + [Aspect.CARDINALITY] * (before != after[::-1])
    case.say(changed(joined(*one.ends), aspects))
    return f"flip {one}"


def declare_cardinality(case: Case) -> str | None:
    """By `relationship_type` in meta."""
    one = _sole(case)
    keys = keys_of(case.here, one.child) if one else None
    if one is None or keys is None:
        return None
    now = cardinality_of(meta_of(case.here.node(one.test)), keys, one.child_column)
    kind = case.random.choice([name for name in sorted(DECLARED) if DECLARED[name] != now])
    case.take(one.child, one.parent)
    _set_meta(case.here.edit(one.test), "relationship_type", kind)
    case.say(changed(joined(*one.ends), [Aspect.CARDINALITY]))
    return f"declare {kind}: {one}"


def label_relationship(case: Case) -> str | None:
    """By `relationship_label` in meta."""
    one = _sole(case)
    if one is None:
        return None
    case.take(one.child, one.parent)
    _set_meta(case.here.edit(one.test), "relationship_label", case.name())
    case.say(changed(joined(*one.ends), [Aspect.LABEL]))
    return f"label {one}"


def fail_relationship(case: Case) -> str | None:
    """Its test fails, where it passed before."""
    one = _sole(case)
    if one is None:
        return None
    case.take(one.child, one.parent)
    case.base_is_edited = True
    case.base.failures, case.head.failures = case.base.failures or {}, case.head.failures or {}
    case.here.failures = {**(case.here.failures or {}), one.test: case.random.randrange(1, 100)}
    case.say(changed(joined(*one.ends), [Aspect.STATE]))
    return f"let fail {one}"


def _sole(case: Case) -> Relation | None:
    """A relationship that one test alone says, between free tables."""
    if case.lost_catalog:
        return None
    by_test = {
        one.test: one
        for one in case.reading.sole
        if case.is_free(one.child, one.parent) and case.reading.is_loose(one.child, one.parent)
    }
    test = case.choice(by_test)
    return by_test[test] if test else None


def _set_meta(node: Json, key: str, value: str) -> None:
    """Where this version of dbt keeps it."""
    node["meta"] = {**(node.get("meta") or {}), key: value}
    if isinstance((node.get("config") or {}).get("meta"), dict):
        node["config"]["meta"] = {**node["config"]["meta"], key: value}
