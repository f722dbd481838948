"""What the generic tests of a manifest say: keys, and which table refers to which.

How generic tests look in each version of the manifest: dbt's own artifacts of versions 1 to 12, the packages dbt_utils,
dbt_expectations and dbt_constraints, and what their issues and dbt-fusion's report of the exceptions.
"""

import logging
import re
from collections.abc import Mapping, Sequence
from typing import Any

from erd.artifacts.manifest import Manifest, Node
from erd.checks import Rule
from erd.detect.claims import Claim, Evidence, Key
from erd.detect.columns import unquoted
from erd.detect.meta import is_ignored, meta_text
from erd.detect.references import References
from erd.model import TEST

log = logging.getLogger(__name__)

TEST_PREFIX = "test."
# Tests by the name of their macro, whichever package it is from; projects copy and override them under the same name.
UNIQUE = frozenset({
    "unique", "unique_key", "unique_combination_of_columns", "unique_combination",
    "expect_column_values_to_be_unique", "expect_compound_columns_to_be_unique",
})  # fmt: skip
NOT_NULL = frozenset({"not_null", "expect_column_values_to_not_be_null"})
PRIMARY_KEY = "primary_key"
RELATIONSHIPS = frozenset({"relationships", "relationships_where"})
FOREIGN_KEY = "foreign_key"
# The arguments that hold the columns of a key, of the child and of the parent, and what names the parent.
_KEY_COLUMNS = ("column_name", "combination_of_columns", "column_list", "column_names")
_CHILD_COLUMNS = ("fk_column_names", "fk_column_name", "fk_columns")
_PARENT_COLUMNS = ("field", "pk_column_names", "pk_column_name", "pk_columns")
_PARENT_TABLE = ("to", "pk_table_name")
# A test with one of these looks at a part of the rows.
_CONDITIONS = ("row_condition", "ignore_row_if")


def read_tests(manifest: Manifest, references: References, evidence: Evidence, rule: Rule | None, claims: bool) -> None:
    """Add what all generic tests say. What cannot be understood is a warning that names the test.

    Relationships are read only if `claims`, from the tests that `rule` names or else from the known ones.
    """
    tests = Tests(manifest, references)
    proven = dict.fromkeys(UNIQUE, evidence.unique) | dict.fromkeys(NOT_NULL, evidence.not_null)
    proven[PRIMARY_KEY] = evidence.primary
    for unique_id, node in (manifest.nodes or {}).items():
        metadata = node.test_metadata
        if metadata is None or not unique_id.startswith(TEST_PREFIX):
            continue
        name = metadata.name or ""
        relates = claims and _is_relationship(unique_id, name, rule)
        if not relates and name not in proven:
            continue
        if node.config and node.config.enabled is False:
            log.debug("%s %s: it is disabled", unique_id, "is not drawn" if relates else "proves nothing of its table")
            continue
        if name in proven:
            tests.add_key(proven[name], unique_id, node)
        claim = tests.claim(unique_id, node, rule) if relates else None
        if claim:
            evidence.claims.append(claim)


def _is_relationship(unique_id: str, name: str, rule: Rule | None) -> bool:
    if rule:
        return rule.name.lower() in unique_id.lower()
    return name in RELATIONSHIPS or name.endswith(FOREIGN_KEY)


