"""One case: base and head out of one pair of artifacts, edited, and what their diff must say."""

from collections.abc import Callable, Iterable
from random import Random
from typing import TypeAlias

from erd.diff.changes import Unknown
from tests.corpus.mutations.artifacts import Artifacts
from tests.corpus.mutations.facts import Fact, unknown
from tests.corpus.mutations.reading import Reading


class Case:
    """What edits act on. `here` is the side that is edited just now, and `random` decides what is.

    Each edit takes tables that no other has taken, so that the facts of all are just those of each.
    """

    def __init__(self, reading: Reading) -> None:
        self.reading = reading
        self.base, self.head = reading.artifacts.fork(), reading.artifacts.fork()
        self.here = self.head
        self.random = Random()  # noqa: S311 - each edit brings its own
        self.facts: set[Fact] = set()
        self.story: list[str] = []
        self.taken: set[str] = set()
        self.needs_catalog = False
        self.lost_catalog = False
        self.removed_on: Artifacts | None = None
        self.needs_clear_names = False
        self.base_is_edited = False

    @property
    def there(self) -> Artifacts:
        """The other side."""
        return self.base if self.here is self.head else self.head

    @property
    def adapter(self) -> str:
        """The kind of warehouse."""
        return self.reading.adapter

    def say(self, *facts: Fact) -> None:
        """That the diff must say this, as seen from a base that is not edited."""
        self.facts.update(facts if self.here is self.head else (fact.mirrored for fact in facts))

    def is_free(self, *tables: str) -> bool:
        """Whether no edit has taken these tables."""
        return self.taken.isdisjoint(tables)

    def take(self, *tables: str) -> None:
        """Take tables, of which columns are known only while there is a catalog."""
        assert self.is_free(*tables)
        self.taken.update(tables)
        self.needs_catalog = True

    def seen(self, fits: Callable[[str], object] = lambda _: True) -> str | None:
        """Some table of the catalog that is free and that fits."""
        if self.lost_catalog:
            return None
        found = list(self.reading.seen)
        self.random.shuffle(found)
        return next((table for table in found if self.is_free(table) and fits(table)), None)

    def choice(self, among: Iterable[str]) -> str | None:
        """Any of them, if there is one."""
        found = sorted(among)
        return self.random.choice(found) if found else None

    def name(self) -> str:
        """A name that nothing has yet."""
        return f"erd_{self.random.randrange(16**8):08x}"

    def perhaps_unbuilt(self, table: str) -> str:
        """Leave a table unbuilt now and then, and say so: while its code is the same, nothing else follows."""
        chance = self.random.random()
        if chance > 0.25:
            return ""
        del self.here.observed_tables(table)[table]
        if chance > 0.12 or not self.here.has_code(table) or self.here.is_contracted(table):
            return f", and leave {table} unbuilt"
        self.change_code(table)
        self.say(unknown(table, Unknown.COLUMNS_OF_HEAD))
        return f", and leave {table} unbuilt with other code"

    def change_code(self, table: str) -> None:
        """Let the code of a table be another, if it has any of its own."""
        if not table.startswith("source."):
            node = self.here.edit(table)
            node["checksum"] = {"name": "sha256", "checksum": f"{self.random.randrange(16**64):064x}"}


Edit: TypeAlias = Callable[[Case], str | None]
"""Edits `case.here`, tells the case what follows, and says what it did; None, and nothing is done, without room."""
