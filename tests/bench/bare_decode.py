"""The yardstick: nothing but a typed decode of both artifacts, with the project's own types.

python -m tests.bench.bare_decode FOLDER
"""

import sys

import msgspec

from erd.artifacts.catalog import Catalog
from erd.artifacts.manifest import Manifest


def decode(folder: str) -> tuple[Manifest, Catalog]:
    """Both artifacts of a folder, whole, from their bytes."""
    with open(f"{folder}/manifest.json", "rb") as file:  # noqa: PTH123 - pathlib's import would count as decoding
        manifest = msgspec.json.decode(file.read(), type=Manifest)
    with open(f"{folder}/catalog.json", "rb") as file:  # noqa: PTH123 - pathlib's import would count as decoding
        catalog = msgspec.json.decode(file.read(), type=Catalog)
    return manifest, catalog


if __name__ == "__main__":
    decode(sys.argv[1])
