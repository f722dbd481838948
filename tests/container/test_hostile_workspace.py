"""A workspace, a disk, an event and an environment that are not as they should be: said clearly, and nothing outside.

That a link, or a path, that leads out of the workspace is refused, is in `test_action`.
"""

from collections.abc import Iterator
from pathlib import Path

import msgspec
import pytest

from erd.demo.server import Server, demo_account, serve
from tests.container.runner import Runner, Step, not_owned, run_step
from tests.container.shop import OWN, Shop
from tests.container.situation import Situation

pytestmark = pytest.mark.container

LARGER_THAN_ANY_EVENT = 26 * 1024 * 1024
TARGET = "/github/workspace/target"


@pytest.fixture
def dbt_cloud() -> Iterator[Server]:
    """The demo's account."""
    with serve(demo_account()) as server:
        yield server


def drawn(image: str, runner: Runner, dbt_cloud: Server, *options: str, environ: dict[str, str] | None = None) -> Step:
    """The Action, to draw production's run, with further options for docker."""
    return run_step(image, runner, _inputs(dbt_cloud), environ or {}, options=options)


def assert_clear(step: Step, runner: Runner, *words: str) -> None:
    """One error, of what happened and what to do, and no traceback; and that nothing is left outside the workspace."""
    assert step.exit_code in {1, 2}, step.log
    (error,) = step.annotations("error")
    assert [word for word in words if word not in error] == [], error
    what, _, to_do = error.partition(". ")
    assert what, error
    assert to_do.rstrip().endswith("."), error
    assert [word for word in ("Traceback", "unexpected", "Errno") if word in step.log] == []
    assert list(runner.home.iterdir()) == []
    assert [path.name for path in runner.workflow.iterdir()] == ["event.json"]
    assert len(list(runner.temp.iterdir())) == 3


def test_a_file_where_the_folder_should_be_stays_as_it_is(image: str, runner: Runner, dbt_cloud: Server) -> None:
    (runner.workspace / "target").write_text("mine", encoding="utf-8")
    assert_clear(drawn(image, runner, dbt_cloud), runner, "target/output.dbml could not be written", "Not a directory")
    assert (runner.workspace / "target").read_text(encoding="utf-8") == "mine"


def test_a_folder_where_the_file_should_be_stays_as_it_is(image: str, runner: Runner, dbt_cloud: Server) -> None:
    (runner.workspace / "target" / "output.dbml").mkdir(parents=True)
    assert_clear(drawn(image, runner, dbt_cloud), runner, "target/output.dbml could not be written", "Is a directory")
    assert [path.name for path in (runner.workspace / "target").iterdir()] == ["output.dbml"]
    assert not_owned(runner.workspace) == []


def test_a_folder_that_cannot_be_written_to_is_named(
    image: str, runner: Runner, dbt_cloud: Server, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    step = drawn(image, runner, dbt_cloud, "-v", f"{elsewhere}:{TARGET}:ro")
    assert_clear(step, runner, "target/output.dbml could not be written", "Read-only file system")
    assert list(elsewhere.iterdir()) == []


def test_a_full_disk_is_named(image: str, runner: Runner, dbt_cloud: Server) -> None:
    step = drawn(image, runner, dbt_cloud, "--tmpfs", f"{TARGET}:size=4k")
    assert_clear(step, runner, "target/output.dbml could not be written", "No space left on device", "room")


def test_a_disk_that_is_full_where_downloads_go_is_named(image: str, runner: Runner, dbt_cloud: Server) -> None:
    step = drawn(image, runner, dbt_cloud, "--tmpfs", "/tmp:size=64k")  # noqa: S108 - of the container
    assert_clear(step, runner, "No space left on device")
    assert list(runner.workspace.iterdir()) == []


def test_an_event_larger_than_any_of_github_s_is_no_reason_to_draw_another_run(
    image: str, runner: Runner, shop: Shop
) -> None:
    event = shop.pull_request(OWN)
    huge = msgspec.structs.replace(event, payload=event.payload | {"padding": "x" * LARGER_THAN_ANY_EVENT})
    step = run_step(image, runner, _inputs(shop.dbt_cloud), {}, Situation(event=huge))
    assert_clear(step, runner, "larger than any that GitHub writes")
    assert shop.dbt_cloud.requests == []


def test_odd_characters_in_the_environment_change_nothing(image: str, runner: Runner, dbt_cloud: Server) -> None:
    environ = {
        "AN ODD NAME é": "a\nb\r\n::error::c ##[set-output name=files;]d",
        "NOT_UTF8": "\udcff\udc80",
        "LANG": "tlh_KLINGON.UTF-7",
        "LC_ALL": "C",
        "PYTHONIOENCODING": "ascii:strict",
        "TERM": "\x1b[31m%n%s${x}",
        "COLUMNS": "-1",
        "TMPDIR": "/no/such/folder",
        "TZ": "Nowhere/\u2603",
        "HTTP_PROXY": "not an address",
    }
    step = drawn(image, runner, dbt_cloud, environ=environ)
    assert step.exit_code == 0, step.log
    assert {command.name for command in step.commands} == {"add-mask"}
    assert step.outputs["files"] == "target/output.dbml"


def _inputs(dbt_cloud: Server) -> dict[str, str]:
    return {
        "dbt-cloud-host-url": dbt_cloud.url,
        "dbt-cloud-account-id": str(dbt_cloud.account.id),
        "dbt-cloud-service-token": dbt_cloud.token,
        "dbt-cloud-job-id": "43166",
    }
