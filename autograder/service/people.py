"""Who asks: by the hub's login or the hub's tokens, or, without a hub, by the tokens of a file."""

import hashlib
import hmac
import os
import re
import secrets
import time
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from tornado.httputil import url_concat
from tornado.web import HTTPError, RequestHandler

from autograder.core.files import private_mode
from autograder.core.folders import is_name, not_a_student
from autograder.core.media import for_sentence
from autograder.core.outcomes import UsageError

COOKIE = "gradwise-session"
SESSION_SECONDS = 12 * 3600.0
MEMBERS_SECONDS = 30.0  # for which a list of teachers is believed
LEAST_TOKEN = 16  # characters
MOST_NAME = 200  # bytes
_BEARER = re.compile(r"(?:token|bearer)\s+(\S+)", re.IGNORECASE)


@dataclass(frozen=True)
class Person:
    """Whoever asks.

    Attributes:
        name: the name in the gradebook.
        teaches: whether it is a teacher of this course.
        is_service: whether it is a program of the hub, which has no submissions.
        by_cookie: whether a browser's cookie says so: then a form needs a token against forged requests.
    """

    name: str
    teaches: bool = False
    is_service: bool = False
    by_cookie: bool = False


class People(Protocol):
    """Tells who asks."""

    async def who(self, handler: RequestHandler) -> Person | None:
        """Returns who asks; None if nobody says so."""

    def login_url(self, handler: RequestHandler) -> str:
        """Returns where a browser logs in."""


def cannot_be(name: str) -> str:
    """Returns a sentence that says why nobody can be called that here; empty if somebody can.

    The name becomes a folder's, beside those of other learners, and a part of patterns in nbgrader.
    """
    if sentence := not_a_student(name):
        return sentence
    good = name and name[0] != "." and is_name(name) and len(name.encode()) <= MOST_NAME
    if not good or any(char in name for char in "/\\*?[]"):
        return f"{for_sentence(name[:MOST_NAME])} cannot be a learner's name: it becomes the name of a folder."
    return ""


def bearer(handler: RequestHandler) -> str:
    """Returns the token in the header of a request; empty if there is none."""
    match = _BEARER.fullmatch(handler.request.headers.get("Authorization", "").strip())
    return match[1] if match else ""


class Tokens:
    """The people of a file, each with a token. A browser exchanges it for a cookie.

    Args:
        path: the file, TOML: tables `teachers` and `learners`, with a token for each name.

    Raises:
        UsageError: the file cannot be used; the text says why.
    """

    def __init__(self, path: Path) -> None:
        self._people: dict[bytes, Person] = {}
        self._sessions: dict[str, tuple[Person, float]] = {}
        for table, teaches in (("teachers", True), ("learners", False)):
            for name, token in _tables(path).get(table, {}).items():
                self._add(path, Person(name, teaches), token)
        if not self._people:
            raise UsageError(f'{for_sentence(path)} names nobody. Write [learners] in it, and NAME = "TOKEN" below.')

    def _add(self, path: Path, person: Person, token: Any) -> None:
        if sentence := cannot_be(person.name):
            raise UsageError(f"{for_sentence(path)}: {sentence}")
        if not isinstance(token, str) or len(token) < LEAST_TOKEN:
            raise UsageError(
                f"{for_sentence(path)}: the token of {for_sentence(person.name)} needs {LEAST_TOKEN} characters or "
                "more. `python -c 'import secrets; print(secrets.token_urlsafe())'` makes one."
            )
        if _digest(token) in self._people:
            raise UsageError(f"{for_sentence(path)}: two people have the token of {for_sentence(person.name)}.")
        self._people[_digest(token)] = person

    def of_token(self, token: str) -> Person | None:
        """Returns whose token it is."""
        return self._people.get(_digest(token))

    async def who(self, handler: RequestHandler) -> Person | None:
        """Returns who asks: by the header, if there is one, else by the cookie."""
        if "Authorization" in handler.request.headers:
            return self.of_token(bearer(handler))
        person, until = self._sessions.get(handler.get_cookie(COOKIE, "") or "", (None, 0.0))
        if person is None or time.time() > until:
            return None
        return Person(person.name, person.teaches, by_cookie=True)

    def login_url(self, handler: RequestHandler) -> str:
        """Returns the page that asks for a token."""
        return str(handler.reverse_url("login"))

    def log_in(self, handler: RequestHandler, token: str) -> bool:
        """Begins a session, with a new cookie whatever the browser has sent. Returns False for a wrong token."""
        person = self.of_token(token)
        if person is None:
            return False
        self.log_out(handler)
        now = time.time()
        self._sessions = {key: entry for key, entry in self._sessions.items() if entry[1] > now}
        key = secrets.token_urlsafe(32)
        self._sessions[key] = person, now + SESSION_SECONDS
        secure = handler.request.protocol == "https"
        handler.set_cookie(COOKIE, key, httponly=True, samesite="Strict", secure=secure, path=_path(handler))
        handler.clear_cookie("_xsrf", path=_path(handler))
        return True

    def log_out(self, handler: RequestHandler) -> None:
        """Ends the session of a browser."""
        self._sessions.pop(handler.get_cookie(COOKIE, "") or "", None)
        handler.clear_cookie(COOKIE, path=_path(handler))


