"""What the changelog must say before a version is released."""

import pytest

from release.changelog import notes
from release.errors import ReleaseError
from release.versions import of_tag

CHANGELOG = """# Changelog

## Unreleased

- Later.

## 1.2.3 - 2026-12-01

### Added

- One thing.

## 1.2.2 - 2026-11-01

## 1.2.1

- Undated.

## 1.2.0 - 2026-10-01

- The first.
"""


def test_the_notes_are_the_section_of_the_version() -> None:
    assert notes(CHANGELOG, of_tag("v1.2.3")) == "### Added\n\n- One thing.\n"
    assert notes(CHANGELOG, of_tag("v1.2.0")) == "- The first.\n"


@pytest.mark.parametrize("tag", ["v1.2.2", "v1.2.1", "v1.2.30", "v1.2.3-rc.1"])
def test_a_version_whose_section_is_empty_undated_or_missing_is_not_released(tag: str) -> None:
    with pytest.raises(ReleaseError, match="has no section of this version"):
        notes(CHANGELOG, of_tag(tag))
