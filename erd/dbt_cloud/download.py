"""The artifacts of a run, from dbt Cloud to a folder: side by side, in constant memory, all of them or none."""

import logging
import threading
from collections.abc import Iterator
from concurrent.futures import CancelledError
from contextlib import ExitStack
from pathlib import Path
from typing import Protocol

import msgspec

from erd.dbt_cloud.client import DbtCloudClient
from erd.dbt_cloud.failures import NotFoundError
from erd.dbt_cloud.runs import MANIFEST, WRITES_A_MANIFEST, Run, artifact_names
from erd.dbt_cloud.transfer import Transfer
from erd.errors import DbtCloudError, OutputError
from erd.files import replacing

log = logging.getLogger(__name__)

CATALOG = "catalog.json"
RUN_RESULTS = "run_results.json"
MOST_NAMES_SHOWN = 10
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


def download_artifacts(client: DbtCloudClient, run: Run, folder: Path, progress: Progress | None = None) -> Artifacts:
    """Write the run's manifest, catalog and run results to `folder`, under their own names.

    The old files stay as they are unless all goes well. Old files of kinds that this run lacks are moved aside.
    Raises `DbtCloudError`, also if there is no manifest, and `OutputError`.
    """
    download = _Download(client, run, folder, progress or NoProgress())
    found = download.all_of((MANIFEST, CATALOG, RUN_RESULTS))
    if CATALOG not in found:
        log.warning(
            "Run %d has no %s: columns are those that YAML declares. A job with 'Generate docs on run' writes one.",
            run.id,
            CATALOG,
        )
    return Artifacts(folder / MANIFEST, found.get(CATALOG), found.get(RUN_RESULTS))


class _Download:
    def __init__(self, client: DbtCloudClient, run: Run, folder: Path, progress: Progress) -> None:
        self._client = client
        self._run = run
        self._folder = folder
        self._progress = progress
        self._stopped = threading.Event()
        self._transfers: set[Transfer] = set()

    def all_of(self, names: tuple[str, ...]) -> dict[str, Path]:
        """The files that the run has, by name; they take their places together, when the last one is whole."""
        with ExitStack() as arrived:
            found = self._side_by_side(names, arrived)
            if MANIFEST not in found:
                raise self._no_manifest()
            for name in names:
                if name not in found:
                    _move_aside(self._folder / name)
        return found

    def _side_by_side(self, names: tuple[str, ...], arrived: ExitStack) -> dict[str, Path]:
        outcomes: dict[str, Path | BaseException | None] = {}

        def fetch(name: str) -> None:
            outcomes[name] = self._outcome(name, arrived)

        # Daemons, so that a thread that waits for an answer cannot hold up the end of an interrupted process.
        threads = [threading.Thread(target=fetch, args=(name,), daemon=True) for name in names]
        for thread in threads:
            thread.start()
        try:
            for thread in threads:
                thread.join()
        except BaseException:
            self._stop()
            for thread in threads:
                thread.join(LONGEST_GOODBYE_SECONDS)
            raise
        for outcome in outcomes.values():
            if isinstance(outcome, BaseException):
                raise outcome
        return {name: outcome for name in names if isinstance(outcome := outcomes[name], Path)}

    def _outcome(self, name: str, arrived: ExitStack) -> Path | BaseException | None:
        """Where the file will be, or why not; None if the run lacks it, or another file's failure made it useless."""
        try:
            return self._client.until_whole(lambda: self._fetch_once(name, arrived))
        except NotFoundError:
            if name == MANIFEST:
                self._stop()
        except CancelledError:
            pass
        except BaseException as error:  # noqa: BLE001 - it is raised again where the threads are joined
            self._stop()
            return error
        return None

    def _stop(self) -> None:
        """Have all threads end soon: no more is asked for, and what is awaited is cut off."""
        self._stopped.set()
        for transfer in tuple(self._transfers):
            transfer.cut()

    def _fetch_once(self, name: str, arrived: ExitStack) -> Path:
        self._check_wanted()
        path = f"runs/{self._run.id}/artifacts/{name}"
        log.info("Downloading...[URL: %s]", self._client.url(path))
        with ExitStack() as unless_whole, self._client.open(path, f"{name} of run {self._run.id}") as transfer:
            write = unless_whole.enter_context(replacing(self._folder / name))
            for piece in self._watched(name, transfer):
                write(piece)
            log.info("Completed [status: %d]", transfer.status)
            arrived.push(unless_whole.pop_all())
        return self._folder / name

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

    def _no_manifest(self) -> DbtCloudError:
        names = artifact_names(self._client, self._run)
        if MANIFEST in names:
            return DbtCloudError(
                f"dbt Cloud lists {MANIFEST} among the artifacts of run {self._run.id}, but does not give it.",
                "If the run has just ended, run it again in a minute; else an early step of the run wrote it:"
                " let dbt build or dbt docs generate be the job's last command.",
            )
        return DbtCloudError(
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
