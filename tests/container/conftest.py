"""The image under test, built once; for each test a job on a runner, or a whole machine with a shop around it."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.container.dbt_played import programs_in
from tests.container.engine import build, why_no_image
from tests.container.runner import Runner, runner_in
from tests.container.shop import Shop, open_shop
from tests.container.workflow_run import Machine
from tests.tools.node import ToolMissing
from tests.tools.workflow_reader import WorkflowReader, running_workflow_reader


@pytest.fixture(scope="session")
def image(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The id of the image. Where CI is set, a machine that cannot build it fails instead of skipping."""
    reason = why_no_image()
    if reason and os.environ.get("CI"):
        pytest.fail(f"no image: {reason}")
    if reason:
        pytest.skip(f"no image: {reason}")
    return build(tmp_path_factory.mktemp("image"), "--tag", "dbt-cloud-erd:under-test")


@pytest.fixture(scope="session")
def reader() -> Iterator[WorkflowReader]:
    """GitHub's own reader of workflows; without Node its tests are skipped, except in CI."""
    try:
        with running_workflow_reader() as running:
            yield running
    except ToolMissing as missing:
        pytest.skip(f"no reader of workflows: {missing}")


@pytest.fixture
def runner(tmp_path: Path, reader: WorkflowReader) -> Runner:
    """The folders of a job that has just begun."""
    return runner_in(tmp_path, reader)


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[Shop]:
    """The example's repository and its dbt Cloud."""
    with open_shop(tmp_path) as running:
        yield running


@pytest.fixture
def machine(image: str, tmp_path: Path, shop: Shop, reader: WorkflowReader) -> Machine:
    """Where workflows of the shop run."""
    return Machine(
        image=image,
        folder=tmp_path,
        github=shop.github,
        reader=reader,
        artifacts={},
        front=shop.front,
        programs=programs_in(tmp_path),
    )
