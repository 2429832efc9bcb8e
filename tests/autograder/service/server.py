"""A real server on loopback, with people of its own, that a test may kill and start again."""

import json
import os
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Self

from ...conftest import SLUG
from ..temporary import TemporaryCourse

TEACHER, ADA, BOB, EVE, FAY, GIL = "grace", "ada", "bob", "eve", "fay", "gil"  # tests that count attempts: Fay, Gil
PEOPLE = {name: f"the-token-of-{name}-is-long" for name in (TEACHER, ADA, BOB, EVE, FAY, GIL)}
PATIENCE = 120.0  # seconds; a machine may be busy
ATTEMPTS = f"/api/v1/assignments/{SLUG}/attempts"


@dataclass(frozen=True)
class Answer:
    """What the server answered."""

    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def tree(self) -> Any:
        return json.loads(self.body)

    @property
    def code(self) -> str:
        return str(self.tree["error"]["code"])

    @property
    def sentence(self) -> str:
        return str(self.tree["error"]["message"])


class _NoRedirect(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return


@dataclass
class Server:
    """The service of a course, started by its command."""

    course: TemporaryCourse
    options: tuple[str, ...] = ()
    slug: str = SLUG
    process: "subprocess.Popen[str] | None" = None
    url: str = ""
    people: dict[str, str] = field(default_factory=lambda: dict(PEOPLE))

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def start(self) -> None:
        """Starts it, and waits until it answers."""
        tokens = self.course.root / "tokens.toml"
        lines = ["[teachers]", f'{TEACHER} = "{self.people[TEACHER]}"', "[learners]"]
        lines += [f'"{name}" = "{token}"' for name, token in self.people.items() if name != TEACHER]
        tokens.write_text("\n".join(lines))
        tokens.chmod(0o600)
        words = ["serve", "--tokens", str(tokens), "--port", "0", *self.options]
        log = (self.course.root / "serve.log").open("a")
        with log:
            self.process = subprocess.Popen(
                [str(Path(sys.executable).with_name("autograder")), *words],
                cwd=self.course.root,
                env=self.course.environment,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                start_new_session=True,
            )
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().strip().rstrip("/")
        assert self.url, self.log

    @property
    def log(self) -> str:
        return (self.course.root / "serve.log").read_text()

    def kill(self) -> None:
        """Kills the server, and nothing else: its workers must end by themselves."""
        assert self.process is not None
        self.process.kill()
        self.process.communicate()
        self.wait_for(lambda: not self.left())

    def stop(self) -> None:
        """Asks it to end, as a hub does."""
        assert self.process is not None
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        self.process.communicate(timeout=PATIENCE)
        self.wait_for(lambda: not self.left())

    def left(self) -> list[int]:
        """Returns the processes of its session that are still there."""
        assert self.process is not None
        found = []
        for entry in os.listdir("/proc"):
            if entry.isdigit():
                try:
                    fields = Path(f"/proc/{entry}/stat").read_text().rpartition(")")[2].split()
                except OSError:
                    continue
                if int(fields[3]) == self.process.pid and fields[0] != "Z":
                    found.append(int(entry))
        return found

    def wait_for(self, happened: Any) -> Any:
        """Waits until a function returns something true, and returns that."""
        until = time.monotonic() + PATIENCE
        while not (value := happened()):
            assert time.monotonic() < until, self.log
            time.sleep(0.05)
        return value

    def ask(
        self,
        who: str | None,
        method: str,
        path: str,
        body: Any = None,
        kind: str = "application/json",
        headers: dict[str, str] | None = None,
    ) -> Answer:
        """Asks the server something as somebody, by token; None for nobody."""
        data = body if isinstance(body, bytes) or body is None else json.dumps(body).encode()
        sent = {"Authorization": f"token {self.people[who]}"} if who else {}
        if data is not None:
            sent["Content-Type"] = kind
        request = urllib.request.Request(self.url + path, data, {**sent, **(headers or {})}, method=method)
        try:
            with urllib.request.build_opener(_NoRedirect).open(request, timeout=PATIENCE) as answer:
                return Answer(answer.status, dict(answer.headers), answer.read())
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, dict(error.headers), error.read())

    def hand_in(self, who: str, data: bytes) -> Answer:
        """Hands in a notebook."""
        path = f"/api/v1/assignments/{self.slug}/attempts"
        return self.ask(who, "POST", path, data, "application/x-ipynb+json")

    def result(self, who: str, key: str) -> Any:
        """Waits for an attempt, and returns it with its result."""
        until = time.monotonic() + PATIENCE
        while True:
            answer = self.ask(who, "GET", f"/api/v1/attempts/{key}?wait=20")
            assert answer.status == 200, answer.body
            if answer.tree["state"] not in ("waiting", "running"):
                return answer.tree
            assert time.monotonic() < until, self.log

    def graded(self, who: str, data: bytes) -> Any:
        """Hands in a notebook, and waits for its result."""
        answer = self.hand_in(who, data)
        assert answer.status in (200, 202), answer.body
        return self.result(who, answer.tree["id"])
