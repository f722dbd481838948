"""What `init` writes is valid, explained and ready, and nothing that is there already is lost."""

import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from erd.given import Door
from erd.options import ANSWERED, OPTIONS, TEMPLATES
from erd.settings import Settings, read_settings
from tests.given import ENOUGH
from tests.integration.doors import REPOSITORY, Answer, command
from tests.tools.node import ToolMissing, tool

CONFIGURATION, WORKFLOW = ".dbterd.yml", ".github/workflows/erd.yml"

Tool = Callable[..., Answer]

every_template = pytest.mark.parametrize("template", TEMPLATES)


def initialised(folder: Path, template: str) -> Path:
    answer = command(folder, "init", "--template", template)
    assert answer.code == 0, answer.log
    return folder


def without_the_marks(configuration: str) -> str:
    """The configuration with every option's line in force."""
    return re.sub(r"(?m)^#(?=[a-z])", "", configuration)


@pytest.fixture
def lint() -> Tool:
    """Runs a program of the development environment; without it a test is skipped, except in CI."""

    def run(name: str, *arguments: object) -> Answer:
        try:
            program = tool(name)
        except ToolMissing as missing:
            pytest.skip(str(missing))
        done = subprocess.run([program, *map(str, arguments)], capture_output=True, text=True, check=False, timeout=60)
        return Answer(done.returncode, done.stdout + done.stderr, outputs="", summary="")

    return run


@every_template
def test_the_workflow_is_one_for_github_and_for_actionlint(template: str, tmp_path: Path, lint: Tool) -> None:
    workflow = initialised(tmp_path, template) / WORKFLOW
    for answer in (
        lint("actionlint", workflow),
        lint("check-jsonschema", "--builtin-schema", "vendor.github-workflows", workflow),
    ):
        assert answer.code == 0, answer.log


def test_the_linter_would_find_a_broken_workflow(tmp_path: Path, lint: Tool) -> None:
    workflow = initialised(tmp_path, "dbt-cloud") / WORKFLOW
    workflow.write_text(workflow.read_text().replace("runs-on", "runs"))
    assert lint("actionlint", workflow).code == 1


