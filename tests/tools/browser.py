"""Draws Mermaid in Chromium, as a page does, and tells what stands in the pictures."""

import json
import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from html import unescape
from pathlib import Path

import msgspec

from tests.tools.node import ToolBroken, ToolMissing, node_modules

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
SECONDS = 180
_RESULT = "result: "
# Virtual time: the page is read when all of it is drawn, or when so many milliseconds of its own have gone by.
_BUDGET = 600_000

PAGE = """\
<!doctype html><meta charset="utf-8"><body>
<script src="{mermaid}"></script>
<script type="application/json" id="documents">{documents}</script>
<pre id="told"></pre>
<script>
  window.alerts = 0;
  window.alert = () => {{ window.alerts += 1; }};
  mermaid.initialize({{ startOnLoad: false, securityLevel: 'strict', logLevel: 'fatal' }});
  const documents = JSON.parse(document.getElementById('documents').textContent);
  (async () => {{
    const drawn = [];
    for (const [number, source] of documents.entries()) {{
      try {{
        const {{ svg }} = await mermaid.render('drawn' + number, source);
        const place = document.createElement('div');
        place.innerHTML = svg;
        document.body.append(place);
        const parts = [...place.querySelectorAll('foreignObject')].map((part) => part.textContent.trim());
        const foreign = place.querySelectorAll('script, iframe, img, a, [onerror], [onload]').length;
        drawn.push({{ error: '', texts: parts.filter(Boolean), foreign: foreign + window.alerts }});
        place.remove();
      }} catch (error) {{
        drawn.push({{ error: String(error.message ?? error), texts: [], foreign: 0 }});
      }}
    }}
    document.getElementById('told').textContent = '{result}' + JSON.stringify(drawn);
  }})();
</script>
"""


class DrawnPicture(msgspec.Struct, frozen=True):
    """What is seen of a picture: its texts, or why it was not drawn; `foreign` counts what no picture should hold."""

    error: str
    texts: tuple[str, ...]
    foreign: int


def draw(documents: Sequence[str], version: str, folder: Path) -> list[DrawnPicture]:
    """The documents as this version of mermaid (a package's name) draws them; `folder` is for the page.

    Raises `ToolMissing` without Chromium, or `ToolBroken` where `CI` is set.
    """
    script = (node_modules() / version / "dist" / "mermaid.min.js").resolve()
    told = json.dumps(documents).replace("<", "\\u003c")
    page = folder / "pictures.html"
    page.write_text(PAGE.format(mermaid=script.as_uri(), documents=told, result=_RESULT), "utf-8")
    done = subprocess.run(
        [
            chromium(), "--headless", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--hide-scrollbars",
            f"--user-data-dir={folder / 'profile'}", f"--virtual-time-budget={_BUDGET}", "--dump-dom", page.as_uri(),
        ],
        capture_output=True, encoding="utf-8", timeout=SECONDS, check=False,
    )  # fmt: skip
    _, found, rest = done.stdout.partition(f'<pre id="told">{_RESULT}')
    if not found:
        raise ToolBroken(f"Chromium drew nothing: {done.stderr[-500:]}")
    return msgspec.convert(json.loads(unescape(rest.partition("</pre>")[0])), list[DrawnPicture])


def chromium(environment: Mapping[str, str] = os.environ) -> str:
    """The path of Chromium. Raises `ToolMissing`, or `ToolBroken` where `CI` is set."""
    found = next(filter(None, map(shutil.which, PROGRAMS)), None)
    if found is None:
        raise (ToolBroken if environment.get("CI") else ToolMissing)("Chromium is not installed")
    return found
