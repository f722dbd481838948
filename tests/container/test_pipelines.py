"""The examples for other CI services, whose commands run as they stand, with the variables that such a service sets.

The file's own commands run in bash. `docker` is this machine's, by a script that does two things more: the build of
our repository on GitHub is the image under test, and a container is behind the proxy that leads to the demo's account.
"""

import os
import re
import shlex
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml

from tests.ci.events import REPOSITORY
from tests.container.engine import REPOSITORY as HERE
from tests.container.engine import RUN_SECONDS
from tests.container.log_commands import find_commands
from tests.container.masking import refuse_secrets
from tests.container.runner import give_away, not_owned
from tests.container.shop import OWN, PULL_REQUEST_RUN, Shop

FOLDER = HERE / "examples" / "pipelines"
DOCKER = """#!/bin/sh
set -eu
case "$1" in
build)
  [ "$*" = "build --quiet --tag dbt-cloud-erd https://github.com/org/dbt-cloud-erd.git#v1" ]
  exec {docker} tag {image} dbt-cloud-erd ;;
run)
  shift
  exec {docker} run --network host --env HTTPS_PROXY={proxy} --env REQUESTS_CA_BUNDLE=/front.pem \\
    --volume {certificate}:/front.pem:ro "$@" ;;
esac
exit 64
"""


class Pipeline(NamedTuple):
    """What a file has its service do: commands, and the variables that it sets for them."""

    script: str
    variables: dict[str, str]


class Service(NamedTuple):
    """A service: its example, and what it says of a job."""

    file: str
    variables: dict[str, str]


def services(shop: Shop, workspace: Path) -> dict[str, Service]:
    """Each in a job of the pull request, by the name of the module that reads its variables."""
    head, base = shop.commit("feature"), shop.commit("main")
    return {
        "gitlab": Service(
            "gitlab-ci.yml",
            {
                "GITLAB_CI": "true",
                "CI_PROJECT_DIR": str(workspace),
                "CI_COMMIT_SHA": "3e" * 20,
                "CI_MERGE_REQUEST_IID": str(OWN),
                "CI_MERGE_REQUEST_EVENT_TYPE": "merged_result",
                "CI_MERGE_REQUEST_PROJECT_PATH": REPOSITORY,
                "CI_MERGE_REQUEST_SOURCE_PROJECT_PATH": REPOSITORY,
                "CI_MERGE_REQUEST_SOURCE_BRANCH_NAME": "feature",
                "CI_MERGE_REQUEST_SOURCE_BRANCH_SHA": head,
                "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main",
                "CI_MERGE_REQUEST_TARGET_BRANCH_SHA": base,
                "CI_MERGE_REQUEST_DIFF_BASE_SHA": base,
            },
        ),
        "azure": Service(
            "azure-pipelines.yml",
            {
                "TF_BUILD": "True",
                "BUILD_SOURCESDIRECTORY": str(workspace),
                "BUILD_SOURCEVERSION": "3e" * 20,
                "BUILD_REPOSITORY_NAME": "warehouse",
                "BUILD_REPOSITORY_PROVIDER": "TfsGit",
                "SYSTEM_PULLREQUEST_PULLREQUESTID": str(OWN),
                "SYSTEM_PULLREQUEST_SOURCECOMMITID": head,
                "SYSTEM_PULLREQUEST_SOURCEBRANCH": "refs/heads/feature",
                "SYSTEM_PULLREQUEST_TARGETBRANCH": "refs/heads/main",
                "SYSTEM_PULLREQUEST_TARGETBRANCHNAME": "main",
                "SYSTEM_PULLREQUEST_ISFORK": "False",
            },
        ),
        "bitbucket": Service(
            "bitbucket-pipelines.yml",
            {
                "BITBUCKET_BUILD_NUMBER": "3",
                "BITBUCKET_CLONE_DIR": str(workspace),
                "BITBUCKET_COMMIT": head[:12],
                "BITBUCKET_BRANCH": "feature",
                "BITBUCKET_REPO_FULL_NAME": REPOSITORY,
                "BITBUCKET_PR_ID": str(OWN),
                "BITBUCKET_PR_DESTINATION_BRANCH": "main",
                "BITBUCKET_PR_DESTINATION_COMMIT": base[:12],
            },
        ),
    }


