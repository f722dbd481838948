"""A server for the small account, and its time."""

from collections.abc import Iterator

import pytest
import requests

from erd.demo.server import serve
from tests.demo.caller import ACCOUNT, Caller
from tests.demo.clock import FakeClock


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def caller(clock: FakeClock) -> Iterator[Caller]:
    with serve(ACCOUNT, clock) as server, requests.Session() as session:
        yield Caller(server, session)
