"""From the artifacts of one run to an ERD: read, select, detect; and once more for what it is compared with."""

import logging
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from erd.artifacts.catalog import Catalog, read_catalog
from erd.artifacts.compiled import read_compiled_sql
from erd.artifacts.manifest import Manifest, read_manifest
from erd.artifacts.run_results import RunResults, read_run_results
from erd.detect.claims import Evidence
from erd.detect.dependencies import dependencies
from erd.detect.erd import Naming, detect, names_in, table_nodes
from erd.detect.evidence import gather_evidence
from erd.detect.states import test_states
from erd.errors import ArtifactError
from erd.model import Erd
from erd.project import Project
from erd.select.project import Files
from erd.select.rules import Rules, read_rules, select_tables
from erd.select.selection import along_relationships
from erd.settings import Settings

if TYPE_CHECKING:
    from erd.artifacts.reviewed import ReviewedManifest

log = logging.getLogger(__name__)

# Finds the manifest that `state:` rules compare with, and what errors call it; None if there is none.
FindManifest = Callable[[], tuple[Path, str] | None]


class ArtifactFiles(msgspec.Struct, frozen=True):
    """Where a run's artifacts lie, None for those it does not have; `run_id` is empty for those of a local folder."""

    manifest: Path
    catalog: Path | None
    run_results: Path | None
    run_id: str = ""

    def shown(self, path: Path) -> str:
        """What to call an artifact: a downloaded one by its run, since its folder goes away."""
        return f"{path.name} of run {self.run_id}" if self.run_id else str(path)


class Material(msgspec.Struct, frozen=True):
    """What an ERD is drawn from, read, and the tables (`unique_id`s) that the rules select.

    `selected` are those of the resource types that are drawn, `reviewed` those of the types that a review looks at.
    `project` is what the manifest says besides, read for a review only.
    """

    manifest: Manifest
    catalog: Catalog | None
    results: RunResults
    evidence: Evidence
    selected: frozenset[str]
    reviewed: frozenset[str] = frozenset()
    project: Project = Project()


def files_in(folder: Path) -> ArtifactFiles:
    """The artifacts of a folder of this machine."""
    catalog, run_results = folder / "catalog.json", folder / "run_results.json"
    return ArtifactFiles(
        manifest=folder / "manifest.json",
        catalog=catalog if catalog.exists() else None,
        run_results=run_results if run_results.exists() else None,
    )


def manifest_of(files: ArtifactFiles) -> FindManifest:
    """Finds the manifest among some artifacts."""
    return lambda: (files.manifest, files.shown(files.manifest))


def check_rules(settings: Settings) -> None:
    """Raise `UsageError` for a selection rule that is none, before anything is asked for or read."""
    read_rules(settings.select, settings.exclude)


def read_material(
    settings: Settings, files: ArtifactFiles, find_base: FindManifest, *, for_review: bool = False
) -> Material:
    """Read the artifacts and select from them. Raises `ErdError`.

    `find_base` is asked only by a `state:` rule. For a review the manifest is read more widely.
    """
    shown = files.shown(files.manifest)
    rules = read_rules(settings.select, settings.exclude)
    reviewable = _read_for_review(files.manifest, shown) if for_review else None
    if rules.need_graph:
        from erd.artifacts.graph import read_selectable_manifest  # noqa: PLC0415 - few rules need the graph

        selectable: Manifest = read_selectable_manifest(files.manifest, shown)
    else:
        selectable = reviewable or read_manifest(files.manifest, shown)
    manifest = reviewable or selectable
    catalog = read_catalog(files.catalog, files.shown(files.catalog)) if files.catalog else None
    _check_pair(manifest, catalog, files)
    results = _results(files)
    asked = Files(files.manifest, shown, find_base, results if files.run_results else None)
    evidence = gather_evidence(manifest, settings.algo)
    found = Material(
        manifest, catalog, results, evidence, _select(rules, selectable, settings.resource_type, asked, evidence)
    )
    if reviewable is None:
        return found
    from erd.detect.uses import project_of  # noqa: PLC0415 - most ERDs are compared with nothing

    project = project_of(reviewable)
    if settings.reviewed_types == settings.resource_type:
        return msgspec.structs.replace(found, reviewed=found.selected, project=project)
    with _silent("erd.select"):
        reviewed = _select(rules, selectable, settings.reviewed_types, asked, evidence)
    return msgspec.structs.replace(found, reviewed=reviewed, project=project)


