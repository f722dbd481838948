"""One artifact file into typed data, or an error that says what the file is instead.

Names and numbers of schemas: dbt's published artifact schemas ("manifest", "catalog", "run-results").
"""

import logging
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from mmap import ACCESS_READ, mmap
from pathlib import Path
from typing import TypeVar

import msgspec

from erd.errors import ArtifactError

log = logging.getLogger(__name__)

# Blanks before a document are looked through up to here.
LONGEST_BLANK = 4096
BYTE_ORDER_MARK = b"\xef\xbb\xbf"
_SCHEMA = re.compile(r"/([a-z-]+)/v(\d{1,9})\.json$")
# Where in the document the decoder stopped, as msgspec says it.
_STOPPED_AT = re.compile(r"\(byte (\d+)\)$")


class Metadata(msgspec.Struct, frozen=True):
    """The head of every artifact. `adapter_type` and `project_name` stand in manifests only.

    Artifacts of one `invocation_id` were written by one dbt command. `generated_at` is in ISO 8601, UTC.
    """

    dbt_schema_version: str | None = None
    adapter_type: str | None = None
    project_name: str | None = None
    invocation_id: str | None = None
    dbt_version: str | None = None
    generated_at: str | None = None


class Artifact(msgspec.Struct, frozen=True):
    """What all artifacts have in common."""

    metadata: Metadata | None = None

    @property
    def invocation_id(self) -> str:
        """Which dbt command wrote it; empty when unknown."""
        return (self.metadata and self.metadata.invocation_id) or ""


A = TypeVar("A", bound=Artifact)


def read_artifact(path: Path, shown: str | None, kind: str, shape: type[A], known_versions: frozenset[int] | None) -> A:
    """The artifact in the file at `path`, which errors call `shown`, or by its path.

    `kind` is its name in `dbt_schema_version`: "manifest", "catalog" or "run-results". A version that is not among
    `known_versions` is read all the same, with a warning; None says that the file was read before, and warned about.
    Raises `ArtifactError`.
    """
    shown = shown or str(path)
    with _content(path, shown) as data:
        try:
            artifact = msgspec.json.decode(data, type=shape)
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
            raise _unreadable(shown, kind, data, error) from error
    _check_kind(shown, kind, artifact.metadata, known_versions)
    return artifact


@contextmanager
def _content(path: Path, shown: str) -> Iterator[memoryview]:
    """The bytes of a file, mapped rather than copied: artifacts are large, and are read once."""
    try:
        with path.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            mapped = mmap(file.fileno(), 0, access=ACCESS_READ) if size else None
    except (OSError, ValueError) as error:
        raise ArtifactError(
            f"{shown} could not be read: {getattr(error, 'strerror', None) or error}.",
            "Check the folder of the artifacts; `dbt docs generate` writes manifest.json and catalog.json to target/.",
        ) from error
    if mapped is None:
        yield memoryview(b"")
        return
    with mapped, memoryview(mapped) as data, data[_start(mapped) :] as content:
        yield content


def _start(mapped: mmap) -> int:
    """Where the JSON begins: some tools put a byte order mark before it."""
    return len(BYTE_ORDER_MARK) if mapped[: len(BYTE_ORDER_MARK)] == BYTE_ORDER_MARK else 0


def _unreadable(shown: str, kind: str, data: memoryview, error: Exception) -> ArtifactError:
    again = "Fetch the file again; if it stays so, run the dbt job again."
    start = bytes(data[:LONGEST_BLANK]).lstrip()[:1]
    if not start:
        return ArtifactError(f"{shown} is empty.", again)
    if start == b"<":
        return ArtifactError(
            f"{shown} is a web page, not JSON.",
            "A login or proxy page was saved in its place: check the host and the token, and fetch it again.",
        )
    if isinstance(error, msgspec.ValidationError):
        return ArtifactError(f"{shown} is JSON, but not as dbt writes a {kind}: {error}.", again)
    reason = str(error)
    if "trailing characters" in reason:
        return ArtifactError(f"{shown} holds more than one JSON document: {reason}.", again)
    stopped = _STOPPED_AT.search(reason)
    if "truncated" in reason or (stopped and int(stopped[1]) >= len(data)):
        return ArtifactError(f"{shown} is cut off after {len(data):,} bytes.", again)
    return ArtifactError(f"{shown} is not JSON: {reason}.", again)


def _check_kind(shown: str, kind: str, metadata: Metadata | None, known_versions: frozenset[int] | None) -> None:
    schema = _SCHEMA.search((metadata and metadata.dbt_schema_version) or "")
    if not schema:
        raise ArtifactError(
            f"{shown} is JSON, but no {kind} of dbt: it names no dbt_schema_version.",
            f"Give the {kind} that a dbt command wrote (dbt 0.19 or later).",
        )
    found, version = schema[1], int(schema[2])
    if found != kind:
        raise ArtifactError(f"{shown} holds a {found}, not a {kind}.", "Put each artifact under its own name.")
    if known_versions is not None and version not in known_versions:
        log.warning(
            "%s has schema version %s of %s, which is not known here; it is read like version %s.",
            shown,
            version,
            kind,
            max(known for known in known_versions),
        )
