"""Edits of whole tables, and of what is known of them."""

import re
from typing import Any

from erd.diff.changes import Aspect, Unknown
from tests.corpus.mutations.artifacts import Artifacts, Json, bare
from tests.corpus.mutations.case import Case
from tests.corpus.mutations.facts import ADDED, REMOVED, RENAMED, Fact, changed, joined, unknown


def add_model(case: Case) -> str | None:
    """A new one, of columns that no other table has."""
    like = case.choice(table for table in case.reading.tables if table.startswith("model.") and case.is_free(table))
    if like is None or case.lost_catalog:
        return None
    case.needs_catalog = True
    name, package = case.name(), like.split(".")[1]
    table = f"model.{package}.{name}"
    named = {"name": name, "alias": name, "unique_id": table, "relation_name": f'"erd"."{name}"'}
    emptied: Json = {"columns": {}, "constraints": [], "description": "", "version": None, "latest_version": None}
    case.here.add(table, {**case.here.node(like), **named, **emptied})
    case.change_code(table)
    columns = [case.name() for _ in range(case.random.randrange(1, 5))]
    catalog = {column: {"type": "text", "index": place, "name": column} for place, column in enumerate(columns, 1)}
    if case.random.random() < 0.7:
        case.here.observed_tables(table)[table] = {"metadata": {}, "columns": catalog, "unique_id": table}
    else:
        case.here.edit(table)["columns"] = {column: {"name": column, "description": ""} for column in columns}
    case.say(Fact((table,), ADDED))
    return f"add {table}"


def drop_table(case: Case) -> str | None:
    """With all tests that mention it."""
    if case.needs_clear_names or case.removed_on not in {None, case.here}:
        return None
    table = case.seen(lambda table: _can_go(case, table))
    if table is None:
        return None
    case.take(*case.reading.neighbours(table))
    case.removed_on = case.here
    for unique_id in case.reading.tests_of[table]:
        del case.here.manifest["nodes"][unique_id]
    for unique_id in case.here.users_of(table):
        depends_on = case.here.edit(unique_id)["depends_on"]
        depends_on["nodes"] = [one for one in depends_on["nodes"] if one != table]
    del case.here.nodes(table)[table]
    del case.here.observed_tables(table)[table]
    gone = {joined(*one.ends) for one in case.reading.relations if table in (one.child, one.parent)}
    case.say(Fact((table,), REMOVED), *(Fact(ends, REMOVED) for ends in gone))
    return f"drop {table}"


def rename_model(case: Case) -> str | None:
    """The same code under another name, or other code that makes the same columns."""
    table = case.seen(lambda table: table.startswith("model.") and _can_be_renamed(case, table))
    if table is None:
        return None
    recoded = case.random.random() < 0.3
    if recoded:
        if case.removed_on is not None or case.needs_clear_names or len(case.here.observed(table)) < 4:
            return None
        case.needs_clear_names = True
    case.take(*case.reading.neighbours(table))
    _, package, old = table.split(".")
    new = case.name()
    renamed = f"model.{package}.{new}"
    for unique_id in case.here.users_of(table):
        _use_renamed(case.here, unique_id, (table, renamed), (old, new))
    node = case.here.edit(table)
    del case.here.nodes(table)[table]
    case.here.add(renamed, {**node, "name": new, "alias": new, "unique_id": renamed})
    catalog = case.here.observed_tables(table)
    catalog[renamed] = {**catalog.pop(table), "unique_id": renamed}
    if recoded:
        case.change_code(renamed)
    case.say(Fact((table,), REMOVED), Fact((renamed,), ADDED), Fact((), RENAMED, (), table, renamed))
    for one in case.reading.relations:
        if table in (one.child, one.parent):
            (child, at_child), (parent, at_parent) = one.ends
            ends = (renamed if child == table else child, at_child), (renamed if parent == table else parent, at_parent)
            case.say(Fact(joined(*one.ends), REMOVED), Fact(joined(*ends), ADDED))
    return f"rename {table} to {renamed}" + ", its code changed" * recoded


def describe_table(case: Case) -> str | None:
    """Another description, whether the warehouse has it or not."""
    table = case.choice(table for table in case.reading.tables if case.is_free(table))
    if table is None:
        return None
    case.taken.add(table)
    case.here.edit(table)["description"] = f"Described as {case.name()}"
    case.say(changed((table,), [Aspect.DESCRIPTION]))
    return f"describe {table}"


