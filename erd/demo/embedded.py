"""The files of two real runs, out of the package: read when they are asked for."""

import gzip
from collections.abc import Callable, Mapping
from functools import partial
from importlib import resources

# What the build of a run left, and what its docs did: the name in dbt Cloud, then the name in the package.
OF_BUILD = {"manifest.json": "manifest.json", "run_results.json": "build_run_results.json"}
OF_DOCS = {name: name for name in ("manifest.json", "catalog.json", "run_results.json")}


def embedded_files(folder: str, kept_as: Mapping[str, str]) -> dict[str, Callable[[], bytes]]:
    """Files of the run in `folder` (`production`, `pull-request`), by their names in dbt Cloud."""
    return {name: partial(_embedded, folder, kept) for name, kept in kept_as.items()}


def _embedded(folder: str, name: str) -> bytes:
    kept = resources.files("erd.demo") / "artifacts" / folder / f"{name}.gz"
    return gzip.decompress(kept.read_bytes())
