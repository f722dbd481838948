"""What a rule that finds nothing may have meant."""

from collections.abc import Iterator
from difflib import get_close_matches

from erd.select.expressions import Criterion
from erd.select.methods import group_of, tags_of
from erd.select.names import fqn_of, path_of
from erd.select.project import Project

MOST = 3
_UNIQUE_ID_METHODS = frozenset({"start", "exact", "wildcard"})


def near(project: Project, criterion: Criterion) -> list[str]:
    """What the method could have found instead, the nearest first; a few at most."""
    candidates: dict[str, str] = {}
    for shown in _candidates(project, criterion):
        name = shown.rpartition(".")[2] if shown.startswith("source:") else shown
        candidates.setdefault(name.lower(), shown)
    wanted = str(criterion.value).lower()
    if candidates.get(wanted, criterion.value) != criterion.value:
        return [candidates[wanted]]
    found = get_close_matches(wanted, candidates, n=MOST)
    return [candidates[key] for key in found if candidates[key] != criterion.value]


def _candidates(project: Project, criterion: Criterion) -> Iterator[str]:
    """The values that would have found something; with another method, that method before them."""
    method = criterion.method
    if method in _UNIQUE_ID_METHODS:
        yield from project.tables
    elif method == "name":
        yield from (node.name for node in project.tables.values() if node.name)
    elif method == "schema":
        yield from (node.schema for node in project.tables.values() if node.schema)
    elif method == "fqn":
        nodes = (node for unique_id, node in project.nodes.items() if not unique_id.startswith("test."))
        yield from (part for node in nodes for part in fqn_of(node))
        for node in project.sources.values():
            yield f"source:{node.source_name}.{node.name}"
    else:
        yield from _of_members(project, method)


def _of_members(project: Project, method: str) -> Iterator[str]:
    for unique_id, member in project.members.items():
        match method:
            case "tag":
                yield from tags_of(unique_id, member)
            case "package":
                yield member.package_name or ""
            case "group":
                yield group_of(unique_id, member) or ""
            case "path":
                yield from _with_folders(path_of(member))
            case "file":
                yield path_of(member).rpartition("/")[2]
            case "access":
                yield from ("private", "protected", "public")
            case _ if unique_id.startswith(f"{method}."):
                yield ".".join(unique_id.split(".")[2:]) if method == "source" else member.name or ""


def _with_folders(path: str) -> Iterator[str]:
    while path:
        yield path
        path = path.rpartition("/")[0]
