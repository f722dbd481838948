"""Nothing that users build on goes or changes within a major version: the product against what is recorded of it."""

import copy
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from erd import checks
from erd.options import OPTIONS, Option
from tests.tools import contract as tool
from tests.tools.contract import CONFIGURATIONS, RECORD, Contract, broken, contract, refresh
from tests.tools.documents import SCHEMAS
from tests.tools.schema_facts import facts

AGAIN = "there is something new, so run: .venv/bin/python -m tests.tools.contract"
STAY = "this breaks those who use it: keep it until the next major version (CONTRIBUTING.md)"


@pytest.fixture
def recorded() -> Contract:
    """What users build on."""
    content: Contract = json.loads(RECORD.read_bytes())
    return content


def test_nothing_that_is_recorded_has_gone_or_changed(recorded: Contract) -> None:
    assert broken(recorded, contract()) == [], STAY


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
        (without("options", "algo", "values", "semantic"), "options / algo / values: semantic is gone"),
        (without("options", "commit-message", "values", "tables"), "options / commit-message / values: tables is gone"),
        (without("options", "output", "variables", "DBTERD_OUTPUT_PATH"), "options / output / variables:"),
        (without("options", "dbt-cloud-wait-minutes", "takes", "0.5"), "options / dbt-cloud-wait-minutes / takes: 0.5"),
        (without("options", "select", "several"), "options / select: several is gone"),
        (without("configuration", "pyproject.toml"), "configuration: pyproject.toml is gone"),
        (without("commands", "run", "-s"), "commands / run: -s is gone"),
        (without("commands", "diff"), "commands: diff is gone"),
        (without("commands", "dbt-cloud-erd", "--version"), "commands / dbt-cloud-erd: --version is gone"),
        (other("value", "commands", "run", "--trigger"), "commands / run / --trigger: was 'switch' and is 'value'"),
        (
            without("commands", "diff", "--format", "values", "json"),
            "commands / diff / --format / values: json is gone",
        ),
        (other("X", "commands", "init", "--force", "variable"), "/ variable: was 'DBTERD_INIT_FORCE' and is 'X'"),
        (other("erd.dbml", "targets", "dbml"), "targets / dbml: was 'output.dbml' and is 'erd.dbml'"),
        (without("files of a review", "erd-diff.json"), "files of a review: erd-diff.json is gone"),
        (other(4, "exit codes", "fail-on"), "exit codes / fail-on: was 3 and is 4"),
        (other("<!-- erd -->", "marks", "comment"), "marks / comment: was '<!-- dbt-cloud-erd id=erd"),
        (without("schemas", "tbls.json"), "schemas: tbls.json is gone"),
        (without("schemas", "erd-diff.json", ".breaking"), "schemas / erd-diff.json: .breaking is gone"),
        (without("schemas", "erd-diff.json", ".breaking", "always"), "schemas / erd-diff.json / .breaking: always"),
        (other("boolean or null", "schemas", "erd-diff.json", ".breaking", "is"), ".breaking / is: null is new"),
        (other("string", "schemas", "erd-diff.json", ".breaking", "is"), ".breaking / is: string is new"),
    ],
)
def test_each_kind_of_break_is_told(change: Callable[[Contract], None], said: str, recorded: Contract) -> None:
    now = copy.deepcopy(recorded)
    change(now)
    (found,) = broken(recorded, now)
    assert found.startswith(said) or said in found
    now["major"] += 1
    assert broken(recorded, now) == []
    now["major"] -= 2
    assert broken(recorded, now) == [f"major: was {recorded['major']} and is {recorded['major'] - 1}", found]


def test_what_is_new_breaks_nobody(recorded: Contract) -> None:
    now = copy.deepcopy(recorded)
    now["inputs"]["new"] = {"required": False, "default": ""}
    now["outputs"].append("new")
    now["options"]["fail-on"]["values"].append("new")
    now["schemas"]["erd-diff.json"][".new"] = {"is": "string"}
    assert broken(recorded, now) == []


def test_who_is_ready_for_null_is_ready_for_what_never_is(recorded: Contract) -> None:
    now = copy.deepcopy(recorded)
    place = now["schemas"]["erd.json"]["node.label"]
    assert place["is"] == "string or null"
    place["is"] = "string"
    assert broken(recorded, now) == []


