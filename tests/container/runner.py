"""Runs this repository's Action in its image as GitHub's runner does, and reads back what the runner would.

The order of the environment, the mounts, the path translation and the files are those of actions/runner 2.336
(ContainerActionHandler, FileCommandManager, GitHubContext). One deviation: `--network host`, to reach loopback.
"""

import json
import os
import subprocess
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path

import msgspec

from tests.container.engine import REPOSITORY, RUN_SECONDS, docker
from tests.container.file_commands import parse_pairs, parse_summary
from tests.container.log_commands import Command, find_commands
from tests.container.masking import refuse_secrets
from tests.container.situation import VARIABLES, Situation
from tests.secrecy.ledger import without_masks
from tests.tokens import RUNTIME
from tests.tools.workflow_reader import ActionFile, WorkflowReader

# On hosted runners the workspace belongs to this user. Only root can give it away: elsewhere it stays one's own.
OWNER = (1001, 1001) if os.geteuid() == 0 else (os.getuid(), os.getgid())
KINDS = ("set_output", "set_env", "add_path", "save_state", "step_summary")


class Runner(msgspec.Struct, frozen=True):
    """The folders of one job on one machine, made by `runner_in`, and who reads its files."""

    workspace: Path
    temp: Path
    reader: WorkflowReader

    @property
    def home(self) -> Path:
        """What the container has as `HOME`; it lives as long as the job."""
        return self.temp / "_github_home"

    @property
    def workflow(self) -> Path:
        """Where `event.json` is."""
        return self.temp / "_github_workflow"

    @property
    def file_commands(self) -> Path:
        """Where a step leaves outputs and summary."""
        return self.temp / "_runner_file_commands"

    @property
    def mounts(self) -> dict[str, str]:
        """Host folder to container folder; the first that holds a path translates it."""
        return {
            str(self.home): "/github/home",
            str(self.workflow): "/github/workflow",
            str(self.file_commands): "/github/file_commands",
            str(self.temp): "/github/runner_temp",
            str(self.workspace): "/github/workspace",
            _engine_socket(): "/var/run/docker.sock",
        }


class Step(msgspec.Struct, frozen=True):
    """What the runner knows after the step. `unknown_inputs` are those it warns about.

    It does not show the commands that mask a token, so these are not in the log.
    """

    exit_code: int
    log: str
    commands: list[Command]
    outputs: dict[str, str]
    exported: dict[str, str]
    summary: str
    unknown_inputs: list[str]

    def annotations(self, kind: str) -> list[str]:
        """The texts of the annotations of one kind: error, warning or notice."""
        return [command.data for command in self.commands if command.name == kind]

    @property
    def everything(self) -> str:
        """All text that the step leaves where people or later steps can read it."""
        return "\n".join([self.log, self.summary, *self.outputs.values(), *self.exported.values()])


def runner_in(folder: Path, reader: WorkflowReader) -> Runner:
    """The empty folders of a new job."""
    runner = Runner(workspace=folder / "work" / "shop" / "shop", temp=folder / "work" / "_temp", reader=reader)
    for new in (runner.workspace, runner.home, runner.workflow, runner.file_commands):
        new.mkdir(parents=True)
    return runner


def run_step(
    image: str,
    runner: Runner,
    given: Mapping[str, str],
    job_environ: Mapping[str, str],
    situation: Situation = Situation(),  # noqa: B008 - it is frozen
    options: Sequence[str] = (),
) -> Step:
    """Run the Action once with the inputs of `with:` and the `env:` of workflow, job and step.

    `options` are docker's, for what a test does to the workspace's disk. Raises `RejectedError` where the runner would
    fail the step for what is in its files, and `SecretSeenError` where a secret stands in what the step leaves.
    """
    metadata = runner.reader.action((REPOSITORY / "action.yml").read_text(encoding="utf-8"))
    files = new_files(runner)
    write_event(runner, situation)
    give_away(runner.workspace)
    environ = _translated(_environ(metadata, given, job_environ, runner, situation, files), runner.mounts)
    ended = _run(image, runner, environ, options)
    return left_by(ended, files, situation, sorted(set(given) - set(metadata.inputs)))


def left_by(
    ended: subprocess.CompletedProcess[str],
    files: Mapping[str, Path],
    situation: Situation,
    unknown_inputs: Sequence[str] = (),
) -> Step:
    """What a process left. Raises as `run_step` does."""
    step = Step(
        exit_code=ended.returncode,
        log=without_masks(f"{ended.stdout}\n{ended.stderr}"),
        commands=find_commands(ended.stdout) + find_commands(ended.stderr),
        outputs=parse_pairs(_text(files["set_output"])),
        exported=parse_pairs(_text(files["set_env"])),
        summary=parse_summary(files["step_summary"].read_bytes()),
        unknown_inputs=list(unknown_inputs),
    )
    refuse_secrets("what a step leaves", step.everything, (*situation.secrets.values(), situation.token))
    return step


def not_owned(workspace: Path) -> list[str]:
    """What in the workspace a later step, run by its owner, could not change."""
    return [
        str(path.relative_to(workspace))
        for path in workspace.rglob("*")
        if (path.lstat().st_uid, path.lstat().st_gid) != OWNER
    ]


