"""What each method finds: the facts are dbt-core 1.11's, the code is not."""

from collections.abc import Callable, Iterable
from typing import Any

from erd.artifacts.graph import Member, OtherMember, SelectableNode, Version
from erd.select.comparing import by_state
from erd.select.expressions import START, Criterion
from erd.select.names import (
    any_of,
    by_file,
    by_fqn,
    by_identity,
    by_name,
    by_path,
    by_schema,
    by_start,
    by_wildcard,
    pattern,
)
from erd.select.project import Project


def find(project: Project, criterion: Criterion) -> set[str]:
    """The `unique_id`s that the method of a criterion finds. Raises `UsageError` if it lacks what it looks at."""
    return _METHODS[criterion.method](project, criterion)


def _by_tag(project: Project, criterion: Criterion) -> set[str]:
    fits = pattern(criterion.value)
    return {
        unique_id
        for unique_id, member in project.members.items()
        if any(fits(tag) for tag in tags_of(unique_id, member))
    }


def tags_of(unique_id: str, member: Member) -> Iterable[str]:
    """The tags of a member; those of unit tests stand in their configuration."""
    if unique_id.startswith("unit_test.") and not member.tags:
        return any_of(member.config.tags if member.config else None)
    return any_of(member.tags)


def _by_package(project: Project, criterion: Criterion) -> set[str]:
    name = project.name if criterion.value == "this" and project.name else criterion.value
    fits = pattern(name)
    return {unique_id for unique_id, member in project.members.items() if fits(member.package_name or "")}


def _by_source(project: Project, criterion: Criterion) -> set[str]:
    source, table, package = criterion.value, "*", "*"
    if "." in source:
        *packages, source, table = source.split(".")
        package = packages[0] if packages else "*"
    source_fits, table_fits, package_fits = pattern(source), pattern(table), pattern(package)
    return {
        unique_id
        for unique_id, member in project.sources.items()
        if source_fits(member.source_name or "")
        and table_fits(member.name or "")
        and package_fits(member.package_name or "")
    }


def _by_name_in_package(project: Project, criterion: Criterion) -> set[str]:
    """What is of the kind that the method is called after."""
    package, dot, name = criterion.value.rpartition(".")
    name_fits, package_fits = pattern(name), pattern(package if dot else "*")
    kind = f"{criterion.method}."
    return {
        unique_id
        for unique_id, member in project.members.items()
        if unique_id.startswith(kind) and name_fits(member.name or "") and package_fits(member.package_name or "")
    }


def _by_group(project: Project, criterion: Criterion) -> set[str]:
    fits = pattern(criterion.value)
    return {
        unique_id
        for unique_id, member in project.members.items()
        if (group := group_of(unique_id, member)) and fits(group)
    }


def group_of(unique_id: str, member: Member) -> str | None:
    """The group of a node or metric; nothing else counts as grouped."""
    if isinstance(member, SelectableNode) and not unique_id.startswith("source."):
        return (member.config and member.config.group) or member.group
    if isinstance(member, OtherMember) and unique_id.startswith("metric."):
        return (member.config and member.config.group) or member.group
    return None


def _by_access(project: Project, criterion: Criterion) -> set[str]:
    """Models of that access; before dbt 1.5 all have what later is the default."""
    return {
        unique_id
        for unique_id, node in project.nodes.items()
        if unique_id.startswith("model.") and (node.access or "protected") == criterion.value
    }


def _by_configuration(project: Project, criterion: Criterion) -> set[str]:
    key, *rest = criterion.arguments
    # JSON has dbt's own spelling of the two hooks, which no rule can write.
    configured = project.files.configurations(
        key.replace("_hook", "-hook") if key in {"pre_hook", "post_hook"} else key
    )
    is_wanted = _wanted_value(criterion.value, any_case=criterion.arguments == ("severity",))
    return {
        unique_id
        for unique_id, value in configured.items()
        if unique_id in project.members and is_wanted(_descended(value, rest))
    }


def _descended(value: Any, keys: Iterable[str]) -> Any:
    for key in keys:
        if not isinstance(value, dict) or key not in value:
            return _MISSING
        value = value[key]
    return value


def _wanted_value(wanted: Any, *, any_case: bool) -> Callable[[Any], bool]:
    """Whether a configured value, or one of a list of them, is the wanted one; "true" and "false" are booleans too."""
    word = str(wanted).lower()
    boolean = {"true": True, "false": False}.get(word)

    def is_one(value: Any) -> bool:
        if boolean is not None and value is boolean:
            return True
        return bool(value == wanted or (any_case and isinstance(value, str) and value.lower() == word))

    return lambda value: any(is_one(item) for item in value) if isinstance(value, list) else is_one(value)


def _by_resource_type(project: Project, criterion: Criterion) -> set[str]:
    kind = f"{criterion.value}."
    return {unique_id for unique_id in project.members if unique_id.startswith(kind)}


def _by_test_name(project: Project, criterion: Criterion) -> set[str]:
    fits = pattern(criterion.value)
    generic = {
        unique_id
        for unique_id, node in project.nodes.items()
        if unique_id.startswith("test.") and node.test_metadata and fits(node.test_metadata.name or "")
    }
    return generic | {
        unique_id
        for unique_id, member in project.members.items()
        if unique_id.startswith("unit_test.") and fits(member.name or "")
    }


def _by_test_type(project: Project, criterion: Criterion) -> set[str]:
    if criterion.value == "unit":
        return {unique_id for unique_id in project.members if unique_id.startswith("unit_test.")}
    generic = {"generic": (True,), "schema": (True,), "singular": (False,), "data": (True, False)}[criterion.value]
    return {
        unique_id
        for unique_id, node in project.nodes.items()
        if unique_id.startswith("test.") and (node.test_metadata is not None) in generic
    }


def _by_version(project: Project, criterion: Criterion) -> set[str]:
    fits = _VERSIONS[criterion.value]
    return {
        unique_id
        for unique_id, node in project.nodes.items()
        if unique_id.startswith("model.") and fits(node.version, node.latest_version)
    }


def _earlier(version: Version, other: Version) -> bool:
    """Whether one version comes before the other: by number, or by text when one of them is no number."""
    if not version or not other:
        return False
    try:
        return float(version) < float(other)
    except ValueError:
        return str(version) < str(other)


def _by_result(project: Project, criterion: Criterion) -> set[str]:
    outcomes = project.files.outcomes()
    return {unique_id for unique_id in project.members if outcomes.get(unique_id) == criterion.value}


_MISSING = object()
_VERSIONS: dict[str, Callable[[Version, Version], bool]] = {
    "latest": lambda version, latest: version is not None and version == latest,
    "prerelease": lambda version, latest: _earlier(latest, version),
    "old": _earlier,
    "none": lambda version, _: version is None,
}
_METHODS: dict[str, Callable[[Project, Criterion], set[str]]] = {
    START: by_start,
    "name": by_name,
    "exact": by_identity,
    "schema": by_schema,
    "wildcard": by_wildcard,
    "access": _by_access,
    "config": _by_configuration,
    "exposure": _by_name_in_package,
    "file": by_file,
    "fqn": by_fqn,
    "group": _by_group,
    "metric": _by_name_in_package,
    "package": _by_package,
    "path": by_path,
    "resource_type": _by_resource_type,
    "result": _by_result,
    "saved_query": _by_name_in_package,
    "semantic_model": _by_name_in_package,
    "source": _by_source,
    "state": by_state,
    "tag": _by_tag,
    "test_name": _by_test_name,
    "test_type": _by_test_type,
    "unit_test": _by_name_in_package,
    "version": _by_version,
}
