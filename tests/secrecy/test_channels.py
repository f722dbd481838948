"""That each channel is really watched: a pytest of its own runs `leaks`, and fails where it must."""

import os
import re
import shutil
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

from tests.integration.doors import REPOSITORY
from tests.secrecy.compiling import WatchedLoader

LEAKS = Path(__file__).with_name("leaks.py")
NAMES = re.findall(r"(?m)^def (test_\w+)", LEAKS.read_text(encoding="utf-8"))
# What a failed test says, by the beginning of its name.
WHERE = {
    "test_log_record": "a log record of",
    "test_traceback_of_a_log_record": "the traceback in a log record of erd",
    "test_stdout": "captured stdout call",
    "test_stdout_of_a_fixture": "captured stdout setup",
    "test_stdout_that": "the captured stdout",
    "test_stderr": "captured stderr call",
    "test_stderr_that": "the captured stderr",
    "test_output_of_a_process": "of a process",
    "test_output_of_a_process_that": "the log of a process",
    "test_output_of_a_door": "the stdout of a process",
    "test_file": "the file deep/down/output.dbml",
    "test_file_for_a_runner": "the file later",
    "test_file_of": "the file output.dbml",
    "test_name_of_a_file": "the name of a file",
    "test_input_file": "the file .dbterd.yml",
    "test_message_of": "ValueError in erd.settings.read_settings",
    "test_note_of": "ValueError in erd.settings.read_settings",
    "test_cause_of": "KeyError in erd.settings.read_settings",
    "test_context_of": "KeyError in erd.settings.read_settings",
    "test_member_of": "KeyError in erd.settings.read_settings",
    "test_attribute_of": "ValueError in erd.settings.read_settings",
    "test_request_of": "an attribute of ConnectionError in what erd.settings.read_settings raises",
    "test_exception_that_is_caught": "ValueError in caught.quiet",
    "test_exception_that_ends": "ValueError in caught.other",
    "test_form": "captured stdout call",
    "test_token_of_another_form": "captured stdout call",
    "test_secret": "not one of tests/tokens.py",
    "test_token_of_a": "not one of tests/tokens.py",
}


Failures = dict[str, dict[str, str]]
"""Of each test, by its name and its parameters, what it failed with; empty if it passed."""


def what_fails(folder: Path) -> Failures:
    """What comes of the leaks. No token shows in what the other pytest says, or this one would fail here."""
    options = ["-p", "no:cacheprovider", f"--junitxml={folder / 'report.xml'}", f"--basetemp={folder / 'of its own'}"]
    done = subprocess.run(
        [sys.executable, "-m", "pytest", *options, str(LEAKS)],
        cwd=REPOSITORY,
        env={"PATH": os.environ["PATH"], "PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
    )
    shutil.rmtree(folder / "of its own")
    assert done.returncode == 1, done.stdout + done.stderr
    failures: Failures = {}
    for case in ET.parse(folder / "report.xml").iter("testcase"):  # noqa: S314 (pytest has just written it)
        name, _, parameters = case.attrib["name"].partition("[")
        words = [f"{failure.text}" for kind in ("failure", "error") for failure in case.iter(kind)]
        failures.setdefault(name, {})[parameters.removesuffix("]")] = "\n".join(words)
    return failures


def test_each_leak_fails_its_test_with_where_it_was_seen_and_nothing_else_does(tmp_path: Path) -> None:
    failures = what_fails(tmp_path)
    assert set(failures) == set(NAMES)
    for name, cases in failures.items():
        where = WHERE.get(max((start for start in WHERE if name.startswith(start)), key=len, default=""), "")
        for parameters, words in cases.items():
            wanted = where if parameters.endswith("shown") else ""
            assert (wanted in words) if wanted else not words, f"{name}[{parameters}]: {words or 'passed'}"
        assert {parameters.rpartition("-")[2] for parameters in cases} in ({"shown", "harmless"}, {""})


def test_every_module_of_the_program_is_compiled_so_that_its_exceptions_are_seen() -> None:
    from erd.action import action  # noqa: PLC0415 (to have it loaded)

    loaded = {name: module for name, module in sys.modules.items() if name.partition(".")[0] == "erd"}
    assert action.__module__ in loaded
    assert [name for name, module in loaded.items() if not isinstance(module.__loader__, WatchedLoader)] == []


def test_tests_take_their_tokens_from_one_place() -> None:
    files = [path for path in (REPOSITORY / "tests").rglob("*.py") if "node_modules" not in path.parts]
    looks_like_a_token = re.compile(r"""["' ](dbt[cu]|gh[opsu])_[\w-]""")
    assert [path.name for path in files if looks_like_a_token.search(path.read_text(encoding="utf-8"))] == ["tokens.py"]
