"""Which tags name a version, and which move to it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from release.errors import ReleaseError
from release.versions import Version, maybe_of_tag, moving_tags, of_tag
from tests.examples import everyday

IN_ORDER = ["v0.9.0", "v1.0.0-alpha.2", "v1.0.0-beta.1", "v1.0.0-rc.2", "v1.0.0-rc.10", "v1.0.0", "v1.0.1", "v1.10.0"]
versions = st.builds(
    Version, *[st.integers(0, 2)] * 3, st.sampled_from(["alpha", "beta", "rc"]), st.integers(0, 2)
) | st.builds(Version, *[st.integers(0, 2)] * 3)


def test_versions_are_in_the_order_of_semantic_versioning() -> None:
    read = [of_tag(tag) for tag in IN_ORDER]
    assert read == sorted(read)
    assert [version.tag for version in read] == IN_ORDER


@pytest.mark.parametrize(
    ("tag", "python"), [("v1.2.3", "1.2.3"), ("v1.2.3-rc.4", "1.2.3rc4"), ("v1.0.0-beta.0", "1.0.0b0")]
)
def test_python_has_its_own_spelling_of_a_version(tag: str, python: str) -> None:
    assert of_tag(tag).python == python


@pytest.mark.parametrize(
    "tag",
    ["v1", "v1.2", "1.2.3", "v1.2.3.4", "v01.2.3", "v1.2.3-rc1", "v1.2.3-dev.1", "v1.2.3+4", "v1.2.3\n", "v\u0661.2.3"],
)
def test_other_tags_name_no_version(tag: str) -> None:
    assert maybe_of_tag(tag) is None
    with pytest.raises(ReleaseError, match="is not the tag of a version"):
        of_tag(tag)


@pytest.mark.parametrize(
    ("tag", "released", "moving"),
    [
        ("v1.2.3", [], ["v1.2", "v1"]),
        ("v1.2.3", ["v1.2.2", "v1.1.9", "v0.9.0"], ["v1.2", "v1"]),
        ("v1.1.9", ["v1.2.0", "v1.1.8"], ["v1.1"]),
        ("v1.2.3", ["v1.2.4"], []),
        ("v1.2.3", ["v2.0.0"], ["v1.2", "v1"]),
        ("v1.2.3", ["v1.10.0"], ["v1.2"]),
        ("v1.3.0-rc.1", ["v1.2.3"], []),
        ("v1.2.3", ["v1.3.0-rc.1"], ["v1.2", "v1"]),
        ("v1.2.3", ["v1.2.3"], ["v1.2", "v1"]),
        ("v0.1.0", [], ["v0.1", "v0"]),
    ],
)
def test_the_tags_that_move(tag: str, released: list[str], moving: list[str]) -> None:
    assert moving_tags(of_tag(tag), [of_tag(other) for other in released]) == moving


@everyday
@given(st.lists(versions, unique=True, max_size=12))
def test_whatever_is_released_in_whichever_order_each_tag_is_at_the_newest_stable_one(order: list[Version]) -> None:
    at: dict[str, Version] = {}
    for done, version in enumerate(order):
        at |= dict.fromkeys(moving_tags(version, order[:done]), version)
    stable = [version for version in order if not version.is_prerelease]
    newest: dict[str, Version] = {}
    for version in sorted(stable):
        newest |= {f"v{version.major}": version, f"v{version.major}.{version.minor}": version}
    assert at == newest
