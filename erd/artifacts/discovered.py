"""The state of an environment in the words of dbt's artifacts, so that what reads a manifest reads it as well.

What the Discovery API cannot say is left unset: columns that only YAML declares, constraints of single columns, the
table and columns that a constraint refers to (`expression` may say it), which table a test stands on (but for the
arguments that name it), and the columns of entities.
"""

import re
from collections.abc import Iterable
from typing import Any

from erd.artifacts.catalog import Catalog, CatalogTable, ObservedColumn
from erd.artifacts.graph import (
    MemberConfig,
    OtherMember,
    SelectableManifest,
    SelectableNode,
    SelectableSemanticModel,
)
from erd.artifacts.manifest import (
    Constraint,
    DependsOn,
    Entity,
    TestMetadata,
)
from erd.artifacts.reading import Metadata
from erd.artifacts.run_results import Result, RunResults
from erd.dbt_cloud.state import EnvironmentState, ExposureRow, NodeName, SemanticModelRow, TableRow, TestRow

_NEW_WORD = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


def manifest_of(state: EnvironmentState) -> SelectableManifest:
    """All nodes of the environment, as widely as selection needs them; of no table all its configuration is known."""
    tables = {row.unique_id: _table(row) for row in (*state.models, *state.seeds, *state.snapshots)}
    return SelectableManifest(
        metadata=Metadata(adapter_type=state.adapter_type or None, project_name=state.project_name or None),
        nodes=tables | {row.unique_id: _test(row) for row in state.tests},
        sources={row.unique_id: _table(row) for row in state.sources},
        semantic_models={row.unique_id: _semantic_model(row) for row in state.semantic_models},
        exposures={row.unique_id: _exposure(row) for row in state.exposures},
    )


def catalog_of(state: EnvironmentState) -> Catalog:
    """The tables of the environment as the warehouse has them; those without docs are missing, as in a catalog."""
    return Catalog(
        nodes=_observed((*state.models, *state.seeds, *state.snapshots)),
        sources=_observed(state.sources),
    )


def sql_of(state: EnvironmentState) -> dict[str, str]:
    """The statements that make tables, by `unique_id`: compiled, or raw where nobody compiled them."""
    made = {row.unique_id: row.compiled_code or row.raw_code for row in (*state.models, *state.snapshots)}
    return {unique_id: sql for unique_id, sql in made.items() if sql}


def run_results_of(state: EnvironmentState) -> RunResults:
    """How the tests ended when they last ran, each perhaps in another run."""
    ran = [(row.unique_id, row.execution_info) for row in state.tests if row.execution_info is not None]
    results = [
        Result(unique_id, info.last_run_status.lower(), info.last_run_failures)
        for unique_id, info in ran
        if info.last_run_status
    ]
    return RunResults(results=results, args={"which": "test"} if results else None)


def _table(row: TableRow) -> SelectableNode:
    return SelectableNode(
        name=row.name,
        package_name=row.package_name or _package(row.unique_id),
        original_file_path=row.file_path,
        database=row.database,
        schema=row.schema,
        alias=row.alias,
        identifier=row.identifier,
        description=row.description,
        constraints=[
            Constraint(type=one.type, name=one.name, columns=one.columns, expression=one.expression)
            for one in row.constraints or ()
            if one is not None
        ],
        meta=_object(row.meta),
        depends_on=_depends_on(row.parents),
        latest_version=row.latest_version,
        fqn=row.fqn,
        tags=row.tags,
        version=row.version,
        group=row.group,
        access=row.access,
        source_name=row.unique_id.split(".")[2] if row.unique_id.count(".") > 2 else None,  # noqa: PLR2004 - the id of a source has four parts
    )


def _exposure(row: ExposureRow) -> OtherMember:
    return OtherMember(
        name=row.name, package_name=_package(row.unique_id), tags=row.tags, depends_on=_depends_on(row.parents)
    )


def _semantic_model(row: SemanticModelRow) -> SelectableSemanticModel:
    return SelectableSemanticModel(
        name=row.name,
        package_name=_package(row.unique_id),
        depends_on=_depends_on(row.parents),
        entities=[Entity(one.name, one.type) for one in row.entities or () if one is not None],
        meta=_object(row.meta),
    )


def _test(row: TestRow) -> SelectableNode:
    metadata, config = row.test_metadata, _object(row.config)
    column = row.column_name or (metadata and metadata.column_name)
    return SelectableNode(
        name=row.name,
        package_name=_package(row.unique_id),
        meta=_object(row.meta),
        tags=row.tags,
        config=MemberConfig(
            enabled=config.get("enabled") is not False,
            meta=_object(config.get("meta")),
            where=str(config["where"]) if config.get("where") else None,
        ),
        depends_on=_depends_on(row.parents),
        column_name=column or None,
        test_metadata=TestMetadata(metadata.name, _arguments(metadata.kwargs)) if metadata and metadata.name else None,
    )


def _arguments(kwargs: Any) -> dict[str, Any]:
    """A test's arguments as dbt spells them: the API may write `columnName` for `column_name`."""
    given = _object(kwargs)
    nested = {"arguments": _arguments(given["arguments"])} if isinstance(given.get("arguments"), dict) else {}
    return {_NEW_WORD.sub("_", name).lower(): value for name, value in given.items()} | given | nested


def _observed(rows: Iterable[TableRow]) -> dict[str, CatalogTable]:
    """Columns by table. dbt shows a column's YAML description where there is one, else the warehouse's comment."""
    found = {}
    for row in rows:
        columns = (row.catalog and row.catalog.columns) or ()
        named = {
            column.name: ObservedColumn(column.type, column.index, column.description or column.comment)
            for column in columns
            if column is not None and column.name
        }
        if named:
            found[row.unique_id] = CatalogTable(named)
    return found


def _depends_on(parents: Iterable[NodeName | None] | None) -> DependsOn:
    """The parents in an order of their own: that of the API means nothing."""
    return DependsOn(sorted({parent.unique_id for parent in parents or () if parent is not None}))


def _package(unique_id: str) -> str:
    return unique_id.partition(".")[2].partition(".")[0]


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
