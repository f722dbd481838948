"""What a release checks first, and does last: a commit whose `action.yml` has the image, and tags that point to it."""

import re
from pathlib import Path

from release import changelog
from release.action_file import has_image, is_built_where_used, with_image
from release.errors import ReleaseError
from release.repository import Move, Repository
from release.versions import Version, maybe_of_tag, moving_tags

_ACTION = "action.yml"
_PYTHON_VERSION = re.compile(r'^__version__ = "(.*)"$', re.MULTILINE)


def check(folder: Path, version: Version) -> None:
    """Whether what is in the folder can be released as this version. Raises `ReleaseError`."""
    named = _PYTHON_VERSION.findall((folder / "erd" / "__init__.py").read_text(encoding="utf-8"))
    if named != [version.python]:
        msg = f"The tag is {version.tag}, but erd/__init__.py says {named}. Let it say {version.python}, and tag that."
        raise ReleaseError(msg)
    changelog.notes((folder / "CHANGELOG.md").read_text(encoding="utf-8"), version)
    if not is_built_where_used((folder / _ACTION).read_text(encoding="utf-8")):
        msg = "action.yml names an image already. Tag a commit of a branch, where it says `image: Dockerfile`."
        raise ReleaseError(msg)


def publish(repository: Repository, version: Version, image: str) -> list[str]:
    """The tags that now point to the release: the version's own, and those of its series that it is the newest of.

    What was tagged stays as it is; the release is a commit on top of it, in no branch. Done twice, it is done once.
    Raises `ReleaseError`, and has then moved no tag.
    """
    tagged = repository.commit("HEAD")
    action = with_image(repository.file(tagged, _ACTION), image)
    message = f"{version.tag}\n\nThe commit before, with the image that was built from it.\n"
    release = repository.commit_with(tagged, _ACTION, action, message)
    tags = repository.fetched_tags()
    if version.tag not in tags or repository.commit(tags[version.tag]) not in {tagged, release}:
        msg = f"{version.tag} is no longer the tag of {tagged}. What is released stays; make the next version."
        raise ReleaseError(msg)
    moving = [version.tag, *moving_tags(version, _released(repository, tags))]
    repository.move_tags([Move(tag, tags.get(tag, ""), release) for tag in moving])
    return moving


def _released(repository: Repository, tags: dict[str, str]) -> list[Version]:
    """The versions that have an image. One whose release failed has a tag and none."""
    versions = {version: sha for tag, sha in tags.items() if (version := maybe_of_tag(tag))}
    return [version for version, sha in versions.items() if has_image(repository.file(sha, _ACTION))]
