"""What every page and every answer of the service has in common: who may ask, how often, and what browsers may do."""

import asyncio
import json
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

from tornado.httputil import HTTPHeaders
from tornado.web import Finish, HTTPError, RequestHandler

from autograder.core.course import Topic
from autograder.core.outcomes import UsageError

from .people import Person
from .store import Refused, Store

if TYPE_CHECKING:
    from .app import Service

ANYONE, PEOPLE, TEACHERS = "anyone", "people", "teachers"
_Answer = TypeVar("_Answer")

PER_SECOND, BURST = 20.0, 100.0  # requests of one person
MOST_AT_ONCE = 30  # of one person

CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# A page about a learner's notebook: nothing in it can run, ask the service or send a form, whatever the notebook holds.
CSP_OF_FEEDBACK = (
    "sandbox allow-popups; default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'"
)


class Problem(HTTPError):
    """An answer that says what was wrong and what to do.

    Attributes:
        code: a word for programs.
        sentence: for people.
        more: further fields of the answer.
    """

    def __init__(self, status: int, code: str, sentence: str, **more: Any) -> None:
        super().__init__(status, "%s", sentence)
        self.code, self.sentence, self.more = code, sentence, more


@dataclass
class Rates:
    """How many requests each person has left: some a second, and some more at once."""

    _levels: dict[str, tuple[float, float]] = field(default_factory=dict)
    _inside: Counter[str] = field(default_factory=Counter)

    def enter(self, who: str) -> bool:
        """Begins a request. Returns False if too many of that person are being answered."""
        if self._inside[who] >= MOST_AT_ONCE:
            return False
        self._inside[who] += 1
        return True

    def leave(self, who: str) -> None:
        """Ends a request."""
        self._inside[who] -= 1
        if not self._inside[who]:
            del self._inside[who]

    def take(self, who: str) -> float:
        """Takes one. Returns 0, or the seconds after which there is one again."""
        now = time.monotonic()
        level, then = self._levels.get(who, (BURST, now))
        level = min(BURST, level + (now - then) * PER_SECOND)
        if level < 1:
            self._levels[who] = level, now
            return (1 - level) / PER_SECOND
        self._levels[who] = level - 1, now
        if len(self._levels) > 10_000:
            self._levels = {key: entry for key, entry in self._levels.items() if now - entry[1] < BURST / PER_SECOND}
        return 0.0


