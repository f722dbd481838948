"""Methods and graph operators on small projects; how they compare with dbt's own answers stands in `dbt/`."""

from pathlib import Path

import pytest

from erd.artifacts.run_results import Result, RunResults
from erd.errors import UsageError
from erd.select.project import Files
from erd.select.rules import read_rules, select_tables
from tests.builders import a_manifest, a_model
from tests.select.choosing import a_document, a_graph, a_member, selected, written

A, B, C, D = (f"model.shop.{name}" for name in "abcd")
# a -> b -> c, and d beside c: joined by a test alone.
CHAIN = a_graph(
    a_member(A, tags=["x", "y"], original_file_path="models\\in\\a.sql", group="g"),
    a_member(B, A, tags="x", patch_path="models/all.yml", access="public"),
    a_member(C, B, config={"enabled": True, "group": "g2"}, version=None),
    a_member(D, version="2", latest_version=10, fqn=["shop", "d", "v2"]),
    a_member("test.shop.both", C, D, test_metadata={"name": "relationships"}),
    a_member("unit_test.shop.u", B, config={"tags": "unit"}),
    a_member("seed.shop.s", A),
    selectors={"named": {"name": "named", "definition": {"method": "selector", "value": "inner", "children": True}}}
    | {"inner": {"definition": {"union": ["b", {"exclude": ["a"]}]}}, "round": {"definition": {"selector": "round"}}}
    | {"strange": {"definition": 3}, "unknown": {"definition": "name:a"}, "listless": {"definition": {"union": "a"}}},
)  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "tables"),
    [
        ("+c", {A, B, C}),
        ("1+c", {B, C}),
        ("0+c", {C}),
        ("a+", {A, B, C}),
        ("a+1", {A, B}),
        ("1+b+1", {A, B, C}),
        ("99999999999999999999+c", {A, B, C}),
        ("@c", {A, B, C, D}),
        ("@a", {A, B, C, D}),
        ("+seed.shop.s", {"seed.shop.s"}),
        ("tag:unit", set()),
        ("1+tag:unit", {B}),
        ("tag:x", {A, B}),
        ("tag:[yz]", {A}),
        ("path:models/in", {A}),
        ("models/in/a.sql", {A}),
        ("path:models/all.yml", {B}),
        ("group:g", {A}),
        ("group:g*", {A, C}),
        ("access:public", {B}),
        ("access:protected", {A, C, D}),
        ("version:old", {D}),
        ("version:latest", set()),
        ("version:none", {A, B, C}),
        ("d_v2", {D}),
        ("selector:named", {B}),
        ("1+selector:named", {A, B}),
        ("selector:named,tag:x", {B}),
    ],
)
def test_methods_and_operators_find(rule: str, tables: set[str]) -> None:
    assert selected(CHAIN, rule) == tables


@pytest.mark.parametrize(
    ("rule", "happened"),
    [
        ("selector:nobody", "There is no selector 'nobody' in the manifest."),
        ("selector:round", "The selector 'round' is not understood: it refers to itself."),
        ("selector:strange", "The selector 'strange' is not understood: 3 is neither text nor a mapping."),
        ("selector:listless", "The selector 'listless' is not understood: 'a' is not a list."),
        ("selector:unknown", "The selection rule 'selector:unknown' is not understood: 'name' is no known method."),
        ("result:fail", "A result: rule looks at how the nodes of a run fared, and there is no run_results.json."),
        ("state:new", "A state: rule compares with another manifest, and there is none."),
    ],
)
def test_what_only_the_project_shows_to_be_wrong_is_said(rule: str, happened: str) -> None:
    with pytest.raises(UsageError) as caught:
        selected(CHAIN, rule)
    assert caught.value.happened == happened
    assert caught.value.todo


def test_results_are_those_of_the_run() -> None:
    results = RunResults(results=[Result(A, "error"), Result(B, "success"), Result("test.shop.both", "fail")])
    assert selected(CHAIN, "result:error", results=results) == {A}
    assert selected(CHAIN, "result:error+1", results=results) == {A, B}
    assert selected(CHAIN, "1+result:fail", results=results) == {C, D}


def test_a_lean_manifest_and_one_without_a_file_say_what_they_cannot_do() -> None:
    lean = a_manifest(a_model("orders"))
    for rule in ("tag:x", "+name:orders"):
        with pytest.raises(UsageError, match="looks at more than is known"):
            selected(lean, rule)
    for rule in ("config.materialized:table", "state:new"):
        with pytest.raises(UsageError, match="which the Discovery API does not have"):
            select_tables(read_rules([rule], []), CHAIN, ["model"], Files())


@pytest.mark.parametrize(
    ("rule", "found"),
    [
        ("config.materialized:table", True),
        ("config.materialized:Table", False),
        ("config.meta.deep.owner:ada", True),
        ("config.meta.deep.nobody:ada", False),
        ("config.meta.areas:b", True),
        ("config.meta.rank:7", False),
        ("config.enabled:TRUE", True),
        ("config.meta.off:false", True),
        ("config.severity:warn", True),
        ("config.nothing:x", False),
    ],
)
def test_configuration_is_found_as_deep_as_it_stands(rule: str, *, found: bool, tmp_path: Path) -> None:
    meta = {"deep": {"owner": "ada"}, "areas": ["a", "b"], "rank": 7, "off": False}
    config = {"enabled": True, "materialized": "table", "meta": meta, "severity": "WARN"}
    manifest, path = written(tmp_path, a_document(a_member(A, config=config), a_member(B, config=None)))
    selection = select_tables(read_rules([rule], []), manifest, ["model"], Files(path))
    assert selection.tables == ({A} if found else set())


def test_manifests_of_any_age_are_read_whatever_they_leave_out(tmp_path: Path) -> None:
    bare = {"unique_id": A, "name": "a"}
    empty = {
        "unique_id": B,
        **dict.fromkeys(("name", "fqn", "tags", "config", "depends_on", "original_file_path", "version")),
    }
    document = a_document(bare, empty) | dict.fromkeys(("exposures", "metrics", "selectors", "macros", "sources"))
    del document["functions"], document["saved_queries"]
    manifest, path = written(tmp_path, document)
    files = Files(path, "manifest", lambda: (path, "manifest"), RunResults())
    rules = [
        "a",
        "+b+",
        "@a",
        "tag:x",
        "path:models",
        "file:a.sql",
        "package:shop",
        "group:g",
        "version:none",
        "source:x",
    ]
    rules += ["config.x:y", "state:modified", "state:old", "test_name:x", "exposure:x", "result:x", "access:protected"]
    for rule in rules:
        select_tables(read_rules([rule], [rule]), manifest, ["model"], files)
    assert select_tables(read_rules(["a", "state:old,version:none"], []), manifest, ["model"], files).tables == {A, B}
