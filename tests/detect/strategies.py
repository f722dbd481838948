"""Small projects of any shape, in which the same few names meet again and again."""

from hypothesis import strategies as st

from erd.artifacts.catalog import Catalog
from erd.artifacts.manifest import Constraint, DeclaredColumn, DependsOn
from tests.builders import (
    Identified,
    Semantic,
    a_catalog,
    a_foreign_key,
    a_model,
    a_not_null_test,
    a_relationships_test,
    a_seed,
    a_semantic_model,
    a_source,
    a_unique_test,
    an_entity,
    an_observed_column,
)

COLUMNS = st.sampled_from(["id", "ID", "Id", "customer_id", "CUSTOMER_ID", '"id"', "lost", "total"])
TYPES = st.sampled_from([None, "one-to-one", "many-to-many", "nonsense"])
MODELS = st.sampled_from([
    a_model("orders"),
    a_model("customers", version="1"),
    a_model("customers", version="2"),
    a_model("customers"),
    a_source("raw", "orders"),
    a_source("old", "orders"),
    a_seed("customers"),
])  # fmt: skip
KINDS = st.sampled_from(["unique", "not_null", "primary_key"])
POSITIONS = st.none() | st.integers(1, 4) | st.sampled_from(["1", "2", "10", "last"])

TARGETS = st.sampled_from(
    ["ref('orders')", "ref('customers')", "dev.main.orders", "source('raw', 'orders')", "gone", ""]
)
ENTITIES = st.builds(
    an_entity,
    st.sampled_from(["order", "customer"]),
    st.sampled_from(["foreign", "foreign", "primary", "unique", "natural"]),
    st.none() | COLUMNS | st.just("a || b"),
)

foreign_keys = st.builds(
    a_foreign_key,
    st.lists(COLUMNS, max_size=2),
    TARGETS,
    st.none() | st.lists(COLUMNS, max_size=2),
    name=st.sampled_from([None, "fk", "other"]),
)
constraints = st.builds(Constraint, KINDS, st.lists(COLUMNS, max_size=2)) | foreign_keys
declared_columns = st.dictionaries(
    COLUMNS,
    st.builds(DeclaredColumn, st.sampled_from([None, "The number."]), st.none(), st.lists(constraints, max_size=1)),
    max_size=3,
)
observed_columns = st.dictionaries(
    COLUMNS, st.builds(an_observed_column, POSITIONS, st.sampled_from([None, "integer"])), max_size=4
)


@st.composite
def tables(draw: st.DrawFn) -> list[Identified]:
    """Some tables, each once."""
    chosen = draw(st.lists(MODELS, min_size=1, max_size=5, unique_by=lambda one: one.unique_id))
    return [
        one.but(
            columns=draw(declared_columns),
            constraints=draw(st.lists(constraints, max_size=2)),
            schema=draw(st.sampled_from(["main", "MAIN", None])),
        )
        for one in chosen
    ]


@st.composite
def relationships_test(draw: st.DrawFn, ids: list[str], number: int) -> Identified:
    """A test between two of these tables, with or without what says which is the child."""
    child, parent = draw(st.sampled_from(ids)), draw(st.sampled_from(ids))
    test = a_relationships_test(child, draw(COLUMNS), parent, draw(COLUMNS), name=f"relationships_{number}")
    order = draw(st.permutations([child, parent]))
    attached = draw(st.sampled_from([test.node.attached_node, None]))
    meta = {"relationship_type": draw(TYPES), "relationship_label": f"label {number}"}
    return test.but(depends_on=DependsOn(order), attached_node=attached, meta=meta)


@st.composite
def projects(draw: st.DrawFn) -> list[Identified | Semantic]:
    """The nodes of a manifest: tables, and tests on them."""
    chosen = draw(tables())
    ids = [one.unique_id for one in chosen]
    table = st.sampled_from(ids)
    keys = draw(
        st.lists(
            st.builds(a_unique_test, table, COLUMNS) | st.builds(a_not_null_test, table, COLUMNS),
            max_size=5,
            unique_by=lambda one: one.unique_id,
        )
    )
    relationships = [draw(relationships_test(ids, number)) for number in range(draw(st.integers(0, 6)))]
    semantic = [
        a_semantic_model(f"semantic_{number}", draw(table), *draw(st.lists(ENTITIES, max_size=3)))
        for number in range(draw(st.integers(0, 4)))
    ]
    return [*chosen, *keys, *relationships, *semantic]


@st.composite
def catalogs(draw: st.DrawFn, project: list[Identified | Semantic]) -> Catalog:
    """A catalog of some of a project's tables."""
    ids = [one.unique_id for one in project if not one.unique_id.startswith(("test.", "semantic_model."))]
    return a_catalog(draw(st.dictionaries(st.sampled_from(ids), observed_columns)))


@st.composite
def another_order(draw: st.DrawFn, catalog: Catalog) -> Catalog:
    """The same catalog, its tables and their columns in another order."""
    entries = {**(catalog.nodes or {}), **(catalog.sources or {})}
    return a_catalog({
        unique_id: dict(draw(st.permutations(list((entries[unique_id].columns or {}).items()))))
        for unique_id in draw(st.permutations(list(entries)))
    })  # fmt: skip