def new_files(runner: Runner) -> dict[str, Path]:
    """The files of a new step by their kinds, empty."""
    files = {kind: runner.file_commands / f"{kind}_{uuid.uuid4()}" for kind in KINDS}
    for file in files.values():
        file.touch()
    return files


def write_event(runner: Runner, situation: Situation) -> None:
    """The event file."""
    (runner.workflow / "event.json").write_text(json.dumps(situation.event.payload), encoding="utf-8")


def give_away(workspace: Path) -> None:
    """To the owner of the workspace all that is in it."""
    for path in (workspace, *workspace.rglob("*")):
        os.chown(path, *OWNER, follow_symlinks=False)


def around_step(runner: Runner, situation: Situation, files: Mapping[str, Path]) -> dict[str, str]:
    """The variables that a runner sets around every step, with paths as the host has them; they win over `env:`."""
    github = situation.contexts["github"]
    variables = {name.upper(): github[name] for name in VARIABLES} | {
        "ACTION": "__self",
        "ACTION_PATH": str(REPOSITORY),
        "ACTION_REF": "",
        "ACTION_REPOSITORY": "",
        "ENV": str(files["set_env"]),
        "EVENT_PATH": str(runner.workflow / "event.json"),
        "OUTPUT": str(files["set_output"]),
        "PATH": str(files["add_path"]),
        "STATE": str(files["save_state"]),
        "STEP_SUMMARY": str(files["step_summary"]),
        "WORKSPACE": str(runner.workspace),
    }
    return {f"GITHUB_{name}": value for name, value in variables.items()} | _runner_context(runner)


def _environ(
    metadata: ActionFile,
    given: Mapping[str, str],
    job_environ: Mapping[str, str],
    runner: Runner,
    situation: Situation,
    files: Mapping[str, Path],
) -> dict[str, str]:
    """The container's environment; what comes later wins, except `runs.env`, which fills gaps only."""
    # The workflow's token is in the context of expressions only; no variable has it.
    defaults = {name: one.default for name, one in metadata.inputs.items() if name not in given}
    inputs = runner.reader.texts(defaults, {"github": situation.contexts["github"]}) | dict(given)
    environ = dict(job_environ)
    environ |= {f"INPUT_{name.replace(' ', '_').upper()}": value for name, value in inputs.items()}
    environ = runner.reader.texts(metadata.runs.env, {"inputs": inputs}) | environ
    environ["HOME"] = str(runner.home)
    environ |= around_step(runner, situation, files)
    environ |= {
        "ACTIONS_RUNTIME_URL": "http://127.0.0.1:9/",
        "ACTIONS_RUNTIME_TOKEN": RUNTIME,
        "ACTIONS_CACHE_URL": "http://127.0.0.1:9/",
        "ACTIONS_RESULTS_URL": "http://127.0.0.1:9/",
    }
    return environ


def _runner_context(runner: Runner) -> dict[str, str]:
    return {
        "RUNNER_OS": "Linux",
        "RUNNER_ARCH": "X64",
        "RUNNER_NAME": "Hosted 1",
        "RUNNER_ENVIRONMENT": "github-hosted",
        "RUNNER_TOOL_CACHE": "/opt/hostedtoolcache",
        "RUNNER_TEMP": str(runner.temp),
        "RUNNER_WORKSPACE": str(runner.workspace.parent),
    }


def _translated(environ: Mapping[str, str], mounts: Mapping[str, str]) -> dict[str, str]:
    """Rewrite each value that is, as a whole, a path in a mounted folder; a path inside a longer text is left."""
    return {name: _in_container(value, mounts) for name, value in environ.items()}


def _in_container(value: str, mounts: Mapping[str, str]) -> str:
    for ours, theirs in mounts.items():
        if value == ours or value.startswith(f"{ours}/"):
            return theirs + value.removeprefix(ours)
    return value


def _run(
    image: str, runner: Runner, environ: Mapping[str, str], options: Sequence[str]
) -> subprocess.CompletedProcess[str]:
    """Variables go by name, so that no value shows in a command line; no terminal, no input."""
    name = f"erd-{uuid.uuid4().hex}"
    arguments = ["run", "--name", name, "--label", "dbt-cloud-erd", "--workdir", "/github/workspace", "--rm"]
    for variable in environ:
        arguments += ["-e", variable]
    arguments += ["-e", "GITHUB_ACTIONS=true"]
    if "CI" not in environ:
        arguments += ["-e", "CI=true"]
    arguments += ["--network", "host"]
    for ours, theirs in runner.mounts.items():
        arguments += ["-v", f"{ours}:{theirs}"]
    arguments += options
    try:
        return docker(*arguments, image, environ=environ, seconds=RUN_SECONDS)
    except subprocess.TimeoutExpired:
        docker("kill", name)
        raise


def _engine_socket() -> str:
    engine = os.environ.get("DOCKER_HOST", "")
    return engine.removeprefix("unix://") if engine.startswith("unix://") else "/var/run/docker.sock"


def _text(file: Path) -> str:
    """The file with its line ends as they are."""
    return file.read_bytes().decode("utf-8")
