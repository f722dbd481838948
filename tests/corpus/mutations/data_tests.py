"""Edits of tests: of those that say relationships, and of those that prove keys."""

from collections.abc import Callable
from copy import deepcopy
from typing import Any

from erd.diff.changes import Aspect
from tests.corpus.mutations.artifacts import Json, macro_of, meta_of
from tests.corpus.mutations.case import Case
from tests.corpus.mutations.facts import ADDED, REMOVED, Fact, changed, joined
from tests.corpus.mutations.reading import DECLARED, Keys, Relation, key_of, keys_of


def add_relationship(case: Case) -> str | None:
    """A test between two columns that nothing joins yet."""
    child = case.seen(case.reading.is_loose)
    parent = case.seen(lambda table: table != child and case.reading.is_loose(table))
    if child is None or parent is None or not _has_template(case):
        return None
    one = Relation("", child, _any_column(case, child), parent, _any_column(case, parent))
    if any(one.unordered == other.unordered for other in case.reading.relations):
        return None
    case.take(child, parent)
    _write(case, one, {})
    case.say(Fact(joined(*one.ends), ADDED))
    return f"add a test: {one}{case.perhaps_unbuilt(child)}"


def say_it_twice(case: Case) -> str | None:
    """A second test of a relationship, with other rows in mind."""
    one = _sole(case)
    if one is None:
        return None
    case.take(one.child, one.parent)
    _write(case, one, {"where": "1 = 1"})
    case.say(changed(joined(*one.ends), [Aspect.EVIDENCE]))
    return f"add a second test: {one}"


def drop_relationship(case: Case) -> str | None:
    """Drop or disable the only test that says it."""
    one = _sole(case)
    if one is None:
        return None
    case.take(one.child, one.parent)
    case.say(Fact(joined(*one.ends), REMOVED))
    return f"{_drop(case, one.test)}: {one}{case.perhaps_unbuilt(one.parent)}"


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
    before = _cardinality(meta, keys, one.child_column)
    after = _cardinality(meta, others, one.parent_column)
    del case.here.manifest["nodes"][one.test]
    _write(case, Relation("", one.parent, one.parent_column, one.child, one.child_column), {"meta": meta})
    aspects = [Aspect.DIRECTION, Aspect.EVIDENCE] + [Aspect.CARDINALITY] * (before != after)
    case.say(changed(joined(*one.ends), aspects))
    return f"flip {one}"


def declare_cardinality(case: Case) -> str | None:
    """By `relationship_type` in meta."""
    one = _sole(case)
    keys = keys_of(case.here, one.child) if one else None
    if one is None or keys is None:
        return None
    now = _cardinality(meta_of(case.here.node(one.test)), keys, one.child_column)
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


def prove_key(case: Case) -> str | None:
    """Add a `unique` or `not_null` test, or one of several columns together."""
    macros = [macro for macro in ("unique", "not_null", "unique_combination_of_columns") if _template(case, macro)]
    if not macros:
        return None
    macro = case.random.choice(macros)
    table = _keyed_table(case)
    if table is None:
        return None
    columns = [name.lower() for name in case.here.in_order(table)]
    size = 2 if macro == "unique_combination_of_columns" else 1
    key = tuple(case.random.sample(columns, min(size, len(columns))))

    def add() -> None:
        template = _template(case, macro)
        assert template is not None
        node = _like(case, template, macro, table, key[0] if size == 1 else None)
        node["test_metadata"] = {**node["test_metadata"], "kwargs": {
            **({"column_name": key[0]} if size == 1 else {"combination_of_columns": list(key)}),
            "model": f"{{{{ get_where_subquery({_call(case, table)}) }}}}",
        }}  # fmt: skip
        node["depends_on"] = {**node["depends_on"], "nodes": [table]}
        case.here.add(node["unique_id"], node)

    _change_keys(case, table, add)
    return f"add {macro} of {', '.join(key)} to {table}{case.perhaps_unbuilt(table)}"


def lose_key(case: Case) -> str | None:
    """Drop or disable a test that proves something."""
    table = _keyed_table(case, lambda table: any(_proves(case, test) for test in case.reading.tests_of[table]))
    if table is None:
        return None
    test = case.random.choice([test for test in case.reading.tests_of[table] if _proves(case, test)])
    done: list[str] = []
    _change_keys(case, table, lambda: done.append(_drop(case, test)))
    return f"{done[0]}{case.perhaps_unbuilt(table)}"


