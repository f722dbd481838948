"""What semantic models say: a foreign entity joins the primary, unique or natural entity of its name.

dbt's documentation of entities; both ways of writing them in YAML come to the same map of the manifest.
"""

import logging
import re
from collections import defaultdict
from collections.abc import Iterator

import msgspec

from erd.artifacts.manifest import Entity, Manifest, SemanticModel
from erd.detect.claims import Claim, Key, entity_called
from erd.detect.columns import unquoted
from erd.detect.meta import is_ignored, meta_text
from erd.detect.references import References
from erd.model import SEMANTIC

log = logging.getLogger(__name__)

FOREIGN = "foreign"
# The types of entities that others refer to, the strongest first.
JOINED = ("primary", "unique", "natural")
_COLUMN = re.compile(r"""[^\W\d][\w$]*|"[^"]+"|`[^`]+`|\[[^\]]+\]""")


class _Side(msgspec.Struct, frozen=True):
    """An entity on its table. No columns mean the table's key; None, that the entity is no single column."""

    semantic_model: str
    table: str
    columns: Key | None
    type: str


def read_semantic_models(manifest: Manifest, references: References) -> Iterator[Claim]:
    """The relationships of all semantic models. What cannot be understood is a warning."""
    tables = {
        unique_id: table_of(model, references) for unique_id, model in sorted((manifest.semantic_models or {}).items())
    }
    joined: defaultdict[str, list[_Side]] = defaultdict(list)
    for unique_id, model in sorted((manifest.semantic_models or {}).items()):
        table = tables[unique_id]
        if not table:
            log.warning("%s is not drawn: its model is not in the manifest", unique_id)
            continue
        for entity in model.entities or ():
            if _type(entity) in JOINED:
                joined[entity.name or ""].append(_Side(unique_id, table, _column(entity) or None, _type(entity)))
        if model.primary_entity:
            joined[model.primary_entity].append(_Side(unique_id, table, (), JOINED[0]))
    for unique_id, model in sorted((manifest.semantic_models or {}).items()):
        child = tables[unique_id]
        for entity in model.entities or ():
            if child and _type(entity) == FOREIGN:
                yield from _claims(unique_id, child, entity, joined.get(entity.name or "", []), manifest)


def _claims(unique_id: str, child: str, entity: Entity, sides: list[_Side], manifest: Manifest) -> Iterator[Claim]:
    called = entity_called(unique_id, entity.name)
    if not sides:
        log.warning("%s is not drawn: no semantic model has it as its own", called)
        return
    strongest = min(JOINED.index(side.type) for side in sides)
    metas = {side.semantic_model: (manifest.semantic_models or {})[side.semantic_model].all_meta for side in sides}
    parents = []
    for side in sides:
        if is_ignored(metas[side.semantic_model]):
            log.debug("%s is not drawn: the meta of %s says ignore_in_erd", called, side.semantic_model)
        elif JOINED.index(side.type) == strongest:
            parents.append(side)
    if len({side.table for side in parents}) > 1:
        log.warning("%s joins several tables: %s", called, ", ".join(sorted({side.table for side in parents})))
    columns = _column(entity)
    if parents and not columns:
        log.warning("%s is no single column, so only its tables are joined", called)
    for side in parents:
        if columns and side.columns is None:
            log.warning("%s is no single column in %s, so only its tables are joined", called, side.semantic_model)
        yield Claim(
            kind=SEMANTIC,
            node=unique_id,
            name=entity.name or "",
            child=child,
            child_columns=() if side.columns is None else columns,
            parent=side.table,
            parent_columns=(columns and side.columns) or (),
            type=meta_text(metas[side.semantic_model], "relationship_type"),
            label=meta_text(metas[side.semantic_model], "relationship_label"),
        )


def table_of(model: SemanticModel, references: References) -> str | None:
    """The table of a semantic model; None when it is not in the manifest."""
    used = references.tables_among((model.depends_on and model.depends_on.nodes) or ())
    return used[0] if used else references.called(model.model, None)


def _type(entity: Entity) -> str:
    return (entity.type or "").lower()


def _column(entity: Entity) -> Key:
    """The column of an entity; none if its `expr` is more than a column."""
    return plain_column(entity.expr or entity.name or "")


def plain_column(expression: str) -> Key:
    """The column that an expression is; none if it is more than that."""
    written = expression.strip()
    return (unquoted(written),) if _COLUMN.fullmatch(written) else ()
