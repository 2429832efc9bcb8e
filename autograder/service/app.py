"""The service: its parts put together, its addresses, and the server that listens."""

import asyncio
import json
import logging
import os
import socket
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from weakref import WeakValueDictionary

import tornado.httpserver
from jinja2 import Environment, PackageLoader, select_autoescape
from tornado.iostream import IOStream
from tornado.web import Application, RequestHandler, StaticFileHandler, url

from autograder.core.course import Course, Topic
from autograder.core.files import private_mode
from autograder.core.media import for_page
from autograder.core.text import counted, number_text
from autograder.gradebook.config import course_directory, nbgrader_config
from autograder.notebooks.source import write_source
from autograder.reports.html import theme

from . import exchange, learner, login, teacher
from .base import CSP, Nothing, Rates
from .bodies import MOST_NOTEBOOK
from .engine import Engine
from .people import OfHub, People, Tokens
from .publisher import Publisher
from .store import Store
from .teacher import Overview
from .terms import Terms

HERE = Path(__file__).parent
MOST_CONNECTIONS = 2000
IDLE_SECONDS = 75.0  # for which a connection may say nothing
BODY_SECONDS = 60.0  # in which a body must have come
MOST_HEADER = 16 * 2**10

_Answer = TypeVar("_Answer")
_log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Settings:
    """How the service runs.

    Attributes:
        course: the course.
        seed: the course secret.
        prefix: the address below which everything lies; it begins and ends with a slash.
        workers: how many attempts are graded at a time.
        slow: how many of those that take long are graded beside them.
        most_waiting: at most so many attempts wait.
        scheduler: the address of a Dask scheduler whose workers grade; empty for this machine.
        hosts: the names by which browsers may know it; empty for any.
    """

    course: Course
    seed: str
    prefix: str = "/"
    workers: int = 2
    slow: int = 1
    most_waiting: int = 2000
    scheduler: str = ""
    hosts: frozenset[str] = frozenset()


class Service:
    """Everything that requests ask: the people, the store, the workers, the gradebook.

    Args:
        settings: how it runs.
        people: tells who asks.
    """

    def __init__(self, settings: Settings, people: People) -> None:
        course = settings.course
        self.settings, self.people, self.hosts = settings, people, settings.hosts
        self.most_waiting = settings.most_waiting
        config = nbgrader_config(course.root)
        self.course_id = course_directory(course.root).course_id
        self.topics: dict[str, Topic] = {topic.slug: topic for topic in course.topics if topic.release.is_file()}
        defaults = Terms().changed(dict(config.get("GradwiseService", {})))
        store = Store(database_of(course), defaults)
        self.engine = Engine(
            course.root,
            settings.seed,
            store,
            tuple(self.topics),
            settings.workers,
            settings.slow,
            self._graded,
            settings.scheduler,
        )
        self.publisher = Publisher(course.root, settings.seed, self.engine)
        self.overview, self.rates = Overview(self), Rates()
        self.openapi = json.loads((HERE / "openapi.json").read_text("utf-8"))
        self._news: WeakValueDictionary[int, asyncio.Event] = WeakValueDictionary()  # by attempt, while somebody waits
        self._templates = Environment(
            loader=PackageLoader("autograder.service"),
            autoescape=select_autoescape(),
            finalize=for_page,
            trim_blocks=True,
            lstrip_blocks=True,
        )
        self._templates.filters["number"] = number_text
        self._templates.filters["counted"] = counted

    async def ask(self, question: Callable[[Store], _Answer]) -> _Answer:
        """Asks the store something."""
        return await self.engine.ask(question)

    def _graded(self, number: int) -> None:
        if (event := self._news.get(number)) is not None:
            event.set()
        self.publisher.wake()

    def news(self, number: int) -> asyncio.Event:
        """Returns what is set when an attempt is graded. Ask for it before looking whether it is graded already."""
        return self._news.setdefault(number, asyncio.Event())

    def render(self, template: str, handler: RequestHandler, **values: Any) -> str:
        """Returns a page of the service."""
        handler.set_header("Content-Type", "text/html; charset=utf-8")
        person = getattr(handler, "person", None)
        shared = {"prefix": self.settings.prefix, "person": person, "course": self.course_id}
        if person is not None:
            shared["xsrf"] = handler.xsrf_token.decode() if person.by_cookie else ""
        shared["can_log_out"] = isinstance(self.people, Tokens) and person is not None
        return self._templates.get_template(template).render(**shared, **values)

    async def start(self) -> None:
        """Starts the workers. What they need and one of them could make is made first."""
        for topic in self.topics.values():
            await asyncio.to_thread(write_source, topic)
        await self.engine.start()
        await self.publisher.start()

    async def stop(self) -> None:
        """Ends the workers. What waits stays in the store."""
        await self.publisher.stop()
        await self.engine.stop()


