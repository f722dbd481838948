"""Blobs by their sha, as git stores them."""

import base64
from collections.abc import Mapping

from .exchange import NOT_FOUND, Answer, Asked, Route, Site


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


ROUTES = (Route("GET", "/repos/{owner}/{repo}/git/blobs/{file_sha}", "contents: read", get_blob),)
