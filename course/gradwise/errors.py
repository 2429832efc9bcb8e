"""What a visible check raises, and what stands in an answer that is not written yet."""


class CheckFailed(AssertionError):
    """A visible check found something wrong. In a notebook only the message is shown."""

    def _render_traceback_(self) -> list[str]:
        return str(self).splitlines()


class NotWrittenYet(CheckFailed):
    """There is nothing to check yet."""
