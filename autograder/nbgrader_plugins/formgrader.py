"""formgrader's slow buttons, pressed in a process beside the server.

nbgrader does the work of a button in the server's only thread: while it grades, the server answers no other request.
This server extension takes those requests over (it is loaded first, and the first to claim an address gets it) and
hands them to one process that stays, so that the grader is warm for the next submission. The page of a submission is
made beside the server, too: see `pages.py`. Installing the package switches this on; `make lab` does so by
`autograder/nbgrader_plugins/jupyter`.
"""

import asyncio
import json
import multiprocessing
import re
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from copy import deepcopy
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.utils import url_path_join
from nbgrader.server_extensions.formgrader.base import BaseApiHandler, BaseHandler, check_notebook_dir, check_xsrf
from nbgrader.server_extensions.formgrader.handlers import SubmissionHandler
from tornado import web
from traitlets.config import Config

from autograder.authoring.build import finish, must_be_untouched
from autograder.core.course import Course, Topic
from autograder.core.lock import alone
from autograder.core.outcomes import CourseBusy, GraderFault, SandboxUnavailable, UsageError
from autograder.gradebook.config import nbgrader_config
from autograder.grading.workers import begin_worker
from autograder.notebooks.source import write_source
from autograder.sandbox import levels

from . import names, sources, timestamps
from .pages import Asked, Desk

Result = dict[str, Any]  # success, and perhaps log and error, for nbgrader's page

# The address behind /formgrader/api/, and the method of nbgrader's own interface that answers it.
BUTTONS = {
    r"assignment/([^/]+)/assign": "generate_assignment",
    r"assignment/([^/]+)/release": "release_assignment",
    r"assignment/([^/]+)/collect": "collect",
    r"assignment/([^/]+)/generate_feedback": "generate_feedback",
    r"assignment/([^/]+)/release_feedback": "release_feedback",
    r"assignment/([^/]+)/([^/]+)/generate_feedback": "generate_feedback",
    r"assignment/([^/]+)/([^/]+)/release_feedback": "release_feedback",
    r"submission/([^/]+)/([^/]+)/autograde": "autograde",
}


class Bench:
    """A process that does the work of the buttons, one after the other. It is started when it is first needed."""

    def __init__(self) -> None:
        self._pool: ProcessPoolExecutor | None = None

    async def press(self, method: str, config: Config, words: tuple[str, ...]) -> Result:
        """Does the work of a button in the process, and returns the result for nbgrader's page."""
        try:
            if self._pool is None:
                level = await asyncio.to_thread(levels.named)  # it tries a sandbox out
                self._pool = self._pool or _process(level)
            return await asyncio.wrap_future(self._pool.submit(press, method, config, words))
        except SandboxUnavailable as fault:
            return refusal(str(fault))
        except BrokenProcessPool:
            self._pool = None
            return refusal("The process that grades has died. What it had finished is kept; press the button again.")


def _process(level: str) -> ProcessPoolExecutor:
    levels.warn(level)
    context = multiprocessing.get_context("spawn")  # not fork, which is unsafe in a server with threads
    return ProcessPoolExecutor(1, mp_context=context, initializer=begin_worker, initargs=(level,))


def press(method: str, config: Config, words: tuple[str, ...]) -> Result:
    """Does the work of a button: calls nbgrader's own interface with the server's configuration.

    Args:
        method: the method's name in `NbGraderAPI`.
        config: nbgrader's configuration, with the course's folder in it.
        words: the assignment, and perhaps the student.
    """
    from nbgrader.apps.api import NbGraderAPI

    api = NbGraderAPI(config=config)
    course = Course(Path(api.coursedir.root))
    topics = [topic for topic in course.topics if topic.slug == words[0]]
    if not topics:  # another course of this server
        foreign: Result = getattr(api, method)(*words)
        return foreign
    try:
        nbgrader_config(course.root)
        with alone(course.build, f"formgrader: {method} {' '.join(words)}", print, wait=False):
            if method == "generate_assignment":
                return _generate(api, topics[0])
            result: Result = getattr(api, method)(*words)
    except (CourseBusy, GraderFault, UsageError) as fault:
        return refusal(str(fault))
    return result


