"""How many examples hypothesis draws: as many as an everyday run has time for, and more where that is asked for.

`ERD_EXAMPLES=4 make test` draws four times as many.
"""

import os

from hypothesis import HealthCheck, settings

_TIMES = int(os.environ.get("ERD_EXAMPLES") or 1)


def so_many(examples: int) -> int:
    """That many, or a multiple where it is asked for."""
    return examples * _TIMES


everyday = settings(settings.default, max_examples=so_many(50))

many_documents = settings(
    deadline=None,
    max_examples=so_many(40),
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.function_scoped_fixture],
)
