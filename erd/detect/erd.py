"""From artifacts to an ERD."""

import logging
from collections import defaultdict
from collections.abc import Collection

import msgspec

from erd.artifacts.catalog import Catalog
from erd.artifacts.manifest import TABLE_PREFIXES, Manifest, Node
from erd.checks import RESOURCE_TYPES
from erd.detect.columns import UPPER_FOLDING, Columns
from erd.detect.evidence import Evidence, RelationshipTest, gather_evidence
from erd.detect.keys import find_keys
from erd.detect.names import joined_name, relation_part, table_names
from erd.detect.relationships import Candidate, merge
from erd.model import Erd, Table

log = logging.getLogger(__name__)


class Naming(msgspec.Struct, frozen=True):
    """How tables are named and grouped: parts of a name, as `erd.checks` lists them; no parts, no groups.

    Names are unique among the tables of `resource_types`, whichever of them are drawn: what is selected changes no
    name.
    """

    name_parts: tuple[str, ...]
    group_parts: tuple[str, ...] = ()
    resource_types: tuple[str, ...] = RESOURCE_TYPES


def table_nodes(manifest: Manifest) -> dict[str, Node]:
    """All nodes that are tables, by `unique_id`."""
    nodes = {name: node for name, node in (manifest.nodes or {}).items() if name.startswith(TABLE_PREFIXES)}
    return nodes | (manifest.sources or {})


def detect(manifest: Manifest, catalog: Catalog | None, wanted: Collection[str], naming: Naming) -> Erd:
    """The ERD of the `wanted` tables (`unique_id`s).

    Columns come from the catalog and the manifest, keys and relationships from tests and constraints. A relationship
    is drawn when both of its ends are wanted. What cannot be drawn is a warning that names the node and the reason.
    """
    nodes = table_nodes(manifest)
    kinds = tuple(f"{kind}." for kind in naming.resource_types)
    nameable = {unique_id: node for unique_id, node in nodes.items() if unique_id.startswith(kinds)}
    names = table_names(nameable, naming.name_parts, manifest.adapter_type)
    evidence = gather_evidence(manifest)
    drawn = [test for test in evidence.relationships if test.child in wanted and test.parent in wanted]
    joined = _joined_columns(drawn)
    folds = manifest.adapter_type in UPPER_FOLDING
    tables: dict[str, Table] = {}
    names_of: dict[str, dict[str, str]] = {}
    # One table after the other, from its columns to its end: what belongs together is at hand together.
    for unique_id in wanted:
        node = nodes[unique_id]
        columns = Columns(catalog.observed(unique_id) if catalog else {}, node.columns or {}, folds)
        names_of[unique_id] = {text: columns.find_or_add(text) for text in joined.get(unique_id, ())}
        tables[unique_id] = _table(unique_id, node, names[unique_id], columns, evidence, manifest, naming)
    candidates = [
        Candidate(test, names_of[test.child][test.child_column], names_of[test.parent][test.parent_column])
        for test in drawn
    ]
    _log_unobserved(tables, catalog)
    return Erd(
        tables=tuple(sorted(tables.values(), key=lambda table: (table.schema, table.name))),
        relationships=merge(candidates, tables),
    )


def _joined_columns(tests: list[RelationshipTest]) -> dict[str, list[str]]:
    """The columns that tests join on, by table, in the tests' own words.

    In an order that does not depend on the manifest's: a column that nobody else knows is added where it is met.
    """
    joined: dict[str, list[str]] = defaultdict(list)
    for test in sorted(tests, key=lambda test: test.test):
        joined[test.child].append(test.child_column)
        joined[test.parent].append(test.parent_column)
    return joined


def _table(
    unique_id: str,
    node: Node,
    name: str,
    columns: Columns,
    evidence: Evidence,
    manifest: Manifest,
    naming: Naming,
) -> Table:
    keys = find_keys(unique_id, node, columns, evidence)
    adapter = manifest.adapter_type
    return Table(
        unique_id=unique_id,
        name=name,
        resource_type=unique_id.split(".", 1)[0],
        database=relation_part(node.database, adapter),
        schema=relation_part(node.schema, adapter),
        label=str(node.all_meta.get("label") or ""),
        description=node.description or _description_of_external(node),
        group=joined_name(unique_id, node, naming.group_parts, adapter),
        columns=columns.build(keys.not_null),
        primary_key=keys.primary,
        unique_keys=keys.unique,
    )


def _description_of_external(node: Node) -> str:
    """A public model of another dbt project has no file here, and no columns: say why."""
    if node.original_file_path == "":
        return f"A public model of the dbt project {node.package_name}; these artifacts do not hold its columns."
    return ""


def _log_unobserved(tables: dict[str, Table], catalog: Catalog | None) -> None:
    """One line for all tables that the catalog lacks. That there is no catalog at all was said before."""
    missing: dict[str, list[str]] = defaultdict(list)
    for unique_id, table in tables.items():
        if catalog is not None and not catalog.observed(unique_id):
            missing[table.resource_type].append(table.name)
    if missing:
        counted = ", ".join(f"{len(names)} {kind}{'s' * (len(names) > 1)}" for kind, names in sorted(missing.items()))
        example = min(name for names in missing.values() for name in names)
        log.info("The catalog does not have %s (such as %s): their columns are those of YAML", counted, example)
