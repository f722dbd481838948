"""The story of one ERD: locate the run, download, draw; find what it is compared with; and write what came of it."""

import logging
import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from erd.drawing import (
    ArtifactFiles,
    check_rules,
    code_of,
    draw_material,
    files_in,
    manifest_of,
    read_base,
    read_material,
    select_material,
    with_sql,
)
from erd.errors import OutputError
from erd.files import write_bytes, write_text
from erd.formats import TARGETS, Options
from erd.model import Erd
from erd.project import Source
from erd.select.project import Files
from erd.settings import Settings
from erd.sources import CloudSource, DiagramFile, DiscoverySource, LocalSource

if TYPE_CHECKING:
    from erd.comparison import Base
    from erd.dbt_cloud.client import DbtCloudClient
    from erd.dbt_cloud.clock import Clock
    from erd.dbt_cloud.connection import Pace
    from erd.dbt_cloud.download import Progress
    from erd.dbt_cloud.runs import Run
    from erd.diff.review import Review
    from erd.reviewing import FromArtifacts, FromDiagram

log = logging.getLogger(__name__)

DIFF_JSON, DIFF_MARKDOWN = "erd-diff.json", "erd-diff.md"


class Drawn(msgspec.Struct, frozen=True):
    """An ERD, where it came from, and how many tests of the run ended in which status.

    `run` is the run of dbt Cloud that it came from, if it did; `base` what it is compared with, if there is that, and
    `review` what lies between the two.
    """

    erd: Erd
    source: Source
    run: "Run | None" = None
    test_outcomes: Mapping[str, int] = {}
    base: "Base | None" = None
    review: "Review | None" = None


def draw(
    settings: Settings,
    progress: "Progress | None" = None,
    clock: "Clock | None" = None,
    pace: "Pace | None" = None,
) -> Drawn:
    """Draw the ERD that the settings ask for, and compare it with what they say. Raises `ErdError`.

    `clock` and `pace` are for who must not wait: how time passes while dbt Cloud is asked, and how patiently.
    """
    match settings.source:
        case LocalSource(folder):
            return _drawn_from_folder(settings, folder)
        case CloudSource() as source:
            return _drawn_from_cloud(settings, source, progress, clock, pace)
        case DiscoverySource() as source:
            return _drawn_from_discovery(settings, source)
        case DiagramFile(path):
            return _drawn_from_diagram(settings, path)


def output_paths(settings: Settings) -> dict[str, Path]:
    """The file of each target, as the settings have it."""
    return {name: settings.output / (settings.output_file_name or TARGETS[name].file_name) for name in settings.target}


def paths_of_review(settings: Settings) -> dict[str, Path]:
    """The files of a review, by their names, as the settings have it."""
    return {name: settings.output / name for name in (DIFF_JSON, DIFF_MARKDOWN)}


def write(erd: Erd, settings: Settings, paths: Mapping[str, Path], embedded: Mapping[str, Path]) -> None:
    """Write the ERD in each target, and into the files in which it is embedded. Raises `OutputError`.

    `paths` are those of `output_paths`, and `embedded` those of `embed-in`, resolved by whoever knows where writing is
    allowed. Each file is written whole or not at all, and all text is made before the first file is touched.
    """
    texts = {name: TARGETS[name].render(erd, _options(settings)) for name in paths}
    edited = {shown: _embedded(erd, settings, shown, path) for shown, path in embedded.items()}
    for name, shown in output_paths(settings).items():
        write_text(paths[name], texts[name])
        log.info("Output saved to %s", shown)
    for name, content in edited.items():
        if content is not None:
            write_bytes(embedded[name], content)
            log.info("The ERD is embedded in %s", name)


def embed(erd: Erd, settings: Settings, shown: str) -> Callable[[bytes], bytes]:
    """What embeds the ERD in the content of the file at the path `shown`. It raises `OutputError`."""
    from erd.report.embedding import with_block  # noqa: PLC0415 - few embed anything
    from erd.report.excerpt import excerpt  # noqa: PLC0415 - few embed anything

    page = output_paths(settings).get("markdown")
    link = Path(os.path.relpath(page, Path(shown).parent)).as_posix() if page and not page.is_absolute() else ""
    block = excerpt(erd, _options(settings), link)
    return lambda content: with_block(content, block, shown)


def _embedded(erd: Erd, settings: Settings, shown: str, path: Path) -> bytes | None:
    """The file with the ERD in it; none if it is not here, which matters only where it is not committed."""
    try:
        content = path.read_bytes()
    except FileNotFoundError:
        if settings.destination:
            return None
        raise OutputError(
            f"There is no file {shown} in which the ERD could be embedded.",
            "Make it, with the two markers where the ERD is to be, or take it out of embed-in.",
        ) from None
    except (OSError, ValueError) as error:
        raise OutputError(
            f"{shown}, in which the ERD is to be embedded, could not be read: {error}.", "Give the path of a file."
        ) from error
    return embed(erd, settings, shown)(content)


def _options(settings: Settings) -> Options:
    return Options(
        columns="none" if settings.omit_columns else settings.columns,
        omit_entity_name_quotes=settings.omit_entity_name_quotes,
        grouped_by=".".join(settings.entity_group),
        title=settings.output_file_name or "",
        schema_base_url=settings.schema_base_url or "",
    )


def _drawn_from_folder(settings: Settings, folder: Path) -> Drawn:
    files = files_in(folder)
    if files.catalog is None:
        log.warning(
            "There is no %s, so columns and types come from YAML alone. `dbt docs generate` writes the catalog.",
            folder / "catalog.json",
        )
    base = _base(settings, None, None)
    return _drawn_from_files(settings, files, Source(str(folder)), base, _files_of_folder(base))