def test_the_record_is_of_all_that_can_be_set_and_read(recorded: Contract) -> None:
    assert set(recorded["options"]) == {option.name for option in OPTIONS}
    assert set(recorded["inputs"]) == {option.name for option in OPTIONS if option.is_input}
    assert set(recorded["schemas"]) == {file.name for file in SCHEMAS.glob("*.json")}
    assert recorded["configuration"] == list(CONFIGURATIONS)
    kinds = ("secret", "takes", "values")
    assert [name for name, one in recorded["options"].items() if not any(map(one.get, kinds))] == []


def a_changed(which: str, **to: Any) -> list[Option]:
    """All options, with one of them changed."""
    return [option._replace(**to) if option.name == which else option for option in OPTIONS]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (a_changed("base-file", check=checks.number), "options / base-file / takes: orders is gone"),
        (a_changed("github-token", check=checks.text), "options / github-token: secret is gone"),
        (a_changed("fail-on", check=checks.one_of(("never", "any"))), "options / fail-on / values: breaking is gone"),
        (a_changed("select", repeatable=False), "options / select: several is gone"),
        (a_changed("output", variables=()), "options / output / variables: DBTERD_OUTPUT_PATH is gone"),
        # Its old name as a further spelling does for the terminal and the environment alone.
        (
            a_changed("columns", name="omit-columns", flags=("--columns",), variables=("DBTERD_COLUMNS",)),
            "options: columns is gone",
        ),
    ],
)
def test_a_break_in_the_table_of_options_is_told(
    options: list[Option], said: str, recorded: Contract, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tool, "OPTIONS", options)
    assert said in broken(recorded, contract())


def below(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """The schema, and all schemas in it that say what stands somewhere; those after `if` only say when."""
    yield schema
    inner = [*schema.get("properties", {}).values(), *schema.get("$defs", {}).values(), *schema.get("anyOf", ())]
    for one in [*inner, *([schema["items"]] if "items" in schema else ())]:
        yield from below(one)


def worse(schema: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """What it may not become: something on which a reader relies is gone, or something that none expects is there."""
    for word, to in {"type": "number", "$ref": "#/$defs/Other", "const": "other"}.items():
        if word in schema:
            yield schema | {word: to}
    for word in ("required", "enum"):
        yield from (schema | {word: [one for one in schema[word] if one != gone]} for gone in schema.get(word, ()))
    if "anyOf" in schema:
        yield schema | {"anyOf": [*schema["anyOf"], {"type": "number"}]}
    properties = schema.get("properties", {})
    for gone in properties:
        yield schema | {"properties": {name: one for name, one in properties.items() if name != gone}}


@pytest.mark.parametrize("file", sorted(SCHEMAS.glob("*.json")), ids=lambda file: file.name)
def test_a_break_anywhere_in_a_schema_is_told(file: Path) -> None:
    schema = json.loads(file.read_bytes())
    definitions = schema.pop("$defs")
    for part in (schema, *({"$defs": {name: one}} for name, one in definitions.items())):
        before = {"major": 1, file.name: facts(part)}
        missed = []
        for one in below(part):
            whole = dict(one)
            for changed in worse(whole):
                one.clear()
                one.update(changed)
                if not broken(before, {"major": 1, file.name: facts(part)}):
                    missed.append(changed)
            one.clear()
            one.update(whole)
        assert missed == []


def test_a_schema_is_made_of_words_that_are_looked_at() -> None:
    looked_at = {"$ref", "$defs", "anyOf", "const", "enum", "items", "properties", "required", "type"}
    narrows = {"format", "if", "then", "else", "maxItems", "maximum", "minItems", "minLength", "minimum", "pattern"}
    narrows |= {"additionalProperties", "uniqueItems"}
    about = {"$id", "$schema", "description", "discriminator", "title"}
    words = {word for file in SCHEMAS.glob("*.json") for one in below(json.loads(file.read_bytes())) for word in one}
    assert words - looked_at - narrows - about == set()


def test_the_command_adds_what_is_new(recorded: Contract, tmp_path: Path) -> None:
    record = tmp_path / "contract.json"
    assert refresh(record, recorded) == []
    now = copy.deepcopy(recorded)
    now["outputs"].append("new")
    assert refresh(record, now) == []
    assert json.loads(record.read_bytes()) == now


def test_the_command_refuses_to_forget(recorded: Contract, tmp_path: Path) -> None:
    record = tmp_path / "contract.json"
    refresh(record, recorded)
    before = record.read_bytes()
    now = copy.deepcopy(recorded)
    now["outputs"] = ["new"]
    assert len(refresh(record, now)) == len(recorded["outputs"])
    assert record.read_bytes() == before
    now["major"] += 1
    assert refresh(record, now) == []
    assert json.loads(record.read_bytes()) == now
