"""Programs for `run:` steps that would need the internet: a `pip` that installs nothing, a `dbt` that builds nothing.

`dbt docs generate` leaves what it left for real in the demo's pull request.
"""

from pathlib import Path

from erd.demo.embedded import OF_DOCS, embedded_files

_DBT = """#!/bin/sh
[ "$1 $2" != "docs generate" ] || {{ mkdir -p target && cp {artifacts}/* target/; }}
"""


def programs_in(folder: Path) -> Path:
    """A folder for `PATH` that has them."""
    programs, artifacts = folder / "programs", folder / "artifacts"
    for new in (programs, artifacts):
        new.mkdir()
    for name, content in embedded_files("pull-request", OF_DOCS).items():
        (artifacts / name).write_bytes(content())
    for name, script in {"pip": "#!/bin/sh\n", "dbt": _DBT.format(artifacts=artifacts)}.items():
        (programs / name).write_text(script, encoding="utf-8")
        (programs / name).chmod(0o755)
    return programs
