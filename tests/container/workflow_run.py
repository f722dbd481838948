"""Runs a workflow file for an event as GitHub does: its jobs one after the other, their steps, and what they lead to.

`uses:` of this repository's Action is the image under test, `run:` is bash on this machine in the job's workspace, and
the few actions of others that are played here are named in `_PLAYED`; any other is refused by name.
"""

import os
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from tests.container import artifacts
from tests.container.artifacts import Artifacts, PlayedError
from tests.container.engine import RUN_SECONDS
from tests.container.file_commands import RejectedError
from tests.container.front import Front
from tests.container.masking import refuse_secrets, shown
from tests.container.runner import Runner, Step, around_step, left_by, new_files, run_step, runner_in, write_event
from tests.container.situation import Situation
from tests.container.triggers import rights, triggers
from tests.github.fake.git import surroundings
from tests.github.fake.server import FakeGitHub
from tests.github.fake.tokens import Token
from tests.tools import workflow_reader
from tests.tools.workflow_reader import Job, Workflow, WorkflowReader

OURS = "org/dbt-cloud-erd@"
SUCCESS, FAILURE, SKIPPED = "success", "failure", "skipped"


class Machine(msgspec.Struct, frozen=True, kw_only=True):
    """Where jobs run: the image of our Action, a folder for them, GitHub and its artifacts, and who reads files.

    `front` is the proxy that the machine stands behind; `programs` is a folder that comes first in `PATH`.
    """

    image: str
    folder: Path
    github: FakeGitHub
    reader: WorkflowReader
    artifacts: Artifacts
    front: Front
    programs: Path | None = None


class JobRun(msgspec.Struct, frozen=True, kw_only=True):
    """What came of a job: its log as GitHub shows it, and what each step left, by its id; skipped ones left nothing."""

    result: str
    log: str = ""
    steps: dict[str, Step] = {}
    results: dict[str, str] = {}
    outputs: dict[str, str] = {}
    workspace: Path | None = None
    ours: tuple[str, ...] = ()

    @property
    def summary(self) -> str:
        """The summaries of all steps."""
        return "\n".join(step.summary for step in self.steps.values() if step.summary)

    def annotations(self, kind: str) -> list[str]:
        """Of all steps."""
        return [text for step in self.steps.values() for text in step.annotations(kind)]


def run_workflow(text: str, situation: Situation, machine: Machine) -> dict[str, JobRun]:
    """Each job of the workflow, by its id; none if the event does not start it.

    Raises `InvalidError` for what GitHub would refuse, `SecretSeenError` where a secret shows.
    """
    workflow = machine.reader.workflow(text)
    if not triggers(situation.event, workflow):
        return {}
    situation = msgspec.structs.replace(situation, workflow=workflow.name or "erd.yml")
    done: dict[str, JobRun] = {}
    while waiting := [name for name in workflow.jobs if name not in done]:
        name = next(name for name in waiting if set(workflow.jobs[name].needs) <= set(done))
        of_job = msgspec.structs.replace(situation, job=name)
        done[name] = _Run(workflow, workflow.jobs[name], of_job, machine, done).run()
    return done


