"""The image that `action.yml` names, in a branch and in a release."""

from pathlib import Path

import pytest
import yaml

from release.action_file import has_image, is_built_where_used, with_image
from release.errors import ReleaseError

OURS = (Path(__file__).parents[2] / "action.yml").read_text(encoding="utf-8")
IMAGE = "ghcr.io/org/dbt-cloud-erd@sha256:" + "0123456789abcdef" * 4


def test_every_commit_of_a_branch_can_be_used_as_it_is() -> None:
    assert is_built_where_used(OURS)
    assert not has_image(OURS)


def test_a_release_differs_in_its_image_alone() -> None:
    released = with_image(OURS, IMAGE)
    assert has_image(released)
    assert not is_built_where_used(released)
    assert yaml.safe_load(released)["runs"] == {"using": "docker", "image": f"docker://{IMAGE}"}
    assert released.replace(f"docker://{IMAGE}", "Dockerfile") == OURS


@pytest.mark.parametrize(
    "image",
    [
        "ghcr.io/org/dbt-cloud-erd:v1",
        "ghcr.io/org/dbt-cloud-erd",
        IMAGE[:-1],
        IMAGE + "0",
        IMAGE.replace("org", "Org"),
        f"{IMAGE}\n  args: [--debug]",
        f"docker://{IMAGE}",
        "sha256:" + "0" * 64,
        "",
    ],
)
def test_what_is_no_image_by_its_digest_is_refused(image: str) -> None:
    with pytest.raises(ReleaseError, match="is not an image by its digest"):
        with_image(OURS, image)


@pytest.mark.parametrize("text", ["", with_image(OURS, IMAGE), OURS + "  image: Dockerfile\n"])
def test_what_is_not_built_where_it_is_used_gets_no_image(text: str) -> None:
    with pytest.raises(ReleaseError, match="has no one line"):
        with_image(text, IMAGE)
