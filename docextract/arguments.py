"""Arguments of another type than asked for, told by the call that got them and not from the depths of the work."""

from __future__ import annotations


def check_type(kind: type, *values: object) -> None:
    """Whether values, of which any may be left out as None, are of a kind.

    Raises:
        TypeError: One is not; the message has its type, since the value may be what was read.
    """
    for value in values:
        if value is not None and not isinstance(value, kind):
            raise TypeError(f"a {kind.__name__} is needed, not {type(value).__name__}")
