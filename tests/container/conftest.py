"""The image under test, built once; and a job on a runner for each test."""

import os
from pathlib import Path

import pytest

from tests.container.engine import build, why_no_image
from tests.container.runner import Runner, runner_in


@pytest.fixture(scope="session")
def image(tmp_path_factory: pytest.TempPathFactory) -> str:
    """The id of the image. Where CI is set, a machine that cannot build it fails instead of skipping."""
    reason = why_no_image()
    if reason and os.environ.get("CI"):
        pytest.fail(f"no image: {reason}")
    if reason:
        pytest.skip(f"no image: {reason}")
    return build(tmp_path_factory.mktemp("image"))


@pytest.fixture
def runner(tmp_path: Path) -> Runner:
    """The folders of a job that has just begun."""
    return runner_in(tmp_path)
