"""The commit and the tags of a release, in real repositories."""

from pathlib import Path

import pytest

from release.errors import ReleaseError
from release.publishing import check, publish
from release.repository import Move
from release.versions import of_tag
from tests.release.origin import ACTION, Project, project_in

ONE, OTHER = (f"ghcr.io/org/dbt-cloud-erd@sha256:{digit * 64}" for digit in "12")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    return project_in(tmp_path)


def released(project: Project, tag: str, image: str = ONE, *, branch: str = "main") -> str:
    """Release a new commit. The sha of what was tagged."""
    tagged = project.tag(tag, project.commit(f"for {tag}", branch))
    publish(project.checked_out(tagged), of_tag(tag), image)
    return tagged


def test_the_release_is_a_commit_on_top_of_the_tagged_one_with_the_image_and_in_no_branch(project: Project) -> None:
    tagged = released(project, "v1.2.3")
    release = project.tags["v1.2.3"]
    assert project.origin.git("show", f"{release}:action.yml") + "\n" == ACTION.replace("Dockerfile", f"docker://{ONE}")
    assert project.origin.git("diff", "--name-only", tagged, release) == "action.yml"
    assert project.origin.git("rev-parse", f"{release}^@") == tagged
    assert project.origin.branches() == {"main": tagged}
    assert project.tags == dict.fromkeys(["v1", "v1.2", "v1.2.3"], release)


def test_an_older_series_gets_its_patch_and_the_newest_stays_where_it_is(project: Project) -> None:
    released(project, "v1.1.0")
    released(project, "v1.2.0")
    newest = project.tags["v1.2.0"]
    released(project, "v1.1.1", branch="1.1.x")
    assert project.tags["v1"] == project.tags["v1.2"] == newest
    assert project.tags["v1.1"] == project.tags["v1.1.1"] != newest


def test_a_prerelease_moves_nothing_but_its_own_tag(project: Project) -> None:
    released(project, "v1.2.0")
    before = project.tags
    released(project, "v1.3.0-rc.1")
    assert {name: sha for name, sha in project.tags.items() if name != "v1.3.0-rc.1"} == before
    assert project.tags["v1.3.0-rc.1"] != project.origin.branches()["main"]


def test_a_version_that_never_got_an_image_holds_no_tag_back(project: Project) -> None:
    project.tag("v1.9.0", project.commit("whose scan failed"))
    project.tag("v1.8.0", project.origin.commit({"README.md": b""}, branch="other", parents=[]))
    released(project, "v1.2.0")
    assert project.tags["v1"] == project.tags["v1.2.0"]


def test_a_job_that_runs_again_changes_nothing(project: Project) -> None:
    tagged = released(project, "v1.2.3")
    before = project.tags
    # Not a second later than the first time, nor by anybody else: it is the same commit, not one like it.
    assert len(set(project.origin.git("show", "-s", "--format=%at%n%ct", tagged, before["v1"]).split())) == 1
    assert publish(project.checked_out(tagged), of_tag("v1.2.3"), ONE) == ["v1.2.3", "v1.2", "v1"]
    assert project.tags == before


def test_the_tags_of_the_clone_stay_as_they_are(project: Project) -> None:
    tagged = project.tag("v1.2.3", project.commit())
    project.tag("v1", project.tag("v1.2", tagged))
    clone = project.checked_out(tagged)
    project.origin.git("update-ref", "-d", "refs/tags/v1.2")
    publish(clone, of_tag("v1.2.3"), ONE)
    assert {clone.commit(f"refs/tags/{tag}") for tag in ("v1", "v1.2", "v1.2.3")} == {tagged}


def test_what_is_released_never_gets_another_image(project: Project) -> None:
    tagged = released(project, "v1.2.3")
    before = project.tags
    with pytest.raises(ReleaseError, match="What is released stays; make the next version"):
        publish(project.checked_out(tagged), of_tag("v1.2.3"), OTHER)
    assert project.tags == before


