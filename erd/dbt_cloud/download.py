"""The artifacts of a run, from dbt Cloud to a folder: side by side, in constant memory, all of them or none."""

import logging
import threading
from collections.abc import Iterator, Mapping
from concurrent.futures import CancelledError
from contextlib import ExitStack
from pathlib import Path
from typing import Protocol

import msgspec

from erd.dbt_cloud.client import DbtCloudClient
from erd.dbt_cloud.failures import NoAnswerError, NotFoundError
from erd.dbt_cloud.runs import CATALOG, MANIFEST, WRITES_A_MANIFEST, Run, artifact_names
from erd.dbt_cloud.steps import Step, command_steps, is_fresh, likeliest_first
from erd.dbt_cloud.transfer import Transfer
from erd.errors import DbtCloudError, OutputError
from erd.files import replacing

log = logging.getLogger(__name__)

RUN_RESULTS = "run_results.json"
MOST_NAMES_SHOWN = 10
LOOK_AGAIN_SECONDS = 5.0
LONGEST_GOODBYE_SECONDS = 1.0


class Artifacts(msgspec.Struct, frozen=True):
    """Where a run's artifacts lie; None for those it does not have."""

    manifest: Path
    catalog: Path | None
    run_results: Path | None


class Progress(Protocol):
    """Is told how the files come along, from several threads at once.

    Each file is started, advanced by the bytes that came over the wire, and finished. It may be started again, from
    nothing, when it has to be asked for again.
    """

    def start(self, name: str, total_bytes: int | None) -> None:
        """The file begins to arrive; `total_bytes` is None if the server did not say."""

    def advance(self, name: str, n: int) -> None:
        """`n` more bytes arrived."""

    def finish(self, name: str) -> None:
        """No more will arrive, whether it went well or not."""


class NoProgress:
    """Tells nobody."""

    def start(self, name: str, total_bytes: int | None) -> None:
        """Nothing."""

    def advance(self, name: str, n: int) -> None:
        """Nothing."""

    def finish(self, name: str) -> None:
        """Nothing."""


def download_artifacts(
    client: DbtCloudClient, run: Run, folder: Path, progress: Progress | None = None, step: int | None = None
) -> Artifacts:
    """Write the run's manifest, catalog and run results to `folder`, under their own names.

    They are those of one step if it is given. Else they are the last step's; where that has no catalog, catalog and
    manifest of the step that wrote one, so that the two are of one invocation; and run results are those of the last
    step that ran tests. A run that has just ended is given a minute for its files to appear.

    The old files stay as they are unless all goes well. Old files of kinds that this run lacks are moved aside.
    Raises `DbtCloudError`, also if there is no manifest, and `OutputError`.
    """
    found = _Download(client, run, folder, progress or NoProgress(), step).all()
    if CATALOG not in found:
        log.warning(
            "Run %d has no %s%s: columns are those that YAML declares. A job with 'Generate docs on run' writes one.",
            run.id,
            CATALOG,
            "" if step is None else f" in its step {step}",
        )
    return Artifacts(folder / MANIFEST, found.get(CATALOG), found.get(RUN_RESULTS))


