"""Edits of columns that no test, constraint or semantic model means."""

from typing import Any

from erd.diff.changes import Aspect
from tests.corpus.mutations.artifacts import Json, bare
from tests.corpus.mutations.case import Case
from tests.corpus.mutations.facts import ADDED, REMOVED, RENAMED, Fact, changed
from tests.corpus.mutations.types import another, respelled


def add_column(case: Case) -> str | None:
    """At any place, declared in YAML or not; the code may be the same, as with `select *`."""
    table = case.seen()
    if table is None:
        return None
    case.take(table)
    name, random = case.name(), case.random
    catalog = case.here.edit_observed(table)
    order = case.here.in_order(table)
    kind = catalog["columns"][random.choice(order)]["type"]
    catalog["columns"][_stored(case, name)] = {"type": kind, "index": 0, "name": _stored(case, name), "comment": None}
    order.insert(random.randrange(len(order) + 1), _stored(case, name))
    _number(case, table, order)
    declared = random.random() < 0.5
    if declared:
        declare(case, table, name, description="What was added")
    if random.random() < 0.7:
        case.change_code(table)
    case.say(Fact((table, name), ADDED))
    return f"add the column {name} to {table}" + ", in YAML too" * declared


def drop_column(case: Case) -> str | None:
    """From the warehouse; YAML may still declare it, which makes it no less gone."""
    found = _free_column(case)
    if found is None:
        return None
    table, column = found
    case.take(table)
    order = case.here.in_order(table)
    order.remove(column)
    del case.here.edit_observed(table)["columns"][column]
    _number(case, table, order)
    forgotten = bool(declarations(case.here.node(table), column)) and case.random.random() < 0.3
    for written in declarations(case.here.node(table), column):
        if not forgotten:
            del case.here.edit(table)["columns"][written]
    if case.random.random() < 0.7:
        case.change_code(table)
    case.say(Fact((table, column.lower()), REMOVED))
    return f"drop the column {column} of {table}" + ", but not from YAML" * forgotten


def rework_table(case: Case) -> str | None:
    """Drop, add and retype columns of one table; none of the new ones is of a type that a dropped one had."""
    table = case.seen(lambda table: len(case.reading.free_columns(table)) > 2)
    if table is None:
        return None
    free = case.reading.free_columns(table)
    case.random.shuffle(free)
    dropped = free[: case.random.randrange(1, len(free) - 1)]
    before = case.here.observed(table)[free[-1]]["type"]
    after = another(case.adapter, before, case.random)
    if after is None:
        return None
    case.take(table)
    columns, order = case.here.edit_observed(table)["columns"], case.here.in_order(table)
    for column in dropped:
        del columns[column]
        order.remove(column)
        for written in declarations(case.here.node(table), column):
            del case.here.edit(table)["columns"][written]
        case.say(Fact((table, column.lower()), REMOVED))
    for _ in range(case.random.randrange(1, 4)):
        name = case.name()
        columns[_stored(case, name)] = {"type": "erd_type", "index": 0, "name": _stored(case, name), "comment": None}
        order.insert(case.random.randrange(len(order) + 1), _stored(case, name))
        case.say(Fact((table, name), ADDED))
    _number(case, table, order)
    _retype(case, table, free[-1], after)
    case.change_code(table)
    case.say(changed((table, free[-1].lower()), [Aspect.TYPE], before, after))
    return f"drop {', '.join(dropped)} of {table}, retype {free[-1]} to {after}, and add others"


def rename_column(case: Case) -> str | None:
    """To a name that nothing has, where it stood."""
    found = _free_column(case)
    if found is None:
        return None
    table, column = found
    case.take(table)
    name = case.name()
    columns = case.here.edit_observed(table)["columns"]
    columns[_stored(case, name)] = {**columns.pop(column), "name": _stored(case, name)}
    for written in declarations(case.here.node(table), column):
        declared = case.here.edit(table)["columns"]
        declared[name] = {**declared.pop(written), "name": name}
    case.change_code(table)
    case.say(
        Fact((table, column.lower()), REMOVED),
        Fact((table, name), ADDED),
        Fact((table,), RENAMED, (), column.lower(), name),
    )
    return f"rename the column {column} of {table} to {name}"


def replace_column(case: Case) -> str | None:
    """By one of the same type elsewhere in the table, so that nobody would guess that it lives on."""
    found = _free_column(case)
    if found is None:
        return None
    table, column = found
    case.take(table)
    name, order = case.name(), case.here.in_order(table)
    columns = case.here.edit_observed(table)["columns"]
    columns[_stored(case, name)] = {**columns.pop(column), "name": _stored(case, name), "comment": None}
    place = order.index(column)
    order.remove(column)
    order.insert(case.random.choice([other for other in range(len(order) + 1) if other != place]), _stored(case, name))
    _number(case, table, order)
    for written in declarations(case.here.node(table), column):
        del case.here.edit(table)["columns"][written]
    case.change_code(table)
    case.say(Fact((table, column.lower()), REMOVED), Fact((table, name), ADDED))
    return f"replace the column {column} of {table} by {name} elsewhere"


