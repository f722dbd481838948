"""Draws the README's picture: the demo's diagram, through a viewer of DBML that is not ours.

python -m tests.tools.readme_picture
"""

import re
import subprocess
import tempfile
from pathlib import Path

from erd.demo.account import demo_account
from erd.formats import Options
from erd.formats.dbml import render
from erd.model import Erd
from erd.pipeline import draw
from erd.settings import Settings
from erd.sources import LocalSource
from tests.tools.node import HERE, tool

PICTURE = HERE.parents[1] / "docs" / "demo.svg"
# Fetched when the picture is drawn, and by nothing else.
VIEWER = "@softwaretechnik/dbml-renderer@1.0.31"
# The part of the sample that fits a page: what the marts hold, without staging and the older version.
LEFT_OUT = ("model.jaffle_shop.stg_", "model.jaffle_shop.int_", "calendar_days", "order_item_promotions")


def drawn() -> Erd:
    """The tables of the picture."""
    with tempfile.TemporaryDirectory() as folder:
        for name, content in demo_account().runs[0].steps[-1].artifacts.items():
            (Path(folder) / name).write_bytes(content if isinstance(content, bytes) else content())
        settings = Settings(
            source=LocalSource(Path(folder)),
            exclude=(*LEFT_OUT, "model.jaffle_shop.customers.v1"),
            entity_name_format=("table",),
        )
        return draw(settings).erd


def main() -> None:
    """Write the picture."""
    with tempfile.TemporaryDirectory() as folder:
        dbml, svg = Path(folder) / "demo.dbml", Path(folder) / "demo.svg"
        dbml.write_text(render(drawn(), Options()), encoding="utf-8")
        view = [tool("npm"), "exec", "--yes", "--ignore-scripts", f"--package={VIEWER}", "--", "dbml-renderer"]
        subprocess.run([*view, "-i", dbml, "-o", svg], check=True)
        PICTURE.parent.mkdir(exist_ok=True)
        # Dark mode shows the page's background behind it, so the picture brings a white one.
        PICTURE.write_text(
            re.sub(
                r"(<svg [^>]*>)", r'\1<rect width="100%" height="100%" fill="white"/>', svg.read_text("utf-8"), count=1
            ),
            encoding="utf-8",
        )


if __name__ == "__main__":
    main()
