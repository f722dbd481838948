"""The runner of workflows starts, skips, hands on and refuses as GitHub does."""

import base64
from pathlib import Path
from urllib.parse import quote

import pytest

from tests.container.masking import STARS, SecretSeenError, refuse_secrets, shown
from tests.container.shop import FORKED, OWN, Shop
from tests.container.situation import NIGHTLY
from tests.container.triggers import matches, rights, triggers
from tests.container.workflow_run import FAILURE, SKIPPED, SUCCESS, JobRun, Machine, run_workflow
from tests.tokens import GITHUB
from tests.tools.workflow_reader import InvalidError, Workflow, WorkflowReader

# Not one of tests/tokens.py: the runner looks for whatever secrets a job has.
WORDS = "a horse & a battery"


def a_workflow(steps: str, head: str = "on: schedule: [{cron: '0 5 * * *'}]") -> str:
    """A workflow with one job of these steps, started by a clock unless its head says otherwise."""
    head = head.replace("on: schedule:", "on:\n  schedule:")
    lines = "".join(f"      {line}\n" for line in steps.strip("\n").split("\n"))
    return f"{head}\njobs:\n  one:\n    runs-on: ubuntu-latest\n    steps:\n{lines}"


@pytest.fixture
def without_image(tmp_path: Path, shop: Shop, reader: WorkflowReader) -> Machine:
    """A machine for workflows that do not use our Action."""
    return Machine(image="", folder=tmp_path, github=shop.github, reader=reader, artifacts={}, front=shop.front)


def run(text: str, machine: Machine, shop: Shop, **about: object) -> JobRun:
    about = {"event": shop.event("schedule", [{"cron": ""}])} | about
    return run_workflow(text, shop.situation(about.pop("event"), **about), machine)["one"]  # type: ignore[arg-type]  # an event


def test_outputs_and_exported_variables_reach_later_steps(without_image: Machine, shop: Shop) -> None:
    job = run(
        a_workflow("""
- id: first
  run: |
    echo "word=hello" >> "$GITHUB_OUTPUT"
    echo "OTHER=world" >> "$GITHUB_ENV"
- run: echo "${{ steps.first.outputs.word }} $OTHER ${{ env.OTHER }} ${{ github.repository }}"
"""),
        without_image,
        shop,
    )
    assert "hello world world acme/warehouse" in job.log


def test_after_a_failure_only_those_run_that_ask_for_it(without_image: Machine, shop: Shop) -> None:
    job = run(a_workflow("- run: exit 4\n- run: echo never\n- run: echo late\n  if: failure()"), without_image, shop)
    assert job.result == FAILURE
    assert list(job.results.values()) == [FAILURE, SKIPPED, SUCCESS]


def test_a_job_that_needs_a_failed_one_is_skipped(without_image: Machine, shop: Shop) -> None:
    text = a_workflow("- run: exit 1") + (
        "  two:\n    needs: one\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo never\n"
    )
    jobs = run_workflow(text, shop.situation(shop.event("schedule", [{"cron": ""}])), without_image)
    assert {name: job.result for name, job in jobs.items()} == {"one": FAILURE, "two": SKIPPED}


def test_a_checkout_is_the_event_s_commit_and_takes_the_right_to_read(without_image: Machine, shop: Shop) -> None:
    steps = "- uses: actions/checkout@v7\n- run: cat models/orders.sql"
    event = shop.pull_request(OWN)
    assert "select 17 as order_id" in run(a_workflow(steps, "on: pull_request"), without_image, shop, event=event).log
    refused = run(a_workflow(steps, "on: pull_request\npermissions: {}"), without_image, shop, event=event, run_id=2)
    assert refused.result == FAILURE


def test_an_action_that_is_not_played_is_refused_by_name(without_image: Machine, shop: Shop) -> None:
    with pytest.raises(AssertionError, match="actions/cache is an action that is not played here"):
        run(a_workflow("- uses: actions/cache@v4"), without_image, shop)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        (a_workflow("- runs: echo"), "Unexpected value 'runs'"),
        (a_workflow("- run: ${{ secret.X }}"), "Unrecognized named-value: 'secret'"),
        (a_workflow("- run: echo").replace("cron:", "corn:"), "Unexpected value 'corn'"),
    ],
)
def test_what_github_would_refuse_is_refused(text: str, why: str, reader: WorkflowReader) -> None:
    with pytest.raises(InvalidError, match=why):
        reader.workflow(text)


