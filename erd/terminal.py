"""What a person at a terminal sees while a command works: log lines, and one bar for all downloads."""

import logging
import threading
from types import TracebackType
from typing import Any, Self, TextIO

import click

# To the start of the line, and rub it out: the bar stands there while files arrive.
_CLEAR_LINE = "\r\x1b[K"
_SHOW_CURSOR = "\x1b[?25h"
_LEVELS = {logging.WARNING: ("Warning: ", "yellow"), logging.ERROR: ("Error: ", "red")}


class TerminalLog(logging.Handler):
    """Log lines as a person reads them."""

    def __init__(self, stream: TextIO) -> None:
        super().__init__()
        self._stream = stream
        self._before = _CLEAR_LINE if stream.isatty() else ""

    def emit(self, record: logging.LogRecord) -> None:
        """Write the record on a line of its own, in place of a bar that may stand there."""
        prefix, colour = _LEVELS.get(record.levelno, ("", None))
        styled = click.style(prefix, fg=colour) if prefix else ""
        click.echo(f"{self._before}{styled}{self.format(record)}", file=self._stream)


class DownloadBar:
    """One bar for all files that arrive, on a terminal only; a `Progress` of `erd.dbt_cloud.download`.

    It stands on the last line, under what the log says, and is gone at the end.
    """

    def __init__(self, stream: TextIO) -> None:
        self._lock = threading.Lock()
        self._stream = stream
        self._bar: Any = None
        self._sizes: dict[str, int] = {}
        self._arrived: dict[str, int] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        with self._lock:
            if self._bar is not None:
                self._stream.write(f"{_CLEAR_LINE}{_SHOW_CURSOR}")
                self._stream.flush()

    def start(self, name: str, total_bytes: int | None) -> None:
        """A file begins to arrive, perhaps once more."""
        with self._lock:
            self._sizes[name], self._arrived[name] = total_bytes or 0, 0
            if self._bar is None and self._stream.isatty():
                self._bar = click.progressbar(length=1, label="Downloading", file=self._stream, show_pos=False)
            self._draw()

    def advance(self, name: str, n: int) -> None:
        """`n` more bytes of it arrived."""
        with self._lock:
            self._arrived[name] += n
            self._draw()

    def finish(self, name: str) -> None:
        """No more of it will arrive."""
        with self._lock:
            self._sizes[name] = max(self._arrived.get(name, 0), 1)
            self._draw()

    def _draw(self) -> None:
        if self._bar is not None:
            arrived = sum(self._arrived.values())
            self._bar.length = max(sum(self._sizes.values()), arrived, 1)
            self._bar.pos = arrived
            self._bar.render_progress()
