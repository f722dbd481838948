"""Methods that go by what something is called or where its file lies: dbterd's, and dbt's `fqn`, `path` and `file`."""

import re
from collections.abc import Callable, Iterable, Sequence
from fnmatch import translate

from erd.artifacts.graph import Member, SelectableNode
from erd.artifacts.manifest import Node
from erd.select.expressions import Criterion
from erd.select.project import Project

_WILDCARDS = frozenset("*?[]")
_WILDCARD = re.compile(r"[*?[\]]")


def pattern(text: str) -> Callable[[str], object]:
    """Whether a whole text fits a Unix shell pattern, with its case."""
    if not _WILDCARDS.intersection(text):
        return text.__eq__
    return re.compile(translate(text)).match


def any_of(words: list[str] | str | None) -> Iterable[str]:
    """The words of a list that may be a single one, or missing."""
    return (words,) if isinstance(words, str) else words or ()


def by_start(project: Project, criterion: Criterion) -> set[str]:
    """As a bare name of dbterd: the `unique_id` starts with it."""
    start = criterion.value.lower()
    return {unique_id for unique_id in project.tables if unique_id.lower().startswith(start)}


def by_name(project: Project, criterion: Criterion) -> set[str]:
    """By dbterd's `name`: the `unique_id` starts with it, or it is the table's own name."""
    text = criterion.value.lower()
    own = {unique_id for unique_id, node in project.tables.items() if (node.name or "").lower() == text}
    return own | by_start(project, criterion)


def by_identity(project: Project, criterion: Criterion) -> set[str]:
    """By dbterd's `exact`: the `unique_id` is this."""
    text = criterion.value.lower()
    return {unique_id for unique_id in project.tables if unique_id.lower() == text}


def by_schema(project: Project, criterion: Criterion) -> set[str]:
    """By dbterd's `schema`: the start of a schema's name, perhaps behind its whole database."""
    database, dot, schema = criterion.value.lower().rpartition(".")

    def fits(node: Node) -> bool:
        if dot and (node.database or "").lower() != database:
            return False
        return (node.schema or "").lower().startswith(schema)

    return {unique_id for unique_id, node in project.tables.items() if fits(node)}


def by_wildcard(project: Project, criterion: Criterion) -> set[str]:
    """By dbterd's `wildcard`: a shell pattern over the `unique_id`."""
    fits = pattern(criterion.value.lower())
    return {unique_id for unique_id in project.tables if fits(unique_id.lower())}


def by_fqn(project: Project, criterion: Criterion) -> set[str]:
    """By dbt's `fqn`: the own name, or the folders that lead to it from the package or from inside it."""
    fits = _fqn_fits(criterion.value)
    return {
        unique_id
        for unique_id, member in project.members.items()
        if not unique_id.startswith("source.") and fits(fqn_of(member), _is_versioned(unique_id, member))
    }


def fqn_of(member: Member) -> list[str]:
    """The fully qualified name; of what has none, package and name."""
    return member.fqn or [member.package_name or "", member.name or ""]


def by_path(project: Project, criterion: Criterion) -> set[str]:
    """By dbt's `path`: the file, a folder above it, or the YAML file beside it; a pattern from the project's root.

    Which paths there are, dbt asks the disk; here they are those of the root project's own members.
    """
    there = _paths_of_root(project)
    text = criterion.value.replace("\\", "/").strip("/").removeprefix("./")
    if text in {"", ".", "**"}:
        return set(project.members)
    fits = _path_pattern(text)
    found = {path for path in there if fits(path)}
    answers: dict[str, bool] = {}

    def is_found(path: str, *, folders: bool) -> bool:
        if path not in answers:
            answers[path] = any(parent in found for parent in _folders(path))
        return path in found or (folders and answers[path])

    return {
        unique_id
        for unique_id, member in project.members.items()
        if is_found(path_of(member), folders=True) or is_found(_patch_of(member), folders=False)
    }


