"""What the tests of a manifest say of tables, before any table is drawn: unique and not-null columns, relationships.

How generic tests look in each version of the manifest: dbt's own artifacts of versions 1 to 12, and what
dbt-constraints, dbt-core and dbt-fusion report of the exceptions.
"""

import logging
import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import Any

import msgspec

from erd.artifacts.manifest import TABLE_PREFIXES, Manifest, Node
from erd.detect.columns import unquoted

log = logging.getLogger(__name__)

TEST_PREFIX = "test."
_REFERENCE = re.compile(r"\b(ref|source)\s*\(([^()]*)\)")
_QUOTED = re.compile(r"""(?:\b(v|version)\s*=\s*)?(?:"([^"]*)"|'([^']*)'|(\d+(?:\.\d+)?))""")
_NO = frozenset({"0", "false", "no", "off", "none"})


class RelationshipTest(msgspec.Struct, frozen=True):
    """A `relationships` test: which column of which table refers to which column of which other.

    Columns are in the test's own words, without quotes. `type` and `label` come from its `meta`, empty when unset.
    """

    test: str
    child: str
    child_column: str
    parent: str
    parent_column: str
    type: str
    label: str


class Evidence(msgspec.Struct):
    """All that tests say: unique and not-null columns by table, in the tests' own words, and the relationships."""

    unique: dict[str, list[str]]
    not_null: dict[str, list[str]]
    relationships: list[RelationshipTest]


def gather_evidence(manifest: Manifest) -> Evidence:
    """Read all generic tests of the manifest. What cannot be understood is a warning that names the test."""
    evidence = Evidence(unique=defaultdict(list), not_null=defaultdict(list), relationships=[])
    for unique_id, node in (manifest.nodes or {}).items():
        metadata = node.test_metadata
        if metadata is None or not unique_id.startswith(TEST_PREFIX):
            continue
        if node.config and node.config.enabled is False:
            log.debug("%s is disabled, so it proves nothing", unique_id)
            continue
        match metadata.name:
            case "unique":
                _add_column(evidence.unique, unique_id, node, manifest)
            case "not_null":
                _add_column(evidence.not_null, unique_id, node, manifest)
            case "relationships":
                found = _relationship(unique_id, node, manifest)
                if found:
                    evidence.relationships.append(found)
    return evidence


def _add_column(columns: dict[str, list[str]], unique_id: str, node: Node, manifest: Manifest) -> None:
    if node.config and node.config.where:
        log.debug("%s holds for a part of the rows only (where), so it proves no key", unique_id)
        return
    table = _tested_table(node, _arguments(node), manifest)
    column = _column(node.column_name or _arguments(node).get("column_name"))
    if table and column:
        columns[table].append(column)


def _relationship(unique_id: str, node: Node, manifest: Manifest) -> RelationshipTest | None:
    meta = node.all_meta
    ignored = meta.get("ignore_in_erd")
    if ignored and str(ignored).strip().lower() not in _NO:
        log.debug("%s is left out: its meta says ignore_in_erd", unique_id)
        return None
    arguments = _arguments(node)
    child = _tested_table(node, arguments, manifest)
    parent = _parent_table(node, arguments, child, manifest)
    child_column = _column(node.column_name or arguments.get("column_name"))
    parent_column = _column(arguments.get("field"))
    if not child or not parent:
        log.warning(
            "%s is not drawn: the table it %s is not in the manifest", unique_id, "refers to" if child else "tests"
        )
        return None
    if not child_column or not parent_column:
        log.warning("%s is not drawn: it does not say which columns it compares", unique_id)
        return None
    return RelationshipTest(
        test=unique_id,
        child=child,
        child_column=child_column,
        parent=parent,
        parent_column=parent_column,
        type=_meta_text(meta, "relationship_type"),
        label=_meta_text(meta, "relationship_label"),
    )


def _arguments(node: Node) -> Mapping[str, Any]:
    """A test's arguments; some versions of dbt leave them in a dict of their own among the others."""
    kwargs = (node.test_metadata and node.test_metadata.kwargs) or {}
    nested = kwargs.get("arguments")
    return {**kwargs, **nested} if isinstance(nested, dict) else kwargs


def _tested_table(node: Node, arguments: Mapping[str, Any], manifest: Manifest) -> str | None:
    """The table that a test stands on: as dbt says, else the only one it uses, else the one that `model` names."""
    if node.attached_node and manifest.table_node(node.attached_node):
        return node.attached_node
    used = _tables_used(node, manifest)
    if len(used) == 1:
        return used[0]
    named = _named_table(arguments.get("model"), node, used, manifest)
    # All dbt-core artifacts before attached_node list the parent first: the last hint, never the first.
    return named or (used[-1] if used else None)


def _parent_table(node: Node, arguments: Mapping[str, Any], child: str | None, manifest: Manifest) -> str | None:
    """The table that a relationships test refers to: the other one it uses, or the one that `to` names."""
    used = _tables_used(node, manifest)
    others = [table for table in used if table != child]
    if len(others) == 1:
        return others[0]
    target = arguments.get("to")
    named = _named_table(target, node, used, manifest)
    if named or others:
        return named or others[0]
    # It uses its own table only: a reference to itself, unless it names another that is disabled or gone.
    names_another = isinstance(target, str) and _REFERENCE.search(target)
    return None if names_another or len(used) < len(set(node.depends_on_nodes)) else child


def _tables_used(node: Node, manifest: Manifest) -> list[str]:
    """The tables of `depends_on`, each once, in dbt's order."""
    return [name for name in dict.fromkeys(node.depends_on_nodes) if manifest.table_node(name)]


def _named_table(jinja: Any, node: Node, candidates: Iterable[str], manifest: Manifest) -> str | None:
    """The one of the candidates that the first `ref` or `source` in a piece of a test's Jinja means, if it is clear.

    Where packages share a name, a bare one is that of the test's own package, as in dbt.
    """
    call = _REFERENCE.search(jinja) if isinstance(jinja, str) else None
    if not call:
        return None
    words, version = [], ""
    for keyword, double, single, number in _QUOTED.findall(call[2]):
        if keyword:
            version = double or single or number
        else:
            words.append(double or single or number)
    fits = [name for name in candidates if words and _fits(name, call[1], words, version, manifest)]
    own = [name for name in fits if name.split(".")[1] == node.package_name]
    return fits[0] if len(fits) == 1 else own[0] if len(own) == 1 else None


def _fits(unique_id: str, function: str, words: list[str], version: str, manifest: Manifest) -> bool:
    if function == "source":
        return unique_id.startswith("source.") and unique_id.endswith("." + ".".join(words))
    node = manifest.table_node(unique_id)
    if node is None or not unique_id.startswith(TABLE_PREFIXES) or node.name != words[-1]:
        return False
    return (len(words) == 1 or node.package_name == words[0]) and (not version or unique_id.endswith(f".v{version}"))


def _column(name: Any) -> str:
    return unquoted(name) if isinstance(name, str) else ""


def _meta_text(meta: Mapping[str, Any], key: str) -> str:
    value = meta.get(key)
    return "" if value is None else str(value).strip()
