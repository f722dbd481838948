"""Blobs by their sha, as git stores them."""

import base64
import binascii
from collections.abc import Mapping

from .exchange import NOT_FOUND, Answer, Asked, Route, Site, given, not_empty, refuse
from .objects import write_blob


def get_blob(site: Site, _: Asked, parts: Mapping[str, str]) -> Answer:
    """One blob, always in Base64."""
    content = site.git.blob(parts["file_sha"])
    if content is None:
        return NOT_FOUND
    return Answer(
        200,
        {
            "sha": parts["file_sha"],
            "node_id": f"B_{parts['file_sha']}",
            "size": len(content),
            "url": f"{site.url}/git/blobs/{parts['file_sha']}",
            "encoding": "base64",
            "content": base64.encodebytes(content).decode(),
        },
    )


def create_blob(site: Site, asked: Asked, _: Mapping[str, str]) -> Answer:
    """A new blob, of text or of Base64."""
    wanted = given(asked, "content")
    not_empty(site)
    encoding = wanted.get("encoding", "utf-8")
    if encoding not in {"utf-8", "base64"}:
        raise refuse(422, f"{encoding} is not a valid encoding.")
    content = decoded(wanted["content"]) if encoding == "base64" else wanted["content"].encode()
    if content is None:
        raise refuse(422, "content is not valid Base64")
    sha = write_blob(site.git, content)
    url = f"{site.url}/git/blobs/{sha}"
    return Answer(201, {"sha": sha, "url": url}, {"Location": url})


def decoded(content: str) -> bytes | None:
    """What is in Base64, with or without line breaks; None for what is none."""
    try:
        return base64.b64decode(content.replace("\n", ""), validate=True)
    except binascii.Error:
        return None


ROUTES = (
    Route("GET", "/repos/{owner}/{repo}/git/blobs/{file_sha}", "contents: read", get_blob),
    Route("POST", "/repos/{owner}/{repo}/git/blobs", "contents: write", create_blob),
)
