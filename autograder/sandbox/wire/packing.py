"""Encodes values as a small JSON tree, plus the raw bytes of the arrays in it, and decodes them.

Bytes from student code never choose which code runs. The trusted side says which type it wants (a *spec*), and
`unpack_as` builds that type or refuses. There is no pickle, there are no object arrays, and size, depth and count are
limited everywhere.

A dictionary crosses in one direction only, from the check to the learner (an empty ``state``, for instance). No spec
asks for a dictionary, so none comes back: a learner's own stays on the far side and is held by a handle.

Both sides use this file. It needs the standard library and NumPy only.
"""

import math
from collections.abc import Callable
from types import NoneType
from typing import Any

import numpy as np

from .types import (
    ARRAY,
    BOOLEAN,
    DTYPES,
    HANDLE,
    INTEGER,
    MAX_BYTES,
    MAX_INTEGER,
    MAX_ITEMS,
    MAX_NDIM,
    MAX_TEXT,
    NOTHING,
    NUMBER,
    TEXT,
    CallbackId,
    Expression,
    Handle,
    ListOf,
    Mismatch,
    OrNone,
    Previous,
    ProtocolError,
    Seed,
    Spec,
    spec_from_json,
    spec_to_json,
)


def describe(value: Any) -> str:
    """Describes a value in a learner's words: "None", "an array of shape (2, 3)", "a str"."""
    if value is None:
        return "None"
    if isinstance(value, np.ndarray):
        shape = "" if value.dtype.kind in "biuf" else f" and dtype {value.dtype.name}"
        return f"an array of shape {value.shape}{shape}"
    name = type(value).__name__
    if isinstance(value, list | tuple):
        return f"a {name} of {len(value)}"
    return _a(name)


def _a(name: str) -> str:
    """Returns a name with its article."""
    return f"{'an' if name[:1].lower() in 'aeiou' else 'a'} {name}"


# --- from values to JSON ----------------------------------------------------------------------------


def pack(value: Any, blobs: list[bytes]) -> Any:
    """Encodes a plain value as JSON, and appends the bytes of its arrays to `blobs`.

    Raises:
        Mismatch: `value` holds a value of a type that may not cross.
    """
    kind = type(value)
    if isinstance(value, np.ndarray | np.generic):
        return {"array": _pack_array(np.asarray(value), blobs)}
    if kind is list or kind is tuple:
        return {kind.__name__: [pack(item, blobs) for item in value]}
    if kind is dict:
        return {"dict": [[_key(key), pack(item, blobs)] for key, item in value.items()]}
    if kind is int and abs(value) >= MAX_INTEGER:
        raise Mismatch("a very large integer")
    if kind not in _PLAIN:
        raise Mismatch(describe(value))
    tag, to_json = _PLAIN[kind]
    return {tag: to_json(value)}


_PLAIN: dict[type, tuple[str, Callable[[Any], Any]]] = {
    NoneType: (NOTHING, lambda value: True),
    bool: (BOOLEAN, bool),
    int: (INTEGER, str),
    float: (NUMBER, float.hex),
    str: (TEXT, lambda value: value[:MAX_TEXT]),
    Handle: (HANDLE, lambda value: value.number),
    CallbackId: ("callback", lambda value: [value.number, spec_to_json(value.takes)]),
    Expression: ("expression", lambda value: [value.text, value.of]),
    Previous: ("previous", lambda value: value.part),
    Seed: ("seed", lambda value: str(value.entropy)),
}


def _key(key: Any) -> str:
    if type(key) is not str or len(key) > MAX_TEXT:
        raise Mismatch("a dict with a key that is not a short text")
    return key


