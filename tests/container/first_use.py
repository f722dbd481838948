"""How long a newcomer waits, by the clock: from a clone to the demo, and from the pasted workflow to the first comment.

    python -m tests.container.first_use

What a person types or reads is not in it. The clone is of this repository as it is committed. dbt Cloud has the pull
request's run already, so what remains is ours: the image, which GitHub builds for a commit, and the job. Needs what
`make container` needs.
"""

import os
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.container.dbt_played import programs_in
from tests.container.engine import REPOSITORY, build
from tests.container.examples import fenced_workflows
from tests.container.shop import OWN, open_shop
from tests.container.workflow_run import Machine, run_workflow
from tests.tools.workflow_reader import running_workflow_reader


def first_use(folder: Path) -> Iterator[tuple[str, float]]:
    """Each thing that is waited for, and its seconds."""
    yield from _clone_to_demo(folder / "clone")
    began = time.perf_counter()
    image = build(folder, "--no-cache")
    yield "the image, built by GitHub where `uses:` names a commit", time.perf_counter() - began
    yield "paste to the first comment: the README's workflow, once the image is there", _to_first_comment(folder, image)


def _clone_to_demo(clone: Path) -> Iterator[tuple[str, float]]:
    yield "git clone", _seconds("git", "clone", "--quiet", str(REPOSITORY), str(clone), where=clone.parent)
    yield "make demo, the first time", _seconds("make", "demo", where=clone)
    assert (clone / "target" / "output.dbml").read_text(encoding="utf-8").count("\nRef: ") > 1
    yield "make demo, again", _seconds("make", "demo", where=clone)


def _seconds(*command: str, where: Path) -> float:
    # As from a fresh terminal: what runs this may be in an environment of its own.
    environ = {name: value for name, value in os.environ.items() if name not in {"VIRTUAL_ENV", "MAKEFLAGS"}}
    began = time.perf_counter()
    subprocess.run(command, cwd=where, env=environ, check=True, capture_output=True)
    return time.perf_counter() - began


def _to_first_comment(folder: Path, image: str) -> float:
    (workflow,) = (fenced.text for fenced in fenced_workflows() if fenced.document == "README.md")
    with running_workflow_reader() as reader, open_shop(folder) as shop:
        machine = Machine(
            image=image,
            folder=folder,
            github=shop.github,
            reader=reader,
            artifacts={},
            front=shop.front,
            programs=programs_in(folder),
        )
        situation = shop.situation(shop.event("pull_request"))
        began = time.perf_counter()
        jobs = run_workflow(workflow, situation, machine)
        took = time.perf_counter() - began
        comments = shop.discussion.bodies(OWN)
    assert len(comments) == 1, [job.log for job in jobs.values()]
    return took


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as temporary:
        for what, seconds in first_use(Path(temporary)):
            print(f"{seconds:7.1f} s  {what}", flush=True)  # noqa: T201 - the figures are what is asked for
