"""What tests of several rooms share."""

from collections.abc import Iterator

import pytest
from hypothesis import settings

from tests.examples import everyday
from tests.tools.judge import Judge, running_judge
from tests.tools.mermaid_judge import OLDEST_FULL, OLDEST_PLAIN, VERSIONS, MermaidJudge, running_mermaid_judge
from tests.tools.node import ToolMissing

# Listens from before `erd` is loaded; none of the modules above may load it.
pytest_plugins = ("tests.secrecy.plugin",)

REFRESH = "--refresh-golden"

settings.register_profile("everyday", everyday)
settings.load_profile("everyday")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(REFRESH, action="store_true", help="write the golden files anew, to be read in review")


@pytest.fixture(scope="session")
def refresh_golden(request: pytest.FixtureRequest) -> bool:
    """Whether golden files are written instead of compared."""
    return bool(request.config.getoption(REFRESH))


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
    yield from _mermaid(request.param)


@pytest.fixture(scope="session")
def oldest_full_mermaid() -> Iterator[MermaidJudge]:
    """`mermaid`, running, in the oldest version that the full style is for."""
    yield from _mermaid(OLDEST_FULL)


@pytest.fixture(scope="session")
def oldest_plain_mermaid() -> Iterator[MermaidJudge]:
    """`mermaid`, running, in the oldest version that the plain style is for."""
    yield from _mermaid(OLDEST_PLAIN)


def _mermaid(version: str) -> Iterator[MermaidJudge]:
    try:
        with running_mermaid_judge(version) as running:
            yield running
    except ToolMissing as missing:
        pytest.skip(f"no judge for Mermaid: {missing}")
