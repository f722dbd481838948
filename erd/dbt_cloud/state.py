"""The state of an environment, as the Discovery API tells it: rows of tables, tests, semantic models and exposures.

Names are those of the API's schema, which writes them in camel case. Any field may be null, or not have been asked for,
but a row without its `unique_id` is none. JSON that is free in the schema (`meta`, `config`, `kwargs`) is free here.
"""

from typing import Any, Generic, TypeVar

import msgspec

T = TypeVar("T")


class NodeName(msgspec.Struct, frozen=True, rename="camel"):
    """Another node, by its id."""

    unique_id: str


class CatalogColumn(msgspec.Struct, frozen=True):
    """A column that the warehouse has: `description` is YAML's, `comment` the warehouse's."""

    name: str | None = None
    index: int | float | str | None = None
    type: str | None = None
    description: str | None = None
    comment: str | None = None


class TableCatalog(msgspec.Struct, frozen=True):
    """What the warehouse knows of a table."""

    columns: list[CatalogColumn | None] | None = None


class ConstraintRow(msgspec.Struct, frozen=True):
    """A constraint of a whole model. What a foreign key refers to stands in `expression`, if anywhere."""

    type: str | None = None
    name: str | None = None
    columns: list[str] | None = None
    expression: str | None = None


class TableRow(msgspec.Struct, frozen=True, rename="camel"):
    """A model, source, seed or snapshot."""

    unique_id: str
    name: str | None = None
    package_name: str | None = None
    database: str | None = None
    schema: str | None = None
    alias: str | None = None
    identifier: str | None = None
    description: str | None = None
    file_path: str | None = None
    fqn: list[str] | None = None
    tags: list[str] | None = None
    meta: Any = None
    materialized_type: str | None = None
    access: str | None = None
    group: str | None = None
    version: int | float | str | None = None
    latest_version: int | float | str | None = None
    constraints: list[ConstraintRow | None] | None = None
    catalog: TableCatalog | None = None
    compiled_code: str | None = None
    raw_code: str | None = None
    parents: list[NodeName | None] | None = None


class TestArguments(msgspec.Struct, frozen=True, rename="camel"):
    """What makes a test generic."""

    name: str | None = None
    namespace: str | None = None
    column_name: str | None = None
    kwargs: Any = None


class TestExecution(msgspec.Struct, frozen=True, rename="camel"):
    """How a test ended when it last ran."""

    last_run_status: str | None = None
    last_run_failures: int | None = None


class TestRow(msgspec.Struct, frozen=True, rename="camel"):
    """A test. The order of its parents means nothing, and which of them it stands on is not said."""

    unique_id: str
    name: str | None = None
    column_name: str | None = None
    tags: list[str] | None = None
    meta: Any = None
    config: Any = None
    test_metadata: TestArguments | None = None
    execution_info: TestExecution | None = None
    parents: list[NodeName | None] | None = None


class EntityRow(msgspec.Struct, frozen=True):
    """An entity of a semantic model. Which column it is, the API does not say."""

    name: str | None = None
    type: str | None = None


class SemanticModelRow(msgspec.Struct, frozen=True, rename="camel"):
    """A semantic model."""

    unique_id: str
    name: str | None = None
    description: str | None = None
    meta: Any = None
    entities: list[EntityRow | None] | None = None
    parents: list[NodeName | None] | None = None


class ExposureRow(msgspec.Struct, frozen=True, rename="camel"):
    """An exposure."""

    unique_id: str
    name: str | None = None
    label: str | None = None
    description: str | None = None
    exposure_type: str | None = None
    url: str | None = None
    owner_name: str | None = None
    owner_email: str | None = None
    tags: list[str] | None = None
    meta: Any = None
    parents: list[NodeName | None] | None = None


class PageInfo(msgspec.Struct, frozen=True, rename="camel"):
    """Where a page ends, and whether another one follows."""

    end_cursor: str | None = None
    has_next_page: bool | None = None


class Edge(msgspec.Struct, Generic[T], frozen=True):
    """A row as GraphQL wraps it."""

    node: T | None = None


class Page(msgspec.Struct, Generic[T], frozen=True, rename="camel"):
    """A part of a list."""

    edges: list[Edge[T] | None] | None = None
    page_info: PageInfo | None = None

    def rows(self) -> list[T]:
        """The rows on it."""
        return [edge.node for edge in self.edges or () if edge is not None and edge.node is not None]


class Lists(msgspec.Struct, frozen=True, rename="camel"):
    """Pages of the lists that were asked for."""

    models: Page[TableRow] | None = None
    sources: Page[TableRow] | None = None
    seeds: Page[TableRow] | None = None
    snapshots: Page[TableRow] | None = None
    exposures: Page[ExposureRow] | None = None
    tests: Page[TestRow] | None = None
    semantic_models: Page[SemanticModelRow] | None = None


class Environment(msgspec.Struct, frozen=True, rename="camel"):
    """One answer: `applied` is what was built, `definition` what was parsed; unset if not asked for."""

    adapter_type: str | None = None
    dbt_project_name: str | None = None
    applied: Lists | msgspec.UnsetType | None = msgspec.UNSET
    definition: Lists | msgspec.UnsetType | None = msgspec.UNSET


class EnvironmentState(msgspec.Struct):
    """All that was found of an environment."""

    adapter_type: str = ""
    project_name: str = ""
    models: list[TableRow] = []
    sources: list[TableRow] = []
    seeds: list[TableRow] = []
    snapshots: list[TableRow] = []
    exposures: list[ExposureRow] = []
    tests: list[TestRow] = []
    semantic_models: list[SemanticModelRow] = []
