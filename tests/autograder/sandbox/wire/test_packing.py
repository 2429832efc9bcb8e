"""The values that may cross between grader and student code; all others are refused."""

import contextlib
import json
from typing import Any

import hypothesis.extra.numpy as arrays
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.sandbox.wire.packing import Blob, pack, pack_as, unpack, unpack_as
from autograder.sandbox.wire.types import (
    ARRAY,
    BOOLEAN,
    HANDLE,
    INTEGER,
    NOTHING,
    NUMBER,
    TEXT,
    CallbackId,
    Handle,
    ListOf,
    Mismatch,
    OrNone,
    ProtocolError,
    Seed,
    Spec,
    spec_from_json,
    spec_to_json,
)

numbers = st.floats(allow_nan=True, allow_infinity=True)
any_array = arrays.arrays(
    st.sampled_from([np.dtype(name) for name in ("?", "i1", "i8", "u4", "f4", "f8")]),
    arrays.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4),
)
plain = st.recursive(
    any_array | numbers | st.integers(-(2**63) + 1, 2**63 - 1) | st.booleans() | st.none() | st.text(max_size=50),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(st.text(max_size=10), inner, max_size=3)
    ),
    max_leaves=10,
)
specs: st.SearchStrategy[Spec] = st.recursive(
    st.sampled_from([ARRAY, NUMBER, INTEGER, BOOLEAN, TEXT, NOTHING, HANDLE]),
    lambda inner: st.lists(inner, max_size=3).map(tuple) | inner.map(ListOf) | inner.map(OrNone),
    max_leaves=4,
)
json_trees = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["array", "number", "integer", "list", "tuple", "dict", "text", "nothing", "handle", "x"]),
            inner,
            max_size=2,
        )
    ),
    max_leaves=15,
)


def same(value: Any, other: Any) -> bool:
    if isinstance(value, np.ndarray):
        return value.dtype == other.dtype and value.shape == other.shape and value.tobytes() == other.tobytes()
    if isinstance(value, dict):
        return type(other) is dict and list(value) == list(other) and all(same(value[key], other[key]) for key in value)
    if isinstance(value, list | tuple):
        return type(value) is type(other) and len(value) == len(other) and all(map(same, value, other))
    return type(value) is type(other) and repr(value) == repr(other)


def crossed(tree: Any, blobs: list[bytes]) -> tuple[Any, Blob]:
    return json.loads(json.dumps(tree)), Blob(b"".join(blobs))


def no_handle(value: Any) -> Handle:
    return Handle(0)


@given(plain)
def test_what_the_grader_sends_arrives_as_it_was(value: Any) -> None:
    blobs: list[bytes] = []
    assert same(unpack(*crossed(pack(value, blobs), blobs)), value)


@given(specs)
def test_specs_cross_unchanged(spec: Spec) -> None:
    assert spec_from_json(json.loads(json.dumps(spec_to_json(spec)))) == spec


@given(plain, specs)
def test_a_value_arrives_as_what_was_asked_for_or_is_refused(value: Any, spec: Spec) -> None:
    blobs: list[bytes] = []
    try:
        tree = pack_as(value, spec, blobs, no_handle)
    except Mismatch:
        return
    unpack_as(*_in_order(crossed(tree, blobs), spec))


def _in_order(pair: tuple[Any, Blob], spec: Spec) -> tuple[Any, Spec, Blob]:
    return pair[0], spec, pair[1]


@given(json_trees, specs, st.binary(max_size=64))
def test_nothing_a_far_side_sends_raises_anything_but_a_refusal(tree: Any, spec: Spec, data: bytes) -> None:
    with contextlib.suppress(ProtocolError):
        unpack_as(tree, spec, Blob(data))


@pytest.mark.parametrize(
    ("value", "says"),
    [
        (None, "None"),
        ("text", "a str"),
        ({"a": 1}, "a dict"),
        ([[1.0], [1.0, 2.0]], "rows differ in length"),
        (np.array([1j]), "complex128"),
        (np.array(["a"]), "str"),
        (np.array([object()]), "object"),
        (np.ma.masked_array([1.0], [True]), "a masked array"),
        (np.zeros(2**19 + 1), "too large"),
        (np.zeros((1,) * 9), "too large"),
        (object(), "an object"),
        ([], "a list of 0"),
    ],
)
def test_what_is_no_array_is_refused_in_words(value: Any, says: str) -> None:
    with pytest.raises(Mismatch, match=says):
        pack_as(value, ARRAY, [], no_handle)


@pytest.mark.parametrize("value", [[1, 2.5], (1.0, 2.0), 3, 2.5, True, np.float64(1.5), [[1, 2], [3, 4]]])
def test_numbers_and_lists_of_numbers_pass_for_arrays(value: Any) -> None:
    blobs: list[bytes] = []
    tree, blob = crossed(pack_as(value, ARRAY, blobs, no_handle), blobs)
    assert np.array_equal(unpack_as(tree, ARRAY, blob), np.asarray(value))


