"""Build the example project twice, as dbt Cloud would, and keep the artifacts of both runs for the demo.

`python examples/build.py` is the whole of it. It needs Python 3.11 or newer, git and a package index; dbt goes into a
virtual environment of its own, `examples/target/venv`. What dbt Cloud does in a run is from its documentation: a
production job builds everything, a CI job builds `state:modified+` in a schema of its own and defers the rest.
"""

from __future__ import annotations

import gzip
import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import venv
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

EXAMPLES = Path(__file__).resolve().parent
PROJECT = EXAMPLES / "jaffle_shop"
PATCH = EXAMPLES / "pull_request.patch"
RAW = EXAMPLES / "raw"
REQUIREMENTS = EXAMPLES / "requirements.txt"
ENVIRONMENT = EXAMPLES / "target" / "venv"
ARTIFACTS = EXAMPLES.parent / "erd" / "demo" / "artifacts"

WAREHOUSE = "jaffle_shop.duckdb"
DEFERRED = "deferred"
LOAD = "import duckdb, pathlib; duckdb.connect({!r}).execute(pathlib.Path('raw/load.sql').read_text('utf-8'))"


@dataclass(frozen=True)
class Run:
    """One run of a dbt Cloud job: `folder` is where its artifacts go, `cloud` what the platform tells dbt about it."""

    folder: str
    target: str
    cloud: Mapping[str, str]
    selection: tuple[str, ...] = ()
    variables: Mapping[str, str] = field(default_factory=dict)


PRODUCTION = Run(
    folder="production",
    target="prod",
    cloud={
        "DBT_CLOUD_ACCOUNT_ID": "1",
        "DBT_CLOUD_PROJECT_ID": "2",
        "DBT_CLOUD_ENVIRONMENT_ID": "3",
        "DBT_CLOUD_JOB_ID": "43166",
        "DBT_CLOUD_RUN_ID": "70437463654001",
        "DBT_CLOUD_RUN_REASON": "scheduled",
        "DBT_CLOUD_RUN_REASON_CATEGORY": "scheduled",
    },
)

PULL_REQUEST = Run(
    folder="pull-request",
    target="ci",
    cloud={
        "DBT_CLOUD_ACCOUNT_ID": "1",
        "DBT_CLOUD_PROJECT_ID": "2",
        "DBT_CLOUD_ENVIRONMENT_ID": "4",
        "DBT_CLOUD_JOB_ID": "43167",
        "DBT_CLOUD_RUN_ID": "70437463654017",
        "DBT_CLOUD_RUN_REASON": "github_pull_request",
        "DBT_CLOUD_RUN_REASON_CATEGORY": "github_pull_request",
        "DBT_CLOUD_PR_ID": "17",
        "DBT_CLOUD_GIT_SHA": "4f0c2d9be1a37c5586d1e6b0a9f7c83e52d4b619",
    },
    selection=("--select", "state:modified+", "--defer", "--state", DEFERRED),
    variables={"DBT_CI_SCHEMA": "dbt_cloud_pr_43167_17"},
)


def main() -> None:
    """Build both runs in a temporary folder; write their artifacts only when both went well."""
    _install_dbt()
    with tempfile.TemporaryDirectory(prefix="dbt-cloud-erd-") as temporary:
        work = Path(temporary).resolve()
        production = _check_out(work / PRODUCTION.folder)
        _load_raw_data(production)
        runs = [(PRODUCTION, _run_job(PRODUCTION, production))]

        pull_request = _check_out(work / PULL_REQUEST.folder)
        _apply_patch(pull_request)
        _hand_over(production, pull_request)
        runs.append((PULL_REQUEST, _run_job(PULL_REQUEST, pull_request)))

        for run, files in runs:
            _refuse_traces_of_this_machine(run, files, work)
    for run, files in runs:
        _keep(run, files)
        _describe(run, files)


def _install_dbt() -> None:
    """Make the virtual environment, unless it is already the one that `requirements.txt` asks for."""
    wanted = hashlib.sha256(REQUIREMENTS.read_bytes()).hexdigest()
    installed = ENVIRONMENT / "installed"
    if installed.is_file() and installed.read_text() == wanted:
        return
    venv.create(ENVIRONMENT, clear=True, with_pip=True)
    pip = [_tool("python"), "-m", "pip", "install", "--quiet", "--require-hashes", "--no-deps", "-r", str(REQUIREMENTS)]
    subprocess.run(pip, check=True)
    installed.write_text(wanted)


