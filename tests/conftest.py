"""What tests of several rooms share."""

from collections.abc import Iterator

import pytest

from tests.tools.judge import Judge, running_judge
from tests.tools.mermaid_judge import VERSIONS, MermaidJudge, running_mermaid_judge
from tests.tools.node import ToolMissing

# Listens from before `erd` is loaded; none of the modules above may load it.
pytest_plugins = ("tests.secrecy.plugin",)


@pytest.fixture(scope="session")
def judge() -> Iterator[Judge]:
    """`@dbml/core`, running; without Node its tests are skipped, except in CI."""
    try:
        with running_judge() as running:
            yield running
    except ToolMissing as missing:
        pytest.skip(f"no judge for DBML: {missing}")


@pytest.fixture(scope="session", params=VERSIONS)
def mermaid(request: pytest.FixtureRequest) -> Iterator[MermaidJudge]:
    """`mermaid`, running, in each version in turn; without Node its tests are skipped, except in CI."""
    try:
        with running_mermaid_judge(request.param) as running:
            yield running
    except ToolMissing as missing:
        pytest.skip(f"no judge for Mermaid: {missing}")
