"""The way to refresh the golden files."""

import pytest

REFRESH = "--refresh-golden"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(REFRESH, action="store_true", help="write the golden files of tests/formats anew")


@pytest.fixture(scope="session")
def refresh_golden(request: pytest.FixtureRequest) -> bool:
    """Whether golden files are written instead of compared; never unless `tests/formats` is what pytest is given."""
    return bool(request.config.getoption(REFRESH, default=False))
