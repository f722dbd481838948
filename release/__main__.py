"""The steps of `.github/workflows/release.yml`: `python3 -m release check | notes | publish`, in the repository."""

import argparse
import os
import sys
from collections.abc import Mapping
from pathlib import Path

from release import changelog
from release.errors import ReleaseError
from release.publishing import check, publish
from release.repository import Repository
from release.versions import of_tag

REGISTRY = "ghcr.io"


def main() -> int:
    """One step. What later steps need is printed, and is an output where GitHub runs it."""
    parser = argparse.ArgumentParser(prog="python3 -m release", description=__doc__)
    parser.add_argument("step", choices=_STEPS)
    parser.add_argument("tag", help="v1.2.3, or v1.2.3-rc.1")
    parser.add_argument("--image", default="", help="for publish: registry/owner/name@sha256:…")
    given = parser.parse_args()
    try:
        _STEPS[given.step](given.tag, given.image)
    except ReleaseError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _check(tag: str, image: str) -> None:
    del image
    version, here = of_tag(tag), Path.cwd()
    check(here, version)
    _say(
        {
            # Registries take small letters only.
            "image": f"{REGISTRY}/{os.environ['GITHUB_REPOSITORY'].lower()}",
            "seconds": str(Repository(here, os.environ).seconds("HEAD")),
            "prerelease": str(version.is_prerelease).lower(),
        }
    )


def _notes(tag: str, image: str) -> None:
    del image
    sys.stdout.write(changelog.notes(Path("CHANGELOG.md").read_text(encoding="utf-8"), of_tag(tag)))


def _publish(tag: str, image: str) -> None:
    _say({"tags": " ".join(publish(Repository(Path.cwd(), os.environ), of_tag(tag), image))})


def _say(outputs: Mapping[str, str]) -> None:
    lines = "".join(f"{name}={value}\n" for name, value in outputs.items())
    sys.stdout.write(lines)
    if file := os.environ.get("GITHUB_OUTPUT"):
        with Path(file).open("a", encoding="utf-8") as out:
            out.write(lines)


_STEPS = {"check": _check, "notes": _notes, "publish": _publish}

if __name__ == "__main__":
    sys.exit(main())