class _Run:
    """One job as it goes on."""

    def __init__(
        self, workflow: Workflow, job: Job, situation: Situation, machine: Machine, before: Mapping[str, JobRun]
    ) -> None:
        self.workflow, self.job, self.situation, self.machine = workflow, job, situation, machine
        self.needed = {name: before[name] for name in job.needs}
        self.has_failed = any(one.result == FAILURE for one in self.needed.values())
        self.rights = rights(job, workflow, situation.event)
        self.environ: dict[str, str] = {}
        self.exported: dict[str, str] = {}
        self.steps: dict[str, Step] = {}
        self.results: dict[str, str] = {}
        self.log: list[str] = []
        self.ours: list[str] = []

    def run(self) -> JobRun:
        github, job, reader = self.machine.github, self.job, self.machine.reader
        if not reader.evaluate(job.condition, self._contexts({}), failed=self.has_failed).holds:
            return JobRun(result=SKIPPED)
        self.has_failed = False
        folder = self.machine.folder / f"{self.situation.run_id}-{self.situation.job}"
        runner = runner_in(folder, reader)
        certificate = shutil.copy(self.machine.front.certificate, runner.temp)
        self.environ = self.machine.front.environ(str(certificate))
        github.let_in(Token(self.situation.token, frozenset({self.situation.repository}), self.rights))
        for step in job.steps:
            self._run_step(step, runner)
        log = "\n".join(self.log)
        refuse_secrets("a log as it is shown", log, self._secrets())
        return JobRun(
            result=FAILURE if self.has_failed else SUCCESS,
            log=log,
            steps=self.steps,
            results=self.results,
            outputs=reader.texts(job.outputs, self._contexts({})),
            workspace=runner.workspace,
            ours=tuple(self.ours),
        )

    def _run_step(self, step: workflow_reader.Step, runner: Runner) -> None:
        reader = self.machine.reader
        environ = dict(self.environ)
        for level in (self.workflow.env, self.job.env):
            environ |= reader.texts(level, self._contexts(environ))
        environ |= self.exported
        environ |= reader.texts(step.env, self._contexts(environ))
        contexts = self._contexts(environ)
        if not reader.evaluate(step.condition, contexts, failed=self.has_failed).holds:
            self.results[step.id] = SKIPPED
            return
        self.log.append(f"Run {step.uses or reader.text(step.run, contexts)}")
        try:
            left = self._left(step, runner, environ, contexts)
        except (PlayedError, RejectedError) as error:
            self.log.append(f"Error: {error}")
            self.results[step.id] = FAILURE
            self.has_failed = self.has_failed or not step.continue_on_error
            return
        self.log.append(shown(left.log, self._secrets()))
        self.steps[step.id] = left
        self.exported |= left.exported
        self.results[step.id] = FAILURE if left.exit_code else SUCCESS
        self.has_failed = self.has_failed or bool(left.exit_code and not step.continue_on_error)

    def _left(
        self, step: workflow_reader.Step, runner: Runner, environ: Mapping[str, str], contexts: Mapping[str, Any]
    ) -> Step:
        given = self.machine.reader.texts(step.given, contexts)
        if not step.uses:
            return self._bash(self.machine.reader.text(step.run, contexts), runner, environ)
        if step.uses.startswith(OURS):
            self.ours.append(step.id)
            return run_step(self.machine.image, runner, given, environ, self.situation)
        name = step.uses.partition("@")[0]
        assert name in _PLAYED, f"{name} is an action that is not played here"
        _PLAYED[name](self, runner, given)
        return Step(0, "", [], {}, {}, "", [])

    def _bash(self, script: str, runner: Runner, environ: Mapping[str, str]) -> Step:
        files = new_files(runner)
        write_event(runner, self.situation)
        path = os.pathsep.join([*([str(self.machine.programs)] if self.machine.programs else []), os.environ["PATH"]])
        around = {"PATH": path, "HOME": str(runner.home), "CI": "true", "GITHUB_ACTIONS": "true"}
        ended = subprocess.run(
            ["bash", "-e", "-c", script],
            cwd=runner.workspace,
            env={**around, **environ, **around_step(runner, self.situation, files)},
            capture_output=True,
            text=True,
            timeout=RUN_SECONDS,
            check=False,
        )
        return left_by(ended, files, self.situation)

    def checkout(self, runner: Runner, given: Mapping[str, str]) -> None:
        """`actions/checkout` of the event's own commit, or of a ref that is given."""
        assert set(given) <= {"persist-credentials", "fetch-depth", "ref"}, f"inputs that are not played: {given}"
        if not {"contents: read", "contents: write"} & self.rights:
            raise PlayedError("fatal: repository not found")
        behind = self.machine.github.repositories[self.situation.repository].folder
        commit = given.get("ref") or self.situation.event.sha
        for words in (["clone", "--quiet", "--no-checkout", str(behind), "."], ["checkout", "--quiet", commit]):
            subprocess.run(["git", *words], cwd=runner.workspace, env=surroundings(), check=True, capture_output=True)

    def upload(self, runner: Runner, given: Mapping[str, str]) -> None:
        artifacts.upload(self.machine.artifacts, self.situation.run_id, runner.workspace, given)

    def download(self, runner: Runner, given: Mapping[str, str]) -> None:
        of_run = self.situation.run_id
        artifacts.download(self.machine.artifacts, of_run, runner.workspace, given, self.machine.github)

    def _contexts(self, environ: Mapping[str, str]) -> dict[str, Any]:
        steps = {
            name: {"outputs": step.outputs, "outcome": self.results[name], "conclusion": self.results[name]}
            for name, step in self.steps.items()
        }
        needs = {name: {"result": one.result, "outputs": one.outputs} for name, one in self.needed.items()}
        nothing: dict[str, Any] = {"inputs": {}, "job": {"status": FAILURE if self.has_failed else SUCCESS}}
        runner = {"os": "Linux", "arch": "X64", "temp": "/github/runner_temp"}
        return self.situation.contexts | nothing | {"env": environ, "steps": steps, "needs": needs, "runner": runner}

    def _secrets(self) -> list[str]:
        return list(self.situation.contexts["secrets"].values())


_PLAYED = {
    "actions/checkout": _Run.checkout,
    "actions/upload-artifact": _Run.upload,
    "actions/download-artifact": _Run.download,
}