def leave_unbuilt(case: Case) -> str | None:
    """Some tables that this run had no reason to build: their code is the same."""
    often = case.random.randrange(1, 30)
    found = [table for table in (case.seen() for _ in range(often)) if table]
    for table in set(found):
        case.take(table)
        del case.here.observed_tables(table)[table]
    return f"leave unbuilt {', '.join(sorted(set(found)))}" if found else None


def leave_unbuilt_and_recode(case: Case) -> str | None:
    """A table that no run has built since its code changed; perhaps it was built on neither side."""
    table = case.seen(lambda table: case.here.has_code(table) and not case.here.is_contracted(table))
    if table is None:
        return None
    case.take(table)
    case.change_code(table)
    del case.here.observed_tables(table)[table]
    if case.random.random() < 0.8:
        case.say(unknown(table, Unknown.COLUMNS_OF_HEAD))
        return f"change the code of {table} and leave it unbuilt"
    case.base_is_edited = True
    del case.there.observed_tables(table)[table]
    case.say(unknown(table, Unknown.COLUMNS))
    return f"change the code of {table} and leave it unbuilt on both sides"


def drop_column_of_contract(case: Case) -> str | None:
    """From YAML and the code of a table whose contract is enforced, and which is not built."""
    table = case.seen(
        lambda table: (
            case.here.has_code(table)
            and case.here.is_contracted(table)
            and _declares_what_it_has(case.here, table)
            and len(case.here.observed(table)) > 1
            and case.reading.free_columns(table)
        )
    )
    if table is None:
        return None
    case.take(table)
    column = case.random.choice(case.reading.free_columns(table))
    node = case.here.edit(table)
    node["columns"] = {name: one for name, one in node["columns"].items() if bare(name) != column.lower()}
    case.change_code(table)
    del case.here.observed_tables(table)[table]
    case.say(Fact((table, column.lower()), REMOVED))
    return f"drop the column {column} of the contract of {table} and leave it unbuilt"


def _can_go(case: Case, table: str) -> bool:
    """Whether nothing but plain tests mentions a table, and all it is joined with is free."""
    around = case.reading.neighbours(table)
    keyed = (test for test in case.reading.tests_of[table] if len(case.here.used_by(test)) > 1)
    plain = {one.test for one in case.reading.relations}
    return case.reading.is_loose(table) and case.is_free(*around) and plain.issuperset(keyed)


def _can_be_renamed(case: Case, table: str) -> bool:
    """Whether its name and its code are its own."""
    _, _, name = table.split(".", 2)
    same = [other for other in case.reading.tables if other.split(".")[2:] == [name]]
    pristine = case.reading.artifacts
    twins = [
        one for one in case.reading.tables if pristine.node(one).get("checksum") == pristine.node(table)["checksum"]
    ]
    return _can_go(case, table) and len(same) == len(twins) == 1 and case.here.has_code(table) and "." not in name


def _declares_what_it_has(artifacts: Artifacts, table: str) -> bool:
    """Whether YAML has the same columns and types as the catalog."""
    declared = {bare(name): str(one.get("data_type")).lower() for name, one in artifacts.node(table)["columns"].items()}
    return declared == {name.lower(): one["type"].lower() for name, one in artifacts.observed(table).items()}


def _use_renamed(artifacts: Artifacts, user: str, ids: tuple[str, str], names: tuple[str, str]) -> None:
    """Let a node use a table by its new name."""
    node = artifacts.edit(user)
    depends_on = node["depends_on"]
    depends_on["nodes"] = [ids[1] if one == ids[0] else one for one in depends_on["nodes"]]
    if node.get("attached_node") == ids[0]:
        node["attached_node"] = ids[1]
    metadata = node.get("test_metadata")
    if metadata:
        metadata["kwargs"] = _in_texts(metadata["kwargs"], rf"(['\"]){re.escape(names[0])}\1", rf"\g<1>{names[1]}\1")


def _in_texts(value: Any, pattern: str, by: str) -> Any:
    if isinstance(value, str) and "ref" in value:
        return re.sub(pattern, by, value)
    if isinstance(value, dict):
        return {key: _in_texts(one, pattern, by) for key, one in value.items()}
    return [_in_texts(one, pattern, by) for one in value] if isinstance(value, list) else value
