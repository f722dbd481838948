"""What model contracts say: the foreign keys of models and of single columns.

Since dbt 1.9 a foreign key has `to` and `to_columns`; before, its target is text in `expression` (dbt's documentation
of constraints). dbt renders `to` to a relation, of production where it deferred, and leaves `ref(…)` where it only
parsed.
"""

import logging
from collections.abc import Iterator, Mapping

from erd.artifacts.manifest import Constraint, DeclaredColumn, Manifest, Node
from erd.detect.claims import Claim, Key, foreign_key_called
from erd.detect.columns import unquoted
from erd.detect.meta import is_ignored, meta_text
from erd.detect.references import References, split_expression
from erd.model import CONSTRAINT

log = logging.getLogger(__name__)

FOREIGN_KEY = "foreign_key"
_NO_COLUMN = DeclaredColumn()


def read_constraints(manifest: Manifest, references: References) -> Iterator[Claim]:
    """The relationships of all foreign-key constraints. One that cannot be understood is a warning."""
    for unique_id, node in (manifest.nodes or {}).items():
        for constraint, columns, column in foreign_keys(node):
            yield from _claim(unique_id, node, constraint, columns, column, references)


def foreign_keys(node: Node) -> Iterator[tuple[Constraint, Key, DeclaredColumn]]:
    """The foreign keys of a node with their columns: those of the whole model, then those of a column, and that."""
    for constraint in node.constraints or ():
        if _is_foreign_key(constraint):
            yield constraint, tuple(unquoted(name) for name in constraint.columns or ()), _NO_COLUMN
    if node.columns:
        for name, column in node.columns.items():
            if column.constraints:
                for constraint in filter(_is_foreign_key, column.constraints):
                    yield constraint, (unquoted(name),), column


def _is_foreign_key(constraint: Constraint) -> bool:
    return (constraint.type or "").lower() == FOREIGN_KEY


def _claim(
    unique_id: str, node: Node, constraint: Constraint, columns: Key, column: DeclaredColumn, references: References
) -> Iterator[Claim]:
    called = foreign_key_called(unique_id, constraint.name, columns)
    meta = {**node.all_meta, **(column.meta or {})}
    if is_ignored(column.meta or {}):
        log.debug("%s is not drawn: the meta of its column says ignore_in_erd", called)
        return
    target, parent_columns = target_of(constraint)
    if not target:
        log.warning("%s is not drawn: it does not say what it refers to", called)
        return
    parent = references.meant(target, node.package_name)
    if not parent:
        log.warning("%s is not drawn: it refers to %s, which is no table of the manifest", called, target)
        return
    if parent_columns and len(parent_columns) != len(columns):
        log.warning(
            "%s compares %s column(s) with %s, so only its tables are joined", called, len(columns), len(parent_columns)
        )
        columns = parent_columns = ()
    yield Claim(
        kind=CONSTRAINT,
        node=unique_id,
        name=constraint.name or "",
        child=unique_id,
        child_columns=columns,
        parent=parent,
        parent_columns=parent_columns,
        type=_said(meta, "relationship_type", constraint),
        label=_said(meta, "relationship_label", constraint),
    )


def target_of(constraint: Constraint) -> tuple[str, Key]:
    """What a foreign key refers to, as it writes that, and its columns there; empty when it does not say."""
    if constraint.to and constraint.to.strip():
        return constraint.to, tuple(unquoted(name) for name in constraint.to_columns or ())
    return split_expression(constraint.expression or "")


def _said(meta: Mapping[str, object], key: str, constraint: Constraint) -> str:
    """What meta says of a constraint: under its name in the plural key, else under the key itself."""
    named = meta_text(meta, f"{key}s", constraint.name) if constraint.name else ""
    return named or meta_text(meta, key)
