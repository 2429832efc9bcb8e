"""Trusted side: an object of a learner's class, which stays in the sandbox."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from .replies import Reply
from .series import Args
from .wire.frames import Header
from .wire.packing import pack
from .wire.types import ARRAY, Handle, Spec, spec_to_json

if TYPE_CHECKING:
    from .submission import Submission


class RemoteObject:
    """A learner's object on the far side, made by `Submission.new`."""

    def __init__(self, submission: "Submission", name: str, handle: Handle) -> None:
        self._submission = submission
        self._name = name
        self._target: Header = {"handle": handle.number}

    def __call__(self, *args: Any, returns: Spec = ARRAY) -> Any:
        """Calls the object itself, and returns the value only."""
        return self.call("__call__", *args, returns=returns).value

    def call(self, method: str, *args: Any, returns: Spec = ARRAY) -> Reply:
        """Calls a method.

        Raises:
            StudentProblem: it gave no value of the type `returns`.
        """
        shown = self._name if method == "__call__" else f"{self._name}.{method}"
        return self._submission.call_target(shown, method, self._target, args, returns)

    def series(
        self, method: str, many: Sequence[Args], returns: Spec = ARRAY, *, until: bool | None = None
    ) -> list[Reply]:
        """Calls a method several times in one message, as `Submission.series` calls a function.

        Args:
            method: the method.
            many: the arguments of each call.
            returns: the type that each call is to return.
            until: the value that ends the series.

        Raises:
            StudentProblem: a call gave no value of this type. Those after it are not made.
        """
        shown = f"{self._name}.{method}"
        return self._submission.series_of(shown, method, self._target, many, returns, until)

    def get(self, attribute: str, returns: Spec = ARRAY) -> Any:
        """Returns the value of an attribute.

        Raises:
            StudentProblem: the object has no such attribute, or not of the type `returns`.
        """
        request = {"op": "get", "name": attribute, "returns": spec_to_json(returns), **self._target}
        return self._submission.observe(f"{self._name}.{attribute}", request, returns).value

    def set(self, attribute: str, value: Any) -> None:
        """Sets an attribute.

        Raises:
            StudentProblem: the learner's class raised an exception.
        """
        blobs: list[bytes] = []
        request = {"op": "set", "name": attribute, "value": pack(value, blobs), **self._target}
        self._submission.request(f"{self._name}.{attribute}", request, None, blobs)
