"""Bodies of requests, read piece by piece: whoever may not send one is told so before it is read."""

from tornado.web import stream_request_body

from .base import Base, Problem, declared_length

MOST_NOTEBOOK = 20 * 2**20  # bytes: outputs are not sent, so a notebook of the course has some hundred thousand


@stream_request_body
class WithBody(Base):
    """An answer to a request with a body. `most` is its longest, `kinds` are the types that it may have."""

    most = 2**16
    kinds: tuple[str, ...] = ("application/json",)

    async def prepare(self) -> None:
        """Lets those in who may ask, and refuses what is too long or of another kind before it is read."""
        self._pieces: list[bytes] = []
        self._length = 0
        await super().prepare()
        if self.request.method in ("GET", "HEAD", "OPTIONS", "DELETE"):
            return
        if declared_length(self.request.headers) > self.most:
            self._too_long()
        kind = self.request.headers.get("Content-Type", "").partition(";")[0].strip().lower()
        if kind not in self.kinds:
            raise Problem(415, "wrong_kind", f"Send {' or '.join(self.kinds)}, and say so in `Content-Type`.")

    def _too_long(self) -> None:
        raise Problem(413, "too_large", f"That is too large: at most {self.most // 2**10} KiB are accepted.")

    def data_received(self, chunk: bytes) -> None:
        """Keeps a piece of the body."""
        self._length += len(chunk)
        if self._length > self.most:
            self._too_long()
        self._pieces.append(chunk)

    @property
    def body(self) -> bytes:
        """The whole body."""
        return b"".join(self._pieces)
