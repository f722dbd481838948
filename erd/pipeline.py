"""The story of one ERD: locate the run, download, read, select, detect; and write what was drawn."""

import logging
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from erd.artifacts.catalog import Catalog, read_catalog
from erd.artifacts.compiled import read_compiled_sql
from erd.artifacts.graph import read_selectable_manifest
from erd.artifacts.manifest import Manifest, read_manifest
from erd.artifacts.run_results import RunResults, read_run_results
from erd.detect.dependencies import dependencies
from erd.detect.erd import Naming, detect, table_nodes
from erd.detect.evidence import gather_evidence
from erd.detect.states import test_states
from erd.errors import ArtifactError
from erd.files import write_text
from erd.formats import TARGETS, Options
from erd.model import Erd
from erd.select.project import Files
from erd.select.rules import Rules, read_rules, select_tables
from erd.select.selection import along_relationships
from erd.settings import Settings
from erd.sources import CloudSource, DiscoverySource, LocalSource

if TYPE_CHECKING:
    from erd.comparison import Base
    from erd.dbt_cloud.client import DbtCloudClient
    from erd.dbt_cloud.clock import Clock
    from erd.dbt_cloud.connection import Pace
    from erd.dbt_cloud.download import Progress
    from erd.dbt_cloud.runs import Run

log = logging.getLogger(__name__)


# Finds the manifest that `state:` rules compare with, and what errors call it; None if there is none.
FindManifest = Callable[[], tuple[Path, str] | None]


class Drawn(msgspec.Struct, frozen=True):
    """An ERD, and how many tests of the run ended in which status.

    `run` is the run of dbt Cloud that it came from, if it did; `base` what it is to be compared with, if there is that.
    """

    erd: Erd
    run: "Run | None"
    test_outcomes: Mapping[str, int]
    base: "Base | None" = None


def draw(
    settings: Settings,
    progress: "Progress | None" = None,
    clock: "Clock | None" = None,
    pace: "Pace | None" = None,
) -> Drawn:
    """Draw the ERD that the settings ask for, and find what it is compared with. Raises `ErdError`.

    `clock` and `pace` are for who must not wait: how time passes while dbt Cloud is asked, and how patiently.
    """
    match settings.source:
        case LocalSource(folder):
            base = _base(settings, None, None)
            find = _manifest_in(base.folder if base else None)
            return _drawn_from_files(settings, *_local_files(folder), run=None, base=base, find_manifest=find)
        case CloudSource() as source:
            return _drawn_from_cloud(settings, source, progress, clock, pace)
        case DiscoverySource() as source:
            return _drawn_from_discovery(settings, source)


def output_paths(settings: Settings) -> dict[str, Path]:
    """The file of each target, as the settings have it."""
    return {name: settings.output / (settings.output_file_name or TARGETS[name].file_name) for name in settings.target}


def write(erd: Erd, settings: Settings, paths: Mapping[str, Path]) -> None:
    """Write the ERD in each target, each file whole or not at all. Raises `OutputError`.

    `paths` are those of `output_paths`, resolved by whoever knows where writing is allowed. All text is made before
    the first file is touched.
    """
    options = Options(
        columns="none" if settings.omit_columns else settings.columns,
        omit_entity_name_quotes=settings.omit_entity_name_quotes,
        grouped_by=".".join(settings.entity_group),
        title=settings.output_file_name or "",
        schema_base_url=settings.schema_base_url or "",
    )
    texts = {name: TARGETS[name].render(erd, options) for name in paths}
    for name, shown in output_paths(settings).items():
        write_text(paths[name], texts[name])
        log.info("Output saved to %s", shown)


def _drawn_from_cloud(
    settings: Settings,
    source: CloudSource,
    progress: "Progress | None",
    clock: "Clock | None",
    pace: "Pace | None",
) -> Drawn:
    from erd.dbt_cloud.download import download_artifacts  # noqa: PLC0415 - local files need no HTTP
    from erd.locating import client_of, locate  # noqa: PLC0415 - local files need no HTTP

    with client_of(source, clock, pace) as client, _download_folder(source.keep_in) as folder:
        run = locate(client, source)
        found = download_artifacts(client, run, folder, progress, source.step)
        base = _base(settings, run, client)
        with _download_folder(None) as elsewhere:

            def find() -> tuple[Path, str] | None:
                if base is None or base.run is None:
                    return _manifest_in(base.folder if base else None)()
                manifest = download_artifacts(client, base.run, elsewhere, progress).manifest
                return manifest, _shown(manifest, base.run)

            files = found.manifest, found.catalog, found.run_results
            return _drawn_from_files(settings, *files, run=run, base=base, find_manifest=find)


def _drawn_from_discovery(settings: Settings, source: DiscoverySource) -> Drawn:
    from erd.artifacts import discovered  # noqa: PLC0415 - local files need no HTTP
    from erd.dbt_cloud.discovery import DiscoveryClient  # noqa: PLC0415 - local files need no HTTP
    from erd.dbt_cloud.queries import QUERIES, QUERIES_WITH_SQL, read_query  # noqa: PLC0415 - local files need no HTTP

    rules = read_rules(settings.select, settings.exclude)
    ours = QUERIES_WITH_SQL if _holds_sql(settings) else QUERIES
    queries = (read_query(source.query_file),) if source.query_file else ours
    with DiscoveryClient(source.base_url, source.token) as client:
        state = client.read(source.environment_id, queries)
    manifest, catalog = discovered.manifest_of(state), discovered.catalog_of(state)
    results = discovered.run_results_of(state)
    drawn = _drawn(settings, rules, Files(results=results), manifest, catalog, results, run=None)
    return msgspec.structs.replace(drawn, erd=_with_sql(drawn.erd, discovered.sql_of(state)))


