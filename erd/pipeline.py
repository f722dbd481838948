"""The story of one ERD: locate the run, download, read, select, detect; and write what was drawn."""

import logging
from collections.abc import Iterator, Mapping
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
from erd.sources import CloudSource, DiscoverySource, LatestRun, LocalSource, OneRun

if TYPE_CHECKING:
    from erd.dbt_cloud.client import DbtCloudClient
    from erd.dbt_cloud.download import Progress
    from erd.dbt_cloud.runs import Run

log = logging.getLogger(__name__)


class Drawn(msgspec.Struct, frozen=True):
    """An ERD, the run of dbt Cloud it came from if it did, and how many tests of the run ended in which status."""

    erd: Erd
    run: "Run | None"
    test_outcomes: Mapping[str, int]


def draw(settings: Settings, progress: "Progress | None" = None) -> Drawn:
    """Draw the ERD that the settings ask for. Raises `ErdError`."""
    match settings.source:
        case LocalSource(folder):
            return _drawn_from_files(settings, *_local_files(folder), run=None)
        case CloudSource() as source:
            return _drawn_from_cloud(settings, source, progress)
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


def _drawn_from_cloud(settings: Settings, source: CloudSource, progress: "Progress | None") -> Drawn:
    from erd.dbt_cloud.client import DbtCloudClient  # noqa: PLC0415 - local files need no HTTP
    from erd.dbt_cloud.download import download_artifacts  # noqa: PLC0415 - local files need no HTTP

    with (
        DbtCloudClient(source.base_url, source.account_id, source.token, api_version=source.api_version) as client,
        _download_folder(source) as folder,
    ):
        run = _located(client, source)
        found = download_artifacts(client, run, folder, progress)
        return _drawn_from_files(settings, found.manifest, found.catalog, found.run_results, run=run)


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


def _located(client: "DbtCloudClient", source: CloudSource) -> "Run":
    from erd.dbt_cloud.runs import get_run, latest_run  # noqa: PLC0415 - local files need no HTTP

    match source.run:
        case OneRun(run_id):
            run = get_run(client, run_id)
            log.info("Reading run %s", run.id)
        case LatestRun(job_id):
            run = latest_run(client, job_id)
            log.info("Reading run %s, the latest successful one of job %s", run.id, job_id)
    return run


@contextmanager
def _download_folder(source: CloudSource) -> Iterator[Path]:
    """The folder to download to: the one given, which keeps the files, else one that goes away."""
    if source.keep_in:
        yield source.keep_in
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
    settings: Settings, manifest_file: Path, catalog_file: Path | None, results_file: Path | None, *, run: "Run | None"
) -> Drawn:
    rules, shown = read_rules(settings.select, settings.exclude), _shown(manifest_file, run)
    manifest = (read_selectable_manifest if rules.need_graph else read_manifest)(manifest_file, shown)
    catalog = read_catalog(catalog_file, _shown(catalog_file, run)) if catalog_file else None
    base = settings.base_artifacts_dir and settings.base_artifacts_dir / "manifest.json"
    results = _results(results_file, run)
    files = Files(manifest_file, shown, base, results if results_file else None)
    drawn = _drawn(settings, rules, files, manifest, catalog, results, run=run)
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
