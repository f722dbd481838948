"""Artifacts as bytes: small whole ones to break, and the real one that the demo serves."""

import gzip
import json
from importlib import resources
from typing import Any

from tests.builders import ORDERS, schema_version

REAL = "artifacts/production/manifest.json.gz"


def a_document(kind: str = "manifest", version: int = 12, **parts: Any) -> bytes:
    """An artifact with a head and these parts."""
    return json.dumps({"metadata": {"dbt_schema_version": schema_version(kind, version)}, **parts}).encode()


def a_manifest_document(**fields: Any) -> bytes:
    """A manifest of one model, which has these fields."""
    return a_document(nodes={ORDERS: {"name": "orders", **fields}})


def a_real_manifest() -> bytes:
    """The manifest of the demo's production run, as dbt wrote it."""
    return gzip.decompress(resources.files("erd.demo").joinpath(REAL).read_bytes())
