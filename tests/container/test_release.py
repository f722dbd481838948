"""A release, rehearsed from the tag on: what its workflow does where no registry is needed."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.container.engine import REPOSITORY
from tests.container.release_played import NAME, Stage, play
from tests.github.fake.git import BareRepository
from tests.github.fake.server import running_github
from tests.github.fake.tokens import WRITER, Kind, Token
from tests.github.pushing import git
from tests.tokens import GITHUB_PERSONAL
from tests.tools.workflow_reader import WorkflowReader

pytestmark = pytest.mark.container

TAKE_PART = (".github", "release")
MAINTAINER = Token(GITHUB_PERSONAL, frozenset({NAME}), WRITER, "ada", Kind.PERSONAL)


@pytest.fixture
def stage(image: str, reader: WorkflowReader, tmp_path: Path) -> Iterator[Stage]:
    """A GitHub with an empty repository, and the image as what the registry would have."""
    with running_github() as github:
        github.repositories[NAME] = BareRepository(tmp_path / "behind.git")
        github.let_in(MAINTAINER)
        yield Stage(github, reader, tmp_path, image)


def push_release(stage: Stage, tag: str) -> str:
    """Do what a maintainer does, with all files that have a part in it as they are here. The sha."""
    folder = stage.folder / "maintainer"
    for name in TAKE_PART:
        shutil.copytree(REPOSITORY / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("Dockerfile", "action.yml"):
        shutil.copy(REPOSITORY / name, folder)
    (folder / "erd").mkdir()
    (folder / "erd" / "__init__.py").write_text('__version__ = "1.2.3"\n', encoding="utf-8")
    changelog = (REPOSITORY / "CHANGELOG.md").read_text(encoding="utf-8")
    section = "## Unreleased\n\n## 1.2.3 - 2026-12-01\n\n- Rehearsed.\n"
    (folder / "CHANGELOG.md").write_text(changelog.replace("## Unreleased\n", section, 1), encoding="utf-8")
    for words in (
        ["init", "--quiet", "--initial-branch=main"],
        ["remote", "add", "origin", f"{stage.github.url}/{NAME}"],
        ["add", "--all"],
        ["commit", "--quiet", "--message=1.2.3"],
        ["tag", tag],
        ["push", "--quiet", "origin", "main", tag],
    ):
        done = git(GITHUB_PERSONAL, folder, *words)
        assert done.returncode == 0, done.stderr
    return git(GITHUB_PERSONAL, folder, "rev-parse", "HEAD").stdout.strip()


def test_a_tag_becomes_a_release_and_main_stays_as_it_was(stage: Stage) -> None:
    tagged = push_release(stage, "v1.2.3")
    said = play(stage, "v1.2.3", tagged)
    assert list(said) == ["check", "tests", "image", "scan", "attest", "publish"]

    behind = stage.github.repositories[NAME]
    release = behind.ref("refs/tags/v1.2.3")
    assert behind.branches() == {"main": tagged}
    assert behind.refs("refs/tags/") == {f"refs/tags/{tag}": release for tag in ("v1", "v1.2", "v1.2.3")}
    assert behind.git("rev-parse", f"{release}^@") == tagged
    assert behind.git("diff", "--name-only", tagged, f"{release}") == "action.yml"

    image = f"ghcr.io/{NAME}"
    assert f"type=image,name={image},push=true,push-by-digest=true" in said["image"]
    assert stage.told[:3] == [
        f"docker buildx imagetools create --tag {image}:{tag} {image}@{stage.digest}" for tag in ("1.2.3", "1.2", "1")
    ]
    assert [line.split()[1:4] for line in stage.told[3:]] == [
        ["release", word, "v1.2.3"] for word in ("view", "create")
    ]
    assert stage.told[-1].endswith("--prerelease=false")

    action = behind.git("show", f"{release}:action.yml")
    assert stage.reader.action(action).runs.image == f"docker://{image}@{stage.digest}"
    released = stage.folder / "action.yml"
    released.write_text(action, encoding="utf-8")
    schema = [str(REPOSITORY / ".venv" / "bin" / "check-jsonschema"), "--builtin-schema", "vendor.github-actions"]
    subprocess.run([*schema, str(released)], check=True, capture_output=True)


def test_a_tag_that_the_code_does_not_say_ends_with_the_first_job(stage: Stage) -> None:
    tagged = push_release(stage, "v1.2.4")
    said = play(stage, "v1.2.4", tagged)
    assert list(said) == ["check"]
    assert "Let it say 1.2.4, and tag that." in said["check"]
    assert stage.github.repositories[NAME].refs("refs/tags/") == {"refs/tags/v1.2.4": tagged}
    assert stage.told == []