def by_file(project: Project, criterion: Criterion) -> set[str]:
    """By dbt's `file`: the name of the file, with its ending or without."""
    fits = pattern(criterion.value)
    paths = {path_of(member) for member in project.members.values()}
    found = {path for path in paths if fits(name := path.rpartition("/")[2]) or fits(_stem(name))}
    return {unique_id for unique_id, member in project.members.items() if path_of(member) in found}


def path_of(member: Member) -> str:
    """Where its file lies inside its package, with slashes on every machine."""
    path = member.original_file_path or ""
    return path.replace("\\", "/") if "\\" in path else path


def _patch_of(member: Member) -> str:
    return (member.patch_path or "").rpartition("://")[2].replace("\\", "/")


def _stem(name: str) -> str:
    stem, dot, ending = name.rpartition(".")
    return stem if dot and stem and ending else name


def _is_versioned(unique_id: str, member: Member) -> bool:
    return isinstance(member, SelectableNode) and member.version is not None and unique_id.startswith("model.")


def _fqn_fits(text: str) -> Callable[[list[str], bool], bool]:
    """Whether a qualified name fits: as dbt has it, dots in a name count as those between the parts."""
    parts = text.split(".")
    ending = "_".join(parts[-2:])
    slurped = next((place for place, part in enumerate(parts) if _WILDCARDS.intersection(part)), None)
    if slurped is None:
        folder = f"{text}."

        def leads_to(dotted: str) -> object:
            return dotted == text or dotted.startswith(folder)
    else:
        before = "".join(f"{re.escape(part)}[.]" for part in parts[:slurped])
        compiled = re.compile(before + translate(".".join(parts[slurped:])))

        def leads_to(dotted: str) -> object:
            return compiled.match(dotted)

    leaf_fits = pattern(text) if "." not in text else text.__eq__

    # What stands before the first wildcard must begin the name, the package or the first folder: that rules out most.
    first = _WILDCARD.split(parts[0], maxsplit=1)[0]

    def fits(fqn: list[str], versioned: bool) -> bool:
        if versioned and len(fqn) > 1:
            if leaf_fits(fqn[-2]) or "_".join(fqn[-2:]) == ending:
                return True
        elif fqn[-1].startswith(first) and leaf_fits(fqn[-1]):
            return True
        if fqn[0].startswith(first) and leads_to(".".join(fqn)):
            return True
        return len(fqn) > 1 and fqn[1].startswith(first) and bool(leads_to(".".join(fqn[1:])))

    return fits


def _paths_of_root(project: Project) -> set[str]:
    """All files of the root project's members, their YAML files, and the folders that these lie in."""
    of_root = [one for one in project.members.values() if not project.name or one.package_name == project.name]
    paths = {path for member in of_root for path in (path_of(member), _patch_of(member)) if path}
    folders: set[str] = set()
    for path in paths:
        for folder in _folders(path):
            if folder in folders:
                break
            folders.add(folder)
    return paths | folders


def _folders(path: str) -> Iterable[str]:
    """The folders that a path lies in, the nearest first."""
    while "/" in path:
        path = path.rpartition("/")[0]
        yield path


def _path_pattern(text: str) -> Callable[[str], object]:
    """Whether a path fits a pattern in which `**` stands for any number of folders."""
    if not _WILDCARDS.intersection(text):
        return text.__eq__
    tests = [None if part == "**" else pattern(part) for part in text.split("/")]
    return lambda path: _segments_fit(path.split("/"), tests)


def _segments_fit(segments: Sequence[str], tests: Sequence[Callable[[str], object] | None]) -> bool:
    if not tests:
        return not segments
    test, *rest = tests
    if test is None:
        return any(_segments_fit(segments[skipped:], rest) for skipped in range(len(segments) + 1))
    return bool(segments) and bool(test(segments[0])) and _segments_fit(segments[1:], rest)
