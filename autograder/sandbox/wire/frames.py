"""Frames: the messages on the pipe between the grader and the sandbox.

A frame is two lengths, a small JSON header and the raw bytes of its arrays (see `packing`). Both sides use this
file. Apart from `packing` it needs the standard library only.
"""

import json
import math
import os
import select
import struct
import time
from typing import Any

from .packing import Blob
from .types import MAX_BYTES, ProtocolError

MAX_HEADER = 1 << 20

_LENGTHS = struct.Struct(">II")

Header = dict[str, Any]

_to_json = json.JSONEncoder(separators=(",", ":")).encode


_AHEAD = 1 << 12  # bytes to read at least: most frames fit, and come in one read


class Closed(Exception):
    """The other side has closed the pipe."""


class Late(Exception):
    """The deadline passed before a whole frame had crossed."""


class Pipe:
    """One end of a stream socket that carries frames. Deadlines are `time.monotonic()` values.

    The trusted side sets its end non-blocking and always gives a deadline. So a far side that sends nothing, sends
    slowly, or does not read, cannot hold it up.
    """

    def __init__(self, fd: int) -> None:
        self.fd = fd
        self._ahead = bytearray()  # bytes that were read beyond the frames returned so far
        self._polls: dict[int, select.poll] = {}  # by the event that each waits for

    def send(self, header: Header, blobs: list[bytes], deadline: float | None = None) -> None:
        """Writes one frame.

        Raises:
            ProtocolError: the frame is larger than the limits.
            Closed: the other side has closed the pipe.
            Late: the deadline passed.
        """
        text = _to_json(header).encode()
        blob = b"".join(blobs)
        if len(text) > MAX_HEADER or len(blob) > MAX_BYTES:
            raise ProtocolError("a value that is too large")
        view = memoryview(_LENGTHS.pack(len(text), len(blob)) + text + blob)
        while view:
            try:
                view = view[os.write(self.fd, view) :]
            except BlockingIOError:
                self._wait(select.POLLOUT, deadline)
            except (BrokenPipeError, ConnectionResetError):
                raise Closed from None

    def receive(self, deadline: float | None = None) -> tuple[Header, Blob]:
        """Reads one frame.

        Raises:
            ProtocolError: the bytes are not a frame.
            Closed: the other side has closed the pipe.
            Late: the deadline passed. What was read is kept: `receive` may be called again.
        """
        start = _LENGTHS.size
        self._read(start, deadline)
        header_length, blob_length = _LENGTHS.unpack_from(self._ahead)
        if header_length > MAX_HEADER or blob_length > MAX_BYTES:
            raise ProtocolError("a frame that is too large")
        middle, end = start + header_length, start + header_length + blob_length
        self._read(end, deadline)
        text, blob = self._ahead[start:middle], bytes(memoryview(self._ahead)[middle:end])
        del self._ahead[:end]
        try:
            header = json.loads(text.decode())
        except (ValueError, RecursionError):
            raise ProtocolError("a header that is not JSON") from None
        if not isinstance(header, dict):
            raise ProtocolError("a header that is not an object")
        return header, Blob(blob)

    def wait(self, deadline: float) -> None:
        """Waits until there is something to read.

        Raises:
            Late: the deadline passed.
        """
        self._wait(select.POLLIN, deadline)

    def _read(self, count: int, deadline: float | None) -> None:
        """Reads until at least `count` bytes are buffered."""
        over = False
        while (missing := count - len(self._ahead)) > 0:
            if over:
                raise Late
            over = self._wait(select.POLLIN, deadline)
            try:
                piece = os.read(self.fd, max(_AHEAD, min(missing, 1 << 20)))
            except BlockingIOError:
                continue
            except ConnectionResetError:
                raise Closed from None
            if not piece:
                raise Closed
            self._ahead += piece

    def _wait(self, event: int, deadline: float | None) -> bool:
        """Waits for an event. Returns True if the deadline had passed before: a delayed caller may still read once.

        Raises:
            Late: the deadline passed without it.
        """
        if deadline is None:
            return False
        if (poll := self._polls.get(event)) is None:
            poll = self._polls[event] = select.poll()
            poll.register(self.fd, event)
        left = deadline - time.monotonic()
        if not poll.poll(max(math.ceil(left * 1000), 0)):
            raise Late
        return left <= 0