def test_a_tag_that_was_moved_or_taken_away_meanwhile_is_not_released(project: Project) -> None:
    tagged = project.tag("v1.2.3", project.commit())
    clone = project.checked_out(tagged)
    project.tag("v1.2.3", project.commit("another"))
    with pytest.raises(ReleaseError, match="is no longer the tag of"):
        publish(clone, of_tag("v1.2.3"), ONE)
    project.origin.git("update-ref", "-d", "refs/tags/v1.2.3")
    with pytest.raises(ReleaseError, match="is no longer the tag of"):
        publish(clone, of_tag("v1.2.3"), ONE)
    assert project.tags == {}


def test_an_annotated_tag_is_released_too(project: Project) -> None:
    tagged = project.commit()
    person = {f"GIT_COMMITTER_{key}": "a@example.com" for key in ("NAME", "EMAIL")}
    project.origin.git("tag", "--annotate", "--message", "By hand", "v1.2.3", tagged, environment=person)
    publish(project.checked_out(tagged), of_tag("v1.2.3"), ONE)
    assert project.origin.git("rev-parse", "v1.2.3^") == tagged


def test_all_tags_move_or_none(project: Project) -> None:
    tagged = project.tag("v1.2.3", project.commit())
    hook = project.origin.folder / "hooks" / "update"
    hook.write_text('#!/bin/sh\n[ "$1" != refs/tags/v1 ]\n', encoding="utf-8")
    hook.chmod(0o755)
    with pytest.raises(ReleaseError, match="Nothing was released"):
        publish(project.checked_out(tagged), of_tag("v1.2.3"), ONE)
    assert project.tags == {"v1.2.3": tagged}


@pytest.mark.parametrize("where_it_was", ["not there", "here"])
def test_a_tag_that_a_rival_has_moved_in_between_is_not_overwritten(project: Project, where_it_was: str) -> None:
    tagged = project.commit()
    clone = project.checked_out(tagged)
    rival = project.tag("v1", project.commit("a rival's"))
    old = {"not there": "", "here": tagged}[where_it_was]
    with pytest.raises(ReleaseError, match="Nothing was released"):
        clone.move_tags([Move("v1.2.3", "", tagged), Move("v1", old, tagged)])
    assert project.tags == {"v1": rival}


def a_tree(folder: Path, *, version: str = "1.2.3", changelog: str = "## 1.2.3 - 2026-12-01\n\n- A.\n") -> Path:
    (folder / "erd").mkdir()
    (folder / "erd" / "__init__.py").write_text(f'"""A."""\n\n__version__ = "{version}"\n', encoding="utf-8")
    (folder / "CHANGELOG.md").write_text(changelog, encoding="utf-8")
    (folder / "action.yml").write_text(ACTION, encoding="utf-8")
    return folder


def test_what_says_that_it_is_this_version_can_be_released(tmp_path: Path) -> None:
    check(a_tree(tmp_path), of_tag("v1.2.3"))


def test_a_prerelease_is_spelled_as_python_does_in_the_code_and_as_the_tag_in_the_changelog(tmp_path: Path) -> None:
    tree = a_tree(tmp_path, version="1.2.3rc1", changelog="## 1.2.3-rc.1 - 2026-12-01\n\n- A.\n")
    check(tree, of_tag("v1.2.3-rc.1"))


def test_another_version_in_the_code_is_not_released(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match=r"The tag is v1\.2\.4, but erd/__init__\.py says \['1\.2\.3'\]"):
        check(a_tree(tmp_path), of_tag("v1.2.4"))


def test_a_version_without_a_word_in_the_changelog_is_not_released(tmp_path: Path) -> None:
    with pytest.raises(ReleaseError, match="CHANGELOG"):
        check(a_tree(tmp_path, changelog="## Unreleased\n\n- A.\n"), of_tag("v1.2.3"))


def test_what_was_released_cannot_be_released_from(tmp_path: Path) -> None:
    tree = a_tree(tmp_path)
    (tree / "action.yml").write_text(ACTION.replace("Dockerfile", f"docker://{ONE}"), encoding="utf-8")
    with pytest.raises(ReleaseError, match="names an image already"):
        check(tree, of_tag("v1.2.3"))