@pytest.mark.parametrize(
    ("value", "spec"),
    [
        (1.5, INTEGER),
        (True, INTEGER),
        (True, NUMBER),
        (1, BOOLEAN),
        (2**70, INTEGER),
        (np.array([1.0]), NUMBER),
        ("", NOTHING),
        (b"", TEXT),
        (np.array(["a"]), TEXT),
        (np.array("a", dtype="S1"), TEXT),
        (np.array(1.0), TEXT),
        ((1.0,), (NUMBER, NUMBER)),
    ],
)
def test_a_scalar_of_another_type_is_refused(value: Any, spec: Spec) -> None:
    with pytest.raises(Mismatch):
        pack_as(value, spec, [], no_handle)


@pytest.mark.parametrize("value", ["healthy", np.str_("healthy"), np.where(True, "healthy", "vanishing")])
def test_numpy_strings_pass_for_text(value: Any) -> None:
    assert pack_as(value, TEXT, [], no_handle) == {"text": "healthy"}


def test_numpy_scalars_pass_for_numbers() -> None:
    assert pack_as(np.float32(0.5), NUMBER, [], no_handle) == {"number": (0.5).hex()}
    assert pack_as(np.int64(3), NUMBER, [], no_handle) == {"number": (3.0).hex()}
    assert pack_as(np.bool_(True), BOOLEAN, [], no_handle) == {"boolean": True}


@pytest.mark.parametrize(
    ("name", "shape", "data"),
    [
        ("O", [1], b"12345678"),
        ("<U4", [1], b"1234" * 4),
        ("<c16", [1], b"1" * 16),
        ("<f8", [2], b"1" * 8),
        ("<f8", [-1], b""),
        ("<f8", [2**40], b""),
        ("<f8", [True], b"1" * 8),
        ("<f8", "3", b"1" * 24),
        ("<f8", [1] * 9, b"1" * 8),
        ("|b1", [2], b"\x02\x01"),
        (["<f8"], [1], b"1" * 8),
    ],
)
def test_an_array_that_lies_about_itself_is_refused(name: Any, shape: Any, data: bytes) -> None:
    with pytest.raises(ProtocolError):
        Blob(data).array(name, shape)


def test_arrays_share_no_bytes() -> None:
    blob = Blob(b"\x00" * 16)
    first, second = blob.array("<f8", [1]), blob.array("<f8", [1])
    first[0] = 1.0
    assert second[0] == 0.0
    with pytest.raises(ProtocolError):
        blob.array("<f8", [1])


def test_the_far_side_gets_functions_seeds_and_handles() -> None:
    for value in (Seed(2**90), Handle(3), CallbackId(1, (ARRAY, INTEGER))):
        assert unpack(*crossed(pack(value, []), [])) == value


@given(st.dictionaries(st.text(max_size=10), plain, max_size=3), specs)
def test_a_learners_dictionary_crosses_by_handle_or_not_at_all(state: Any, spec: Spec) -> None:
    held: list[Any] = []

    def hold(value: Any) -> Handle:
        held.append(value)
        return Handle(len(held) - 1)

    with contextlib.suppress(Mismatch):
        tree = pack_as(state, spec, [], hold)
        assert json.dumps(tree) == '{"handle": 0}'
        assert held == [state]


@pytest.mark.parametrize("key", [1, None, ("a",), b"a", "a" * 20_000])
def test_the_keys_of_a_dictionary_are_short_texts(key: Any) -> None:
    with pytest.raises(Mismatch, match="a dict with a key that is not a short text"):
        pack({"state": {key: 1.0}}, [])


def test_names_of_the_protocol_are_keys_like_any_other() -> None:
    hostile = {"handle": 3, "callback": [0, ["array"]], "__class__": "dict", "seed": "1", "dict": {}, "": np.zeros(2)}
    blobs: list[bytes] = []
    assert same(unpack(*crossed(pack(hostile, blobs), blobs)), hostile)


class Sly(dict[str, Any]):
    """A dictionary whose own `items` must not be called."""

    def items(self) -> Any:
        raise AssertionError


@pytest.mark.parametrize("value", [Sly(a=1), {"a": object()}, {"a": {"b": {1.0}}}])
def test_a_dictionary_of_anything_but_plain_values_is_refused(value: Any) -> None:
    with pytest.raises(Mismatch):
        pack(value, [])


@pytest.mark.parametrize("spec", [ARRAY, NUMBER, TEXT, NOTHING, HANDLE, (ARRAY, HANDLE), ListOf(ARRAY), OrNone(NUMBER)])
def test_a_dictionary_from_the_far_side_is_refused(spec: Spec) -> None:
    for tree in ({"dict": []}, {"dict": [["v", {"array": ["<f8", [1]]}]]}, {"tuple": [{"dict": []}, {"dict": []}]}):
        with pytest.raises(ProtocolError):
            unpack_as(tree, spec, Blob(b"12345678"))
