"""The exceptions of a visible check, which the rest of the library raises and catches, too."""


class _Short(Exception):
    """An exception of which a notebook shows the message, and no stack."""

    def __str__(self) -> str:
        return " ".join(map(str, self.args))

    def _render_traceback_(self) -> list[str]:
        return str(self).splitlines()


class CheckFailed(_Short, AssertionError):
    """A visible check found something wrong.

    Attributes:
        is_shown: whether it is on the screen, as a page of HTML.
    """

    is_shown = False


class NotWrittenYet(CheckFailed):
    """A learner's function is missing, or still raises NotImplementedError."""


class UnknownName(_Short, KeyError):
    """There is no exercise or topic of that name; the message says which there are."""
