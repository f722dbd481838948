"""The parser that reads what is rendered, and the way to refresh the golden files."""

from collections.abc import Iterator

import pytest

from tests.formats.reading import Reader, running_reader
from tests.tools.judge import ToolMissing

REFRESH = "--refresh-golden"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(REFRESH, action="store_true", help="write the golden files of tests/formats anew")


@pytest.fixture(scope="session")
def refresh_golden(request: pytest.FixtureRequest) -> bool:
    """Whether golden files are written instead of compared; never unless `tests/formats` is what pytest is given."""
    return bool(request.config.getoption(REFRESH, default=False))


@pytest.fixture(scope="session")
def reader() -> Iterator[Reader]:
    """`@dbml/core`, running; without Node its tests are skipped, except in CI."""
    try:
        with running_reader() as running:
            yield running
    except ToolMissing as missing:
        pytest.skip(f"no judge for DBML: {missing}")
