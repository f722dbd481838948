"""`state:`: what is new or modified against another manifest, in each of the senses that dbt has.

What dbt compares is in its documentation ("state" among node selection methods), to the letter in dbt-core 1.11.
"""

from collections.abc import Callable, Mapping
from functools import cached_property
from typing import Any, TypeAlias

from erd.artifacts.comparable import ComparableManifest, ComparableNode
from erd.select.expressions import Criterion
from erd.select.project import Project

Written: TypeAlias = Mapping[str, Any]

# What of a configuration is compared elsewhere, or not at all.
_NO_CONFIG = frozenset({"alias", "schema", "database", "tags", "group"})
_RELATION = ("database", "schema", "alias")
_TEST_CONFIG = (
    "severity", "where", "limit", "fail_calc", "warn_if", "error_if", "store_failures", "store_failures_as",
)  # fmt: skip
_COMPARED = {
    "exposure": ("fqn", "type", "owner", "maturity", "url", "description", "label"),
    "metric": ("type", "description", "label"),
    "semantic_model": (
        "model", "description", "defaults", "entities", "dimensions", "measures", "config", "primary_entity", "group",
    ),
    "saved_query": ("description", "label", "config", "group", "tags"),
    "unit_test": ("checksum",),
}  # fmt: skip
"""What is compared as it is written, by kind."""
_QUERY = ("metrics", "group_by", "where")
_EXPORT = ("export_as", "schema", "alias")


def by_state(project: Project, criterion: Criterion) -> set[str]:
    """What is in this state. Raises `UsageError` if there is no base to compare with."""
    head, base = project.compared
    comparison = _Comparison(head, base)
    return {unique_id for unique_id in project.members if comparison.is_in_state(unique_id, criterion.value)}


class _Comparison:
    """Two manifests, compared member by member."""

    def __init__(self, head: ComparableManifest, base: ComparableManifest) -> None:
        self.macros, self.old_macros = head.macros or {}, base.macros or {}
        self.nodes, self.old_nodes = head.nodes_and_sources(), base.nodes_and_sources()
        self.others, self.old_others = head.others(), base.others()

    def is_in_state(self, unique_id: str, state: str) -> bool:
        is_new = unique_id not in self.old_nodes and unique_id not in self.old_others
        match state:
            case "new":
                return is_new
            case "old":
                return not is_new
            case "modified":
                return self._is_modified(unique_id)
            case "unmodified":
                return not self._is_modified(unique_id)
            case "modified.macros":
                return self._calls_modified_macros(unique_id)
        return self._is_modified_in(unique_id, state.partition(".")[2])

    def _is_modified(self, unique_id: str) -> bool:
        if self._calls_modified_macros(unique_id):
            return True
        if unique_id in self.others:
            old = self.old_others.get(unique_id)
            return old is not None and not _same_written(unique_id, self.others[unique_id], old)
        old_node = self.old_nodes.get(unique_id)
        if old_node is None:
            # As in dbt, where a new source is `new` but not `modified`.
            return not unique_id.startswith("source.")
        return not _same_node(unique_id, self.nodes[unique_id], old_node)

    def _is_modified_in(self, unique_id: str, sense: str) -> bool:
        """Whether it is modified in one sense; what is new is so in each sense that there is for its kind."""
        kind = unique_id.partition(".")[0]
        if unique_id in self.others:
            if sense != "configs" or kind == "unit_test":
                return False
            old = self.old_others.get(unique_id)
            return old is None or not _same_written_config(unique_id, self.others[unique_id], old)
        if kind == "source" and sense not in {"configs", "relation"}:
            return False
        old_node = self.old_nodes.get(unique_id)
        return old_node is None or not _SENSES[sense](kind, self.nodes[unique_id], old_node)

    def _calls_modified_macros(self, unique_id: str) -> bool:
        if not self._modified_macros:
            return False
        waiting, seen = self._called_by(unique_id), set[str]()
        while waiting:
            macro = waiting.pop()
            if macro in self._modified_macros:
                return True
            if macro not in seen:
                seen.add(macro)
                called = self.macros[macro].depends_on if macro in self.macros else None
                waiting.extend(name for name in (called and called.macros) or () if name)
        return False

    def _called_by(self, unique_id: str) -> list[str]:
        if unique_id in self.others:
            called = (self.others[unique_id].get("depends_on") or {}).get("macros")
        else:
            node = self.nodes.get(unique_id)
            called = node.depends_on.macros if node and node.depends_on else None
        return [macro for macro in called or () if macro]

    @cached_property
    def _modified_macros(self) -> frozenset[str]:
        """Macros that were changed, added or removed."""
        return frozenset(
            unique_id
            for unique_id in self.macros.keys() | self.old_macros.keys()
            if unique_id not in self.macros
            or unique_id not in self.old_macros
            or self.macros[unique_id].macro_sql != self.old_macros[unique_id].macro_sql
        )


