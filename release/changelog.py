"""What the changelog says of a version."""

import re

from release.errors import ReleaseError
from release.versions import Version

_HEADING = re.compile(r"^## (?P<version>\S+)(?: - (?P<date>[0-9]{4}-[0-9]{2}-[0-9]{2}))?$", re.MULTILINE)


def notes(changelog: str, version: Version) -> str:
    """The section of the version, without its heading. Raises `ReleaseError` if it is missing, undated or empty."""
    wanted = version.tag.removeprefix("v")
    headings = list(_HEADING.finditer(changelog))
    for heading, following in zip(headings, [*headings[1:], None], strict=True):
        if heading["version"] != wanted:
            continue
        text = changelog[heading.end() : following.start() if following else None].strip()
        if heading["date"] and text:
            return f"{text}\n"
        break
    msg = f"CHANGELOG.md has no section of this version. Write what changes under a line `## {wanted} - YYYY-MM-DD`."
    raise ReleaseError(msg)
