"""Versions, in the order of Semantic Versioning 2.0.0, and which tags move to a new one."""

import re
from collections.abc import Iterable
from typing import NamedTuple

from release.errors import ReleaseError

STABLE = "stable"
# PEP 440's spelling of the stages that a version of ours may have before it is stable.
_PYTHON_STAGES = {"alpha": "a", "beta": "b", "rc": "rc"}
_NUMBER = r"(0|[1-9][0-9]*)"
_TAG = re.compile(rf"v{_NUMBER}\.{_NUMBER}\.{_NUMBER}(?:-({'|'.join(_PYTHON_STAGES)})\.{_NUMBER})?", re.ASCII)


class Version(NamedTuple):
    """A version; they compare as they follow each other, since the stages do so in the alphabet."""

    major: int
    minor: int
    patch: int
    stage: str = STABLE
    number: int = 0

    @property
    def is_prerelease(self) -> bool:
        """Whether it comes before the stable one of its numbers."""
        return self.stage != STABLE

    @property
    def tag(self) -> str:
        """As git and CHANGELOG (there without the `v`) name it: `v1.2.3` or `v1.2.3-rc.1`."""
        numbers = f"v{self.major}.{self.minor}.{self.patch}"
        return f"{numbers}-{self.stage}.{self.number}" if self.is_prerelease else numbers

    @property
    def python(self) -> str:
        """As Python names it: `1.2.3` or `1.2.3rc1`."""
        numbers = f"{self.major}.{self.minor}.{self.patch}"
        return f"{numbers}{_PYTHON_STAGES[self.stage]}{self.number}" if self.is_prerelease else numbers


def of_tag(tag: str) -> Version:
    """The version that a tag names. Raises `ReleaseError`."""
    if (version := maybe_of_tag(tag)) is None:
        msg = f"{tag} is not the tag of a version. Name it v1.2.3, or v1.2.3-rc.1 (alpha, beta or rc)."
        raise ReleaseError(msg)
    return version


def maybe_of_tag(tag: str) -> Version | None:
    """The version that a tag names, if it names one."""
    if not (found := _TAG.fullmatch(tag)):
        return None
    major, minor, patch, stage, number = found.groups()
    return Version(int(major), int(minor), int(patch), stage or STABLE, int(number or 0))


def moving_tags(version: Version, released: Iterable[Version]) -> list[str]:
    """Of `v1.2` and `v1`, those that move to the version: never to a pre-release, and never back."""
    if version.is_prerelease:
        return []
    stable = [other for other in released if not other.is_prerelease]
    series = (version[:2], version[:1])
    return [
        "v" + ".".join(map(str, numbers))
        for numbers in series
        if all(other <= version for other in stable if other[: len(numbers)] == numbers)
    ]
