"""Runs a command as a whole process, and says what the kernel says it took."""

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

_PEAK_UNIT = 1 if sys.platform == "darwin" else 1024
_TAIL = 2000


class RunFailed(Exception):  # noqa: N818 - it names a situation
    """A measured command did not end well, or did not do what it was asked."""


class Usage(msgspec.Struct, frozen=True):
    """What one run took, or the median of several: seconds on the wall, of CPU (user and system), and peak bytes."""

    seconds: float
    cpu: float
    peak: float


def measure(command: Sequence[str], folder: Path, environment: Mapping[str, str], log: Path) -> Usage:
    """Run `command` in `folder`, its words going to the file `log`.

    A child starts its life with the peak of its parent, so this process must stay smaller than what it measures.
    Raises `RunFailed`.
    """
    with log.open("wb") as words:
        start = time.perf_counter()
        process = subprocess.Popen(command, cwd=folder, env=environment, stdout=words, stderr=subprocess.STDOUT)
        _, status, taken = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        said = log.read_text("utf-8", errors="replace")[-_TAIL:]
        raise RunFailed(f"{' '.join(command)} ended with {process.returncode}:\n{said}")
    return Usage(seconds=seconds, cpu=taken.ru_utime + taken.ru_stime, peak=taken.ru_maxrss * _PEAK_UNIT)


def median(usages: Sequence[Usage]) -> Usage:
    """The middle of several runs, for each figure by itself."""
    return Usage(
        seconds=statistics.median(usage.seconds for usage in usages),
        cpu=statistics.median(usage.cpu for usage in usages),
        peak=statistics.median(usage.peak for usage in usages),
    )
