"""Makes the models and sources of a generated manifest, with every key that dbt-core 1.11 writes, in its order.

The key sets are those of manifest v12 in real projects that dbt-core 1.11 built on Snowflake.
"""

import hashlib
from typing import TypeAlias

from tests.bench import sql
from tests.bench.plan import DATABASE, PACKAGE, Plan, PlannedColumn, PlannedModel

Json: TypeAlias = dict[str, object]

CREATED_AT = 1780556863.3325791
DOCS: Json = {"show": True, "node_color": None}


def model_node(plan: Plan, model: PlannedModel) -> Json:
    """The node of a model."""
    materialized = "view" if model.folder.startswith("staging") else "table"
    path = f"{model.folder}/{model.name}.sql"
    owner = {"owner": f"{model.folder.split('/')[1]} data team", "tier": 1 + model.number % 3}
    tags = [model.folder.split("/", maxsplit=1)[0], "daily" if model.number % 2 else "hourly"]
    upstream = [plan.models[number] for number in model.upstream]
    return {
        "database": DATABASE,
        "schema": model.schema,
        "name": model.name,
        "resource_type": "model",
        "package_name": PACKAGE,
        "path": path,
        "original_file_path": f"models/{path}",
        "unique_id": model.unique_id,
        "fqn": [PACKAGE, *model.folder.split("/"), model.name],
        "alias": model.name,
        "checksum": {"name": "sha256", "checksum": digest(model.name + model.revision)},
        "config": _model_config(materialized, tags, owner),
        "tags": tags,
        "description": (
            f"One row for each row of {model.name}, cleaned, typed and keyed by {model.key}. "
            "Late rows replace earlier ones."
        ),
        "columns": {column.name: _column(column) for column in model.columns},
        "meta": owner,
        "group": None,
        "docs": DOCS,
        "patch_path": f"{PACKAGE}://models/{model.yaml}",
        "build_path": None,
        "unrendered_config": {"materialized": materialized, "tags": tags, "meta": owner},
        "created_at": CREATED_AT,
        "relation_name": model.relation,
        "raw_code": sql.raw(plan, model),
        "doc_blocks": [],
        "language": "sql",
        "refs": [ref(parent) for parent in upstream],
        "sources": [] if upstream else [["raw", model.source]],
        "metrics": [],
        "functions": [],
        "depends_on": {
            "macros": ["macro.dbt.is_incremental"],
            "nodes": [parent.unique_id for parent in upstream] or [model.source_id],
        },
        "compiled_path": f"target/compiled/{PACKAGE}/models/{path}",
        "compiled": True,
        "compiled_code": sql.compiled(plan, model),
        "extra_ctes_injected": True,
        "extra_ctes": [],
        "contract": {"enforced": False, "alias_types": True, "checksum": None},
        "access": "protected",
        "constraints": [],
        "version": None,
        "latest_version": None,
        "deprecation_date": None,
        "primary_key": [model.key],
        "time_spine": None,
    }


def source_node(model: PlannedModel) -> Json:
    """The source table that a staging model reads."""
    freshness = {
        "warn_after": {"count": 12, "period": "hour"},
        "error_after": {"count": None, "period": None},
        "filter": None,
    }
    path = "models/staging/__sources.yml"
    return {
        "database": DATABASE,
        "schema": "raw",
        "name": model.source,
        "resource_type": "source",
        "package_name": PACKAGE,
        "path": path,
        "original_file_path": path,
        "unique_id": model.source_id,
        "fqn": [PACKAGE, "staging", "raw", model.source],
        "source_name": "raw",
        "source_description": "Tables as the loader brings them.",
        "loader": "",
        "identifier": model.source,
        "quoting": {"database": None, "schema": None, "identifier": None, "column": None},
        "loaded_at_field": None,
        "loaded_at_query": None,
        "freshness": freshness,
        "external": None,
        "description": f"What {model.name} is made from.",
        "columns": {},
        "meta": {},
        "source_meta": {},
        "tags": [],
        "config": {
            "enabled": True,
            "event_time": None,
            "freshness": freshness,
            "loaded_at_field": None,
            "loaded_at_query": None,
            "meta": {},
            "tags": [],
            "static_analysis": None,
        },
        "patch_path": None,
        "unrendered_config": {"loaded_at_field": None, "loaded_at_query": None, "meta": {}, "tags": []},
        "relation_name": f"{DATABASE}.raw.{model.source}",
        "created_at": CREATED_AT,
        "unrendered_database": None,
        "unrendered_schema": "raw",
        "doc_blocks": [],
    }


def _column(column: PlannedColumn) -> Json:
    return {
        "name": column.name,
        "description": column.description,
        "meta": {},
        "data_type": column.type,
        "constraints": [],
        "quote": None,
        "config": {"meta": {}, "tags": []},
        "tags": [],
        "granularity": None,
        "doc_blocks": [],
    }


def _model_config(materialized: str, tags: list[str], meta: Json) -> Json:
    return {
        "enabled": True,
        "alias": None,
        "schema": None,
        "database": None,
        "tags": tags,
        "meta": meta,
        "group": None,
        "static_analysis": None,
        "materialized": materialized,
        "incremental_strategy": None,
        "batch_size": None,
        "lookback": 1,
        "begin": None,
        "persist_docs": {},
        "post-hook": [],
        "pre-hook": [],
        "quoting": {},
        "column_types": {},
        "full_refresh": None,
        "unique_key": None,
        "on_schema_change": "ignore",
        "on_configuration_change": "apply",
        "grants": {},
        "packages": [],
        "docs": DOCS,
        "contract": {"enforced": False, "alias_types": True},
        "event_time": None,
        "concurrent_batches": None,
        "access": "protected",
        "freshness": None,
    }


def ref(model: PlannedModel) -> Json:
    """A model as SQL that reads it names it."""
    return {"name": model.name, "package": None, "version": None}


def digest(text: str) -> str:
    """Sixty-four hexadecimal digits, always the same for the same text."""
    return hashlib.sha256(text.encode()).hexdigest()
