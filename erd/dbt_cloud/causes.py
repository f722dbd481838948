"""What is behind an error of requests or urllib3, which wrap the system's errors several times."""

from collections.abc import Iterator


def reason(found: list[BaseException]) -> str:
    """The system's own words where there are some; a library's message may hold an address that is secret."""
    words = [cause.strerror for cause in found if isinstance(cause, OSError) and cause.strerror]
    return words[-1] if words else type(found[0]).__name__


def causes(error: BaseException) -> Iterator[BaseException]:
    """`error` and what caused it, outermost first: the libraries wrap errors as arguments, reasons and causes."""
    waiting: list[object] = [error]
    seen: set[int] = set()
    while waiting:
        cause = waiting.pop(0)
        if isinstance(cause, BaseException) and id(cause) not in seen:
            seen.add(id(cause))
            yield cause
            waiting += [*cause.args, getattr(cause, "reason", None), cause.__cause__, cause.__context__]
