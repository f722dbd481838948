"""Nothing that users build on goes or changes within a major version: the product against what is recorded of it."""

import copy
import json
import re
from collections.abc import Callable
from typing import Any

import pytest

from erd.options import OPTIONS
from tests.tools.contract import RECORD, Contract, broken, contract

AGAIN = "run: .venv/bin/python -m tests.tools.contract"


@pytest.fixture
def recorded() -> Contract:
    """What users build on."""
    content: Contract = json.loads(RECORD.read_bytes())
    return content


def test_nothing_that_is_recorded_has_gone_or_changed(recorded: Contract) -> None:
    assert broken(recorded, contract()) == []


def test_all_that_there_is_now_is_recorded(recorded: Contract) -> None:
    assert recorded == contract(), AGAIN


def without(*path: str) -> Callable[[Contract], None]:
    def change(now: Contract) -> None:
        *way, last = path
        place: Any = now
        for one in way:
            place = place[one]
        place.remove(last) if isinstance(place, list) else place.pop(last)

    return change


def other(value: object, *path: str) -> Callable[[Contract], None]:
    def change(now: Contract) -> None:
        *way, last = path
        for one in way:
            now = now[one]
        assert now[last] != value
        now[last] = value

    return change


@pytest.mark.parametrize(
    ("change", "said"),
    [
        (without("inputs", "dbt-cloud-job-id"), "inputs: dbt-cloud-job-id is gone"),
        (other(True, "inputs", "select", "required"), "inputs / select / required: was False and is True"),
        (without("outputs", "comment-url"), "outputs: comment-url is gone"),
        (other("any", "options", "fail-on", "default"), "options / fail-on / default: was 'never' and is 'any'"),
        (without("options", "fail-on", "values", "any"), "options / fail-on / values: any is gone"),
        (without("options", "output", "variables", "DBTERD_OUTPUT_PATH"), "options / output / variables:"),
        (without("options", "select", "several"), "options / select: several is gone"),
        (without("commands", "run", "-s"), "commands / run: -s is gone"),
        (without("commands", "diff"), "commands: diff is gone"),
        (other("erd.dbml", "targets", "dbml"), "targets / dbml: was 'output.dbml' and is 'erd.dbml'"),
        (without("files of a review", "erd-diff.json"), "files of a review: erd-diff.json is gone"),
        (other(4, "exit codes", "fail-on"), "exit codes / fail-on: was 3 and is 4"),
        (other("<!-- erd -->", "marks", "comment"), "marks / comment: was '<!-- dbt-cloud-erd id=erd"),
        (without("schemas", "tbls.json"), "schemas: tbls.json is gone"),
        (without("schemas", "erd-diff.json", ".breaking"), "schemas / erd-diff.json: .breaking is gone"),
        (without("schemas", "erd-diff.json", ".breaking", "always"), "schemas / erd-diff.json / .breaking: always"),
        (other("string", "schemas", "erd-diff.json", ".breaking", "is"), "was 'boolean' and is 'string'"),
    ],
)
def test_each_kind_of_break_is_told(change: Callable[[Contract], None], said: str, recorded: Contract) -> None:
    now = copy.deepcopy(recorded)
    change(now)
    (found,) = broken(recorded, now)
    assert found.startswith(said) or said in found
    now["major"] += 1
    assert broken(recorded, now) == []


def test_what_is_new_breaks_nobody(recorded: Contract) -> None:
    now = copy.deepcopy(recorded)
    now["inputs"]["new"] = {"required": False, "default": ""}
    now["outputs"].append("new")
    now["options"]["fail-on"]["values"].append("new")
    now["schemas"]["erd-diff.json"][".new"] = {"is": "string"}
    assert broken(recorded, now) == []


def test_the_record_is_of_all_that_can_be_set_and_read(recorded: Contract) -> None:
    assert set(recorded["options"]) == {option.name for option in OPTIONS}
    assert set(recorded["inputs"]) == {option.name for option in OPTIONS if option.is_input}
    assert len(recorded["schemas"]["erd-diff.json"]) > 40
    assert re.match(r"<!-- dbt-cloud-erd id=", recorded["marks"]["comment"])