def test_a_fork_s_workflow_has_no_secret_and_a_token_that_only_reads(
    without_image: Machine, shop: Shop, reader: WorkflowReader
) -> None:
    text = a_workflow(
        '- run: echo "[${{ secrets.DBT_CLOUD_SERVICE_TOKEN }}]"',
        "on: pull_request\npermissions: {pull-requests: write, contents: read}",
    )
    workflow = reader.workflow(text)
    fork, own = shop.pull_request(FORKED), shop.pull_request(OWN)
    assert "[]" in run(text, without_image, shop, event=fork).log
    assert rights(workflow.jobs["one"], workflow, fork) == {"metadata: read", "contents: read", "pull-requests: read"}
    assert "pull-requests: write" in rights(workflow.jobs["one"], workflow, own)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ("", {"contents: read", "packages: read"}),
        ("permissions: {}", set()),
        ("permissions: {issues: write, contents: none}", {"issues: write"}),
    ],
)
def test_a_token_has_what_permissions_say_and_little_where_they_say_nothing(
    given: str, expected: set[str], reader: WorkflowReader
) -> None:
    workflow = reader.workflow(a_workflow("- run: echo", f"on: push\n{given}"))
    assert rights(workflow.jobs["one"], workflow, NIGHTLY) == {"metadata: read", *expected}


def test_permissions_of_a_job_take_the_place_of_the_workflow_s(reader: WorkflowReader) -> None:
    text = a_workflow("- run: echo", "on: push\npermissions: {contents: write}")
    workflow = reader.workflow(text.replace("    steps:", "    permissions: {issues: read}\n    steps:"))
    assert rights(workflow.jobs["one"], workflow, NIGHTLY) == {"metadata: read", "issues: read"}


@pytest.mark.parametrize(
    ("on", "starts"),
    [
        ("pull_request", True),
        ("[push, pull_request]", True),
        ("push", False),
        ("{pull_request: {types: [opened]}}", False),
        ("{pull_request: {types: [synchronize]}}", True),
        ("{pull_request: {branches: [main, 'release/**']}}", True),
        ("{pull_request: {branches: ['release/**']}}", False),
        ("{pull_request: {branches-ignore: [ma*]}}", False),
        ("{pull_request: {paths: ['models/**']}}", True),
        ("{pull_request: {paths: ['models/**', '!models/orders.sql']}}", False),
        ("{pull_request: {paths-ignore: ['**.sql']}}", False),
    ],
)
def test_an_event_starts_a_workflow_by_its_filters(on: str, starts: bool, shop: Shop, reader: WorkflowReader) -> None:
    workflow: Workflow = reader.workflow(a_workflow("- run: echo", f"on: {on}"))
    assert triggers(shop.pull_request(OWN), workflow) is starts


@pytest.mark.parametrize(
    ("pattern", "text", "is_for_it"),
    [
        ("*", "main", True),
        ("*", "feature/a", False),
        ("**", "feature/a", True),
        ("**/docs/**", "docs/hello.md", True),
        ("*.jsx?", "page.js", True),
        ("v[12].[0-9]+.[0-9]+", "v1.10.1", True),
        ("v[12].[0-9]+.[0-9]+", "v3.0.0", False),
    ],
)
def test_patterns_are_those_of_the_cheat_sheet(pattern: str, text: str, is_for_it: bool) -> None:
    assert matches(pattern, text) is is_for_it


FORMS = {
    "plain": WORDS,
    "URL-encoded": quote(WORDS),
    "in a form": WORDS.replace(" ", "+").replace("&", "%26"),
    "base64": base64.b64encode(f"user:{WORDS}".encode()).decode(),
}


@pytest.mark.parametrize("form", FORMS.values(), ids=FORMS)
def test_no_step_gets_by_with_a_secret_in_its_log(form: str, without_image: Machine, shop: Shop) -> None:
    text = a_workflow('- run: echo "x$FORM"\n  env: {FORM: \'' + form + "'}")
    with pytest.raises(SecretSeenError, match="a secret stands in what a step leaves"):
        run(text, without_image, shop, secrets={"PASSWORD": WORDS})


def test_a_mask_is_no_secret_in_the_log_and_no_more_than_a_mask() -> None:
    refuse_secrets("a log", f"::add-mask::{GITHUB}\nfine\n")
    assert shown(f"::add-mask::xyz\n::warning::of {WORDS}, xyz\n", [WORDS]) == f"Warning: of {STARS}, {STARS}\n"