def _path(handler: RequestHandler) -> str:
    return str(handler.settings["prefix"])


def _digest(token: str) -> bytes:
    """Returns a digest: looking a token up takes the same time, however much of it is right."""
    return hmac.new(_KEY, token.encode("utf-8", "replace"), hashlib.sha256).digest()


_KEY = secrets.token_bytes(32)


def _tables(path: Path) -> dict[str, dict[str, Any]]:
    try:
        if path.stat().st_mode & 0o777 & ~private_mode(path.parent):
            raise UsageError(f"{for_sentence(path)} can be read by others. Say: chmod 600 {path}")
        tree = tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise UsageError(f"{for_sentence(path)} cannot be read: {error.strerror}.") from None
    except ValueError as error:
        raise UsageError(f"{for_sentence(path)} is not TOML: {error}.") from None
    if strange := sorted(tree.keys() - {"teachers", "learners"}):
        raise UsageError(f"{for_sentence(path)}: [{strange[0]}] is unknown; there are [teachers] and [learners].")
    if any(not isinstance(table, dict) for table in tree.values()):
        raise UsageError(f'{for_sentence(path)}: below [learners] and [teachers] stand lines NAME = "TOKEN".')
    return tree


class OfHub:
    """The users of a JupyterHub: its login in a browser, its tokens in a notebook. Its group says who teaches.

    Args:
        course: the course's name; members of the group formgrade-COURSE are its teachers.

    Raises:
        UsageError: JupyterHub is not installed.
    """

    def __init__(self, course: str) -> None:
        try:
            from jupyterhub.services.auth import HubOAuth, HubOAuthCallbackHandler
        except ImportError:
            raise UsageError('A service of a JupyterHub needs its package: pip install "gradwise[hub]".') from None
        self.auth = auth = HubOAuth.instance(cache_max_age=30)

        class Callback(HubOAuthCallbackHandler):  # type: ignore[misc]
            hub_auth = auth

        self.callback = Callback  # to which the hub sends a browser back
        self._group = f"formgrade-{course}"
        self._members: tuple[float, frozenset[str]] = (0.0, frozenset())

    async def who(self, handler: RequestHandler) -> Person | None:
        """Returns the user whom the hub names, if the user may use this service."""
        model = await self.auth.get_user(handler, sync=False)
        if not model or not self.auth.check_scopes(self.auth.access_scopes, model):
            return None
        name, is_service = str(model["name"]), model.get("kind") == "service"
        by_cookie = not getattr(handler, "_token_authenticated", False)
        teaches = not is_service and name in await self._teachers()
        return Person(name, teaches, is_service, by_cookie)

    async def _teachers(self) -> frozenset[str]:
        asked, members = self._members
        if time.monotonic() - asked > MEMBERS_SECONDS or not asked:
            address = f"{self.auth.api_url.rstrip('/')}/groups/{self._group}"
            try:
                group = await self.auth._api_request("GET", address, allow_403=True)
            except HTTPError:  # the hub has no such group, or does not answer: nobody is taken for a teacher
                group = None
            members = frozenset((group or {}).get("users", ()))
            self._members = time.monotonic(), members
        return members

    def login_url(self, handler: RequestHandler) -> str:
        """Returns the hub's page, which sends the browser back to where it was."""
        params, verifier = {}, {}
        if getattr(self.auth, "pkce_enabled", False):  # since JupyterHub 6
            secret, params["code_challenge"], params["code_challenge_method"] = self.auth.generate_pkce_code_challenge()
            verifier = {"code_verifier": secret}
        params["state"] = self.auth.set_state_cookie(handler, next_url=handler.request.uri, **verifier)
        return url_concat(self.auth.login_url, params)


def is_on_hub() -> bool:
    """Tells whether a hub has started this process, or its variables are set for it."""
    return bool(os.environ.get("JUPYTERHUB_API_TOKEN") and os.environ.get("JUPYTERHUB_API_URL"))
