"""The example of a review where something is wrong: red, or green with a word, as it should be."""

import pytest

from tests.container.examples import FOLDER, text_of
from tests.container.shop import FORKED, OWN, Shop
from tests.container.workflow_run import FAILURE, SKIPPED, SUCCESS, JobRun, Machine, run_workflow
from tests.tokens import WRONG

pytestmark = pytest.mark.container

REVIEW = text_of(FOLDER / "pull-request.yml")
PRODUCTION = text_of(FOLDER / "production.yml")


def reviewed(shop: Shop, machine: Machine, text: str = REVIEW, *, number: int = OWN, **about: object) -> JobRun:
    """The job of the review."""
    return run_workflow(text, shop.situation(shop.pull_request(number), **about), machine)["review"]


def failed_step(job: JobRun) -> tuple[int, str]:
    """The exit code and the one error of the step that ended the job."""
    (step,) = job.steps.values()
    (error,) = step.annotations("error")
    assert job.result == FAILURE
    return step.exit_code, error


def test_a_missing_secret_is_named_and_nobody_is_asked(shop: Shop, machine: Machine) -> None:
    code, error = failed_step(reviewed(shop, machine, secrets={}))
    assert code == 2
    assert "dbt-cloud-service-token" in error
    assert shop.dbt_cloud.requests == []
    assert shop.discussion.bodies(OWN) == []


def test_a_wrong_token_is_an_error_that_names_the_permission(shop: Shop, machine: Machine) -> None:
    code, error = failed_step(reviewed(shop, machine, secrets={"DBT_CLOUD_SERVICE_TOKEN": WRONG}))
    assert code == 1
    assert "token" in error
    assert shop.discussion.bodies(OWN) == []


def test_a_pull_request_of_a_fork_gets_no_secret_and_the_error_says_so(shop: Shop, machine: Machine) -> None:
    code, error = failed_step(reviewed(shop, machine, number=FORKED))
    assert code == 2
    assert "fork" in error
    assert shop.discussion.bodies(FORKED) == []


def test_the_example_of_production_leaves_pull_requests_of_forks_alone(shop: Shop, machine: Machine) -> None:
    jobs = run_workflow(PRODUCTION, shop.situation(shop.pull_request(FORKED)), machine)
    assert {job.result for job in jobs.values()} == {SKIPPED}


def test_a_token_that_may_only_read_is_green_with_a_word_and_the_review_in_the_summary(
    shop: Shop, machine: Machine
) -> None:
    job = reviewed(shop, machine, REVIEW.replace("pull-requests: write", "pull-requests: read"))
    assert job.result == SUCCESS, job.log
    assert shop.discussion.bodies(OWN) == []
    (said,) = (text for text in job.annotations("notice") if "no comment" in text)
    assert "pull-requests: write" in said
    assert "### Data model: 3 breaking risks" in job.summary


def test_a_gate_on_breaking_risks_is_red_after_all_is_published(shop: Shop, machine: Machine) -> None:
    job = reviewed(shop, machine, f"{REVIEW}          fail-on: breaking\n")
    (step,) = job.steps.values()
    assert (job.result, step.exit_code) == (FAILURE, 3)
    assert len(shop.discussion.bodies(OWN)) == 1
    assert "### Data model: 3 breaking risks" in job.summary
    assert step.outputs["breaking"] == "true"
    assert job.workspace is not None
    assert [name for name in step.outputs["files"].split("\n") if not (job.workspace / name).is_file()] == []
