"""Asks the service: finds its address and the learner's token, sends requests, and says in words what went wrong."""

import json
import os
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from http.client import HTTPException
from typing import Any
from urllib.parse import quote, urlsplit

__all__ = ["ADDRESS", "Service", "Trouble"]

ADDRESS, TOKEN, HUBS_TOKEN = "GRADWISE_SERVICE", "GRADWISE_TOKEN", "JUPYTERHUB_API_TOKEN"
TRIES = 4  # of a request that got no answer: the service may just be starting again
MOST_PATIENCE = 30.0  # seconds that are waited because the service asks for it
LONGEST = 60.0  # seconds for an answer
MOST_ANSWER = 128 * 2**20


class Trouble(Exception):
    """The service did not do what was asked. The text says why and what to do."""


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    """Follows no redirection: the token would go along to wherever it leads."""

    def redirect_request(self, *_: Any) -> None:
        """Refuses."""
        return


@dataclass(frozen=True)
class Service:
    """The service of a course: its address, which ends with a slash, and the learner's token."""

    address: str
    token: str

    @classmethod
    def configured(cls) -> "Service | None":
        """Returns the service that the variables name; None if they name none.

        Raises:
            Trouble: the address is not one, or there is no token.
        """
        address = os.environ.get(ADDRESS, "").strip()
        if not address:
            return None
        if urlsplit(address).scheme not in ("http", "https") or not urlsplit(address).hostname:
            raise Trouble(f"{ADDRESS} is {address!r}, which is not an address. Tell whoever set up this server.")
        token = os.environ.get(TOKEN) or os.environ.get(HUBS_TOKEN) or ""
        if not token:
            raise Trouble(f"Nothing says who you are: put the token that you were given into {TOKEN}.")
        return cls(address.rstrip("/") + "/", token.strip())

    def get(self, path: str, tries: int = TRIES) -> Any:
        """Returns the JSON at a path below the address.

        Args:
            path: the path.
            tries: how often it is tried.

        Raises:
            Trouble: there is none.
        """
        return json.loads(self._answer("GET", path, tries=tries))

    def page(self, path: str) -> str:
        """Returns the page at a path.

        Raises:
            Trouble: there is none.
        """
        return self._answer("GET", path).decode("utf-8", "replace")

    def hand_in(self, assignment: str, notebook: bytes) -> Any:
        """Sends a notebook. The same one again is the same attempt, so nothing is lost if an answer gets lost.

        Raises:
            Trouble: it was not accepted.
        """
        return json.loads(self._answer("POST", f"api/v1/assignments/{quote(assignment, safe='')}/attempts", notebook))

    def data(self, path: str) -> bytes:
        """Returns the bytes at a path.

        Raises:
            Trouble: there are none.
        """
        return self._answer("GET", path)

    def send(self, method: str, path: str, body: bytes, kind: str, headers: Mapping[str, str] | None = None) -> None:
        """Sends something to a path.

        Raises:
            Trouble: it was not accepted.
        """
        self._answer(method, path, body, {"Content-Type": kind, **(headers or {})})

    def _answer(
        self,
        method: str,
        path: str,
        body: bytes | None = None,
        more: Mapping[str, str] | None = None,
        tries: int = TRIES,
    ) -> bytes:
        patience, why = MOST_PATIENCE, ""
        for tried in range(tries):
            if tried:
                time.sleep(min(2.0**tried / 4, patience))
            try:
                return self._once(method, path, body, more or {})
            except urllib.error.HTTPError as error:
                with error:
                    code, sentence, wait = _told(error)
                if error.code == 429 and code != "no_attempts" and 0 < wait <= patience:
                    time.sleep(wait)
                    patience -= wait
                    why = sentence
                elif error.code in (502, 503, 504):  # the hub's proxy: the service is being started
                    why = "The service does not answer."
                else:
                    raise Trouble(sentence) from None
            except (OSError, HTTPException) as error:
                why = f"The service does not answer ({getattr(error, 'reason', None) or error})."
        raise Trouble(f"{why} Try again later: your notebook is as it was.")

    def _once(self, method: str, path: str, body: bytes | None, more: Mapping[str, str]) -> bytes:
        headers = {"Authorization": f"token {self.token}", "Accept": "application/json"}
        if body is not None:
            headers["Content-Type"] = "application/x-ipynb+json"
        headers |= more
        request = urllib.request.Request(self.address + path, data=body, headers=headers, method=method)
        opener = urllib.request.build_opener(_NoRedirect)
        with opener.open(request, timeout=LONGEST) as answer:
            data: bytes = answer.read(MOST_ANSWER)
        return data


def _told(error: urllib.error.HTTPError) -> tuple[str, str, float]:
    """Returns the word and the sentence of an answer that refuses, and the seconds to wait."""
    try:
        tree = json.loads(error.read(2**16))["error"]
        return str(tree["code"]), str(tree["message"]), float(tree.get("retry_after", 0))
    except (ValueError, KeyError, TypeError, OSError):
        if error.code in (401, 403):
            return "", "The service does not know you. Is your token right?", 0.0
        return "", f"The service answers with an error ({error.code}).", 0.0