class _Download:
    """One download; `self._arrived` holds each file that is whole, until all take their places."""

    def __init__(self, client: DbtCloudClient, run: Run, folder: Path, progress: Progress, step: int | None) -> None:
        self._client = client
        self._run = run
        self._folder = folder
        self._progress = progress
        self._step = step
        self._steps: list[Step] | None = None
        self._arrived: dict[str, ExitStack] = {}
        self._from: dict[str, int | None] = {}
        self._stopped = threading.Event()
        self._transfers: set[Transfer] = set()

    def all(self) -> dict[str, Path]:
        """The files that the run has, by name; they take their places together, when the last one is whole."""
        try:
            self._fetch(dict.fromkeys((MANIFEST, CATALOG), self._step))
            self._look_further()
            self._check_manifest()
            self._fetch_run_results()
            for name in (CATALOG, RUN_RESULTS):
                if name not in self._arrived:
                    _move_aside(self._folder / name)
        except BaseException:
            for name in tuple(self._arrived):
                self._drop(name)
            raise
        with ExitStack() as together:
            for stack in self._arrived.values():
                together.push(stack)
        return {name: self._folder / name for name in self._arrived}

    def _look_further(self) -> None:
        """Get what the last step does not have from others, for as long as it may still appear."""
        clock, budget = self._client.budget.clock, self._client.budget
        while True:
            if self._step is None:
                self._look_into_steps()
            missing = [name for name in self._expected() if name not in self._arrived]
            if not missing or not is_fresh(self._run, clock.now()) or not budget.allows(LOOK_AGAIN_SECONDS):
                return
            log.info("Run %d has just ended; not there yet: %s", self._run.id, ", ".join(missing))
            clock.sleep(LOOK_AGAIN_SECONDS)
            self._fetch(dict.fromkeys(missing, self._step))

    def _expected(self) -> list[str]:
        """What should be there, if not now then in a minute."""
        if self._step is None and (self._run.has_docs_generated or any(s.writes_catalog for s in self._commands())):
            return [MANIFEST, CATALOG]
        return [MANIFEST]

    def _look_into_steps(self) -> None:
        if CATALOG not in self._arrived:
            step = self._first_that_has(CATALOG, likeliest_first(self._commands()))
            if step:
                # The manifest beside it, so that the two are of one invocation; if there is none, the last one stays.
                self._fetch({MANIFEST: step.index})
        if MANIFEST not in self._arrived:
            self._first_that_has(MANIFEST, self._commands())

    def _fetch_run_results(self) -> None:
        """Get the run results of the last step that ran tests, rather than those of `dbt docs generate` or others."""
        testing = [] if self._step is not None else [step for step in self._commands() if step.runs_tests]
        if not self._first_that_has(RUN_RESULTS, testing):
            self._fetch({RUN_RESULTS: self._step})

    def _first_that_has(self, name: str, steps: list[Step]) -> Step | None:
        for step in steps:
            self._fetch({name: step.index})
            if self._from.get(name) == step.index:
                if step != self._commands()[0]:
                    log.info("%s is that of step %d (%s)", name, step.index, step.name or "without a name")
                return step
        return None

    def _commands(self) -> list[Step]:
        """The steps that can have left files, the last one first."""
        if self._steps is None:
            try:
                self._steps = command_steps(self._client, self._run)
            except NoAnswerError:
                # Which files are read must not hang on how well the network is.
                raise
            except DbtCloudError as error:
                log.warning("%s Artifacts are those of the run's last step. %s", error.happened, error.todo)
                self._steps = []
        return self._steps

    def _fetch(self, wanted: Mapping[str, int | None]) -> None:
        """Get files side by side, each of a step or of the last one; what is not there is left out."""
        failures: dict[str, BaseException] = {}

        def fetch(name: str) -> None:
            if error := self._failure(name, wanted[name]):
                failures[name] = error

        # Daemons, so that a thread that waits for an answer cannot hold up the end of an interrupted process.
        threads = [threading.Thread(target=fetch, args=(name,), daemon=True) for name in wanted]
        for thread in threads:
            thread.start()
        try:
            for name, thread in zip(wanted, threads, strict=True):
                thread.join(self._client.budget.left())
                self._check_ended(name, thread)
        except BaseException:
            self._stop()
            for thread in threads:
                thread.join(LONGEST_GOODBYE_SECONDS)
            raise
        for failure in failures.values():
            raise failure

    def _check_ended(self, name: str, thread: threading.Thread) -> None:
        if thread.is_alive():
            raise self._client.out_of_time(*self._asked(name))

    def _failure(self, name: str, step: int | None) -> BaseException | None:
        """Get one file; why it failed, unless it is not there, or was not wanted any more."""
        try:
            self._client.until_whole(lambda: self._fetch_once(name, step))
        except (NotFoundError, CancelledError):
            return None
        except BaseException as error:  # noqa: BLE001 - it is raised again where the threads are joined
            self._stop()
            return error
        return None

    def _stop(self) -> None:
        """Have all threads end soon: no more is asked for, and what is awaited is cut off."""
        self._stopped.set()
        for transfer in tuple(self._transfers):
            transfer.cut()

    def _fetch_once(self, name: str, step: int | None) -> None:
        self._check_wanted()
        path, subject = self._asked(name)
        params = {} if step is None else {"step": step}
        with ExitStack() as unless_whole, self._client.open(path, subject, params) as transfer:
            log.info("Downloading...[URL: %s%s]", self._client.url(path), "" if step is None else f"?step={step}")
            write = unless_whole.enter_context(replacing(self._folder / name))
            for piece in self._watched(name, transfer):
                write(piece)
            log.info("Completed [status: %d]", transfer.status)
            self._drop(name)
            self._arrived[name], self._from[name] = unless_whole.pop_all(), step

    def _drop(self, name: str) -> None:
        """Forget a file that arrived, and leave no trace of it."""
        if stack := self._arrived.pop(name, None):
            stack.__exit__(CancelledError, CancelledError(), None)

    def _asked(self, name: str) -> tuple[str, str]:
        return f"runs/{self._run.id}/artifacts/{name}", f"{name} of run {self._run.id}"

    def _watched(self, name: str, transfer: Transfer) -> Iterator[bytes]:
        """The pieces of the file, while telling of them and as long as they are wanted."""
        self._progress.start(name, transfer.wire_bytes)
        self._transfers.add(transfer)
        told = 0
        try:
            for piece in transfer.pieces():
                self._check_wanted()
                yield piece
                self._progress.advance(name, transfer.received - told)
                told = transfer.received
        finally:
            self._transfers.discard(transfer)
            self._progress.finish(name)

    def _check_wanted(self) -> None:
        if self._stopped.is_set():
            raise CancelledError

    def _check_manifest(self) -> None:
        if MANIFEST in self._arrived:
            return
        if self._step is not None:
            raise DbtCloudError(
                f"Step {self._step} of run {self._run.id} has no {MANIFEST}.",
                "Leave dbt-cloud-step out, so that the right step is found, or give one that runs dbt: the first three"
                f" only prepare the run. {self._run.page} shows them all.",
            )
        names = artifact_names(self._client, self._run)
        if MANIFEST in names:
            raise DbtCloudError(
                f"dbt Cloud lists {MANIFEST} among the artifacts of run {self._run.id}, but does not give it.",
                "Run it again; if it stays so, give the step that wrote it as dbt-cloud-step.",
            )
        raise DbtCloudError(
            f"Run {self._run.id} has no {MANIFEST}; what it has: {_listed(names)}.",
            f"Give a run of {WRITES_A_MANIFEST}.",
        )


def _move_aside(path: Path) -> None:
    """Rename a file of another run, which would be taken for this run's if it stayed."""
    aside = path.with_name(f"{path.name}.previous")
    try:
        path.replace(aside)
    except FileNotFoundError:
        return
    except OSError as error:
        raise OutputError(
            f"{path} is of another run and could not be renamed to {aside.name}: {error.strerror}.",
            "Remove it, or give another folder.",
        ) from error
    log.info("%s is of another run: moved aside to %s.", path, aside.name)


def _listed(names: list[str]) -> str:
    shown = ", ".join(names[:MOST_NAMES_SHOWN]) or "nothing"
    more = len(names) - MOST_NAMES_SHOWN
    return f"{shown} and {more} more" if more > 0 else shown
