"""From artifacts to an ERD."""

import logging
from collections import defaultdict
from collections.abc import Collection, Mapping

import msgspec

from erd.artifacts.catalog import Catalog
from erd.artifacts.manifest import TABLE_PREFIXES, Manifest, Node
from erd.checks import RESOURCE_TYPES
from erd.detect.claims import Claim, Evidence, ends_called
from erd.detect.columns import UPPER_FOLDING, Columns
from erd.detect.keys import find_keys
from erd.detect.names import joined_name, relation_part, table_names
from erd.detect.relationships import Candidate, merge
from erd.model import SEMANTIC, Erd, State, Table

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


def names_in(manifest: Manifest, nodes: Mapping[str, Node], naming: Naming) -> dict[str, str]:
    """What the tables among `nodes` are called, by `unique_id`, drawn or not."""
    kinds = tuple(f"{kind}." for kind in naming.resource_types)
    nameable = {unique_id: node for unique_id, node in nodes.items() if unique_id.startswith(kinds)}
    return table_names(nameable, naming.name_parts, manifest.adapter_type)


def detect(
    manifest: Manifest,
    catalog: Catalog | None,
    evidence: Evidence,
    wanted: Collection[str],
    naming: Naming,
    states: Mapping[str, State] | None = None,
) -> Erd:
    """The ERD of the `wanted` tables (`unique_id`s).

    Columns come from the catalog and the manifest, keys and relationships from `evidence`, the outcomes of tests from
    `states`. A relationship is drawn when both of its ends are wanted. What cannot be drawn is a warning that names
    the node and the reason.
    """
    nodes = table_nodes(manifest)
    names = names_in(manifest, nodes, naming)
    drawn = [claim for claim in evidence.claims if claim.child in wanted and claim.parent in wanted]
    _log_not_selected(evidence, wanted)
    joined = _joined_columns(drawn)
    folds = manifest.adapter_type in UPPER_FOLDING
    tables: dict[str, Table] = {}
    names_of: dict[str, Joined] = {}
    # One table after the other, from its columns to its end: what belongs together is at hand together.
    for unique_id in wanted:
        node = nodes[unique_id]
        columns = Columns(catalog.observed(unique_id) if catalog else {}, node.columns or {}, folds)
        names_of[unique_id] = _found(columns, joined.get(unique_id, {}))
        tables[unique_id] = _table(unique_id, node, names[unique_id], columns, evidence, manifest, naming)
    candidates = [_candidate(claim, names_of, tables) for claim in drawn]
    _log_unobserved(tables, catalog)
    return Erd(
        tables=tuple(sorted(tables.values(), key=lambda table: (table.schema, table.name))),
        relationships=merge(candidates, tables, states),
        project=manifest.project_name,
        warehouse=manifest.adapter_type,
    )


Joined = dict[str, str | None]
"""The columns of a table that relationships join on, in their own words, and what they are called there."""


def _joined_columns(claims: list[Claim]) -> dict[str, dict[str, bool]]:
    """The columns that claims join on, by table, and whether one that nobody else knows is to be added.

    In an order that does not depend on the manifest's: a column that nobody else knows is added where it is met. A
    semantic model is no proof of a column.
    """
    joined: dict[str, dict[str, bool]] = defaultdict(dict)
    for claim in sorted(claims, key=lambda claim: (claim.node, claim.name, claim.child_columns)):
        proven = claim.kind != SEMANTIC
        for table, columns in ((claim.child, claim.child_columns), (claim.parent, claim.parent_columns)):
            words = joined[table]
            for column in columns:
                words[column] = proven or words.get(column, False)
    return joined


def _found(columns: Columns, joined: Mapping[str, bool]) -> Joined:
    """What the columns that claims join on are called in their table; None for one that it does not seem to have.

    Where nothing is known of a table's columns, every claim is believed.
    """
    if columns.is_empty:
        return {text: columns.find_or_add(text) for text in joined}
    added = {text: columns.find_or_add(text) for text, proven in joined.items() if proven}
    return {text: added.get(text) or columns.find(text) for text in joined}


def _candidate(claim: Claim, names_of: Mapping[str, Joined], tables: Mapping[str, Table]) -> Candidate:
    """The claim with the columns of its tables; with none, and a warning, if they are not clear."""
    child = [names_of[claim.child][text] for text in claim.child_columns]
    parent = [names_of[claim.parent][text] for text in claim.parent_columns]
    if claim.child_columns and not claim.parent_columns:
        parent = _key_for(child, tables[claim.parent])
    if None in child or None in parent or len(child) != len(parent):
        log.warning(
            "%s joins %s with %s on columns that are not known there, so only the tables are joined",
            claim.called,
            claim.child,
            claim.parent,
        )
        return Candidate(claim, (), ())
    return Candidate(claim, child, parent)  # type: ignore[arg-type]  # None is in neither, as just checked


def _key_for(child: list[str | None], parent: Table) -> list[str | None]:
    """The columns of the parent that a foreign key without any means: its primary key, else those of the same names."""
    if len(parent.primary_key) == len(child):
        return list(parent.primary_key)
    names = {column.name for column in parent.columns}
    return [name for name in child if name in names]


def _log_not_selected(evidence: Evidence, wanted: Collection[str]) -> None:
    """For those who ask: each relationship with a table that is not wanted; `merge` has the others."""
    if not log.isEnabledFor(logging.DEBUG):
        return
    for claim in evidence.claims:
        missing = [table for table in (claim.child, claim.parent) if table not in wanted]
        if missing:
            ends = ends_called(claim.child, claim.child_columns, claim.parent, claim.parent_columns)
            log.debug("%s: %s is not drawn: %s is not selected", claim.called, ends, missing[0])


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
