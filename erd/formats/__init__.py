"""One module for each target, each of which turns an ERD into text; here is the list of them.

Formats know the model and nothing of dbt. A format is imported when it is asked for.
"""

from collections.abc import Callable
from importlib import import_module

import msgspec

from erd.model import Erd


class Options(msgspec.Struct, frozen=True):
    """What a reader can choose about the text."""

    omit_columns: bool = False
    omit_entity_name_quotes: bool = False
    grouped_by: str = ""


class Target(msgspec.Struct, frozen=True):
    """A target: the module that renders it, and the file name it has unless another is given."""

    module: str
    file_name: str

    @property
    def render(self) -> Callable[[Erd, Options], str]:
        """The function that turns an ERD into the target's text."""
        function: Callable[[Erd, Options], str] = import_module(self.module).render
        return function


TARGETS = {"dbml": Target("erd.formats.dbml", "output.dbml")}
