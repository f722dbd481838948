"""The files that the story should leave."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from erd.pipeline import draw, output_paths, write
from erd.settings import Settings
from erd.sources import LocalSource

from .fault_account import BUILD, CATALOG, DOCS, HEAD_RUN, MANIFEST, RESULTS, content_of
from .fault_story import OLD

NAMES = (MANIFEST, CATALOG, RESULTS)
OF_RESULTS = {"tests": BUILD, "docs": DOCS}


@cache
def right_files(*, manifest: str = DOCS, catalog: bool = True, results: str = "tests") -> Mapping[str, bytes]:
    """The files of the story when it ends well; old ones that have no successor are set aside.

    `manifest` is the step that it is of; `results` are those of the `tests`, those of the `docs` step, `none`, or some
    that are `unreadable`, whose file is left out here.
    """
    files = {MANIFEST: content_of(HEAD_RUN, manifest, MANIFEST)}
    if catalog:
        files[CATALOG] = content_of(HEAD_RUN, DOCS, CATALOG)
    if results in OF_RESULTS:
        files[RESULTS] = content_of(HEAD_RUN, OF_RESULTS[results], RESULTS)
    aside = set(NAMES) - set(files) - ({RESULTS} if results == "unreadable" else set())
    return {
        **{f"artifacts/{name}": content for name, content in files.items()},
        **{f"artifacts/{name}.previous": OLD[f"artifacts/{name}"] for name in aside},
        "output/output.dbml": _diagram(files),
    }


def _diagram(files: Mapping[str, bytes]) -> bytes:
    with TemporaryDirectory() as folder:
        for name, content in files.items():
            (Path(folder) / name).write_bytes(content)
        settings = Settings(source=LocalSource(Path(folder)), output=Path(folder))
        paths = output_paths(settings)
        write(draw(settings).erd, settings, paths, {})
        return paths["dbml"].read_bytes()


def output_of(files: Mapping[str, bytes]) -> Mapping[str, bytes]:
    """What was drawn, and what else is not an artifact."""
    return {name: content for name, content in files.items() if not name.startswith("artifacts/")}


def artifacts_of(files: Mapping[str, bytes]) -> Mapping[str, bytes]:
    """What was downloaded."""
    return {name: content for name, content in files.items() if name.startswith("artifacts/")}