def _base(settings: Settings, run: "Run | None", client: "DbtCloudClient | None") -> "Base | None":
    if settings.base is None:
        return None
    from erd.comparison import find_base  # noqa: PLC0415 - most ERDs are compared with nothing

    return find_base(settings.base, run, client, _diagram(settings))


def _diagram(settings: Settings) -> Path:
    """Where this tool writes DBML in the repository, by these settings or by default."""
    paths = output_paths(settings)
    return paths.get("dbml") or settings.output / TARGETS["dbml"].file_name


def _manifest_in(folder: Path | None) -> FindManifest:
    """Finds the manifest of a folder of this machine."""
    manifest = folder / "manifest.json" if folder else None
    return lambda: (manifest, str(manifest)) if manifest else None


@contextmanager
def _download_folder(keep_in: Path | None) -> Iterator[Path]:
    """The folder to download to: the one given, which keeps the files, else one that goes away."""
    if keep_in:
        yield keep_in
        return
    import tempfile  # noqa: PLC0415 - local files need no folder either

    with tempfile.TemporaryDirectory(prefix="dbt-cloud-erd-") as folder:
        yield Path(folder)


def _local_files(folder: Path) -> tuple[Path, Path | None, Path | None]:
    """Manifest, catalog and run results of a folder; None for those it does not have."""
    catalog, run_results = folder / "catalog.json", folder / "run_results.json"
    if not catalog.exists():
        log.warning(
            "There is no %s, so columns and types come from YAML alone. `dbt docs generate` writes the catalog.",
            catalog,
        )
    return (
        folder / "manifest.json",
        catalog if catalog.exists() else None,
        run_results if run_results.exists() else None,
    )


def _drawn_from_files(
    settings: Settings,
    manifest_file: Path,
    catalog_file: Path | None,
    results_file: Path | None,
    *,
    run: "Run | None",
    base: "Base | None",
    find_manifest: FindManifest,
) -> Drawn:
    rules, shown = read_rules(settings.select, settings.exclude), _shown(manifest_file, run)
    manifest = (read_selectable_manifest if rules.need_graph else read_manifest)(manifest_file, shown)
    catalog = read_catalog(catalog_file, _shown(catalog_file, run)) if catalog_file else None
    _check_pair(manifest, catalog, run)
    results = _results(results_file, run)
    files = Files(manifest_file, shown, find_manifest, results if results_file else None)
    drawn = msgspec.structs.replace(_drawn(settings, rules, files, manifest, catalog, results, run=run), base=base)
    if _holds_sql(settings):
        wanted = [table.unique_id for table in drawn.erd.tables]
        sql = read_compiled_sql(manifest_file, shown, wanted)
        return msgspec.structs.replace(drawn, erd=_with_sql(drawn.erd, sql))
    return drawn


def _drawn(
    settings: Settings,
    rules: Rules,
    files: Files,
    manifest: Manifest,
    catalog: Catalog | None,
    results: RunResults,
    *,
    run: "Run | None",
) -> Drawn:
    nodes = table_nodes(manifest)
    selection = select_tables(rules, manifest, settings.resource_type, files)
    evidence = gather_evidence(manifest, settings.algo)
    wanted = along_relationships(selection, evidence.joined_tables())
    if nodes and not wanted:
        log.warning("None of the project's %s tables is selected: the diagram is empty", len(nodes))
    naming = Naming(settings.entity_name_format, settings.entity_group, settings.resource_type)
    erd = detect(manifest, catalog, evidence, wanted, naming, test_states(results))
    if settings.with_dependencies:
        erd = msgspec.structs.replace(erd, dependencies=dependencies(manifest, wanted))
    log.info("Collected %s table(s) and %s relationship(s)", len(erd.tables), len(erd.relationships))
    return Drawn(erd=erd, run=run, test_outcomes=results.test_outcomes())


def _holds_sql(settings: Settings) -> bool:
    """Whether a target has a place for the statements that make tables."""
    return any(TARGETS[name].holds_sql for name in settings.target)


def _with_sql(erd: Erd, sql: Mapping[str, str]) -> Erd:
    """The same with the statements that make its tables."""
    replace = msgspec.structs.replace
    tables = tuple([replace(table, sql=sql.get(table.unique_id, "")) for table in erd.tables])
    return replace(erd, tables=tables)


def _check_pair(manifest: Manifest, catalog: Catalog | None, run: "Run | None") -> None:
    """Warn if manifest and catalog were not written by the same command: they may be of two states of the project."""
    written = {artifact.invocation_id for artifact in (manifest, catalog) if artifact and artifact.invocation_id}
    if len(written) > 1:
        log.warning(
            "manifest.json and catalog.json%s were written by two dbt commands: columns may be of another state of the"
            " project than tests and keys. `dbt docs generate` as the last command writes both.",
            f" of run {run.id}" if run else "",
        )


def _results(run_results: Path | None, run: "Run | None") -> RunResults:
    """How the nodes fared; results that cannot be read are no reason to go without a diagram."""
    if run_results is None:
        return RunResults()
    try:
        return read_run_results(run_results, _shown(run_results, run))
    except ArtifactError as error:
        log.warning("%s", error)
        return RunResults()


def _shown(path: Path, run: "Run | None") -> str:
    """What to call an artifact: a downloaded one by its run, since its folder goes away."""
    return f"{path.name} of run {run.id}" if run else str(path)