def _change_keys(case: Case, table: str, edit: Callable[[], None]) -> None:
    """Edit what proves the keys of a table, and say all that follows."""
    before = keys_of(case.here, table)
    case.take(*case.reading.neighbours(table))
    edit()
    after = keys_of(case.here, table)
    assert before is not None
    assert after is not None
    for column in sorted(before.not_null ^ after.not_null):
        case.say(changed((table, column), [Aspect.NOT_NULL]))
    primary = [Aspect.PRIMARY_KEY] * (before.primary != after.primary)
    unique = [Aspect.UNIQUE_KEYS] * (before.unique != after.unique)
    if primary or unique:
        case.say(changed((table,), primary + unique))
    for one in case.reading.sole:
        meta = meta_of(case.here.node(one.test)) if one.child == table else {}
        column = one.child_column
        if one.child == table and _cardinality(meta, before, column) != _cardinality(meta, after, column):
            case.say(changed(joined(*one.ends), [Aspect.CARDINALITY]))


def _keyed_table(case: Case, fits: Callable[[str], object] = lambda _: True) -> str | None:
    """Some table all of whose keys are plain, as are all its relationships."""
    sole = {one.test for one in case.reading.sole}
    return case.seen(
        lambda table: (
            fits(table)
            and case.reading.is_loose(table)
            and case.is_free(*case.reading.neighbours(table))
            and all(one.test in sole for one in case.reading.relations if table in (one.child, one.parent))
            and keys_of(case.here, table) is not None
        )
    )


def _proves(case: Case, test: str) -> bool:
    return bool(key_of(case.here.node(test))) and len(case.here.used_by(test)) == 1


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


def _cardinality(meta: Json, keys: Keys, column: str) -> tuple[str, str]:
    return DECLARED.get(str(meta.get("relationship_type")).lower()) or keys.cardinality(column)


def _any_column(case: Case, table: str) -> str:
    return case.random.choice(case.here.in_order(table)).lower()


def _drop(case: Case, test: str) -> str:
    """Drop a test, or disable it in one of the two ways that dbt writes."""
    way = case.random.choice(("drop", "disable", "disable among the nodes"))
    if way == "disable among the nodes":
        node = case.here.edit(test)
        node["config"] = {**(node.get("config") or {}), "enabled": False}
    else:
        node = case.here.manifest["nodes"].pop(test)
        if way == "disable":
            case.here.manifest["disabled"] = {**(case.here.manifest.get("disabled") or {}), test: [node]}
    return f"{way} {test}"


def _template(case: Case, macro: str) -> str | None:
    """A test of the pair to write another after."""
    found = (test for test in case.reading.artifacts.tests() if macro_of(case.reading.artifacts.node(test)) == macro)
    return min(found, default=None)


def _has_template(case: Case) -> bool:
    return bool(_template(case, "relationships") or _template(case, "not_null"))


def _write(case: Case, one: Relation, config: Json) -> None:
    """Write a `relationships` test as this version of dbt does."""
    template = _template(case, "relationships") or _template(case, "not_null")
    assert template is not None
    node = _like(case, template, "relationships", one.child, one.child_column)
    node["config"] = {**(node.get("config") or {}), "meta": {}, **config}
    node["meta"] = config.get("meta", {})
    arguments = {
        "column_name": one.child_column,
        "to": _call(case, one.parent),
        "field": one.parent_column,
        "model": f"{{{{ get_where_subquery({_call(case, one.child)}) }}}}",
    }
    nested = "arguments" in ((node.get("test_metadata") or {}).get("kwargs") or {})
    kwargs: dict[str, Any] = arguments
    if nested:
        kwargs = {key: arguments.pop(key) for key in ("column_name", "model")} | {"arguments": arguments}
    node["test_metadata"] = {"name": "relationships", "kwargs": kwargs, "namespace": None}
    node["depends_on"] = {**node["depends_on"], "nodes": [one.parent, one.child]}
    case.here.add(node["unique_id"], node)


def _like(case: Case, template: str, macro: str, table: str, column: str | None) -> Json:
    """A test of another name on a table, else like this one."""
    node = deepcopy(case.reading.artifacts.node(template))
    package = template.split(".")[1]
    node["name"] = f"{macro}_{table.rsplit('.', maxsplit=1)[-1]}_{column or ''}_{case.name()}"
    node["unique_id"] = f"test.{package}.{node['name']}.{case.name()[4:]}"
    node["column_name"] = column
    if "attached_node" in node:
        node["attached_node"] = None if table.startswith("source.") else table
    node["config"] = {**(node.get("config") or {}), "where": None, "meta": {}}
    node["meta"] = {}
    return node


def _call(case: Case, table: str) -> str:
    """How Jinja calls a table."""
    node = case.here.node(table)
    if table.startswith("source."):
        return f"source('{node['source_name']}', '{node['name']}')"
    version = f", v={node['version']}" if node.get("version") is not None else ""
    return f"ref('{node['name']}'{version})"


def _set_meta(node: Json, key: str, value: str) -> None:
    """Where this version of dbt keeps it."""
    node["meta"] = {**(node.get("meta") or {}), key: value}
    if isinstance((node.get("config") or {}).get("meta"), dict):
        node["config"]["meta"] = {**node["config"]["meta"], key: value}