def read_pipeline(name: str, text: str, secret: str) -> Pipeline:
    """The one job's; the secret is where the file's comment has it put."""
    document = yaml.safe_load(text)
    set_by_people = {"DBTERD_DBT_CLOUD_SERVICE_TOKEN": secret}
    match name:
        case "gitlab":
            job = document["erd"]
            return Pipeline("\n".join(job["script"]), {**set_by_people, **job["variables"]})
        case "azure":
            return _of_azure(document, {"DBT_CLOUD_SERVICE_TOKEN": secret})
        case "bitbucket":
            (only,) = document["pipelines"]["pull-requests"]["**"]
            return Pipeline("\n".join(only["step"]["script"]), set_by_people)
    raise AssertionError(name)


@pytest.mark.container
@pytest.mark.parametrize("name", ["gitlab", "azure", "bitbucket"])
def test_an_example_reviews_the_pull_request_of_its_job(name: str, image: str, shop: Shop, tmp_path: Path) -> None:
    workspace = tmp_path / "builds"
    workspace.mkdir()
    give_away(workspace)
    service = services(shop, workspace)[name]
    pipeline = read_pipeline(name, (FOLDER / service.file).read_text(encoding="utf-8"), shop.dbt_cloud.token)
    ran = _bash(pipeline.script, workspace, _docker(image, shop, tmp_path), {**service.variables, **pipeline.variables})
    said = ran.stdout + ran.stderr
    assert ran.returncode == 0, said
    assert f"Reading run {PULL_REQUEST_RUN}, the CI run of commit {shop.commit('feature')[:7]}" in said
    assert "3 breaking risks" in said
    assert find_commands(said) == []
    written = {str(path.relative_to(workspace)) for path in workspace.rglob("*") if path.is_file()}
    assert written == {"target/output.dbml", "target/erd-diff.json", "target/erd-diff.md"}
    assert not_owned(workspace) == []
    assert shop.front.refused == []


@pytest.mark.parametrize("name", ["gitlab", "azure", "bitbucket"])
def test_an_example_hands_on_every_variable_that_is_read(name: str, shop: Shop, tmp_path: Path) -> None:
    service = services(shop, tmp_path)[name]
    module = (HERE / "erd" / "ci" / f"{name}.py").read_text(encoding="utf-8")
    # GitLab's for pull requests of GitHub are for those who mirror a repository there.
    read = set(re.findall(r'"((?:CI|SYSTEM|BUILD|BITBUCKET)_[A-Z_]+)"', module))
    read = {variable for variable in read if not variable.startswith("CI_EXTERNAL_")}
    handed_on = set(re.findall(r"--env (\w+)", (FOLDER / service.file).read_text(encoding="utf-8")))
    assert read
    assert read - handed_on == set()


def _of_azure(document: Mapping[str, Any], secret_variables: Mapping[str, str]) -> Pipeline:
    """Steps of commands; a macro is a variable, and a secret reaches a step by its `env` only."""
    steps = [step for step in document["steps"] if "script" in step]
    variables: dict[str, str] = {}
    for step in steps:
        for name, value in (step.get("env") or {}).items():
            variables[name] = re.sub(r"\$\((\w+)\)", lambda found: secret_variables[found[1]], str(value))
    return Pipeline("\n".join(step["script"] for step in steps), variables)


def _docker(image: str, shop: Shop, folder: Path) -> Path:
    """A folder for `PATH` with the script."""
    programs = folder / "docker-of-the-service"
    programs.mkdir()
    (programs / "docker").write_text(
        DOCKER.format(
            docker=shlex.quote(shutil.which("docker") or "docker"),
            image=image,
            proxy=shop.front.url,
            certificate=shlex.quote(str(shop.front.certificate)),
        ),
        encoding="utf-8",
    )
    (programs / "docker").chmod(0o755)
    return programs


def _bash(
    script: str, workspace: Path, programs: Path, variables: Mapping[str, str]
) -> subprocess.CompletedProcess[str]:
    own = {name: os.environ[name] for name in ("HOME", "DOCKER_HOST", "DOCKER_CONFIG") if name in os.environ}
    ended = subprocess.run(
        ["bash", "-e", "-c", script],
        cwd=workspace,
        env={**own, "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}", "CI": "true", **variables},
        capture_output=True,
        text=True,
        timeout=RUN_SECONDS,
        check=False,
    )
    refuse_secrets("the log of a pipeline", f"{ended.stdout}\n{ended.stderr}")
    return ended
