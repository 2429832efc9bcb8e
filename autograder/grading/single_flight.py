"""Single flight: when several processes need the same value, one computes it and the others wait for it.

The behaviour of a topic's misconceptions, for instance, is the same for the whole class. The workers of a run share a
folder. Each computes the values that no other has begun, and then waits for the others.

It is in `grading` because the catalogue computes its values by it; `workers` gives the processes their folder.
`kept_answers` keeps its values from run to run, in a folder of the course.
"""

import hashlib
import hmac
import os
import pickle
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TypeVar

from autograder.core.files import private_mode
from autograder.core.lock import take

_SEAL = 32  # bytes

Value = TypeVar("Value")


class Shared:
    """Values by name, in files. A file is trusted only if it carries a signature with the secret.

    Args:
        folder: the folder that the processes share.
        secret: the secret that only they know.
        warn: is called with a sentence if a file cannot be used. Its value is computed again.
    """

    def __init__(self, folder: Path, secret: bytes, warn: Callable[[str], None] = lambda _: None) -> None:
        self._folder, self._secret, self._warn = folder, secret, warn

    def has(self, name: str) -> bool:
        """Tells whether there is a file for a value."""
        return self._path(name, "value").is_file()

    def values(self, compute: Mapping[str, Callable[[], Value]]) -> Iterator[Value]:
        """Yields the values of those names, in order.

        Args:
            compute: the function that computes each value. If it raises, so does this, and another worker may try.
        """
        computed: dict[str, Value] = {}
        for name, function in compute.items():
            with self._locked(name, wait=False) as free:
                if free:
                    computed[name] = self._value(name, function)
        for name, function in compute.items():
            if name not in computed:
                with self._locked(name, wait=True):
                    computed[name] = self._value(name, function)
            yield computed[name]

    @contextmanager
    def _locked(self, name: str, *, wait: bool) -> Iterator[bool]:
        """Holds a value's lock; yields False if another worker holds it. The kernel releases it if its owner dies."""
        try:
            lock = os.open(self._path(name, "lock"), os.O_CREAT | os.O_RDWR, self._mode)
        except OSError:  # a full disk: then each worker computes the value
            yield True
            return
        try:
            yield take(lock, wait=wait)
        finally:
            os.close(lock)

    def _value(self, name: str, compute: Callable[[], Value]) -> Value:
        """Returns a value from its file, else computes and writes it. The caller holds its lock."""
        path = self._path(name, "value")
        if path.is_file():
            try:
                sealed = path.read_bytes()
            except OSError as error:
                self._warn(f"{path} cannot be read ({error.strerror}); its contents are computed again.")
            else:
                if hmac.compare_digest(sealed[:_SEAL], self._seal(name, sealed[_SEAL:])):
                    known: Value = pickle.loads(sealed[_SEAL:])
                    return known
                self._warn(f"{path} is damaged, or not of this course; its contents are computed again.")
        value = compute()
        data = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
        draft = self._path(name, "draft")
        try:
            with open(os.open(draft, os.O_CREAT | os.O_WRONLY | os.O_TRUNC, self._mode), "wb") as file:
                file.write(self._seal(name, data) + data)
            draft.rename(path)
        except OSError:  # a full disk: the others compute it, too
            pass
        return value

    @property
    def _mode(self) -> int:
        return private_mode(self._folder)

    def _seal(self, name: str, data: bytes) -> bytes:
        return hmac.digest(self._secret, name.encode() + b"\0" + data, "sha256")

    def _path(self, name: str, kind: str) -> Path:
        return self._folder / f"{hashlib.sha256(name.encode()).hexdigest()[:32]}.{kind}"


_shared: Shared | None = None


def share(folder: Path, secret: bytes) -> None:
    """Lets this process share values, from now on, with those that have the same folder and secret."""
    global _shared
    _shared = Shared(folder, secret)


def values(compute: Mapping[str, Callable[[], Value]]) -> Iterator[Value]:
    """Yields the values of those names, in order: computed here, unless another worker of the run does it.

    Args:
        compute: the function that computes each value. A name must say all that its value depends on.

    Raises:
        Exception: any exception that such a function raises.
    """
    if _shared is None:
        return (function() for function in compute.values())
    return _shared.values(compute)