def _check_out(folder: Path) -> Path:
    """Copy the project, and the data it reads, to where a run can make a mess."""
    shutil.copytree(PROJECT, folder, ignore=shutil.ignore_patterns("target", "logs", "*.duckdb"))
    shutil.copytree(RAW, folder / "raw")
    return folder


def _load_raw_data(folder: Path) -> None:
    subprocess.run([_tool("python"), "-c", LOAD.format(WAREHOUSE)], cwd=folder, check=True)


def _apply_patch(folder: Path) -> None:
    """Apply the pull request, even where the temporary folder lies inside somebody's repository."""
    environment = {**os.environ, "GIT_CEILING_DIRECTORIES": str(folder.parent)}
    subprocess.run(["git", "apply", str(PATCH)], cwd=folder, env=environment, check=True)


def _hand_over(production: Path, pull_request: Path) -> None:
    """Give the pull request's run what dbt Cloud gives it: the same warehouse and the manifest to defer to."""
    shutil.copy(production / WAREHOUSE, pull_request / WAREHOUSE)
    (pull_request / DEFERRED).mkdir()
    shutil.copy(production / "target" / "manifest.json", pull_request / DEFERRED / "manifest.json")


def _run_job(run: Run, folder: Path) -> dict[str, bytes]:
    """Run the job's two steps and return its artifacts: those of the last step, and the results of the build."""
    target = folder / "target"
    _dbt(run, folder, "build")
    build_results = (target / "run_results.json").read_bytes()
    _dbt(run, folder, "docs", "generate")
    last_step = {name: (target / name).read_bytes() for name in ("manifest.json", "catalog.json", "run_results.json")}
    return {**last_step, "build_run_results.json": build_results}


def _dbt(run: Run, folder: Path, *command: str) -> None:
    """Run dbt with relative folders and an environment of its own, so that no trace of this machine gets in."""
    arguments = [*command, "--target", run.target, *run.selection]
    print(f"\n{run.folder}: dbt {' '.join(arguments)}", flush=True)
    subprocess.run([_tool("dbt"), *arguments], cwd=folder, env=_environment(run), check=True)


def _environment(run: Run) -> dict[str, str]:
    inherited = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT", "TMPDIR", "TEMP") if name in os.environ}
    return {
        **inherited,
        "LANG": "C.UTF-8",
        "TZ": "UTC",
        "DBT_PROJECT_DIR": ".",
        "DBT_PROFILES_DIR": ".",
        **run.variables,
        **{f"DBT_ENV_CUSTOM_ENV_{name}": value for name, value in run.cloud.items()},
    }


def _refuse_traces_of_this_machine(run: Run, files: Mapping[str, bytes], work: Path) -> None:
    for name, content in files.items():
        for folder in (work, Path(tempfile.gettempdir()), EXAMPLES.parent, Path.home(), Path(sys.prefix)):
            if f"{folder}{os.sep}".encode() in content:
                sys.exit(f"{run.folder}/{name} names {folder}, a folder of this machine. Nothing was written.")


def _keep(run: Run, files: Mapping[str, bytes]) -> None:
    """Write each file as dbt wrote it, compressed to the same bytes wherever the same content is compressed."""
    folder = ARTIFACTS / run.folder
    folder.mkdir(parents=True, exist_ok=True)
    for name, content in files.items():
        (folder / f"{name}.gz").write_bytes(gzip.compress(content, compresslevel=9, mtime=0))


def _describe(run: Run, files: Mapping[str, bytes]) -> None:
    manifest, catalog, results = (
        json.loads(files[name]) for name in ("manifest.json", "catalog.json", "build_run_results.json")
    )
    kinds = Counter(node["resource_type"] for node in manifest["nodes"].values())
    kinds["source"] = len(manifest["sources"])
    outcomes = Counter(result["status"] for result in results["results"])
    print(f"\n{run.folder} (dbt {manifest['metadata']['dbt_version']})")
    print("  manifest:", ", ".join(f"{count} {kind}" for kind, count in sorted(kinds.items())))
    print(f"  catalog: {len(catalog['nodes'])} nodes, {len(catalog['sources'])} sources")
    print("  build:", ", ".join(f"{count} {outcome}" for outcome, count in sorted(outcomes.items())))


def _tool(name: str) -> str:
    return str(ENVIRONMENT / ("Scripts" if os.name == "nt" else "bin") / name)


if __name__ == "__main__":
    main()
