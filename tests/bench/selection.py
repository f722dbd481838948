"""How long selections of a generated project take, once its manifest is read: `python -m tests.bench.selection FOLDER`.

Prints JSON: the median CPU seconds by selection, from the words of the rules to the set of tables.
"""

import gc
import statistics
import sys
import time
from pathlib import Path

import msgspec

from erd.artifacts.graph import read_selectable_manifest
from erd.checks import RESOURCE_TYPES
from erd.select.project import Files
from erd.select.rules import read_rules, select_tables

RUNS = 5
# From the middle of the graph in both directions, from all staging models, all at once, and without operators.
SELECTIONS = ("+{name}+", "2+{name}", "@{name}", "stg_*+", "+fct_*,tag:*", "tag:* {name}", "path:models")


def main(folder: Path) -> None:
    """Measure each selection, and print what was found."""
    gc.disable()
    path = folder / "manifest.json"
    manifest = read_selectable_manifest(path)
    models = sorted(unique_id for unique_id in manifest.nodes or {} if unique_id.startswith("model."))
    name = models[len(models) // 2].rpartition(".")[2]
    found = {}
    for written in SELECTIONS:
        words = written.format(name=name).split()
        seconds = []
        for _ in range(RUNS):
            start = time.process_time()
            select_tables(read_rules(words, ()), manifest, RESOURCE_TYPES, Files(path, str(path)))
            seconds.append(time.process_time() - start)
        found[" ".join(words)] = statistics.median(seconds)
    sys.stdout.buffer.write(msgspec.json.encode(found))


if __name__ == "__main__":
    main(Path(sys.argv[1]))