def _generate(api: Any, topic: Topic) -> Result:
    """Does what `autograder build` does for a topic, by nbgrader's own interface.

    Raises:
        UsageError: somebody has worked in the released notebook.
    """
    must_be_untouched(topic)
    write_source(topic)
    result: Result = api.generate_assignment(topic.slug)
    if result["success"]:
        finish(topic)
    return result


def refusal(sentence: str) -> Result:
    """Returns the result for nbgrader's page when something was not done."""
    return {"success": False, "log": sentence}


def framing(handler: JupyterHandler) -> str:
    """Returns a page's security policy: the user's own JupyterLab may show formgrader in a frame.

    A hub forbids all frames, because its users' servers share an origin. A frame of the same server does no harm.
    """
    policy: str = JupyterHandler.content_security_policy.fget(handler)
    framed_by = urlsplit(handler.request.headers.get("Referer", "")).path
    if not framed_by.startswith(handler.settings["base_url"]):
        return policy
    return policy.replace("frame-ancestors 'none'", "frame-ancestors 'self'")


class Button(BaseApiHandler):  # type: ignore[misc]
    """Answers one of formgrader's slow requests without keeping the others waiting."""

    def initialize(self, method: str, bench: Bench) -> None:
        """Stores the method and the process for this address (tornado's hook)."""
        self.method = method
        self.bench = bench

    @web.authenticated
    @check_xsrf  # type: ignore[untyped-decorator]
    @check_notebook_dir  # type: ignore[untyped-decorator]
    async def post(self, *words: str) -> None:
        """Presses the button."""
        self.coursedir.parent.load_config_file()  # as nbgrader does: a change of its configuration counts at once
        config = deepcopy(self.coursedir.parent.config)
        config.CourseDirectory.root = self.coursedir.root
        self.write(json.dumps(await self.bench.press(self.method, config, words)))


class SubmissionPage(SubmissionHandler):  # type: ignore[misc]
    """Answers for a submission as nbgrader does, but for the page itself, which the desk makes."""

    def initialize(self, desk: Desk) -> None:
        """Stores the desk (tornado's hook)."""
        self.desk = desk
        self.asked: Asked | None = None

    @property
    def exporter(self) -> "SubmissionPage":
        """Takes the place of nbconvert's exporter in nbgrader's method."""
        return self

    def from_filename(self, filename: str, resources: dict[str, Any]) -> tuple[str, dict[str, Any]]:
        """Notes which page is to be made."""
        self.asked = self.settings["nbgrader_exporter"].config, filename, resources
        return "", {}

    @web.authenticated
    async def get(self, submission_id: str) -> None:
        """Writes the page."""
        super().get(submission_id)
        if self.asked is not None:
            self.write(await self.desk.page(self.asked))


def _jupyter_server_extension_points() -> list[dict[str, str]]:
    return [{"module": "autograder.nbgrader_plugins.formgrader"}]


def _load_jupyter_server_extension(serverapp: Any) -> None:
    BaseHandler.content_security_policy = property(framing)
    timestamps.install()
    sources.install()
    bench, desk, base = Bench(), Desk(), serverapp.web_app.settings["base_url"]
    page = url_path_join(base, r"/formgrader/submissions/([^/]+)/?")
    serverapp.web_app.add_handlers(".*$", [(page, SubmissionPage, {"desk": desk})])
    for address, method in BUTTONS.items():
        route = url_path_join(base, "/formgrader/api/", address)
        serverapp.web_app.add_handlers(".*$", [(route, Button, {"method": method, "bench": bench})])
    scripts = url_path_join(base, rf"/formgrader/static/js/({'|'.join(map(re.escape, names.SCRIPTS))})")
    serverapp.web_app.add_handlers(".*$", [(scripts, names.Script)])