def retype_column(case: Case) -> str | None:
    """Any column, keys among them."""
    table = case.seen()
    if table is None:
        return None
    column = case.random.choice(case.here.in_order(table))
    before = case.here.observed(table)[column]["type"]
    after = another(case.adapter, before, case.random)
    if after is None:
        return None
    case.take(table)
    _retype(case, table, column, after)
    case.change_code(table)
    case.say(changed((table, column.lower()), [Aspect.TYPE], before, after))
    return f"retype the column {column} of {table} from {before} to {after}"


def respell_types(case: Case) -> str | None:
    """Of a whole table, as another version of an adapter does."""
    table = case.seen()
    if table is None:
        return None
    observed = case.here.observed(table)
    ways = {column: respelled(case.adapter, observed[column]["type"], case.random) for column in sorted(observed)}
    if not any(ways.values()):
        return None
    case.take(table)
    for column, type_ in ways.items():
        if type_ is not None:
            _retype(case, table, column, type_)
    return f"respell the types of {table}: {', '.join(sorted({way for way in ways.values() if way}))}"


def reorder_columns(case: Case) -> str | None:
    """Of a whole table."""
    table = case.seen()
    if table is None:
        return None
    case.take(table)
    case.here.edit_observed(table)
    order = case.here.in_order(table)
    case.random.shuffle(order)
    _number(case, table, order)
    return f"reorder the columns of {table}: {', '.join(order)}"


def recase_columns(case: Case) -> str | None:
    """In the catalog, as another version of an adapter or an upper-folding warehouse does."""
    table = case.seen()
    if table is None:
        return None
    case.take(table)
    way = case.random.choice((str.upper, str.lower, str.title))
    catalog = case.here.edit_observed(table)
    catalog["columns"] = {way(name): {**column, "name": way(name)} for name, column in catalog["columns"].items()}
    return f"re-case the columns of {table}: {way(case.here.in_order(table)[0])}"


def document_column(case: Case) -> str | None:
    """Take a column into YAML, or out of it, of which nothing is said there."""
    table = case.seen()
    column = table and case.choice(case.reading.free_columns(table))
    if table is None or column is None:
        return None
    written = declarations(case.here.node(table), column)
    if not written:
        case.take(table)
        declare(case, table, column.lower(), description="")
        return f"take the column {column} of {table} into YAML"
    declared = case.here.node(table)["columns"][written[0]]
    if declared.get("description") or len(written) > 1:
        return None
    case.take(table)
    del case.here.edit(table)["columns"][written[0]]
    return f"take the column {column} of {table} out of YAML"


def describe_column(case: Case) -> str | None:
    """Another description, in YAML."""
    table = case.seen()
    column = table and case.choice(case.reading.free_columns(table))
    if table is None or column is None:
        return None
    case.take(table)
    written = declarations(case.here.node(table), column)
    text = f"Described as {case.name()}"
    if written:
        case.here.edit(table)["columns"][written[0]]["description"] = text
    else:
        declare(case, table, column.lower(), description=text)
    case.say(changed((table, column.lower()), [Aspect.DESCRIPTION]))
    return f"describe the column {column} of {table}{case.perhaps_unbuilt(table)}"


def _free_column(case: Case) -> tuple[str, str] | None:
    table = case.seen(lambda table: len(case.here.observed(table)) > 1 and case.reading.free_columns(table))
    return (table, case.random.choice(case.reading.free_columns(table))) if table else None


def declarations(node: Json, column: str) -> list[str]:
    """The names under which YAML has a column."""
    return [written for written in node.get("columns") or {} if bare(written) == bare(column)]


def declare(case: Case, table: str, name: str, description: str) -> None:
    declared: dict[str, Any] = case.here.edit(table).setdefault("columns", {})
    declared[name] = {
        "name": name,
        "description": description,
        "meta": {},
        "data_type": None,
        "quote": None,
        "tags": [],
    }


def _stored(case: Case, name: str) -> str:
    """A name as the warehouse stores it when it is not quoted."""
    return name.upper() if case.adapter in {"snowflake", "oracle"} else name


def _number(case: Case, table: str, order: list[str]) -> None:
    """Give the columns of a table their positions, counted as before."""
    columns = case.here.edit_observed(table)["columns"]
    first = min(column["index"] for column in case.reading.artifacts.observed(table).values())
    for place, name in enumerate(order, first):
        columns[name]["index"] = place


def _retype(case: Case, table: str, column: str, type_: str) -> None:
    case.here.edit_observed(table)["columns"][column]["type"] = type_
    for written in declarations(case.here.node(table), column):
        if case.here.node(table)["columns"][written].get("data_type"):
            case.here.edit(table)["columns"][written]["data_type"] = type_
