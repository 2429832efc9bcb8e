"""Trusted side: a series of calls, in which an argument may be what the call before returned.

The calls cross in one message, because a message costs more than most calls: see `Submission.series`.
"""

from collections.abc import Callable, Iterable
from typing import Any

from .replies import Reply
from .wire.frames import Header
from .wire.types import Previous, ProtocolError

Args = tuple[Any, ...]


def resolved(args: Any, value: Any) -> Any:
    """Returns arguments with what the call before returned in the place of each `Previous`.

    Args:
        args: the arguments.
        value: what the call before returned; it is not looked at if no argument asks for it.
    """
    if isinstance(args, list | tuple):
        return type(args)(resolved(arg, value) for arg in args)
    if isinstance(args, Previous):
        return value if args.part is None else value[args.part]
    return args


def one_by_one(call: Callable[[Args], Reply], many: Iterable[Args], until: bool | None = None) -> list[Reply]:
    """Makes a series of calls one after another, for submissions that cross no pipe."""
    replies: list[Reply] = []
    for args in many:
        replies.append(call(resolved(args, replies[-1].value if replies else None)))
        if until is not None and replies[-1].value == until:
            break
    return replies


def parts(header: Header, most: int) -> list[Header]:
    """Returns the replies to a series of calls: at least one, and no more than there were calls.

    Raises:
        ProtocolError: they are something else.
    """
    if not {"missing", "error", "mismatch"}.isdisjoint(header):
        return [header]
    listed = header.get("replies")
    if (
        not isinstance(listed, list)
        or not 0 < len(listed) <= most
        or not all(isinstance(part, dict) for part in listed)
    ):
        raise ProtocolError("no replies to several calls")
    return listed
