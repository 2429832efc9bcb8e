"""Frames, with a far side that is silent, slow, never reads or sends garbage."""

import os
import socket
import time
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from autograder.sandbox.wire.frames import Closed, Late, Pipe
from autograder.sandbox.wire.types import MAX_BYTES, ProtocolError

Ends = tuple[Pipe, socket.socket]


@pytest.fixture
def ends() -> Iterator[Ends]:
    ours, theirs = socket.socketpair()
    ours.setblocking(False)
    with ours, theirs:
        yield Pipe(ours.fileno()), theirs


def soon(seconds: float = 5.0) -> float:
    return time.monotonic() + seconds


def test_a_frame_crosses_whole(ends: Ends) -> None:
    ours, theirs = ends
    Pipe(theirs.fileno()).send({"a": [1, "ü"]}, [b"\x00\x00", b""])
    header, blob = ours.receive(soon())
    assert header == {"a": [1, "ü"]}
    assert blob.array("|i1", [2]).tolist() == [0, 0]


def test_silence_ends_at_the_deadline(ends: Ends) -> None:
    with pytest.raises(Late):
        ends[0].receive(soon(0.05))


def test_a_dripping_far_side_cannot_stretch_the_deadline(ends: Ends) -> None:
    ours, theirs = ends
    theirs.send(b"\x00\x00\x00\x09")  # half of the lengths, and nothing more
    with pytest.raises(Late):
        ours.receive(soon(0.05))


def test_a_deaf_far_side_cannot_hold_the_grader(ends: Ends) -> None:
    with pytest.raises(Late):
        ends[0].send({}, [b"x" * MAX_BYTES], soon(0.1))


def test_a_far_side_that_is_gone_is_noticed(ends: Ends) -> None:
    ours, theirs = ends
    theirs.close()
    with pytest.raises(Closed):
        ours.receive(soon())
    with pytest.raises(Closed):
        ours.send({}, [b"x" * 1000], soon())


@pytest.mark.parametrize("lengths", [b"\xff\xff\xff\xff\x00\x00\x00\x00", b"\x00\x00\x00\x02\xff\xff\xff\xff"])
def test_a_frame_that_claims_to_be_huge_is_refused_before_it_is_read(ends: Ends, lengths: bytes) -> None:
    ours, theirs = ends
    theirs.send(lengths)
    with pytest.raises(ProtocolError, match="too large"):
        ours.receive(soon())


@pytest.mark.parametrize("text", [b"{", b"[]", b"\xff", b"[" * 100_000, b"1" * 5000])
def test_a_header_that_is_no_object_is_refused(ends: Ends, text: bytes) -> None:
    ours, theirs = ends
    theirs.sendall(len(text).to_bytes(4, "big") + b"\x00" * 4 + text)
    with pytest.raises(ProtocolError):
        ours.receive(soon())


def test_we_send_nothing_larger_than_we_would_take(ends: Ends) -> None:
    with pytest.raises(ProtocolError):
        ends[0].send({}, [b"x" * (MAX_BYTES + 1)], soon())


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=200, deadline=None)
@given(st.lists(st.binary(max_size=40), max_size=5))
def test_no_bytes_can_do_more_than_be_refused(pieces: list[bytes]) -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        for piece in pieces:
            os.write(theirs.fileno(), piece or b"\x00")
        theirs.shutdown(socket.SHUT_WR)
        try:
            while True:
                Pipe(ours.fileno()).receive(soon())
        except (ProtocolError, Closed):
            pass