def _same_node(unique_id: str, new: ComparableNode, old: ComparableNode) -> bool:
    kind = unique_id.partition(".")[0]
    same = new.fqn == old.fqn and _same_config(kind, new, old)
    if kind == "test" and new.test_metadata is not None:
        return same
    same = same and _same_relation(kind, new, old)
    if kind == "source":
        return same and _same_source(new, old)
    same = same and _same_body(kind, new, old) and _same_descriptions(kind, new, old) and _same_contract(kind, new, old)
    if kind == "function":
        return same and new.arguments == old.arguments and new.returns == old.returns
    return same and (kind != "model" or _same_reference(new, old))


def _same_body(kind: str, new: ComparableNode, old: ComparableNode) -> bool:
    return bool(new.checksum == old.checksum) if kind == "seed" else new.body == old.body


def _same_config(kind: str, new: ComparableNode, old: ComparableNode) -> bool:
    ours, theirs = new.unrendered_config or {}, old.unrendered_config or {}
    if kind == "test":
        return all(_at(ours, key) == _at(theirs, key) for key in _TEST_CONFIG)
    return _same_but(ours, theirs, frozenset() if kind == "source" else _NO_CONFIG)


def _same_relation(kind: str, new: ComparableNode, old: ComparableNode) -> bool:
    """Where the table lies, as far as it is configured: what a target adds by itself is no change."""
    if kind == "source":
        return (new.database, new.schema, new.identifier) == (old.database, old.schema, old.identifier)
    ours, theirs = new.unrendered_config or {}, old.unrendered_config or {}
    return all(ours.get(key) == theirs.get(key) for key in _RELATION)


def _same_descriptions(_: str, new: ComparableNode, old: ComparableNode) -> bool:
    """Descriptions that go to the warehouse; whether they do is configuration."""
    persisted = new.config and new.config.persist_docs
    if not persisted:
        return True
    if persisted.relation and (new.description or "") != (old.description or ""):
        return False
    return not persisted.columns or _column_descriptions(new) == _column_descriptions(old)


def _column_descriptions(node: ComparableNode) -> dict[str, str]:
    return {name: column.description or "" for name, column in (node.columns or {}).items()}


def _same_contract(kind: str, new: ComparableNode, old: ComparableNode) -> bool:
    if kind != "model" or not (new.enforced or old.enforced):
        return True
    checksums = {node.contract.checksum for node in (new, old) if node.contract}
    return new.enforced and old.enforced and len(checksums) == 1


def _same_source(new: ComparableNode, old: ComparableNode) -> bool:
    return all(
        _without_nulls(getattr(new, field)) == _without_nulls(getattr(old, field))
        for field in ("quoting", "freshness", "loaded_at_field", "external")
    )


def _same_reference(new: ComparableNode, old: ComparableNode) -> bool:
    """What those that refer to a model rely on."""
    return (new.latest_version, new.access or "protected", new.deprecation_date) == (
        old.latest_version,
        old.access or "protected",
        old.deprecation_date,
    )


_SENSES: dict[str, Callable[[str, ComparableNode, ComparableNode], bool]] = {
    "body": _same_body,
    "configs": _same_config,
    "contract": _same_contract,
    "persisted_descriptions": _same_descriptions,
    "relation": _same_relation,
}


def _same_written(unique_id: str, new: Written, old: Written) -> bool:
    kind = unique_id.partition(".")[0]
    if any(_without_nulls(new.get(key)) != _without_nulls(old.get(key)) for key in _COMPARED[kind]):
        return False
    if kind == "exposure" and _depended_on(new) != _depended_on(old):
        return False
    if kind == "saved_query" and not _same_query(new, old):
        return False
    return kind in {"unit_test", "semantic_model", "saved_query"} or _same_written_config(unique_id, new, old)


def _same_written_config(unique_id: str, new: Written, old: Written) -> bool:
    kind = unique_id.partition(".")[0]
    if kind in {"semantic_model", "saved_query"}:
        return bool(_without_nulls(new.get("config")) == _without_nulls(old.get("config")))
    ignored = frozenset({"group"}) if kind == "metric" else frozenset[str]()
    return _same_but(new.get("unrendered_config") or {}, old.get("unrendered_config") or {}, ignored)


def _same_query(new: Written, old: Written) -> bool:
    ours, theirs = new.get("query_params") or {}, old.get("query_params") or {}
    return all(ours.get(key) == theirs.get(key) for key in _QUERY) and _exports(new) == _exports(old)


def _exports(query: Written) -> list[tuple[Any, ...]]:
    configured = [(export, export.get("unrendered_config") or {}) for export in query.get("exports") or ()]
    return [(export.get("name"), *(config.get(key) for key in _EXPORT)) for export, config in configured]


def _depended_on(member: Written) -> set[str]:
    return set((member.get("depends_on") or {}).get("nodes") or ())


def _same_but(new: Written, old: Written, ignored: frozenset[str]) -> bool:
    return all(_at(new, key) == _at(old, key) for key in (new.keys() | old.keys()) - ignored)


def _at(config: Written, key: str) -> tuple[Any, ...]:
    """What stands there; null is not the same as nothing."""
    return (config[key],) if key in config else ()


def _without_nulls(value: Any) -> Any:
    """The value as a dbt writes it that does not know the keys which others leave null."""
    if isinstance(value, dict):
        return {key: _without_nulls(item) for key, item in value.items() if item is not None}
    return [_without_nulls(item) for item in value] if isinstance(value, list) else value
