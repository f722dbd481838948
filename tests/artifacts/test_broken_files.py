"""A file that is no artifact is told apart by what it is instead, each kind in its own words."""

import json
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from erd.artifacts.catalog import read_catalog
from erd.artifacts.manifest import Manifest, read_manifest
from erd.artifacts.run_results import read_run_results
from erd.errors import ArtifactError
from tests.artifacts.documents import a_document, a_manifest_document, a_real_manifest
from tests.builders import a_manifest, a_model, a_relationships_test, a_unique_test, declared

HEAD = a_document()
LOGIN_PAGE = b"\n<!DOCTYPE html>\n<html><title>Sign in</title></html>"
WHOLE = msgspec.json.encode(a_manifest(a_model(columns=declared("id")), a_unique_test(), a_relationships_test()))
REAL = a_real_manifest()
# A number that is cut after its sign, point or exponent cannot be told from a malformed one.
CUTS = [cut for cut in range(1, len(REAL), len(REAL) // 200) if REAL[cut - 1 : cut] not in b"-.eE+"]

MISSHAPEN = "is JSON, but not as dbt writes a manifest"
NAMELESS = "is JSON, but no manifest of dbt: it names no dbt_schema_version."
MANIFESTS_IN_WORDS: dict[str, tuple[bytes, str]] = {
    "empty": (b"", "is empty."),
    "blanks only": (b" \r\n\t ", "is empty."),
    "a byte order mark only": (b"\xef\xbb\xbf", "is empty."),
    "a web page": (LOGIN_PAGE, "is a web page, not JSON."),
    "XML": (b'<?xml version="1.0"?><Error/>', "is a web page, not JSON."),
    "cut in a string": (b'{"metadata": {"dbt_sch', "is cut off after 22 bytes."),
    "cut before its last brace": (HEAD[:-1], f"is cut off after {len(HEAD) - 1} bytes."),
    "two documents": (HEAD + b"\n" + HEAD, "holds more than one JSON document"),
    "a document and a rest": (HEAD + b"}", "holds more than one JSON document"),
    "a sentence": (b"Not found", "is not JSON: "),
    "NUL bytes": (b"\0" * 100, "is not JSON: "),
    "UTF-16": ('{"metadata": {}}'.encode("utf-16"), "is not JSON: "),
    "Python's notation": (b"{'metadata': {}}", "is not JSON: "),
    "invalid UTF-8": (a_manifest_document(description="?").replace(b"?", b"\xff"), "is not JSON: "),
    "a list": (b"[]", f"{MISSHAPEN}: Expected `object`, got `array`."),
    "a word": (b'"manifest"', f"{MISSHAPEN}: Expected `object`, got `str`."),
    "null": (b"null", f"{MISSHAPEN}: Expected `object`, got `null`."),
    "nothing inside": (b"{}", NAMELESS),
    "without metadata": (b'{"nodes": {}}', NAMELESS),
    "null metadata": (b'{"metadata": null}', NAMELESS),
    "a version that is no address": (
        b'{"metadata": {"dbt_schema_version": "v12"}}',
        NAMELESS,
    ),
    "a catalog": (a_document("catalog", 1), "holds a catalog, not a manifest."),
    "run results": (a_document("run-results", 6), "holds a run-results, not a manifest."),
    "nodes in a list": (a_document(nodes=[]), f"{MISSHAPEN}: Expected `object | null`, got `array` - at `$.nodes`."),
    "a name that is a number": (
        a_manifest_document(name=1),
        f"{MISSHAPEN}: Expected `str | null`, got `int` - at `$.nodes[...].name`.",
    ),
    "a column that is a word": (
        a_manifest_document(columns={"id": "integer"}),
        f"{MISSHAPEN}: Expected `object`, got `str` - at `$.nodes[...].columns[...]`.",
    ),
    "nested too deep in what is read": (
        b'{"nodes": {"model.shop.orders": {"meta": {"a": ' + b"[" * 100_000,
        "is not JSON: maximum recursion depth exceeded",
    ),
    "nested too deep in what is not": (
        b'{"exposures": ' + b"[" * 100_000 + b"]" * 100_000 + b"}",
        "is not JSON: maximum recursion depth exceeded",
    ),
}


def refusal(data: bytes, folder: Path) -> ArtifactError:
    """The error that a file of these bytes gives."""
    path = folder / "manifest.json"
    path.write_bytes(data)
    with pytest.raises(ArtifactError) as caught:
        read_manifest(path)
    return caught.value


@pytest.mark.parametrize(("data", "words"), MANIFESTS_IN_WORDS.values(), ids=MANIFESTS_IN_WORDS)
def test_what_a_file_is_instead_is_said_with_its_path(data: bytes, words: str, tmp_path: Path) -> None:
    error = refusal(data, tmp_path)
    said = error.happened.removeprefix(f"{tmp_path / 'manifest.json'} ")
    assert said == words if words.endswith(".") else said.startswith(words)
    assert error.todo.endswith(".")


def test_a_web_page_sends_the_reader_to_the_host_and_the_token(tmp_path: Path) -> None:
    assert "check the host and the token" in refusal(LOGIN_PAGE, tmp_path).todo


def test_a_web_page_is_told_behind_blanks_too(tmp_path: Path) -> None:
    assert "is a web page, not JSON." in refusal(b" " * 2_000 + LOGIN_PAGE, tmp_path).happened


def test_an_artifact_under_another_ones_name_is_said_to_be_moved(tmp_path: Path) -> None:
    assert refusal(a_document("catalog", 1), tmp_path).todo == "Put each artifact under its own name."


def test_the_bytes_of_a_cut_file_are_counted_in_groups_of_thousands(tmp_path: Path) -> None:
    assert "is cut off after 500,000 bytes." in refusal(REAL[:500_000], tmp_path).happened


def test_a_real_manifest_cut_anywhere_is_cut_off(tmp_path: Path) -> None:
    assert len(CUTS) > 150
    for cut in CUTS:
        assert f"is cut off after {cut:,} bytes." in refusal(REAL[:cut], tmp_path).happened


def test_a_missing_file_is_said_with_the_command_that_writes_it(tmp_path: Path) -> None:
    with pytest.raises(ArtifactError, match=r"manifest\.json could not be read: No such file or directory\.") as caught:
        read_manifest(tmp_path / "manifest.json")
    assert "`dbt docs generate` writes manifest.json" in caught.value.todo


def test_a_file_can_be_called_by_another_name_than_its_path(tmp_path: Path) -> None:
    (tmp_path / "1.part").write_bytes(b"")
    with pytest.raises(ArtifactError) as caught:
        read_manifest(tmp_path / "1.part", "The manifest of run 5")
    assert caught.value.happened == "The manifest of run 5 is empty."


def test_a_folder_in_a_files_place_is_said(tmp_path: Path) -> None:
    with pytest.raises(ArtifactError, match=r"could not be read: Is a directory\."):
        read_manifest(tmp_path)


def outcome(data: bytes, path: Path) -> Manifest | ArtifactError:
    """What reading these bytes gives; any other exception passes through."""
    path.write_bytes(data)
    try:
        return read_manifest(path)
    except ArtifactError as error:
        return error


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the generated files of this module stand, one after the other."""
    return tmp_path_factory.mktemp("generated") / "manifest.json"


@settings(deadline=None)
@given(data=st.binary(max_size=300))
@example(data=HEAD)
def test_any_bytes_are_a_manifest_or_an_error_that_says_why(path: Path, data: bytes) -> None:
    assert isinstance(outcome(data, path), (Manifest, ArtifactError))


@settings(deadline=None)
@given(start=st.integers(0, len(WHOLE)), removed=st.integers(0, 50), inserted=st.binary(max_size=10))
@example(start=0, removed=0, inserted=b"")
def test_a_manifest_with_any_damage_is_a_manifest_or_an_error(
    path: Path, start: int, removed: int, inserted: bytes
) -> None:
    damaged = WHOLE[:start] + inserted + WHOLE[start + removed :]
    assert isinstance(outcome(damaged, path), (Manifest, ArtifactError))


FIELDS = ("name", "columns", "constraints", "config", "meta", "depends_on", "test_metadata", "nodes", "description")
ANY_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(FIELDS), inner, max_size=4),
    max_leaves=15,
)


@settings(deadline=None)
@given(nodes=ANY_JSON, sources=ANY_JSON)
def test_any_json_under_the_right_head_is_a_manifest_or_an_error(path: Path, nodes: Any, sources: Any) -> None:
    head = json.loads(HEAD)
    written = json.dumps({**head, "nodes": nodes, "sources": sources}).encode()
    assert isinstance(outcome(written, path), (Manifest, ArtifactError))


def test_a_broken_catalog_is_called_a_catalog(tmp_path: Path) -> None:
    path = tmp_path / "catalog.json"
    path.write_bytes(b"[]")
    with pytest.raises(ArtifactError, match="is JSON, but not as dbt writes a catalog: "):
        read_catalog(path)


def test_broken_run_results_are_called_run_results(tmp_path: Path) -> None:
    path = tmp_path / "run_results.json"
    path.write_bytes(HEAD)
    with pytest.raises(ArtifactError, match="holds a manifest, not a run-results"):
        read_run_results(path)


def test_a_version_of_thousands_of_digits_is_no_crash(tmp_path: Path) -> None:
    data = a_document().replace(b"/v12.json", b"/v" + b"9" * 5_000 + b".json")
    assert isinstance(outcome(data, tmp_path / "manifest.json"), (Manifest, ArtifactError))


@pytest.mark.parametrize("data", [b'{"a": 1.', b'{"a": -', b'{"a": 1e'])
def test_a_file_that_is_cut_in_a_number_is_cut_off(data: bytes, tmp_path: Path) -> None:
    assert "is cut off after" in refusal(data, tmp_path).happened