def pack_as(value: Any, spec: Spec, blobs: list[bytes], hold: Callable[[Any], Handle]) -> Any:
    """Encodes what a learner's function returned as the type that was asked for, converting it where that is fair.

    A list of numbers passes for an array, an integer for a float, and a string of NumPy (from np.where, for instance)
    for text. Hidden checks of the kind "contract" look at the exact type.

    Args:
        value: the value.
        spec: the type that was asked for.
        blobs: gets the bytes of the arrays.
        hold: keeps an object on the far side and returns the handle that crosses in its place.

    Raises:
        Mismatch: the value has another type; the text says which.
    """
    if isinstance(spec, OrNone):
        return pack(None, blobs) if value is None else pack_as(value, spec.item, blobs, hold)
    if isinstance(spec, ListOf):
        return {"list": [pack_as(item, spec.item, blobs, hold) for item in _sequence(value)]}
    if isinstance(spec, tuple):
        items = _sequence(value)
        if len(items) != len(spec):
            raise Mismatch("1 value" if len(items) == 1 else f"{len(items)} values")
        parts = zip(items, spec, strict=True)
        return {"tuple": [pack_as(item, part, blobs, hold) for item, part in parts]}
    if spec == HANDLE:
        return pack(hold(value), blobs)
    if spec == ARRAY:
        return {"array": _pack_array(as_array(value), blobs)}
    if spec == TEXT:
        return pack(_as_text(value), blobs)
    if spec == NOTHING and value is None:
        return pack(None, blobs)
    if spec in (NUMBER, INTEGER, BOOLEAN):
        return pack(as_scalar(value, spec), blobs)
    raise Mismatch(describe(value))


def _pack_array(array: np.ndarray[Any, Any], blobs: list[bytes]) -> list[Any]:
    name = array.dtype.newbyteorder("<").str
    if name not in DTYPES:
        raise Mismatch(f"an array of dtype {array.dtype.name}")
    if array.nbytes > MAX_BYTES or array.ndim > MAX_NDIM:
        raise Mismatch("an array that is too large")
    blobs.append(array.astype(name, copy=False).tobytes())
    return [name, list(array.shape)]


def as_array(value: Any) -> np.ndarray[Any, Any]:
    """Returns what a learner's code gave for an array of numbers as an array.

    Raises:
        Mismatch: it is something else.
    """
    if isinstance(value, np.ma.MaskedArray):
        raise Mismatch("a masked array")
    if isinstance(value, np.ndarray | np.generic | bool | int | float):
        return np.asarray(value)
    if isinstance(value, list | tuple) and value:
        try:
            array = np.asarray(value)
        except ValueError:
            raise Mismatch(f"a {type(value).__name__} whose rows differ in length") from None
        if array.dtype.kind in "biuf":
            return array
    raise Mismatch(describe(value))


def as_scalar(value: Any, spec: Spec) -> bool | int | float:
    """Returns what a learner's code gave for a number, an integer or a boolean as that.

    Raises:
        Mismatch: it is something else.
    """
    if isinstance(value, np.ndarray | np.generic) and np.ndim(value) == 0:
        value = np.asarray(value).item()
    if type(value) is bool and spec == BOOLEAN:
        return value
    if type(value) is int and spec == INTEGER and abs(value) < MAX_INTEGER:
        return value
    if type(value) is float and spec == NUMBER:
        return value
    if type(value) is int and spec == NUMBER and abs(value) < MAX_INTEGER:
        return float(value)
    raise Mismatch(describe(value))


def _as_text(value: Any) -> str:
    if isinstance(value, np.ndarray | np.str_) and np.ndim(value) == 0:
        value = np.asarray(value).item()
    if type(value) is str:
        return value
    raise Mismatch(describe(value))


def _sequence(value: Any) -> list[Any]:
    if isinstance(value, list | tuple):
        return list(value)
    raise Mismatch(describe(value))


# --- from JSON to values ----------------------------------------------------------------------------


