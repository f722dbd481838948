"""A job that is cancelled while dbt Cloud keeps it waiting ends at once, and leaves what was there."""

import signal
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from erd.demo.account import PREPARATION, Account, CloudRun, Step, Token
from erd.demo.server import Server, serve
from tests.integration.doors import interrupted_container
from tests.tokens import TOKEN

LONGEST_WAIT_SECONDS = 30.0


class Slow:
    """A file whose first byte comes when the test is over; `asked` is set when somebody waits for it."""

    def __init__(self) -> None:
        self.asked = threading.Event()
        self.over = threading.Event()

    def __call__(self) -> bytes:
        self.asked.set()
        self.over.wait(LONGEST_WAIT_SECONDS)
        return b"{}"


@pytest.fixture
def slow() -> Slow:
    return Slow()


@pytest.fixture
def cloud(slow: Slow) -> Iterator[Server]:
    run = CloudRun(
        id=5,
        job_definition_id=7,
        project_id=2,
        environment_id=3,
        steps=(*PREPARATION, Step("Invoke dbt with `dbt build`", {"manifest.json": slow})),
    )
    with serve(Account(id=1, tokens=(Token(TOKEN),), runs=(run,))) as server:
        yield server
        slow.over.set()


@pytest.mark.parametrize(("how", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_it_ends_within_seconds_and_leaves_the_old_diagram(
    how: signal.Signals, code: int, cloud: Server, slow: Slow, tmp_path: Path
) -> None:
    (tmp_path / "target").mkdir()
    (tmp_path / "target/output.dbml").write_text("the diagram of yesterday")
    variables = {
        "DBTERD_DBT_CLOUD_HOST_URL": cloud.url,
        "DBTERD_DBT_CLOUD_ACCOUNT_ID": 1,
        "DBTERD_DBT_CLOUD_SERVICE_TOKEN": cloud.token,
        "DBTERD_DBT_CLOUD_RUN_ID": 5,
        "TMPDIR": tmp_path,
    }

    found, seconds = interrupted_container(tmp_path, variables, how, slow.asked)

    assert found == code
    assert seconds < 6
    assert (tmp_path / "target/output.dbml").read_text() == "the diagram of yesterday"
    assert [path.name for path in tmp_path.iterdir()] == ["target"]
