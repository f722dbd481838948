"""A leak through each channel: run by `test_channels`, never with the suite.

Each test says its word in one place only. `shown` must fail, `harmless` must pass.
"""

import base64
import importlib.util
import logging
import subprocess
import sys
from contextlib import suppress
from pathlib import Path
from types import ModuleType
from typing import Any
from urllib.parse import quote

import pytest
import requests

from erd.checks import Secret
from erd.given import Door
from erd.settings import read_settings
from tests.integration import doors
from tests.secrecy.compiling import WatchedLoader
from tests.secrecy.ledger import is_input
from tests.tokens import OLD, PLAIN, TOKEN, TWO_WORDS

word = pytest.mark.parametrize("word", [TOKEN, "a harmless word"], ids=["shown", "harmless"])


class Environ(dict[str, str]):
    """An environment that cannot be read: the error passes through functions of `erd`."""

    def __init__(self, error: Exception) -> None:
        self.error = error

    def get(self, *_: Any) -> Any:
        raise self.error


def raise_through_erd(error: Exception) -> None:
    with suppress(type(error)):
        read_settings(Door.COMMAND, {}, Environ(error), Path("nowhere"))


def compiled_as_erd_is(source: str, folder: Path) -> ModuleType:
    file = folder / "caught.py"
    file.write_text(source, encoding="utf-8")
    spec = importlib.util.spec_from_loader("caught", WatchedLoader("caught", str(file)))
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@word
def test_log_record(word: str) -> None:
    logging.getLogger("erd.some.room").error("Here it is: %s", word)


@word
@pytest.mark.parametrize("name", ["urllib3.connectionpool", "requests", "erd", "a.library"])
@pytest.mark.parametrize("level", ["debug", "info"])
def test_log_record_that_nobody_asked_for(name: str, level: str, word: str) -> None:
    log = logging.getLogger(name)
    assert not log.isEnabledFor(logging.INFO)
    getattr(log, level)("Here it is: %s", word)


@word
def test_log_record_of_a_level_that_nobody_asked_for(word: str) -> None:
    logging.getLogger("github.Requester").log(logging.DEBUG, "Here it is: %s", word)