def read_base(settings: Settings, files: ArtifactFiles, find_head: FindManifest) -> Material:
    """The same of the artifacts that are compared with, of which nobody needs to hear what a rule does not fit."""
    with _silent("erd.select"):
        return read_material(
            settings._replace(resource_type=settings.reviewed_types), files, find_head, for_review=True
        )


def select_material(
    settings: Settings, files: Files, manifest: Manifest, catalog: Catalog | None, results: RunResults
) -> Material:
    """What is selected of artifacts that were read."""
    rules, evidence = read_rules(settings.select, settings.exclude), gather_evidence(manifest, settings.algo)
    selected = _select(rules, manifest, settings.resource_type, files, evidence)
    return Material(manifest, catalog, results, evidence, selected)


def draw_material(settings: Settings, material: Material) -> Erd:
    """The ERD of what is selected; what cannot be drawn is a warning."""
    manifest, selected = material.manifest, material.selected
    nodes = table_nodes(manifest)
    if nodes and not selected:
        log.warning("None of the project's %s tables is selected: the diagram is empty", len(nodes))
    erd = _detected(material, selected, _naming(settings, settings.resource_type))
    if settings.with_dependencies:
        erd = msgspec.structs.replace(erd, dependencies=dependencies(manifest, selected))
    log.info("Collected %s table(s) and %s relationship(s)", len(erd.tables), len(erd.relationships))
    return erd


def redraw(settings: Settings, material: Material, wanted: Collection[str]) -> Erd:
    """The ERD of these tables (`unique_id`s), as far as there are any of them.

    It is for comparing, and says nothing of what cannot be drawn: of the one that is shown, that was said.
    """
    with _silent("erd.detect"):
        return _detected(material, wanted, _naming(settings, settings.reviewed_types))


def names_of(settings: Settings, material: Material) -> dict[str, str]:
    """What all tables that a review looks at are called, selected or not, by `unique_id`."""
    return names_in(material.manifest, table_nodes(material.manifest), _naming(settings, settings.reviewed_types))


def with_sql(erd: Erd, sql: Mapping[str, str]) -> Erd:
    """The same with the statements that make its tables."""
    replace = msgspec.structs.replace
    tables = tuple([replace(table, sql=sql.get(table.unique_id, "")) for table in erd.tables])
    return replace(erd, tables=tables)


def code_of(files: ArtifactFiles, wanted: Collection[str]) -> dict[str, str]:
    """The SQL of nodes by `unique_id`, of those that have any; a pass over the manifest, which was read before."""
    return read_compiled_sql(files.manifest, files.shown(files.manifest), wanted)


def _read_for_review(path: Path, shown: str) -> "ReviewedManifest":
    from erd.artifacts.reviewed import read_reviewed_manifest  # noqa: PLC0415 - most ERDs are compared with nothing

    return read_reviewed_manifest(path, shown)


def _select(rules: Rules, manifest: Manifest, types: Sequence[str], files: Files, evidence: Evidence) -> frozenset[str]:
    return along_relationships(select_tables(rules, manifest, types, files), evidence.joined_tables())


def _detected(material: Material, wanted: Collection[str], naming: Naming) -> Erd:
    states = test_states(material.results)
    return detect(material.manifest, material.catalog, material.evidence, wanted, naming, states)


def _naming(settings: Settings, types: Sequence[str]) -> Naming:
    return Naming(settings.entity_name_format, settings.entity_group, tuple(types))


@contextmanager
def _silent(room: str) -> Iterator[None]:
    """Let a room of the house say nothing for a while."""
    logger = logging.getLogger(room)
    before = logger.level
    logger.setLevel(logging.CRITICAL)
    try:
        yield
    finally:
        logger.setLevel(before)


def _check_pair(manifest: Manifest, catalog: Catalog | None, files: ArtifactFiles) -> None:
    """Warn if manifest and catalog were not written by the same command: they may be of two states of the project."""
    written = {artifact.invocation_id for artifact in (manifest, catalog) if artifact and artifact.invocation_id}
    if len(written) > 1:
        log.warning(
            "manifest.json and catalog.json%s were written by two dbt commands: columns may be of another state of the"
            " project than tests and keys. `dbt docs generate` as the last command writes both.",
            f" of run {files.run_id}" if files.run_id else "",
        )


def _results(files: ArtifactFiles) -> RunResults:
    """How the nodes fared; results that cannot be read are no reason to go without a diagram."""
    if files.run_results is None:
        return RunResults()
    try:
        return read_run_results(files.run_results, files.shown(files.run_results))
    except ArtifactError as error:
        log.warning("%s", error)
        return RunResults()