def _drawn_from_cloud(
    settings: Settings,
    source: CloudSource,
    progress: "Progress | None",
    clock: "Clock | None",
    pace: "Pace | None",
) -> Drawn:
    from erd.comparison import download_base, source_of  # noqa: PLC0415 - local files need no HTTP
    from erd.dbt_cloud.download import download_artifacts  # noqa: PLC0415 - local files need no HTTP
    from erd.locating import client_of, locate  # noqa: PLC0415 - local files need no HTTP

    with (
        client_of(source, clock, pace) as client,
        _download_folder(source.keep_in) as folder,
        _download_folder(None) as elsewhere,
    ):
        run = locate(client, source)
        found = download_artifacts(client, run, folder, progress, source.step)
        files = ArtifactFiles(found.manifest, found.catalog, found.run_results, str(run.id))
        base = _base(settings, run, client)
        of_base = _files_of_folder(base)
        if base and base.run:
            of_base = download_base(client, settings.base, base.run, elsewhere, progress)
            base = base if of_base else None
        drawn = _drawn_from_files(settings, files, source_of(run), base, of_base)
        return msgspec.structs.replace(drawn, run=run)


def _drawn_from_discovery(settings: Settings, source: DiscoverySource) -> Drawn:
    from erd.artifacts import discovered  # noqa: PLC0415 - local files need no HTTP
    from erd.dbt_cloud.discovery import DiscoveryClient  # noqa: PLC0415 - local files need no HTTP
    from erd.dbt_cloud.queries import QUERIES, QUERIES_WITH_SQL, read_query  # noqa: PLC0415 - local files need no HTTP

    check_rules(settings)
    ours = QUERIES_WITH_SQL if _holds_sql(settings) else QUERIES
    queries = (read_query(source.query_file),) if source.query_file else ours
    with DiscoveryClient(source.base_url, source.token) as client:
        state = client.read(source.environment_id, queries)
    manifest, catalog = discovered.manifest_of(state), discovered.catalog_of(state)
    results = discovered.run_results_of(state)
    material = select_material(settings, Files(results=results), manifest, catalog, results)
    erd = with_sql(draw_material(settings, material), discovered.sql_of(state))
    name = f"dbt Cloud environment {source.environment_id}"
    return Drawn(erd=erd, source=Source(name), test_outcomes=results.test_outcomes())


def _drawn_from_diagram(settings: Settings, path: Path) -> Drawn:
    """The diagram of a file, and what lies between it and what it is compared with."""
    from erd.comparison import read_diagram  # noqa: PLC0415 - few read a diagram
    from erd.reviewing import FromDiagram  # noqa: PLC0415 - nor compare one

    head = FromDiagram(read_diagram(path), Source(str(path)))
    base = _base(settings, None, None)
    review = _review(settings, base, _files_of_folder(base), head)
    return Drawn(erd=head.erd, source=head.source, base=base, review=review)


def _base(settings: Settings, run: "Run | None", client: "DbtCloudClient | None") -> "Base | None":
    if settings.base is None:
        return None
    from erd.comparison import find_base  # noqa: PLC0415 - most ERDs are compared with nothing

    return find_base(settings.base, run, client, _diagram(settings))


def _diagram(settings: Settings) -> Path:
    """Where this tool writes DBML in the repository, by these settings or by default."""
    paths = output_paths(settings)
    return paths.get("dbml") or settings.output / TARGETS["dbml"].file_name


def _files_of_folder(base: "Base | None") -> ArtifactFiles | None:
    return files_in(base.folder) if base and base.folder else None


@contextmanager
def _download_folder(keep_in: Path | None) -> Iterator[Path]:
    """The folder to download to: the one given, which keeps the files, else one that goes away."""
    if keep_in:
        yield keep_in
        return
    import tempfile  # noqa: PLC0415 - local files need no folder either

    with tempfile.TemporaryDirectory(prefix="dbt-cloud-erd-") as folder:
        yield Path(folder)


def _drawn_from_files(
    settings: Settings, files: ArtifactFiles, source: Source, base: "Base | None", of_base: ArtifactFiles | None
) -> Drawn:
    find_base = manifest_of(of_base) if of_base else lambda: None
    material = read_material(settings, files, find_base, for_review=base is not None)
    erd = draw_material(settings, material)
    review = None
    if base:
        from erd.reviewing import FromArtifacts, described  # noqa: PLC0415 - most ERDs are compared with nothing

        source = described(source, material.manifest)
        review = _review(settings, base, of_base, FromArtifacts(files, material, source, erd))
    if _holds_sql(settings):
        erd = with_sql(erd, code_of(files, [table.unique_id for table in erd.tables]))
    return Drawn(erd, source, test_outcomes=material.results.test_outcomes(), base=base, review=review)


def _review(
    settings: Settings, base: "Base | None", of_base: ArtifactFiles | None, head: "FromArtifacts | FromDiagram"
) -> "Review | None":
    if base is None:
        return None
    from erd.reviewing import FromArtifacts, FromDiagram, described, review  # noqa: PLC0415 - few are compared

    old: FromArtifacts | FromDiagram = FromDiagram(base.erd or Erd(), base.source)
    if of_base:
        find_head = manifest_of(head.files) if isinstance(head, FromArtifacts) else lambda: None
        material = read_base(settings, of_base, find_head)
        old = FromArtifacts(of_base, material, described(base.source, material.manifest))
    return review(settings, old, head, base_is_older=base.is_older)


def _holds_sql(settings: Settings) -> bool:
    """Whether a target has a place for the statements that make tables."""
    return any(TARGETS[name].holds_sql for name in settings.target)
