"""The image that `action.yml` names: built where it is used, or one that is there already.

The forms are those of GitHub's metadata syntax for Docker container actions (`runs.image`).
"""

import re

from release.errors import ReleaseError

# A tag can be moved to another image; a digest is the image.
IMAGE = re.compile(r"[a-z0-9][a-z0-9.-]*(?:/[a-z0-9][a-z0-9._-]*)+@sha256:[0-9a-f]{64}", re.ASCII)
_LINE = re.compile(r"^  image: (.*)$", re.MULTILINE)
_BUILT = "Dockerfile"
_TAKEN = "docker://"


def is_built_where_used(text: str) -> bool:
    """Whether whoever uses this `action.yml` builds the image, as from every commit of a branch."""
    return _LINE.findall(text) == [_BUILT]


def has_image(text: str) -> bool:
    """Whether whoever uses this `action.yml` gets an image that was built before."""
    return any(image.startswith(_TAKEN) for image in _LINE.findall(text))


def with_image(text: str, image: str) -> str:
    """The same `action.yml`, which takes this image. Raises `ReleaseError`."""
    if not IMAGE.fullmatch(image):
        msg = f"{image!r} is not an image by its digest. Give registry/owner/name@sha256:…, as the build reports it."
        raise ReleaseError(msg)
    if not is_built_where_used(text):
        msg = f"action.yml has no one line `  image: {_BUILT}`. Release a commit whose image can be built from it."
        raise ReleaseError(msg)
    return _LINE.sub(f"  image: {_TAKEN}{image}", text)
