"""Edits of all artifacts at once that change nothing of the data model."""

import re
from typing import Any

from tests.corpus.mutations.artifacts import Json
from tests.corpus.mutations.case import Case
from tests.corpus.mutations.reading import constraints_of

_SHUFFLED = ("nodes", "sources", "semantic_models", "exposures")


def run_again(case: Case) -> str:
    """Another invocation at another time."""
    here = case.here
    moment = f"2031-01-02T03:04:{case.random.randrange(60):02}.000000Z"
    invocation = {"invocation_id": f"{case.random.randrange(16**32):032x}", "generated_at": moment}
    here.manifest["metadata"] = {**here.manifest["metadata"], **invocation}
    if here.catalog:
        here.catalog["metadata"] = {**here.catalog["metadata"], **invocation}
    for unique_id in here.manifest["nodes"]:
        here.edit_with(unique_id, created_at=1924000000.5)
    return "run again"


def shuffle_maps(case: Case) -> str:
    """The keys of all maps in another order."""
    for artifact in (case.here.manifest, case.here.catalog or {}):
        for key in _SHUFFLED:
            if artifact.get(key):
                artifact[key] = _shuffled(case, {name: _inside(case, one) for name, one in artifact[key].items()})
    return "shuffle all maps"


def move_schemas(case: Case) -> str:
    """To the database and the schemas of a pull request, where the foreign keys follow or stay at production."""
    here, follow = case.here, case.random.random() < 0.5
    prefix = f"pr_{case.random.randrange(1000)}_"
    moved: dict[str, str] = {}
    for table in here.tables():
        before = here.node(table)
        name = before.get("identifier") or before.get("alias") or before["name"]
        schema, database = f"{prefix}{before.get('schema') or ''}", "erd_ci" if before.get("database") else None
        relation = f'"{database}"."{schema}"."{name}"' if database else f"{schema}.{name}"
        here.edit_with(table, schema=schema, database=database, relation_name=before.get("relation_name") and relation)
        if before.get("relation_name"):
            moved[before["relation_name"]] = relation
        if table in here.observed_tables(table):
            seen = here.observed_tables(table)[table]
            here.observed_tables(table)[table] = {
                **seen, "metadata": {**seen["metadata"], "database": database, "schema": schema}
            }  # fmt: skip
    if follow and moved:
        pattern = re.compile("|".join(f'{re.escape(name)}(?![\\w"])' for name in sorted(moved, key=len, reverse=True)))
        for table in here.tables():
            if any(constraints_of(here.node(table))):
                _move_constraints(here.edit(table), pattern, moved)
    return f"move all schemas to {prefix}" + ", and with them what foreign keys refer to" * follow


def lose_catalog(case: Case) -> str | None:
    """No `dbt docs generate` was run."""
    if case.needs_catalog or case.lost_catalog:
        return None
    case.lost_catalog = True
    case.here.catalog = None
    return "lose the catalog"


def run_tests(case: Case) -> str | None:
    """How the tests fared is known of one side, and not of the other."""
    if case.here.failures is not None or case.there.failures is not None:
        return None
    case.here.failures = {}
    return "run the tests"


def _move_constraints(node: Json, pattern: re.Pattern[str], moved: dict[str, str]) -> None:
    for holder in (node, *(node.get("columns") or {}).values()):
        for constraint in holder.get("constraints") or ():
            for key in ("to", "expression"):
                if constraint.get(key):
                    constraint[key] = pattern.sub(lambda found: moved[found[0]], constraint[key])


def _inside(case: Case, node: Json) -> Json:
    """A node with its own maps in another order."""
    return _shuffled(case, {key: _shuffled_deep(case, one) if key in _DEEP else one for key, one in node.items()})


_DEEP = ("columns", "config", "meta", "test_metadata")


def _shuffled_deep(case: Case, value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    return _shuffled(case, {key: _shuffled_deep(case, one) for key, one in value.items()})


def _shuffled(case: Case, value: dict[str, Any]) -> dict[str, Any]:
    keys = list(value)
    case.random.shuffle(keys)
    return {key: value[key] for key in keys}
