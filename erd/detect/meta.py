"""The keys of `meta` by which people decide what is drawn: dbterd's (its documentation, "meta")."""

from collections.abc import Mapping
from typing import Any

_NO = frozenset({"0", "false", "no", "off", "none"})


def is_ignored(meta: Mapping[str, Any]) -> bool:
    """Whether `ignore_in_erd` says so, in any of the usual words."""
    ignored = meta.get("ignore_in_erd")
    return bool(ignored) and str(ignored).strip().lower() not in _NO


def meta_text(meta: Mapping[str, Any], key: str, entry: str | None = None) -> str:
    """The text under a key, or under an entry of the mapping there; empty when unset."""
    value = meta.get(key)
    if entry is not None:
        value = value.get(entry) if isinstance(value, dict) else None
    return "" if value is None else str(value).strip()
