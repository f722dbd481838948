"""Draws a pair of the corpus with one of the two tools, as a user would, and keeps what came of it."""

import tempfile
from collections.abc import Sequence
from pathlib import Path

import msgspec

from tests.corpus.edges import Edge, read_edges
from tests.corpus.pairs import draw_command, run
from tests.tools.judge import Document, Judge

WARNING = "Warning: "


class Drawing(msgspec.Struct, frozen=True):
    """What a tool made of a pair: its exit code, its log, and what it wrote if it did."""

    exit_code: int
    log: str
    text: str | None

    @property
    def edges(self) -> tuple[Edge, ...]:
        """The relationships of a JSON drawing; none of one that failed."""
        return () if self.text is None else read_edges(self.text)

    @property
    def warnings(self) -> list[str]:
        """What this project warned of."""
        return [line.removeprefix(WARNING) for line in self.log.splitlines() if line.startswith(WARNING)]

    @property
    def failure(self) -> str:
        """The last line of the log of a tool that failed."""
        return next((line for line in reversed(self.log.splitlines()) if line.strip()), f"exit {self.exit_code}")


class Verdict(msgspec.Struct, frozen=True):
    """What the judge says of a DBML drawing, in a word or two, and how many references it read."""

    state: str
    refs: int | None = None


def drawn(
    program: Sequence[str], pair: Path, types: Sequence[str], *, target: str = "dbml", algorithm: str = ""
) -> Drawing:
    """Draw a pair in a folder of its own."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        done = run(draw_command(program, pair, types, folder, target=target, algorithm=algorithm), folder)
        output = folder / f"output.{target}"
        written = done.returncode == 0 and output.is_file()
        return Drawing(done.returncode, done.stderr, output.read_text(encoding="utf-8") if written else None)


def judged(drawing: Drawing, judge: Judge) -> Verdict:
    """Have `@dbml/core` read a DBML drawing."""
    if drawing.text is None:
        return Verdict(f"exit {drawing.exit_code}")
    document: Document = judge.read(drawing.text)
    return Verdict("invalid") if document.errors else Verdict("valid", len(document.refs))
