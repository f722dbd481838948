"""The part that pytest calls: listens from before `erd` is loaded, and fails a test in which a token was seen."""

from collections.abc import Generator
from pathlib import Path

import pytest

from tests.secrecy import compiling

compiling.install()

# Only now, so that what these import of `erd` is watched too.
from tests.secrecy import channels, exceptions, files, ledger  # noqa: E402 (see above)
from tests.secrecy.needles import holds_a_token  # noqa: E402 (see above)

_of_fixtures = pytest.StashKey[set[Path]]()
NOT_SHOWN = "(not shown, because a token stands in it)"


def pytest_configure(config: pytest.Config) -> None:
    """Begin to listen, until pytest is done."""
    config.addinivalue_line("markers", "any_token: makes secrets of texts that nobody can look for, such as one letter")
    patch = pytest.MonkeyPatch()
    channels.install(patch)
    compiling.look_by(exceptions.look_at_the_current_one)
    config.add_cleanup(patch.undo)


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> Generator[None, object, object]:
    """Watch the folders of a module's fixtures as long as tests of it run, and a test's own as long as it does."""
    channels.tokens_are_checked(not item.get_closest_marker("any_token"))
    item.stash[_of_fixtures] = files.watched()
    done = yield
    kept = item.stash[_of_fixtures] if nextitem is not None and nextitem.path == item.path else set()
    files.forget(files.watched() - kept)
    return done


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_call(item: pytest.Item) -> Generator[None, object, object]:
    """Look at what the test has left in its folders, and in those of fixtures that other tests use as well."""
    own = getattr(item, "funcargs", {}).get("tmp_path")
    of_fixtures = files.watched()
    if isinstance(own, Path):
        of_fixtures.discard(own)
    item.stash[_of_fixtures] = of_fixtures
    try:
        return (yield)
    finally:
        files.look_at_all()


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport() -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Fail the test if a token was seen in this phase of it, and show no text that has one."""
    report = yield
    for title, text in report.sections:
        if title.endswith(report.when) and not title.startswith("Captured log"):
            ledger.look_at_output(text, title.lower())
    report.sections = [(title, NOT_SHOWN if holds_a_token(text) else text) for title, text in report.sections]
    if seen := ledger.sightings():
        words = "\n".join(["Secrecy:", *(f"- {sighting}" for sighting in seen)])
        if report.outcome == "failed":
            report.sections.append(("secrecy", words))
        else:
            report.outcome, report.longrepr = "failed", words
            vars(report).pop("wasxfail", None)
    return report
