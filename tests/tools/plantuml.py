"""Asks PlantUML itself what is wrong with documents, and which texts it draws, many with one start of Java.

To check the syntax only (`-checkonly`) misses what fails when a text is drawn, so all are drawn. Finding a good place
for each box is what takes long, and PlantUML leaves that to Graphviz: it is given `osage`, which packs boxes as they
come. There are places at which PlantUML cannot draw the end of a line, so what fails then is drawn by `dot` as well.
"""

import re
import subprocess
import tempfile
from collections.abc import Mapping
from pathlib import Path
from xml.etree import ElementTree as ET

import msgspec

from tests.tools.graphviz import dot
from tests.tools.node import tool

SECONDS = 300
SVG = "{http://www.w3.org/2000/svg}"
# What stands in the picture when there should be none.
FAILURES = ("An error has occured", "cannot parse result from dot", "Syntax Error", "Welcome to PlantUML")


class Picture(msgspec.Struct, frozen=True):
    """All texts that PlantUML draws of a document, sorted, or its complaints."""

    complaints: tuple[str, ...] = ()
    texts: tuple[str, ...] = ()


def plantuml_complaints(texts: Mapping[str, str]) -> dict[str, list[str]]:
    """What PlantUML has against each of these documents; without an entry where it has nothing.

    Raises `ToolMissing` where it is not installed.
    """
    return {name: list(picture.complaints) for name, picture in drawn(texts).items() if picture.complaints}


def drawn(texts: Mapping[str, str]) -> dict[str, Picture]:
    """What PlantUML draws of each of these documents. Raises `ToolMissing` where it is not installed."""
    with tempfile.TemporaryDirectory() as folder:
        pictures = _drawn(texts, Path(folder), "osage")
    doubtful = {name: texts[name] for name, picture in pictures.items() if picture.complaints}
    if not doubtful:
        return pictures
    with tempfile.TemporaryDirectory() as folder:
        return {**pictures, **_drawn(doubtful, Path(folder), "dot")}


def plantuml() -> str:
    """The path of PlantUML. Raises `ToolMissing` where it is not installed."""
    return tool("plantuml", "Debian's package plantuml brings it")


def _drawn(texts: Mapping[str, str], folder: Path, layout: str) -> dict[str, Picture]:
    paths = {name: folder / f"{number}.puml" for number, name in enumerate(texts)}
    for name, path in paths.items():
        path.write_text(texts[name], "utf-8")
    command = [
        plantuml(),
        *(
            "-graphvizdot",
            str(_program(folder, layout)),
            "-charset",
            "UTF-8",
            "-nometadata",
            "-tsvg",
            "-o",
            str(folder),
        ),
        str(folder / "*.puml"),
    ]
    try:
        done = subprocess.run(command, capture_output=True, encoding="utf-8", timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return dict.fromkeys(texts, Picture(complaints=(f"all together took longer than {SECONDS} seconds",)))
    said = done.stdout + done.stderr
    pictures = {name: _picture(path, said) for name, path in paths.items()}
    if done.returncode != 0 and not any(picture.complaints for picture in pictures.values()):
        return dict.fromkeys(texts, Picture(complaints=(said.strip() or f"ended with {done.returncode}",)))
    return pictures


def _program(folder: Path, layout: str) -> Path:
    program = folder / layout
    program.write_text(f'#!/bin/sh\nexec "{dot()}" -K{layout} "$@"\n', "utf-8")
    program.chmod(0o755)
    return program


def _picture(path: Path, said: str) -> Picture:
    told = re.findall(rf"^Error line \d+ in file: {re.escape(str(path))}$", said, re.MULTILINE)
    svg = path.with_suffix(".svg")
    if told or not svg.is_file():
        return Picture(complaints=tuple(told) or ("no picture",))
    try:
        root = ET.parse(svg)  # noqa: S314 - PlantUML, which is to be judged, wrote it
    except ET.ParseError as error:
        return Picture(complaints=(f"its picture is no XML: {error}",))
    texts = sorted(" ".join((text.text or "").split()) for text in root.iter(f"{SVG}text"))
    failures = tuple(text for text in texts if any(failure in text for failure in FAILURES))
    return Picture(complaints=failures) if failures else Picture(texts=tuple(filter(None, texts)))
