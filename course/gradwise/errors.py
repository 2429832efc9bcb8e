"""The exceptions of a visible check, which the rest of the library raises and catches, too."""


class CheckFailed(AssertionError):
    """A visible check found something wrong. In a notebook only the message is shown."""

    def _render_traceback_(self) -> list[str]:
        return str(self).splitlines()


class NotWrittenYet(CheckFailed):
    """A learner's function is missing, or still raises NotImplementedError."""