class Base(RequestHandler):
    """A page or an answer. `may_ask` says for whom, `by_browser` whether errors are shown as a page."""

    may_ask = PEOPLE
    by_browser = False
    person: Person
    _entered = False

    @property
    def service(self) -> "Service":
        """The running service."""
        service: Service = self.settings["service"]
        return service

    def set_default_headers(self) -> None:
        """Sets what browsers must be told with every answer."""
        self.clear_header("Server")
        self.set_header("Content-Security-Policy", CSP)
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Referrer-Policy", "same-origin")
        self.set_header("Cross-Origin-Opener-Policy", "same-origin")
        self.set_header("Cross-Origin-Resource-Policy", "same-origin")
        self.set_header("Cache-Control", "no-store")

    async def prepare(self) -> None:
        """Lets those in who may ask, before anything of the request's body is read."""
        self._must_name_this_host()
        if self.may_ask == ANYONE:
            return
        person = await self.service.people.who(self)
        if person is None:
            self._nobody()
        assert person is not None
        self.person = person
        if seconds := self.service.rates.take(person.name):
            raise Problem(429, "too_many_requests", "These are too many requests: wait a second.", retry=seconds)
        if not self.service.rates.enter(person.name):
            raise Problem(429, "too_many_requests", "Too many of your requests are open: wait for them.", retry=5.0)
        self._entered = True
        if self.request.method not in ("GET", "HEAD", "OPTIONS") and person.by_cookie:
            self.check_xsrf_cookie()
        if person.is_service:
            raise Problem(403, "no_person", "This token belongs to a program. Only people hand in and teach.")
        if self.may_ask == TEACHERS and not person.teaches:
            raise Problem(403, "not_a_teacher", "Only teachers of this course may do that.")

    def on_finish(self) -> None:
        """Ends the request."""
        self._leave()

    def on_connection_close(self) -> None:
        """Ends the request of somebody who has gone."""
        super().on_connection_close()
        self._leave()

    def _leave(self) -> None:
        if self._entered:
            self._entered = False
            self.service.rates.leave(self.person.name)

    def _must_name_this_host(self) -> None:
        host = (self.request.host or "").rsplit(":", 1)[0].strip("[]").lower()
        if self.service.hosts and host not in self.service.hosts:
            raise Problem(
                421,
                "unknown_host",
                "This service is not known by the name in the request. Its administrator can add it: --host NAME.",
            )

    def _nobody(self) -> None:
        if self.by_browser and self.request.method == "GET":
            self.redirect(self.service.people.login_url(self))
            raise Finish
        self.set_header("WWW-Authenticate", "Bearer")
        raise Problem(
            401,
            "who_are_you",
            "Say who you are: a token in the header `Authorization: token ...`. On a JupyterHub your server has one, "
            "if the administrator has set it up as docs/hub.md says.",
        )

    def check_xsrf_cookie(self) -> None:
        """Refuses a form that another site has sent in a learner's name."""
        try:
            super().check_xsrf_cookie()
        except HTTPError:
            raise Problem(
                403, "forged", "This form does not come from this service's own page. Load the page again."
            ) from None

    def topic(self, slug: str) -> Topic:
        """Returns the topic of an address.

        Raises:
            Problem: the course has no such topic.
        """
        if slug not in self.service.topics:
            known = ", ".join(self.service.topics)
            raise Problem(404, "no_assignment", f"There is no such assignment. There are: {known}.")
        return self.service.topics[slug]

    async def ask(self, question: Callable[[Store], _Answer]) -> _Answer:
        """Asks the store.

        Raises:
            Problem: it refuses, or the disk is full.
        """
        try:
            return await self.service.ask(question)
        except Refused as refused:
            raise _refusal(refused) from None
        except UsageError as error:
            raise Problem(400, "bad_value", str(error)) from None

    def tree(self) -> Any:
        """Returns the JSON of the body.

        Raises:
            Problem: it is not JSON.
        """
        if not self.request.headers.get("Content-Type", "").startswith("application/json"):
            raise Problem(415, "not_json", "Send JSON, and say so: `Content-Type: application/json`.")
        try:
            return json.loads(self.request.body)
        except (ValueError, RecursionError):
            raise Problem(400, "not_json", "The body is not JSON.") from None

    def answer(self, tree: Any, status: int = 200) -> None:
        """Answers with JSON."""
        self.set_status(status)
        self.set_header("Content-Type", "application/json; charset=utf-8")
        self.finish(json.dumps(tree, ensure_ascii=False))

    def write_error(self, status_code: int, **kwargs: Any) -> None:
        """Answers a problem with a sentence, as JSON or as a page, and nothing of the server's inside."""
        error = kwargs.get("exc_info", (None, None, None))[1]
        if isinstance(error, Problem):
            code, sentence, more = error.code, error.sentence, dict(error.more)
        else:
            code, sentence, more = _PLAIN.get(status_code, _FAULT)[0], _PLAIN.get(status_code, _FAULT)[1], {}
        if (seconds := more.pop("retry", None)) is not None:
            more["retry_after"] = max(1, round(seconds + 0.499))
            self.set_header("Retry-After", str(more["retry_after"]))
        if self.by_browser:
            self.finish(self.service.render("problem.html", self, sentence=sentence, status=status_code))
        else:
            self.answer({"error": {"code": code, "message": sentence, **more}}, status_code)

    def log_exception(self, typ: Any, value: Any, tb: Any) -> None:
        """Logs what is not the asker's fault."""
        if not isinstance(value, HTTPError) or value.status_code >= 500:
            super().log_exception(typ, value, tb)


_FAULT = "fault", "Something went wrong in the service. Nothing is lost and nothing was charged; try again."
_PLAIN = {
    400: ("bad_request", "The request cannot be read."),
    403: ("forbidden", "That is not allowed."),
    404: ("not_found", "There is nothing at this address."),
    405: ("no_such_method", "That cannot be done at this address."),
    413: ("too_large", "That is too large."),
}


def _refusal(refused: Refused) -> Problem:
    status = {"storage": 507, "busy": 429, "full": 429}.get(refused.code, 403)
    more: dict[str, Any] = {}
    if refused.until is not None:
        more["retry"] = max(1.0, refused.until - time.time())
    return Problem(status, refused.code, str(refused), **more)


class Nothing(Base):
    """Answers where there is nothing."""

    may_ask = ANYONE

    async def prepare(self) -> None:
        """Says so, whatever was asked."""
        self._must_name_this_host()
        raise Problem(404, "not_found", "There is nothing at this address.")


def declared_length(headers: HTTPHeaders) -> int:
    """Returns the length of a body, as the request declares it; 0 without a declaration."""
    text = headers.get("Content-Length", "0")
    return int(text) if text.isascii() and text.isdigit() else 0


async def pause(seconds: float) -> None:
    """Waits, so that guessing is slow."""
    await asyncio.sleep(seconds)
