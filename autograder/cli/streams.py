"""Output that never fails: for a character that cannot be shown, a stream that is closed, or a reader that has gone."""

import os
import sys
from contextlib import suppress
from typing import IO, Any


def prepare() -> None:
    """Lets the standard streams take any text. What an encoding cannot show becomes a question mark.

    A stream that was closed at the start becomes one that goes nowhere. Otherwise the next file that is opened would
    get its number, and messages would be written into that file.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)  # the lowest free number, which is this one
    for name in ("stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115 - for the rest of the process
        elif hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def shows_unicode(stream: IO[Any]) -> bool:
    """Tells whether a stream can show every character."""
    return (getattr(stream, "encoding", None) or "").lower().replace("-", "").replace("_", "") in ("utf8", "utf8sig")


def give_up(stream: IO[Any]) -> None:
    """Sends the rest of a stream nowhere, because its reader has gone or its disk is full."""
    with suppress(OSError, ValueError):
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, stream.fileno())
        os.close(nowhere)