class Blob:
    """The raw bytes of a frame's arrays. Each call of `array` takes the next ones."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def __len__(self) -> int:
        return len(self._data)

    def part(self, count: Any) -> "Blob":
        """Returns the next bytes. Their number may come from the other side, so it is checked first.

        Raises:
            ProtocolError: it is no number of bytes, or there are too few.
        """
        if type(count) is not int or not 0 <= count <= len(self._data) - self._at:
            raise ProtocolError("an impossible number of bytes")
        self._at += count
        return Blob(self._data[self._at - count : self._at])

    def array(self, name: Any, shape: Any) -> np.ndarray[Any, Any]:
        """Returns the next array. Its dtype and shape come from the other side, so they are checked first.

        Raises:
            ProtocolError: the dtype is not listed, the shape is impossible, or there are too few bytes.
        """
        if not isinstance(name, str) or name not in DTYPES:
            raise ProtocolError("an unlisted dtype")
        if not isinstance(shape, list) or len(shape) > MAX_NDIM:
            raise ProtocolError("a shape that is not a short list")
        if not all(type(n) is int and 0 <= n <= MAX_BYTES for n in shape):
            raise ProtocolError("a shape with an impossible length")
        if math.prod(max(n, 1) for n in shape) > MAX_BYTES:  # NumPy must be able to make even an empty array
            raise ProtocolError("a shape with an impossible length")
        dtype = np.dtype(name)
        end = self._at + math.prod(shape) * dtype.itemsize
        if end > len(self._data):
            raise ProtocolError("fewer bytes than the shape says")
        piece = self._data[self._at : end]
        self._at = end
        if name == "|b1" and piece.strip(b"\x00\x01"):
            raise ProtocolError("bytes that are not booleans")
        return np.frombuffer(piece, dtype).reshape(shape).copy()


def unpack_as(tree: Any, spec: Spec, blob: Blob) -> Any:
    """Builds a value of the type that the trusted side asked for.

    Raises:
        ProtocolError: the tree holds no value of that type.
    """
    if isinstance(spec, OrNone):
        return None if tree == {"nothing": True} else unpack_as(tree, spec.item, blob)
    if isinstance(spec, ListOf):
        return [unpack_as(item, spec.item, blob) for item in _items(_content(tree, "list"))]
    if isinstance(spec, tuple):
        items = _items(_content(tree, "tuple"), len(spec))
        return tuple(unpack_as(item, part, blob) for item, part in zip(items, spec, strict=True))
    if spec == ARRAY:
        return blob.array(*_items(_content(tree, ARRAY), 2))
    if spec == NUMBER:
        return _number(_content(tree, NUMBER))
    if spec == INTEGER:
        return _integer(_content(tree, INTEGER))
    if spec == BOOLEAN:
        return _of_type(_content(tree, BOOLEAN), bool)
    if spec == TEXT:
        return _of_type(_content(tree, TEXT), str)[:MAX_TEXT]
    if spec == HANDLE:
        return Handle(_of_type(_content(tree, HANDLE), int))
    return _nothing(_content(tree, NOTHING))


def unpack(tree: Any, blob: Blob) -> Any:
    """Builds the value of any tree. For the far side, which trusts the grader. Lists and tuples keep their types."""
    (tag, content), *_ = tree.items()
    if tag in ("list", "tuple"):
        items = [unpack(item, blob) for item in content]
        return tuple(items) if tag == "tuple" else items
    if tag == "dict":
        return {key: unpack(item, blob) for key, item in content}
    if tag == "callback":
        takes = spec_from_json(content[1])
        assert isinstance(takes, tuple)
        return CallbackId(content[0], takes)
    if tag == "expression":
        return Expression(*content)
    if tag == "previous":
        return Previous(content)
    if tag == "seed":
        return Seed(int(content))
    return unpack_as(tree, tag, blob)


def _content(tree: Any, tag: str) -> Any:
    if not isinstance(tree, dict) or len(tree) != 1 or tag not in tree:
        raise ProtocolError(f"something that is not {_a(tag)}")
    return tree[tag]


def _items(tree: Any, length: int | None = None) -> list[Any]:
    if not isinstance(tree, list) or len(tree) > MAX_ITEMS or (length is not None and len(tree) != length):
        raise ProtocolError("a list of the wrong length")
    return tree


def _of_type(content: Any, kind: type) -> Any:
    if type(content) is not kind:
        raise ProtocolError(f"something that is not {_a(kind.__name__)}")
    return content


def _nothing(content: Any) -> None:
    if content is not True:
        raise ProtocolError("something that is not None")


def _number(content: Any) -> float:
    text: str = _of_type(content, str)
    if len(text) > 40:
        raise ProtocolError("a number that is too long")
    try:
        return float.fromhex(text)
    except (ValueError, OverflowError):
        raise ProtocolError("a number that is not valid") from None


def _integer(content: Any) -> int:
    text: str = _of_type(content, str)
    digits = text.removeprefix("-")
    if len(text) > 20 or not digits.isascii() or not digits.isdigit():
        raise ProtocolError("an integer that is not valid, or too long")
    number = int(text)
    if abs(number) >= MAX_INTEGER:
        raise ProtocolError("an integer that is not valid, or too long")
    return number