def test_harmless_because_a_record_still_says_who_spoke(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("erd").debug("one")
    logging.getLogger("erd").log(logging.INFO, "two")
    assert {record.filename for record in caplog.records} == {"leaks.py"}


@word
def test_log_record_at_debug_level(word: str, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    logging.getLogger("urllib3.connectionpool").log(logging.DEBUG, "Here it is: %s", word)


@word
@pytest.mark.parametrize("level", ["error", "debug"])
def test_traceback_of_a_log_record(level: str, word: str) -> None:
    try:
        int(word)
    except ValueError:
        getattr(logging.getLogger("erd"), level)("It failed.", exc_info=True)


@word
def test_stdout(word: str) -> None:
    sys.stdout.write(word)


@word
def test_stderr(word: str) -> None:
    sys.stderr.write(word)


@word
def test_stdout_that_the_test_reads(word: str, capsys: pytest.CaptureFixture[str]) -> None:
    sys.stdout.write(word)
    assert capsys.readouterr().out == word


@word
def test_stderr_that_the_test_reads(word: str, capsys: pytest.CaptureFixture[str]) -> None:
    sys.stderr.write(word)
    assert capsys.readouterr().err == word


@pytest.fixture
def says_it(word: str) -> None:
    sys.stdout.write(word)


@word
@pytest.mark.usefixtures("says_it")
def test_stdout_of_a_fixture(word: str) -> None:
    assert word


@word
def test_stdout_with_a_mask_of_another_kind(word: str) -> None:
    sys.stdout.write(f" ::add-mask::{word}\n::add-mask::{word} and more\n##[add-mask]{word}\n")


@word
@pytest.mark.parametrize("stream", ["stdout", "stderr"])
def test_output_of_a_process(stream: str, word: str) -> None:
    program = f"import sys; sys.{stream}.write(sys.argv[1])"
    subprocess.run([sys.executable, "-c", program, word], check=True, capture_output=True)


# What looks like a token is not shown by the command itself.
plain_word = pytest.mark.parametrize("word", [PLAIN, "a harmless word"], ids=["shown", "harmless"])


@plain_word
def test_output_of_a_door(word: str, tmp_path: Path) -> None:
    assert word in doors.command(tmp_path, "debug", "--select", word).log


@plain_word
def test_output_of_a_process_that_nobody_reads(word: str, tmp_path: Path) -> None:
    doors.killed_command(tmp_path, 20, "debug", "--select", word)


@word
def test_file(word: str, tmp_path: Path) -> None:
    (tmp_path / "deep" / "down").mkdir(parents=True)
    (tmp_path / "deep" / "down" / "output.dbml").write_text(f"// {word}", encoding="utf-8")


@word
def test_file_for_a_runner(word: str, tmp_path: Path) -> None:
    workspace = tmp_path / "workspace"
    workspace.mkdir()
    doors.action(workspace, {})
    (tmp_path / "workspace-runner" / "later").write_text(word, encoding="utf-8")


@word
def test_file_of_a_folder_made_on_the_way(word: str, tmp_path_factory: pytest.TempPathFactory) -> None:
    (tmp_path_factory.mktemp("elsewhere") / "output.dbml").write_text(word, encoding="utf-8")


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("shared")


@word
def test_file_of_a_shared_folder(word: str, shared: Path) -> None:
    (shared / "output.dbml").write_text(word, encoding="utf-8")


@word
def test_name_of_a_file(word: str, tmp_path: Path) -> None:
    (tmp_path / f"{word}.dbml").touch()


@word
def test_input_file_that_was_written_again(word: str, tmp_path: Path) -> None:
    given = tmp_path / ".dbterd.yml"
    given.write_text(f"dbt-cloud-service-token: {word}", encoding="utf-8")
    is_input(given)
    given.write_text(f"dbt-cloud-service-token: {word}\ntarget: dbml", encoding="utf-8")


@word
def test_message_of_an_exception(word: str) -> None:
    raise_through_erd(ValueError(f"Here it is: {word}"))


@word
def test_note_of_an_exception(word: str) -> None:
    error = ValueError("nothing")
    error.add_note(word)
    raise_through_erd(error)


@word
def test_cause_of_an_exception(word: str) -> None:
    error = ValueError("nothing")
    error.__cause__ = KeyError(word)
    raise_through_erd(error)


@word
def test_context_of_an_exception(word: str) -> None:
    error = ValueError("nothing")
    error.__context__ = KeyError(word)
    error.__suppress_context__ = True
    raise_through_erd(error)


@word
def test_member_of_a_group_of_exceptions(word: str) -> None:
    raise_through_erd(ExceptionGroup("nothing", [ValueError("nothing"), KeyError(word)]))


@word
def test_attribute_of_an_exception(word: str) -> None:
    error = ValueError("nothing")
    error.happened = word  # type: ignore[attr-defined]  # as ErdError has it
    raise_through_erd(error)


@word
def test_request_of_an_exception(word: str) -> None:
    request = requests.Request("GET", "http://127.0.0.1/", headers={"Authorization": f"Token {word}"}).prepare()
    raise_through_erd(requests.ConnectionError("nothing", request=request))


@word
def test_exception_that_is_caught(word: str, tmp_path: Path) -> None:
    source = "def quiet(word):\n    try:\n        raise ValueError(word)\n    except ValueError:\n        pass\n"
    compiled_as_erd_is(source, tmp_path).quiet(word)


@word
def test_exception_that_ends_as_another(word: str, tmp_path: Path) -> None:
    source = "def other(word):\n    try:\n        int(word)\n    except ValueError:\n        raise KeyError from None\n"
    with pytest.raises(KeyError):
        compiled_as_erd_is(source, tmp_path).other(word)


def test_harmless_because_an_exception_of_a_library_does_not_get_out(tmp_path: Path) -> None:
    source = "def quiet(call):\n    try:\n        call()\n    except ValueError:\n        pass\n"
    source += "    raise KeyError\n"
    with pytest.raises(KeyError):
        compiled_as_erd_is(source, tmp_path).quiet(lambda: Environ(ValueError(TOKEN)).get())


@word
@pytest.mark.parametrize(
    "form",
    [
        lambda word: f'"Token {word}"',
        repr,
        quote,
        lambda word: base64.b64encode(f"{word}".encode()).decode(),
        lambda word: base64.b64encode(f"x:{word}\n".encode()).decode(),
        lambda word: base64.urlsafe_b64encode(f"ab{word}é".encode()).decode(),
        lambda word: word.encode().hex(),
        lambda word: f"`{word[:40]}…`",
    ],
    ids=["in a header", "repr", "in an address", "base64", "in base64", "at the end of base64", "hex", "cut off"],
)
def test_form(form: Any, word: str) -> None:
    sys.stdout.write(form(word))


@pytest.mark.parametrize("word", [OLD, "a harmless word"], ids=["shown", "harmless"])
def test_token_of_another_form(word: str) -> None:
    sys.stdout.write(word)


@pytest.mark.parametrize("word", ["nobody-looks-for-it", TOKEN], ids=["shown", "harmless"])
def test_secret_that_is_unknown(word: str) -> None:
    assert Secret(word).reveal() == word


@pytest.mark.parametrize("word", ["nobody-looks-for-it", TOKEN], ids=["shown", "harmless"])
def test_token_of_a_process_that_is_unknown(word: str, tmp_path: Path) -> None:
    assert doors.action(tmp_path, {"dbt-cloud-service-token": word}).code == 2


@pytest.mark.parametrize("word", ["nobody-looks-for-it", TOKEN], ids=["shown", "harmless"])
def test_token_of_a_command_that_is_unknown(word: str, tmp_path: Path) -> None:
    assert doors.command(tmp_path, "debug", "--dbt-cloud-service-token", word).code == 1


def test_harmless_because_the_runner_masks_it() -> None:
    sys.stdout.write(f"::add-mask::{TOKEN}\n::add-mask::{TWO_WORDS}\n")


def test_harmless_because_the_test_wrote_it(tmp_path: Path) -> None:
    given = tmp_path / ".dbterd.yml"
    given.write_text(f"dbt-cloud-service-token: {TOKEN}", encoding="utf-8")
    is_input(given)


@pytest.mark.any_token
def test_harmless_because_any_text_may_be_a_secret_here() -> None:
    assert Secret("x").reveal() == "x"
