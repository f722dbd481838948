"""Edits of what proves or declares keys, and all that follows of them."""

from collections.abc import Callable

from erd.diff.changes import Aspect
from tests.corpus.mutations.artifacts import meta_of
from tests.corpus.mutations.case import Case
from tests.corpus.mutations.columns import declarations, declare
from tests.corpus.mutations.data_tests import any_column, call, drop, like, template_of
from tests.corpus.mutations.facts import changed, joined
from tests.corpus.mutations.reading import Keys, cardinality_of, key_of, keys_of


def prove_key(case: Case) -> str | None:
    """Add a `unique` or `not_null` test, or one of several columns together."""
    macros = [macro for macro in ("unique", "not_null", "unique_combination_of_columns") if template_of(case, macro)]
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
        template = template_of(case, macro)
        assert template is not None
        node = like(case, template, macro, table, key[0] if size == 1 else None)
        node["test_metadata"] = {**node["test_metadata"], "kwargs": {
            **({"column_name": key[0]} if size == 1 else {"combination_of_columns": list(key)}),
            "model": f"{{{{ get_where_subquery({call(case, table)}) }}}}",
        }}  # fmt: skip
        node["depends_on"] = {**node["depends_on"], "nodes": [table]}
        case.here.add(node["unique_id"], node)
        for column in key:
            if not declarations(case.here.node(table), column):
                declare(case, table, column, description="")

    _change_keys(case, table, add)
    return f"add {macro} of {', '.join(key)} to {table}{_perhaps_unbuilt(case, table)}"


def lose_key(case: Case) -> str | None:
    """Drop or disable a test that proves something."""
    table = _keyed_table(case, lambda table: any(_proves(case, test) for test in case.reading.tests_of[table]))
    if table is None:
        return None
    test = case.random.choice([test for test in case.reading.tests_of[table] if _proves(case, test)])
    done: list[str] = []
    _change_keys(case, table, lambda: done.append(drop(case, test)))
    return f"{done[0]}{_perhaps_unbuilt(case, table)}"


def constrain_key(case: Case) -> str | None:
    """A primary key in the contract of a table that had none."""
    table = _keyed_table(case, lambda table: table.startswith("model."))
    before = keys_of(case.here, table) if table else None
    if table is None or before is None or before.primary:
        return None
    case.take(*case.reading.neighbours(table))
    column = any_column(case, table)
    case.here.edit(table)["constraints"] = [{"type": "primary_key", "columns": [column], "name": None}]
    _say_keys(case, table, before, Keys((column,), before.unique - {(column,)}, before.not_null | {column}))
    return f"make {column} the primary key of {table}"


def _change_keys(case: Case, table: str, edit: Callable[[], None]) -> None:
    """Edit what proves the keys of a table, and say all that follows."""
    before = keys_of(case.here, table)
    case.take(*case.reading.neighbours(table))
    edit()
    after = keys_of(case.here, table)
    assert before is not None
    assert after is not None
    _say_keys(case, table, before, after)


def _say_keys(case: Case, table: str, before: Keys, after: Keys) -> None:
    for column in sorted(before.not_null ^ after.not_null):
        case.say(changed((table, column), [Aspect.NOT_NULL]))
    primary = [Aspect.PRIMARY_KEY] * (before.primary != after.primary)
    unique = [Aspect.UNIQUE_KEYS] * (before.unique != after.unique)
    if primary or unique:
        case.say(changed((table,), primary + unique))
    for one in case.reading.sole:
        meta = meta_of(case.here.node(one.test)) if one.child == table else {}
        column = one.child_column
        if one.child == table and cardinality_of(meta, before, column) != cardinality_of(meta, after, column):
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


def _perhaps_unbuilt(case: Case, table: str) -> str:
    """Leave the table unbuilt now and then, if its keys are known all the same, since YAML declares their columns."""
    keyed = {
        column for test in case.reading.tests_of[table] for column in key_of(case.reading.artifacts.node(test)) or ()
    }
    node = case.here.node(table)
    return case.perhaps_unbuilt(table) if all(declarations(node, column) for column in keyed) else ""


def _proves(case: Case, test: str) -> bool:
    return bool(key_of(case.here.node(test))) and len(case.here.used_by(test)) == 1
