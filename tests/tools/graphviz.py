"""Asks Graphviz itself what is wrong with a DOT file, and which texts it draws.

By `osage`, which reads ports and HTML-like labels as `dot` does and draws every node and edge, but packs them without
looking for a good place: 2,000 tables with 4,000 edges take it a second, and `dot` minutes.
"""

import subprocess
from collections.abc import Mapping
from xml.etree import ElementTree as ET

import msgspec

from tests.tools.node import tool

SECONDS = 60
SVG, LINK_TITLE = "{http://www.w3.org/2000/svg}", "{http://www.w3.org/1999/xlink}title"


class Drawn(msgspec.Struct, frozen=True):
    """A node, an edge or a cluster: its name in the file, its texts from top to bottom, its tooltip, and its line."""

    name: str
    texts: tuple[str, ...]
    tooltip: str = ""
    dashed: bool = False


class Picture(msgspec.Struct, frozen=True):
    """All that Graphviz draws of a file, or its complaints."""

    complaints: tuple[str, ...] = ()
    nodes: tuple[Drawn, ...] = ()
    edges: tuple[Drawn, ...] = ()
    clusters: tuple[Drawn, ...] = ()


def graphviz_complaints(texts: Mapping[str, str]) -> dict[str, list[str]]:
    """What Graphviz has against each of these documents, warnings included; without an entry where it has nothing.

    Raises `ToolMissing` where it is not installed.
    """
    pictures = {name: drawn(text) for name, text in texts.items()}
    return {name: list(picture.complaints) for name, picture in pictures.items() if picture.complaints}


def drawn(text: str) -> Picture:
    """What Graphviz draws of a document. Raises `ToolMissing` where it is not installed."""
    command = [dot(), "-Kosage", "-Tsvg"]
    try:
        done = subprocess.run(command, input=text.encode(), capture_output=True, timeout=SECONDS, check=False)
    except subprocess.TimeoutExpired:
        return Picture(complaints=(f"took longer than {SECONDS} seconds",))
    said = done.stderr.decode().strip()
    if said or done.returncode != 0:
        return Picture(complaints=(said or f"ended with {done.returncode}",))
    try:
        root = ET.fromstring(done.stdout)  # noqa: S314 - Graphviz, which is to be judged, wrote it
    except ET.ParseError as error:
        return Picture(complaints=(f"its picture is no XML: {error}",))
    return Picture(nodes=_of_class(root, "node"), edges=_of_class(root, "edge"), clusters=_of_class(root, "cluster"))


def dot() -> str:
    """The path of Graphviz. Raises `ToolMissing` where it is not installed."""
    return tool("dot", "Debian's package graphviz brings it")


def _of_class(root: ET.Element, kind: str) -> tuple[Drawn, ...]:
    return tuple(_drawn(group) for group in root.iter(f"{SVG}g") if group.get("class") == kind)


def _drawn(group: ET.Element) -> Drawn:
    tooltips = [link.get(LINK_TITLE, "") for link in group.iter(f"{SVG}a")]
    texts = [" ".join((text.text or "").split()) for text in group.iter(f"{SVG}text")]
    dashed = any("stroke-dasharray" in line.keys() for line in group.iter(f"{SVG}path"))  # noqa: SIM118 - no mapping
    return Drawn(group.findtext(f"{SVG}title", ""), tuple(filter(None, texts)), "".join(tooltips[:1]), dashed)
