"""The story that is told under faults: a pull request's run and its base, downloaded, read and drawn; and its end."""

import gc
import logging
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from erd.bases import ByItself
from erd.checks import Secret
from erd.ci.pull_request import Forge, PullRequest
from erd.dbt_cloud.connection import Pace
from erd.demo.account import Account
from erd.pipeline import draw, output_paths, write
from erd.settings import Settings
from erd.sources import CloudSource, RunOfPullRequest
from tests.tokens import TOKEN

from .fault_account import CATALOG, HEAD_SHA, MANIFEST, RESULTS
from .fault_proxy import Plan, Proxy, proxy
from .quick_clock import QuickClock

PULL_REQUEST = PullRequest(forge=Forge.GITHUB, number=17, head_sha=HEAD_SHA, head_branch="pull-request-17")
TRIES = 5
LARGEST_FILE_BYTES = 5_000_000
GOODBYE_SECONDS = 3.0
OLD = {f"artifacts/{name}": f'{{"old": "{name}"}}'.encode() for name in (MANIFEST, CATALOG, RESULTS)} | {
    "output/output.dbml": b"// the old diagram\n"
}


class Hurry(NamedTuple):
    """How long anything may take; seconds of the clock for the budget, of this machine for the rest."""

    budget_seconds: float = 900.0
    connect_seconds: float = 5.0
    read_seconds: float = 10.0
    wait_seconds: float = 60.0


NO_HURRY = Hurry()


class Ending(NamedTuple):
    """How the story ended: with an error or with files; `base` is the run that head is compared with."""

    error: BaseException | None
    base: int | None
    files: Mapping[str, bytes]
    seconds: float
    log: str
    proxy: Proxy


def story(
    home: Path, account: Account, plan: Plan, hurry: Hurry = NO_HURRY, tls: ssl.SSLContext | None = None
) -> Ending:
    """Tell the story in a folder that has old files in it, and say how it ended."""
    for name, content in OLD.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_bytes(content)
    clock = QuickClock()
    with _no_trace_left(), _logged() as log, proxy(account, clock, plan, tls) as server:
        clock.on_sleep = server.door.pass_a_pause
        began, base, error = clock.monotonic(), None, None
        try:
            base = _told(server.url, account.id, clock, hurry, home)
        except Exception as raised:  # noqa: BLE001 - which it is, is looked at by those who asked
            error = raised
        seconds = clock.monotonic() - began
        files = {str(path.relative_to(home)): path.read_bytes() for path in home.rglob("*") if path.is_file()}
    return Ending(error, base, files, seconds, "\n".join(log), server)


def _told(url: str, account_id: int, clock: QuickClock, hurry: Hurry, home: Path) -> int | None:
    settings = _settings(url, account_id, hurry, home)
    drawn = draw(settings, clock=clock, pace=Pace(TRIES - 1, 0.005, hurry.connect_seconds, hurry.read_seconds))
    write(drawn.erd, settings, output_paths(settings), {})
    return drawn.base.run.id if drawn.base and drawn.base.run else None


def _settings(url: str, account_id: int, hurry: Hurry, home: Path) -> Settings:
    """What a pull request gives: who asks, and which pull request it is."""
    source = CloudSource(
        base_url=url,
        api_version="v2",
        account_id=account_id,
        token=Secret(TOKEN),
        run=RunOfPullRequest(PULL_REQUEST, None),
        keep_in=home / "artifacts",
        step=None,
        wait_seconds=hurry.wait_seconds,
        timeout_seconds=hurry.budget_seconds - hurry.wait_seconds,
        largest_file_bytes=LARGEST_FILE_BYTES,
        allow_failed=False,
        trigger=False,
    )
    # What is new is drawn too, so that the base's manifest is wanted; and all the rest.
    selected = ("*", "state:new")
    return Settings(source=source, base=ByItself(PULL_REQUEST, None), select=selected, output=home / "output")


@contextmanager
def _logged() -> Iterator[list[str]]:
    """All that anybody logs, libraries too."""
    lines: list[str] = []

    class Lines(logging.Handler):
        def emit(self, record: logging.LogRecord) -> None:
            lines.append(f"{record.levelname} {record.name} {record.getMessage()}")

    root, handler = logging.getLogger(), Lines()
    level = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    try:
        yield lines
    finally:
        root.removeHandler(handler)
        root.setLevel(level)


@contextmanager
def _no_trace_left() -> Iterator[None]:
    """Whatever the block started, threads and sockets, is gone soon after it."""
    threads, sockets = set(threading.enumerate()), _sockets()
    yield
    deadline = time.monotonic() + GOODBYE_SECONDS
    for thread in set(threading.enumerate()) - threads:
        thread.join(max(0.0, deadline - time.monotonic()))
        assert not thread.is_alive(), f"{thread} was left behind"
    if _sockets() > sockets:
        gc.collect()
    assert _sockets() <= sockets, "a socket was left behind"


def _sockets() -> int:
    """How many sockets this process has open, where the system tells."""
    folder = Path("/proc/self/fd")
    return sum(_leads_to_a_socket(link) for link in folder.iterdir()) if folder.exists() else 0


def _leads_to_a_socket(link: Path) -> bool:
    try:
        return str(link.readlink()).startswith("socket:")
    except OSError:
        # That of the listing itself, which is over.
        return False
