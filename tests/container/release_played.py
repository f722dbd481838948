"""Plays `.github/workflows/release.yml` as it stands, on a GitHub on loopback and without a registry.

Its commands are run by bash, with the rights that each job asks for; the programs that talk to a registry or to
GitHub's API note what they are told. An action is played, or is one of those that have no part without a registry.
"""

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec
import yaml

from tests.container.engine import REPOSITORY, RUN_SECONDS
from tests.container.file_commands import parse_pairs
from tests.github.fake.git import surroundings
from tests.github.fake.server import FakeGitHub
from tests.github.fake.tokens import Token
from tests.github.pushing import git
from tests.tokens import GITHUB
from tests.tools.workflow_reader import Expression, WorkflowReader

NAME = "org/dbt-cloud-erd"
_WORKFLOW = REPOSITORY / ".github" / "workflows" / "release.yml"
_WITHOUT_A_PART = {
    "actions/attest-build-provenance",
    "aquasecurity/trivy-action",
    "docker/login-action",
    "docker/setup-buildx-action",
    "docker/setup-qemu-action",
}


class Stage(msgspec.Struct, frozen=True):
    """Where it is played: GitHub, a folder, and the image's digest."""

    github: FakeGitHub
    reader: WorkflowReader
    folder: Path
    digest: str

    @property
    def told(self) -> list[str]:
        """The command lines of the programs that note them, in their order."""
        noted = self.folder / "told"
        return noted.read_text(encoding="utf-8").splitlines() if noted.exists() else []


def play(stage: Stage, tag: str, sha: str) -> dict[str, str]:
    """What the jobs say after somebody pushed the tag, by their ids; one that fails is the last."""
    programs = _programs(stage)
    jobs: Mapping[str, Any] = yaml.safe_load(_WORKFLOW.read_text(encoding="utf-8"))["jobs"]
    said: dict[str, str] = {}
    outputs: dict[str, Any] = {}
    while waiting := [name for name in jobs if name not in said]:
        name = next(name for name in waiting if set(_needs(jobs[name])) <= set(said))
        job = _Job(stage, jobs[name], {"ref_name": tag, "sha": sha}, outputs, stage.folder / f"{tag}-{name}")
        said[name] = job.run(programs)
        outputs[name] = {"outputs": job.outputs}
        if job.failed:
            break
    return said


class _Job:
    """One job as it goes on."""

    def __init__(
        self, stage: Stage, job: Mapping[str, Any], event: dict[str, str], needs: dict[str, Any], folder: Path
    ) -> None:
        self._stage, self._job, self._folder = stage, job, folder
        self._steps: dict[str, Any] = {}
        # Each job sees but those that it needs.
        needed = {name: needs[name] for name in _needs(job)}
        github = {"repository": NAME, "server_url": stage.github.url, "token": GITHUB, "actor": "ada", **event}
        self._contexts = {
            "github": github,
            "needs": needed,
            "steps": self._steps,
            "matrix": {"platform": "linux/amd64"},
        }
        self.outputs: dict[str, str] = {}
        self.failed = False

    def run(self, programs: Path) -> str:
        """What its steps say."""
        rights = {f"{scope}: {level}" for scope, level in self._job["permissions"].items()}
        self._stage.github.let_in(Token(GITHUB, frozenset({NAME}), frozenset(rights | {"metadata: read"})))
        (self._folder / "workspace").mkdir(parents=True)
        said = []
        for step in self._job.get("steps", []):
            ended = self._step(step, programs)
            said.append(ended.stdout + ended.stderr)
            self.failed = ended.returncode != 0
            if self.failed:
                break
        self.outputs = self._evaluated(self._job.get("outputs", {}))
        return "\n".join(said)

    def _step(self, step: Mapping[str, Any], programs: Path) -> subprocess.CompletedProcess[str]:
        given = self._evaluated(step.get("with", {}))
        output = self._folder / "output"
        output.write_text("", encoding="utf-8")
        match step.get("uses", "").partition("@")[0]:
            case "":
                ended = self._bash(step, programs, output)
            case "actions/checkout":
                ended = self._checkout(given)
            case "docker/build-push-action":
                output.write_text(f"digest={self._stage.digest}\n", encoding="utf-8")
                ended = subprocess.CompletedProcess([], 0, given["outputs"], "")
            case name:
                assert name in _WITHOUT_A_PART, f"{name} is an action that is not played here"
                ended = subprocess.CompletedProcess([], 0, "", "")
        if "id" in step:
            self._steps[step["id"]] = {"outputs": parse_pairs(output.read_text(encoding="utf-8"))}
        return ended

    def _bash(self, step: Mapping[str, Any], programs: Path, output: Path) -> subprocess.CompletedProcess[str]:
        github = self._contexts["github"]
        around = {f"GITHUB_{name.upper()}": github[name] for name in ("ref_name", "sha", "repository", "server_url")}
        return subprocess.run(
            ["bash", "-e", "-c", step["run"]],
            cwd=self._folder / "workspace",
            env={
                **surroundings(),
                "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
                "RUNNER_TEMP": str(self._folder),
                **around,
                "GITHUB_OUTPUT": str(output),
                **self._evaluated(self._job.get("env", {})),
                **self._evaluated(step.get("env", {})),
            },
            capture_output=True,
            text=True,
            timeout=RUN_SECONDS,
            check=False,
        )

    def _checkout(self, given: Mapping[str, str]) -> subprocess.CompletedProcess[str]:
        """The event's commit alone, or with all branches and tags; the token stays with the action."""
        assert given["persist-credentials"] == "false"
        sha = given.get("ref", self._contexts["github"]["sha"])
        whole = given.get("fetch-depth") == "0"
        wanted = ["+refs/heads/*:refs/remotes/origin/*", "+refs/tags/*:refs/tags/*"] if whole else ["--depth=1", sha]
        for words in (
            ["init", "--quiet"],
            ["remote", "add", "origin", f"{self._stage.github.url}/{NAME}"],
            ["fetch", "--quiet", "origin", *wanted],
            ["checkout", "--quiet", sha],
        ):
            ended = git(GITHUB, self._folder / "workspace", *words)
            assert ended.returncode == 0, ended.stderr
        return ended

    def _evaluated(self, values: Mapping[str, Any]) -> dict[str, str]:
        return {name: self._text(value) for name, value in values.items()}

    def _text(self, value: str | bool | int) -> str:
        text = str(value).lower() if isinstance(value, bool) else str(value)

        def evaluate(found: re.Match[str]) -> str:
            return self._stage.reader.evaluate(Expression(found[1].strip()), self._contexts).text

        return re.sub(r"\$\{\{(.*?)\}\}", evaluate, text)


def _needs(job: Mapping[str, Any]) -> list[str]:
    needs = job.get("needs", [])
    return [needs] if isinstance(needs, str) else needs


def _programs(stage: Stage) -> Path:
    """A folder with those that note what they are told, and a Python that has its standard library alone."""
    folder = stage.folder / "programs"
    if not folder.exists():
        folder.mkdir()
        (folder / "python3").symlink_to(Path(sys.executable).resolve())
        for name, end in (("docker", "true"), ("gh", '[ "$2" != view ]')):
            (folder / name).write_text(
                f'#!/bin/sh\necho "{name} $*" >> {stage.folder / "told"}\n{end}\n', encoding="utf-8"
            )
            (folder / name).chmod(0o755)
    return folder
