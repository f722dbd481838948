"""Asks dbt for the tables that rules select. Runs with the Python that has dbt, and knows nothing of this project.

    python ask.py REQUESTS ANSWERS

A request is either `{"parse": folder}` or `{"list": folder, "rules": [[argument, …], …]}`; both are answered from a
project's folder, the second with a list of `unique_id`s, or the text of an error, for each list of arguments.
"""

import contextlib
import io
import json
import os
import sys
from pathlib import Path
from typing import Any

from dbt.cli.main import dbtRunner  # type: ignore[import-not-found]  # it is there in the environment that runs this

TABLES = ["--resource-type", "model", "--resource-type", "seed"]
TABLES += ["--resource-type", "snapshot", "--resource-type", "source"]
OUTPUT = ["--output", "json", "--output-keys", "unique_id"]


def main(requests: Path, answers: Path) -> None:
    """Answer all requests, in their order."""
    found: list[Any] = []
    manifests: dict[str, Any] = {}
    with contextlib.redirect_stdout(io.StringIO()):
        for request in json.loads(requests.read_text("utf-8")):
            folder = request.get("parse") or request["list"]
            os.chdir(folder)
            if folder not in manifests:
                manifests[folder] = _parsed(folder)
            found.append([_listed(manifests[folder], folder, rules) for rules in request.get("rules", ())])
    answers.write_text(json.dumps(found), "utf-8")


def _parsed(folder: str) -> Any:
    done = dbtRunner().invoke(["--quiet", "parse", *_places(folder)])
    if not done.success:
        sys.exit(f"{folder} is no dbt project: {done.exception or done.result}")
    return done.result


def _listed(manifest: Any, folder: str, rules: list[str]) -> Any:
    done = dbtRunner(manifest=manifest).invoke(["--quiet", "ls", *TABLES, *OUTPUT, *rules, *_places(folder)])
    if not done.success:
        return str(done.exception or done.result)
    return [json.loads(line)["unique_id"] for line in done.result or ()]


def _places(folder: str) -> list[str]:
    return ["--project-dir", folder, "--profiles-dir", folder]


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))