def database_of(course: Course) -> str:
    """Returns the address of the service's database: a file of its own, or the gradebook's server."""
    address = str(course_directory(course.root).db_url)
    if not address.startswith("sqlite:"):
        return address
    path = course.build / "service.db"
    course.build.mkdir(parents=True, exist_ok=True)
    if not path.exists():  # it holds what learners wrote: nobody else may read it, from its first byte
        os.close(os.open(path, os.O_CREAT | os.O_RDWR, private_mode(course.build)))
    return f"sqlite:///{path}"


class _Public(RequestHandler):
    """Something that anyone may read, and that browsers may keep."""

    def set_default_headers(self) -> None:
        self.clear_header("Server")
        self.set_header("Content-Security-Policy", CSP)
        self.set_header("X-Content-Type-Options", "nosniff")
        self.set_header("Cross-Origin-Resource-Policy", "same-origin")


class _Static(_Public, StaticFileHandler):
    """The files of the pages."""


class _Theme(_Public):
    """The colors of all pages."""

    def get(self) -> None:
        self.set_header("Content-Type", "text/css; charset=utf-8")
        self.finish(theme())


def application(service: Service) -> Application:
    """Returns the addresses of the service. All of them are below its prefix."""
    prefix = service.settings.prefix
    one, two = r"assignments/([^/]+)", r"assignments/([^/]+)/([^/]+)"
    static = {"path": str(HERE / "static")}
    routes: list[tuple[str, Any, dict[str, Any]]] = [
        ("", learner.Mine, {}),
        (r"attempts/([0-9a-f]{32})", learner.AttemptPage, {}),
        (r"teacher/?", teacher.TeachersPage, {}),
        (r"teacher/([^/]+)", teacher.TeachersPage, {}),
        (r"teacher/([^/]+)/live", teacher.LivePart, {}),
        (r"static/theme\.css", _Theme, {}),
        (r"static/(service\.css|live\.js)", _Static, static),
        (r"api/v1/health", learner.Health, {}),
        (r"api/v1/openapi\.json", learner.OpenApi, {}),
        (r"api/v1/me", learner.Me, {}),
        (rf"api/v1/{one}", learner.Assignment, {}),
        (rf"api/v1/{one}/attempts", learner.OfAssignment, {}),
        (r"api/v1/attempts/([0-9a-f]{32})", learner.Attempt, {}),
        (rf"api/v1/teach/{one}", teacher.Live, {}),
        (rf"api/v1/teach/{one}/terms", teacher.TermsOf, {}),
        (rf"api/v1/teach/{one}/regrade", teacher.Regrade, {}),
        (rf"api/v1/teach/{two}/extension", teacher.Extension, {}),
        (rf"api/v1/teach/{two}/attempts", teacher.GiveBack, {}),
        (r"api/v1/exchange", exchange.Releases, {}),
        (r"api/v1/exchange/releases/([^/]+)", exchange.Release, {}),
        (r"api/v1/exchange/submissions/([^/]+)", exchange.Submissions, {}),
        (r"api/v1/exchange/submissions/([^/]+)/([0-9]{1,12})", exchange.Submission, {}),
        (r"api/v1/exchange/feedback/([0-9a-f]{32,128})", exchange.Feedback, {}),
    ]
    rules = [url(prefix + path, handler, values) for path, handler, values in routes]
    if isinstance(service.people, Tokens):
        rules += [url(f"{prefix}login", login.Login, name="login"), url(f"{prefix}logout", login.Logout)]
    if isinstance(service.people, OfHub):
        rules.append(url(f"{prefix}oauth_callback", service.people.callback))
    return Application(
        rules,
        default_handler_class=Nothing,
        service=service,
        prefix=prefix,
        cookie_secret=os.urandom(32),
        xsrf_cookies=False,  # `Base.prepare` looks, once it knows that a cookie says who asks
        xsrf_cookie_kwargs={"path": prefix, "samesite": "Strict", "httponly": True},
        log_function=_log_request,
    )


def _log_request(handler: RequestHandler) -> None:
    person = getattr(handler, "person", None)
    _log.info(
        "%d %s %s %s %.0f ms",
        handler.get_status(),
        handler.request.method,
        handler.request.path[:200].encode("ascii", "backslashreplace").decode(),
        ascii(person.name) if person else "-",
        1000 * handler.request.request_time(),
    )


class Server(tornado.httpserver.HTTPServer):
    """An HTTP server that answers so many connections at a time and closes those that say nothing."""

    def handle_stream(self, stream: IOStream, address: tuple[Any, ...]) -> None:
        """Takes a connection, or closes it if there are too many."""
        if len(self._connections) >= MOST_CONNECTIONS:
            stream.close()
            return
        super().handle_stream(stream, address)


def listen(service: Service, sockets: list[socket.socket]) -> Server:
    """Begins to answer on sockets."""
    server = Server(
        application(service),
        idle_connection_timeout=IDLE_SECONDS,
        body_timeout=BODY_SECONDS,
        max_header_size=MOST_HEADER,
        max_body_size=4 * MOST_NOTEBOOK,
        xheaders=False,
    )
    server.add_sockets(sockets)
    return server
