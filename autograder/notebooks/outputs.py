"""Reads a document that is large because of its outputs: these are skipped, and never held in memory."""

import re
from collections.abc import Callable, Iterator

MAX_BYTES = 20 << 20  # of a notebook as it is parsed: without its outputs, if it is larger with them
MAX_BRACKETS = 5_000_000  # in what is skipped

# A quotation mark inside a JSON string has a backslash before it, so this is a key, wherever it stands.
_KEY = rb'(?<!\\)"(?:%s)"[ \t\r\n]{0,20}:[ \t\r\n]{0,20}[\[{]'
_LONGEST_KEY = 64
_TO_BRACKET = re.compile(rb'(?:[^"\[\]{}]++|"(?:[^"\\]++|\\.)*+")*+', re.DOTALL)
_IN_STRING = re.compile(rb'(?:[^"\\]++|\\.)*+', re.DOTALL)


def without_outputs(chunks: Callable[[], Iterator[bytes]]) -> bytes:
    """Returns a document in UTF-8, without outputs and widgets; if it stays large, without attached pictures, too.

    Returns at most one byte more than MAX_BYTES: a document that is still larger is cut off.

    Args:
        chunks: returns an iterator over the document's bytes each time it is called.
    """
    for keys in (rb"outputs|widgets", rb"outputs|widgets|attachments"):
        if len(small := joined(_Skipper(keys).feed(chunks()))) <= MAX_BYTES:
            break
    return small


def joined(chunks: Iterator[bytes]) -> bytes:
    """Joins chunks of bytes, and stops at one byte more than MAX_BYTES."""
    whole = bytearray()
    for chunk in chunks:
        whole += chunk[: MAX_BYTES + 1 - len(whole)]
        if len(whole) > MAX_BYTES:
            break
    return bytes(whole)


class _Skipper:
    """Empties the lists and objects under some keys of a JSON document, which comes in chunks.

    Args:
        keys: the keys, as a regular expression.
    """

    def __init__(self, keys: bytes) -> None:
        self._key = re.compile(_KEY % keys)
        self._depth = 0  # of brackets that are open in what is skipped; 0: nothing is skipped
        self._in_string = False
        self._opening = b""
        self._brackets = 0

    def feed(self, chunks: Iterator[bytes]) -> Iterator[bytes]:
        """Yields the document without what is skipped."""
        rest = b""
        for chunk in chunks:
            if self._brackets >= MAX_BRACKETS:
                return
            data, rest = rest + chunk, b""
            at = 0
            while at < len(data):
                if self._depth:
                    at = self._skip(data, at)
                    if not self._depth:
                        yield b"]" if self._opening == b"[" else b"}"
                    elif at < len(data):  # half of an escaped character
                        rest = data[at:]
                        break
                    continue
                match = self._key.search(data, at)
                if match is None:
                    end = max(at, len(data) - _LONGEST_KEY)  # a key may begin here, and end in the next chunk
                    yield data[at:end]
                    rest = data[end:]
                    break
                yield data[at : match.end()]
                at, self._depth, self._opening = match.end(), 1, data[match.end() - 1 : match.end()]
        if not self._depth:
            yield rest

    def _skip(self, data: bytes, at: int) -> int:
        """Skips to the end of what is skipped, or of the data. Returns the place, and sets the depth."""
        while self._depth and at < len(data):
            if self._in_string:
                at = _end(_IN_STRING, data, at)
                if at >= len(data) or data[at] == 0x5C:  # the string goes on, or an escaped character is cut in half
                    return at
                self._in_string, at = False, at + 1
                continue
            at = _end(_TO_BRACKET, data, at)
            if at >= len(data):
                break
            if data[at] == 0x22:  # a string that goes on in the next chunk
                self._in_string = True
            else:
                self._depth += 1 if data[at] in b"[{" else -1
                self._brackets += 1
                if self._brackets >= MAX_BRACKETS:
                    return at + 1
            at += 1
        return at


def _end(pattern: re.Pattern[bytes], data: bytes, at: int) -> int:
    match = pattern.match(data, at)
    return match.end() if match else at
