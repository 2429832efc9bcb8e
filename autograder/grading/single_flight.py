"""What every process of a run needs is computed once: by the first that gets to it, and the others read it.

How the misconceptions of a topic behave is the same for the whole class. The processes of a run share a folder: each
takes on what no other has, and waits only for what another is at.
"""

import hashlib
import hmac
import pickle
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TypeVar

_BLINK = 0.005  # seconds until a value that another process is at is looked for again
_SEAL = 32  # bytes

Value = TypeVar("Value")


class Shared:
    """Values by name. What lies in the folder is believed only if it has the run's seal.

    Args:
        folder: where the processes of a run put their values.
        secret: known to them, and to nobody else.
    """

    def __init__(self, folder: Path, secret: bytes) -> None:
        self._folder, self._secret = folder, secret

    def values(self, compute: Mapping[str, Callable[[], Value]]) -> Iterator[Value]:
        """The values of those names, in order.

        Args:
            compute: what to do for a value that no other process is at. If that raises, so does this, and the value
                is another's to compute.
        """
        here = {name: self._computed(name, one) for name, one in compute.items() if self._take_on(name)}
        for name, one in compute.items():
            yield here[name] if name in here else self._from_another(name, one)

    def _take_on(self, name: str) -> bool:
        try:
            self._path(name, "taken").touch(exist_ok=False)
        except FileExistsError:
            return False
        except OSError:  # a full disk: then each process computes it
            pass
        return True

    def _computed(self, name: str, compute: Callable[[], Value]) -> Value:
        try:
            value = compute()
        except BaseException:
            self._path(name, "taken").unlink(missing_ok=True)
            raise
        data = pickle.dumps(value, pickle.HIGHEST_PROTOCOL)
        draft = self._path(name, "draft")
        try:
            draft.write_bytes(self._seal(name, data) + data)
            draft.rename(self._path(name, "value"))
        except OSError:
            self._path(name, "taken").unlink(missing_ok=True)
        return value

    def _from_another(self, name: str, compute: Callable[[], Value]) -> Value:
        while not self._path(name, "value").exists():
            if self._take_on(name):  # the other one failed
                return self._computed(name, compute)
            time.sleep(_BLINK)
        sealed = self._path(name, "value").read_bytes()
        seal, data = sealed[:_SEAL], sealed[_SEAL:]
        if not hmac.compare_digest(seal, self._seal(name, data)):
            return compute()
        value: Value = pickle.loads(data)
        return value

    def _seal(self, name: str, data: bytes) -> bytes:
        return hmac.digest(self._secret, name.encode() + b"\0" + data, "sha256")

    def _path(self, name: str, what: str) -> Path:
        return self._folder / f"{hashlib.sha256(name.encode()).hexdigest()[:32]}.{what}"


_shared: Shared | None = None


def share(folder: Path, secret: bytes) -> None:
    """From now on this process shares its values with those that know the folder and the secret."""
    global _shared
    _shared = Shared(folder, secret)


def values(compute: Mapping[str, Callable[[], Value]]) -> Iterator[Value]:
    """The values of those names, in order: computed here, unless another process of this run does it.

    Args:
        compute: how. A name says all that its value depends on.

    Raises:
        Exception: what computing raises.
    """
    if _shared is None:
        return (one() for one in compute.values())
    return _shared.values(compute)
