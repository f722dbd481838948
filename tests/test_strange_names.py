"""Names that no option has: a slip is said, what is somebody's own is not, and nothing fails for either."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from erd.given import MOST_STRANGERS, Door, gather
from erd.options import OPTIONS
from erd.settings import inspect_settings
from tests.builders import a_manifest, a_model, write_artifacts
from tests.integration.doors import action, command
from tests.secrecy.ledger import is_input
from tests.tokens import GITHUB, LONG, OLD, PLAIN, TOKEN, TWO_WORDS

SAID = "is no option, and is left alone"


def strangers(environ: Mapping[str, str] | None = None, from_file: Mapping[str, object] | None = None) -> list[str]:
    return gather(Door.COMMAND, {}, environ or {}, from_file or {}, ".dbterd.yml").strangers


@pytest.mark.parametrize("key", ["resource-typ", "resource_typ"])
def test_a_key_that_no_option_has_is_said_as_options_are_written(key: str, tmp_path: Path) -> None:
    (tmp_path / ".dbterd.yml").write_text(f"{key}: seed\ntarget: d2\n", encoding="utf-8")
    answer = command(tmp_path, "debug")
    assert f"Warning: `resource-typ` in .dbterd.yml {SAID}; docs/options.md has the names of all\n" in answer.log
    assert answer.log.count(SAID) == 1


def test_the_action_says_it_as_an_annotation_once_and_draws(tmp_path: Path) -> None:
    write_artifacts(tmp_path, a_manifest(a_model()))
    (tmp_path / "pyproject.toml").write_text("[tool.dbterd]\ntarge = 'd2'\n", encoding="utf-8")
    answer = action(tmp_path, {"artifacts-dir": "."})
    assert answer.code == 0
    assert answer.log.count(SAID) == 1
    assert f"::warning::`targe` in pyproject.toml {SAID}" in answer.log


def test_it_is_said_before_what_is_missing_for_it(tmp_path: Path) -> None:
    environ = {
        "DBTERD_DBT_CLOUD_RUN_ID": "1",
        "DBTERD_DBT_CLOUD_ACOUNT_ID": "2",
        "DBTERD_DBT_CLOUD_SERVICE_TOKEN": TOKEN,
    }
    answer = command(tmp_path, "run", environ=environ)
    assert answer.code == 2
    assert answer.log.index(f"DBTERD_DBT_CLOUD_ACOUNT_ID {SAID}") < answer.log.index("DBTERD_DBT_CLOUD_ACCOUNT_ID) is")


@pytest.mark.parametrize(
    "name",
    ["DBTERD_TAGET", "DBTERD_TARGETS", "DBTERD_RESOURCES_TYPES", "DBTERD_DBT_CLOUD_JOB", "DBTERD_ENTITY_FORMAT"],
)
def test_a_variable_is_a_slip_if_it_is_like_one_of_ours(name: str) -> None:
    assert strangers({name: "x"}) == [name]


@pytest.mark.parametrize("name", ["DBTERD_VERSION", "DBTERD_IMAGE", "DBTERD_DEBUG", "DBTERD_CACHE_DIR", "TARGETS"])
def test_a_variable_like_none_of_ours_is_somebodys_own(name: str) -> None:
    assert strangers({name: "x"}) == []


@pytest.mark.parametrize("name", ["DBTERD_INIT_TEMPLATE", "DBTERD_INIT_FORCE"])
def test_a_variable_of_init_is_none_of_the_others_business(name: str) -> None:
    assert strangers({name: "1"}) == []


def test_what_options_are_called_is_no_stranger() -> None:
    names = [name for option in OPTIONS if not option.is_secret for name in (option.variable, *option.variables)]
    keys = {option.field: "x" for option in OPTIONS if not option.is_secret}
    assert strangers(dict.fromkeys(names, "x"), keys) == []


def test_what_sets_nothing_is_not_said() -> None:
    assert strangers({"DBTERD_TAGET": " "}, {"taget": None, "ouput": []}) == []


@pytest.mark.parametrize(
    ("token", "given_as"),
    [
        # Nobody gave it, but it looks like one.
        (TOKEN, "OTHER"),
        # It looks like none, but somebody gave it; hyphens and underscores are mixed.
        (GITHUB, "GITHUB_TOKEN"),
        *((token, "DBTERD_DBT_CLOUD_SERVICE_TOKEN") for token in (OLD, PLAIN, TWO_WORDS, LONG)),
    ],
)
def test_a_token_shows_in_no_name_however_it_is_written_there(
    token: str, given_as: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    file = tmp_path / ".dbterd.yml"
    file.write_text(f'? "{token}"\n: true\n? "my {token}"\n: true\n', encoding="utf-8")
    is_input(file)
    inspect_settings(Door.COMMAND, {}, {given_as: token}, tmp_path)
    assert caplog.text.count(SAID) == 2
    for spelling in (token, token.replace("-", "_"), token.replace("_", "-")):
        assert spelling not in caplog.text


def test_a_name_does_nothing_to_a_terminal_or_a_log() -> None:
    (found,) = strangers(from_file={"\x1b[2Ja\nb": "x"})
    assert found.isprintable()
    (found,) = strangers(from_file={"a" * 10_000: "x"})
    assert len(found) < 200


def test_a_file_that_is_of_something_else_is_not_said_in_full() -> None:
    assert len(strangers(from_file={f"key_{number}": "x" for number in range(1_000)})) == MOST_STRANGERS
