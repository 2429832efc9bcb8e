"""Single flight: when several workers of a run need the same value, one computes it and the others wait for it.

How the misconceptions of a topic behave is the same for the whole class. The processes of a run share a folder: each
takes on what no other is at, and waits only for what another has begun.
"""

import fcntl
import hashlib
import hmac
import os
import pickle
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

_SEAL = 32  # bytes

Value = TypeVar("Value")


class Shared:
    """Values by name. A file in the folder is believed only if it has the run's seal.

    Args:
        folder: where the processes of a run put their values.
        secret: known to them, and to nobody else.
    """

    def __init__(self, folder: Path, secret: bytes) -> None:
        self._folder, self._secret = folder, secret

    def values(self, compute: Mapping[str, Callable[[], Value]]) -> Iterator[Value]:
        """The values of those names, in order.

        Args:
            compute: how to compute each value. If that raises, so does this, and the value is another's to compute.
        """
        computed: dict[str, Value] = {}
        for name, how in compute.items():
            with self._locked(name, wait=False) as free:
                if free:
                    computed[name] = self._value(name, how)
        for name, how in compute.items():
            if name not in computed:
                with self._locked(name, wait=True):
                    computed[name] = self._value(name, how)
            yield computed[name]

    @contextmanager
    def _locked(self, name: str, *, wait: bool) -> Iterator[bool]:
        """Holds a lock on a value: the kernel releases it when its owner dies. Gives False if another holds it."""
        try:
            lock = os.open(self._path(name, "lock"), os.O_CREAT | os.O_RDWR, 0o600)
        except OSError:  # a full disk: then each process computes the value
            yield True
            return
        try:
            yield _taken(lock, wait=wait)
        finally:
            os.close(lock)

    def _value(self, name: str, compute: Callable[[], Value]) -> Value:
        """Reads a value that is there, or computes it. The caller holds its lock."""
        path = self._path(name, "value")
        sealed = path.read_bytes() if path.is_file() else b""
        if sealed and hmac.compare_digest(sealed[:_SEAL], self._seal(name, sealed[_SEAL:])):
            known: Value = pickle.loads(sealed[_SEAL:])
            return known
        value = compute()
        data = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
        draft = self._path(name, "draft")
        try:
            draft.write_bytes(self._seal(name, data) + data)
            draft.rename(path)
        except OSError:  # the others compute it, too
            pass
        return value

    def _seal(self, name: str, data: bytes) -> bytes:
        return hmac.digest(self._secret, name.encode() + b"\0" + data, "sha256")

    def _path(self, name: str, kind: str) -> Path:
        return self._folder / f"{hashlib.sha256(name.encode()).hexdigest()[:32]}.{kind}"


def _taken(lock: int, *, wait: bool) -> bool:
    """Takes an exclusive lock on an open file, and waits for it or says whether it was free."""
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        return False
    return True


_shared: Shared | None = None


def share(folder: Path, secret: bytes) -> None:
    """From now on this process shares its values with those that know the folder and the secret."""
    global _shared
    _shared = Shared(folder, secret)


def values(compute: Mapping[str, Callable[[], Value]]) -> Iterator[Value]:
    """The values of those names, in order: computed here, unless another process of this run does it.

    Args:
        compute: how to compute each. A name says all that its value depends on.

    Raises:
        Exception: what computing raises.
    """
    if _shared is None:
        return (how() for how in compute.values())
    return _shared.values(compute)
