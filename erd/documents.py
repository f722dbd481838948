"""Data as the text of a JSON document, whatever it holds, and where the documents' schemas are published."""

import msgspec

PUBLISHED = "https://github.com/org/dbt-cloud-erd/raw/v1/docs/schemas"


def document(content: msgspec.Struct) -> str:
    """The content as JSON, in lines: a committed file then differs only where the ERD does."""
    try:
        encoded = msgspec.json.encode(content)
    except UnicodeEncodeError:
        return _escaped(content)
    return msgspec.json.format(encoded, indent=2).decode() + "\n"


def schema_address(name: str, base_url: str = "") -> str:
    """Where the schema of this name is: with the others at `base_url`, if not where we publish it."""
    return f"{(base_url or PUBLISHED).rstrip('/')}/{name}"


def _escaped(content: msgspec.Struct) -> str:
    """The same with escapes: halves of characters have no bytes of their own, but JSON can write them."""
    import json  # noqa: PLC0415 - no artifact can hold them, so that hardly anybody comes here

    return json.dumps(msgspec.to_builtins(content), indent=2) + "\n"