@every_template
def test_a_workflow_has_the_least_rights_and_pins_what_is_not_ours(template: str, tmp_path: Path) -> None:
    text = (initialised(tmp_path, template) / WORKFLOW).read_text()
    assert yaml.safe_load(text)["permissions"] == {"contents": "read"}
    used = re.findall(r"uses: (\S+)( # v[\d.]+)?", text)
    ours = [name for name, _ in used if name.startswith("org/dbt-cloud-erd@")]
    others = [name for name, version in used if re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", name) and version]
    assert len(ours) == 1
    assert len(ours) + len(others) == len(used)


@every_template
def test_a_workflow_sets_only_inputs_that_the_action_has(template: str, tmp_path: Path) -> None:
    steps = steps_of((initialised(tmp_path, template) / WORKFLOW).read_text())
    (ours,) = [step for step in steps if step.get("uses", "").startswith("org/")]
    inputs = yaml.safe_load((REPOSITORY / "action.yml").read_text(encoding="utf-8"))["inputs"]
    assert ours["with"].keys() <= inputs.keys()


def test_the_workflow_does_what_the_example_does(tmp_path: Path) -> None:
    ours = (initialised(tmp_path, "dbt-cloud") / WORKFLOW).read_text()
    shown = (REPOSITORY / "examples" / "workflows" / "draw.yml").read_text(encoding="utf-8")
    assert [step for step in steps_of(shown) if step not in steps_of(ours)] == []
    assert triggers_of(shown) == triggers_of(ours)


def steps_of(workflow: str) -> list[dict[str, Any]]:
    (job,) = yaml.safe_load(workflow)["jobs"].values()
    steps: list[dict[str, Any]] = job["steps"]
    return steps


def triggers_of(workflow: str) -> Any:
    # YAML 1.1 reads `on` as true.
    return yaml.safe_load(workflow)[True]


@every_template
@pytest.mark.parametrize("door", Door, ids=lambda door: door.value)
def test_the_configuration_changes_nothing_by_itself(template: str, door: Door, tmp_path: Path) -> None:
    folder = initialised(tmp_path, template)
    assert read_settings(door, {}, ENOUGH, folder) == read_settings(door, {}, ENOUGH, tmp_path / "elsewhere")


@every_template
@pytest.mark.parametrize("door", Door, ids=lambda door: door.value)
def test_with_every_option_in_force_the_configuration_says_the_defaults(
    template: str, door: Door, tmp_path: Path
) -> None:
    file = initialised(tmp_path, template) / CONFIGURATION
    file.write_text(without_the_marks(file.read_text()))
    content = yaml.safe_load(file.read_text())
    assert content.keys() == set(explained(template)) - SECRETS
    in_force = read_settings(door, {}, ENOUGH, tmp_path)
    assert in_force == read_settings(door, {}, ENOUGH, tmp_path / "elsewhere")
    said = {name.replace("-", "_"): value for name, value in content.items() if value is not None}
    assert {getattr(in_force, name) == Settings._field_defaults[name] for name in said} == {True}
    assert "resource_type" in said


@every_template
def test_the_configuration_explains_every_option_that_the_template_can_use(template: str, tmp_path: Path) -> None:
    text = (initialised(tmp_path, template) / CONFIGURATION).read_text()
    words = " ".join(text.replace("\n#", " ").split())
    assert [name for name in explained(template) if f"{name}:" not in text] == []
    helps = [option.help for option in OPTIONS if option.name in explained(template) and not option.is_secret]
    assert [text for text in helps if text not in words] == []
    assert max(len(line) for line in text.splitlines()) <= 110


def test_the_configuration_has_no_place_for_a_token(tmp_path: Path) -> None:
    text = (initialised(tmp_path, "dbt-cloud") / CONFIGURATION).read_text()
    assert SECRETS.isdisjoint(yaml.safe_load(without_the_marks(text)) or {})
    assert "DBTERD_DBT_CLOUD_SERVICE_TOKEN" in text
    assert "DBTERD_GITHUB_TOKEN" in text


SECRETS = {option.name for option in OPTIONS if option.is_secret}


def explained(template: str) -> list[str]:
    return [
        option.name
        for option in OPTIONS
        if option.group != ANSWERED
        and (template == "dbt-cloud" or not option.name.startswith(("dbt-cloud", "allow-failed", "trigger")))
    ]


def test_it_says_what_it_wrote_and_what_is_left_to_do(tmp_path: Path) -> None:
    answer = command(tmp_path, "init")
    assert f"Wrote {CONFIGURATION}\nWrote {WORKFLOW}\n" in answer.log
    for word in ("Job Viewer", "DBT_CLOUD_SERVICE_TOKEN", "dbt-cloud-job-id", "Commit", "dbt-cloud-erd debug"):
        assert word in answer.log


def test_dbterds_variables_choose_the_template_and_force_it(tmp_path: Path) -> None:
    first = command(tmp_path, "init", environ={"DBTERD_INIT_TEMPLATE": "dbt-core"})
    assert "dbt docs generate" in first.log
    assert "dbt docs generate" in (tmp_path / WORKFLOW).read_text()
    second = command(tmp_path, "init", "-tmpl", "dbt-cloud", environ={"DBTERD_INIT_FORCE": "yes"})
    assert second.code == 0, second.log
    assert "dbt docs generate" not in (tmp_path / WORKFLOW).read_text()


@pytest.mark.parametrize("name", [CONFIGURATION, WORKFLOW])
def test_what_is_there_already_stays_and_nothing_is_written_beside_it(name: str, tmp_path: Path) -> None:
    (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
    (tmp_path / name).write_text("mine")

    answer = command(tmp_path, "init")

    assert answer.code == 1
    assert f"Error: {name} is there already, and nothing was written." in answer.log
    assert "--force" in answer.log
    assert [path.read_text() for path in tmp_path.rglob("*") if path.is_file()] == ["mine"]


def test_a_link_that_leads_nowhere_is_there_too(tmp_path: Path) -> None:
    (tmp_path / CONFIGURATION).symlink_to(tmp_path / "later.yml")
    assert command(tmp_path, "init").code == 1
    assert not (tmp_path / "later.yml").exists()


def test_with_force_the_files_are_replaced_as_a_whole(tmp_path: Path) -> None:
    initialised(tmp_path, "dbt-cloud")
    new = (tmp_path / CONFIGURATION).read_text()
    (tmp_path / CONFIGURATION).write_text("mine\n" * 10_000)
    assert command(tmp_path, "init", "--force").code == 0
    assert (tmp_path / CONFIGURATION).read_text() == new


def test_what_is_wrong_with_the_other_configuration_is_a_warning(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text("[tool.dbterd\n")
    answer = command(tmp_path, "init")
    assert answer.code == 0
    assert "Warning: pyproject.toml is not valid TOML" in answer.log
    assert "What is left to do" in answer.log


def test_a_template_that_there_is_not_is_refused_with_those_that_there_are(tmp_path: Path) -> None:
    answer = command(tmp_path, "init", "-tmpl", "airflow")
    assert answer.code == 2
    assert "'dbt-cloud', 'dbt-core'" in answer.log


def test_it_warns_where_another_configuration_is_read_instead(tmp_path: Path) -> None:
    (tmp_path / "pyproject.toml").write_text('[tool.dbterd]\ntarget = "dbml"\n')
    answer = command(tmp_path, "init")
    assert answer.code == 0
    assert "Warning: [tool.dbterd] in pyproject.toml is read instead of .dbterd.yml" in answer.log
