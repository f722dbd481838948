"""Makes the data tests of a generated manifest, with every key that dbt-core 1.11 writes, in its order."""

from tests.bench import sql
from tests.bench.manifest_nodes import CREATED_AT, DOCS, Json, digest, ref
from tests.bench.plan import DATABASE, PACKAGE, Plan, PlannedModel, Reference

LONGEST_NAME = 63
SHORT_NAME = 30


def key_tests(model: PlannedModel) -> list[Json]:
    """The `unique` and the `not_null` test of a model's key."""
    return [
        _test(
            model,
            name,
            f"{name}_{model.name}_{model.key}",
            model.key,
            {"column_name": model.key, "model": _where_subquery(model)},
            [model],
            body(model),
        )
        for name, body in (("unique", sql.unique_test), ("not_null", sql.not_null_test))
    ]


def relationship_test(plan: Plan, model: PlannedModel, reference: Reference) -> Json:
    """The `relationships` test of one foreign key; `depends_on` names the parent first, as dbt does."""
    parent = plan.models[reference.parent]
    return _test(
        model,
        "relationships",
        f"relationships_{model.name}_{reference.column}__{parent.key}__ref_{parent.name}_",
        reference.column,
        {
            "column_name": reference.column,
            "to": f"ref('{parent.name}')",
            "field": parent.key,
            "model": _where_subquery(model),
        },
        [parent, model],
        sql.relationships_test(model, reference.column, parent),
    )


def _test(
    model: PlannedModel,
    kind: str,
    name: str,
    column: str,
    kwargs: Json,
    depends_on: list[PlannedModel],
    compiled: str,
) -> Json:
    short = _short(name)
    config_call = "" if short == name else f'{{{{ config(alias="{short}") }}}}'
    return {
        "database": DATABASE,
        "schema": model.schema,
        "name": name,
        "resource_type": "test",
        "package_name": PACKAGE,
        "path": f"{short}.sql",
        "original_file_path": f"models/{model.yaml}",
        "unique_id": f"test.{PACKAGE}.{name}.{digest(name)[:10]}",
        "fqn": [PACKAGE, *model.folder.split("/"), name],
        "alias": short,
        "checksum": {"name": "none", "checksum": ""},
        "config": _test_config(None if short == name else short),
        "tags": [],
        "description": "",
        "columns": {},
        "meta": {},
        "group": None,
        "docs": DOCS,
        "patch_path": None,
        "build_path": None,
        "unrendered_config": {} if short == name else {"alias": short},
        "created_at": CREATED_AT,
        "relation_name": None,
        "raw_code": f"{{{{ test_{kind}(**_dbt_generic_test_kwargs) }}}}{config_call}",
        "doc_blocks": [],
        "language": "sql",
        "refs": [ref(parent) for parent in depends_on],
        "sources": [],
        "metrics": [],
        "functions": [],
        "depends_on": {
            "macros": [f"macro.dbt.test_{kind}", "macro.dbt.get_where_subquery"],
            "nodes": [parent.unique_id for parent in depends_on],
        },
        "compiled_path": f"target/compiled/{PACKAGE}/models/{model.yaml}/{short}.sql",
        "compiled": True,
        "compiled_code": compiled,
        "extra_ctes_injected": True,
        "extra_ctes": [],
        "contract": {"enforced": False, "alias_types": True, "checksum": None},
        "column_name": column,
        "file_key_name": f"models.{model.name}",
        "attached_node": model.unique_id,
        "test_metadata": {"name": kind, "kwargs": kwargs, "namespace": None},
    }


def _test_config(alias: str | None) -> Json:
    return {
        "enabled": True,
        "alias": alias,
        "schema": "dbt_test__audit",
        "database": None,
        "tags": [],
        "meta": {},
        "group": None,
        "static_analysis": None,
        "materialized": "test",
        "severity": "ERROR",
        "store_failures": None,
        "store_failures_as": None,
        "where": None,
        "limit": None,
        "fail_calc": "count(*)",
        "warn_if": "!= 0",
        "error_if": "!= 0",
    }


def _where_subquery(model: PlannedModel) -> str:
    return f"{{{{ get_where_subquery(ref('{model.name}')) }}}}"


def _short(name: str) -> str:
    """A long name is shortened for the file and the table of a test: its beginning, and a digest."""
    return name if len(name) <= LONGEST_NAME else f"{name[:SHORT_NAME]}_{digest(name)[:32]}"