class Tests:
    """Reads the tests of one manifest."""

    def __init__(self, manifest: Manifest, references: References) -> None:
        self._manifest = manifest
        self._references = references

    def add_key(self, keys: dict[str, list[Key]], unique_id: str, node: Node) -> None:
        """Add the columns that a test proves unique or not null, if it looks at all rows."""
        arguments = arguments_of(node)
        if (node.config and node.config.where) or _first(arguments, _CONDITIONS):
            log.debug("%s proves nothing of its table: it looks at a part of the rows", unique_id)
            return
        table = self.tested_table(node, arguments)
        columns = key_columns(node, arguments)
        if table and columns:
            keys[table].append(columns)

    def claim(self, unique_id: str, node: Node, rule: Rule | None) -> Claim | None:
        """The relationship that a test says, if it can be understood and is not to be left out."""
        meta = node.all_meta
        if is_ignored(meta):
            log.debug("%s is not drawn: its meta says ignore_in_erd", unique_id)
            return None
        arguments = arguments_of(node)
        target = arguments.get(rule.t_to) if rule else referred_to(arguments)
        child = self.tested_table(node, arguments, target)
        parent = self.parent_table(node, target, child)
        if not child or not parent:
            verb = "refers to" if child else "tests"
            log.warning("%s is not drawn: the table it %s is not in the manifest", unique_id, verb)
            return None
        child_columns, parent_columns = joined_columns(node, arguments, rule)
        if not child_columns or not parent_columns:
            log.warning("%s does not say which columns it compares, so only its tables are joined", unique_id)
        elif len(child_columns) != len(parent_columns):
            log.warning(
                "%s compares %s column(s) with %s, so only its tables are joined",
                unique_id,
                len(child_columns),
                len(parent_columns),
            )
        paired = len(child_columns) == len(parent_columns)
        return Claim(
            kind=TEST,
            node=unique_id,
            child=child,
            child_columns=child_columns if paired else (),
            parent=parent,
            parent_columns=parent_columns if paired else (),
            type=meta_text(meta, "relationship_type"),
            label=meta_text(meta, "relationship_label"),
        )

    def tested_table(self, node: Node, arguments: Mapping[str, Any], target: Any = None) -> str | None:
        """The table that a test stands on.

        As dbt says, else the only one it uses, else the one that `model` names or the only one that `target` does not.
        """
        if node.attached_node and self._manifest.table_node(node.attached_node):
            return node.attached_node
        used = self._references.used_by(node)
        if len(used) == 1:
            return used[0]
        named = self._references.called(arguments.get("model"), node.package_name, used)
        parent = None if named else self._references.called(target, node.package_name, used)
        others = [table for table in used if table != parent]
        if parent and len(others) == 1:
            return others[0]
        # All dbt-core artifacts before attached_node list the parent first: the last hint, never the first.
        return named or (used[-1] if used else None)

    def parent_table(self, node: Node, target: Any, child: str | None) -> str | None:
        """The table that a test refers to: the other one it uses, or the one that `target` names."""
        used = self._references.used_by(node)
        others = [table for table in used if table != child]
        if len(others) == 1:
            return others[0]
        named = self._references.called(target, node.package_name, used)
        if named or others:
            return named or others[0]
        # It uses its own table only: a reference to itself, unless it names another that is disabled or gone.
        names_another = isinstance(target, str) and "(" in target
        return None if names_another or len(used) < len(set(node.depends_on_nodes)) else child


def key_columns(node: Node, arguments: Mapping[str, Any]) -> Key:
    """The columns that a test looks at, as the tests of keys name them; empty when it does not say."""
    return _columns(_first(arguments, _KEY_COLUMNS)) or _columns(node.column_name or arguments.get("column_name"))


def referred_to(arguments: Mapping[str, Any]) -> Any:
    """What a test says that its table refers to; nothing if it is of another sort."""
    return _first(arguments, _PARENT_TABLE)


def joined_columns(node: Node, arguments: Mapping[str, Any], rule: Rule | None = None) -> tuple[Key, Key]:
    """The columns of child and parent, each empty when the test does not say."""
    if rule:
        child, parent = _by_rule(arguments, rule.c_from), _by_rule(arguments, rule.c_to)
        return _columns(node.column_name or arguments.get("column_name")) or child, parent
    named = _columns(_first(arguments, _CHILD_COLUMNS))
    child = named or _columns(node.column_name or arguments.get("column_name"))
    return child, _columns(_first(arguments, _PARENT_COLUMNS)) or _parent_column_of_name(node.name, child)


def _parent_column_of_name(test: str | None, child: Key) -> Key:
    """The parent's column out of the name that dbt gives a test: some previews of Fusion dropped the arguments."""
    if len(child) != 1:
        return ()
    found = re.search(rf"_{re.escape(child[0])}__(\w+?)__(?:ref|source)_", test or "")
    return (found[1],) if found else ()


def _by_rule(arguments: Mapping[str, Any], name: str) -> Key:
    """The argument that a rule names, or the list of that name with an `s`, as dbterd takes them."""
    return _columns(arguments.get(name)) or _columns(arguments.get(f"{name}s"))


def arguments_of(node: Node) -> Mapping[str, Any]:
    """A test's arguments; some versions of dbt leave them in a dict of their own among the others."""
    kwargs = (node.test_metadata and node.test_metadata.kwargs) or {}
    nested = kwargs.get("arguments")
    return {**kwargs, **nested} if isinstance(nested, dict) else kwargs


def _first(arguments: Mapping[str, Any], names: Sequence[str]) -> Any:
    for name in names:
        value = arguments.get(name)
        if value:
            return value
    return None


def _columns(value: Any) -> Key:
    """The columns that an argument names, one or a list; empty for anything else."""
    if isinstance(value, str):
        name = unquoted(value)
        return (name,) if name else ()
    if isinstance(value, (list, tuple)) and all(isinstance(item, str) for item in value):
        return tuple(name for name in map(unquoted, value) if name)
    return ()
