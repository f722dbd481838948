"""Every example workflow as it stands, run for every event that it waits for: green, with what it led to for people.

`ERD_SHOW_IN` names a folder for that: comment, summary and log of each, and what was committed.
"""

import os
from pathlib import Path
from typing import Any

import pytest

from erd.init import CLOUD, CORE, WORKFLOW, initial_files
from tests.container.examples import FILES, each_file, fenced_workflows, text_of
from tests.container.masking import refuse_secrets
from tests.container.runner import OWNER
from tests.container.shop import FORKED, OWN, Shop
from tests.container.workflow_run import FAILURE, SUCCESS, JobRun, Machine, run_workflow
from tests.github.fake.tokens import WORKFLOWS_OWN
from tests.tools.workflow_reader import WorkflowReader

COMMENTED = {"pull_request": OWN, "pull_request_target": FORKED, "workflow_run": FORKED}
COMMITTED = {"refresh-nightly": "main", "refresh-by-pull-request": "dbt-cloud-erd/main"}


@pytest.mark.container
@each_file
def test_an_example_is_green_for_every_event_that_it_waits_for(file: Path, machine: Machine, shop: Shop) -> None:
    text = text_of(file)
    workflow = machine.reader.workflow(text)
    ran: set[str] = set()
    for number, (event, filters) in enumerate(_events(workflow.on), 100):
        _run_what_it_waits_for(event, filters, machine, shop)
        before = shop.git.branches()
        jobs = run_workflow(text, shop.situation(shop.event(event, filters), run_id=number), machine)
        _show(f"{file.stem}-{event}", jobs, COMMENTED.get(event, 0), shop, before, machine.folder)
        assert FAILURE not in {job.result for job in jobs.values()}, [job.log for job in jobs.values()]
        ran |= {name for name, job in jobs.items() if job.result == SUCCESS}
        for job in jobs.values():
            _assert_clean(job)
        if event in COMMENTED and any(job.ours for job in jobs.values()):
            assert [comment.login for comment in shop.discussion.comments(COMMENTED[event])] == [WORKFLOWS_OWN]
    assert ran == set(workflow.jobs)
    if file.stem in COMMITTED:
        tip = shop.git.branches()[COMMITTED[file.stem]]
        assert shop.git.git("show", "--format=%s", "--name-only", tip).splitlines()[0].startswith("ERD: 19 tables")
        assert shop.git.entry(tip, "docs/erd/output.dbml")
    # It has asked dbt Cloud and GitHub, and nobody else.
    assert shop.front.refused == []


@pytest.mark.container
def test_the_workflow_that_init_writes_is_green(machine: Machine, shop: Shop) -> None:
    text = initial_files(CLOUD)[WORKFLOW]
    (job,) = run_workflow(text, shop.situation(shop.event("schedule", [{"cron": "0 5 * * *"}])), machine).values()
    assert job.result == SUCCESS, job.log
    _assert_clean(job)
    assert [name for _, name in machine.artifacts] == ["erd"]
    assert shop.front.refused == []


def test_the_workflow_that_init_writes_for_dbt_core_is_one_of_github_s(reader: WorkflowReader) -> None:
    assert list(reader.workflow(initial_files(CORE)[WORKFLOW]).on) == ["push", "workflow_dispatch"]


def test_every_workflow_in_a_document_is_an_example_word_for_word() -> None:
    examples = {text_of(file).strip() for file in FILES}
    assert [fenced.document for fenced in fenced_workflows() if fenced.text.strip() not in examples] == []


def _events(on: dict[str, Any]) -> list[tuple[str, Any]]:
    """All but that somebody starts it by hand what a clock starts as well."""
    return [(name, filters) for name, filters in on.items() if name != "workflow_dispatch" or "schedule" not in on]


def _run_what_it_waits_for(event: str, filters: Any, machine: Machine, shop: Shop) -> None:
    """The workflow whose end starts this one, for the fork's pull request."""
    if event != "workflow_run":
        return
    (awaited,) = filters["workflows"]
    (text,) = (text_of(file) for file in FILES if machine.reader.workflow(text_of(file)).name == awaited)
    run_id = shop.event(event, filters).payload["workflow_run"]["id"]
    jobs = run_workflow(text, shop.situation(shop.pull_request(FORKED), run_id=run_id), machine)
    assert {job.result for job in jobs.values()} == {SUCCESS}, [job.log for job in jobs.values()]


def _assert_clean(job: JobRun) -> None:
    """No error, no input that does not exist, and nothing written that a later step could not change."""
    assert job.annotations("error") == []
    for name in job.ours:
        step = job.steps[name]
        assert step.unknown_inputs == []
        for path in filter(None, step.outputs.get("files", "").split("\n")):
            about = ((job.workspace or Path()) / path).stat()
            assert (about.st_uid, about.st_gid) == OWNER, path


def _show(name: str, jobs: dict[str, JobRun], number: int, shop: Shop, before: dict[str, str], folder: Path) -> None:
    shown = {
        "comment.md": "\n\n".join(shop.discussion.bodies(number)),
        "summary.md": "\n\n".join(job.summary for job in jobs.values()),
        "log.txt": "\n".join(job.log for job in jobs.values()),
        "commits.diff": "\n".join(
            shop.git.git("show", "--stat", "--patch", tip)
            for branch, tip in shop.git.branches().items()
            if before.get(branch) != tip
        ),
    }
    where = Path(os.environ.get("ERD_SHOW_IN") or folder / "shown")
    where.mkdir(parents=True, exist_ok=True)
    for kind, text in shown.items():
        refuse_secrets(f"{name}-{kind}", text)
        if text.strip():
            (where / f"{name}-{kind}").write_text(text, encoding="utf-8")
