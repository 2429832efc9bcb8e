"""Who may ask what: every address with everybody, and the ways in which browsers and clients are misused."""

import re
import socket
import time
from http.cookies import SimpleCookie
from urllib.parse import urlencode, urlsplit

import pytest

from ...conftest import SLUG
from .conftest import Notebook
from .server import ADA, ATTEMPTS, BOB, EVE, PEOPLE, TEACHER, Answer, Server

ONE = f"/api/v1/assignments/{SLUG}"
TEACH = f"/api/v1/teach/assignments/{SLUG}"
ANYONE, PEOPLE_ONLY, OWNERS, TEACHERS = "anyone", "people", "owners", "teachers"
# Each address with its method, and who may use it. A test compares the list with the server's.
ROUTES = [
    ("GET", "/", PEOPLE_ONLY),
    ("GET", "/attempts/KEY", OWNERS),
    ("GET", "/teacher/", TEACHERS),
    ("GET", f"/teacher/{SLUG}", TEACHERS),
    ("GET", f"/teacher/{SLUG}/live", TEACHERS),
    ("GET", "/static/theme.css", ANYONE),
    ("GET", "/static/live.js", ANYONE),
    ("GET", "/api/v1/health", ANYONE),
    ("GET", "/api/v1/openapi.json", ANYONE),
    ("GET", "/api/v1/me", PEOPLE_ONLY),
    ("GET", ONE, PEOPLE_ONLY),
    ("GET", f"{ONE}/attempts", PEOPLE_ONLY),
    ("POST", f"{ONE}/attempts", PEOPLE_ONLY),
    ("GET", "/api/v1/attempts/KEY", OWNERS),
    ("GET", TEACH, TEACHERS),
    ("PATCH", f"{TEACH}/terms", TEACHERS),
    ("POST", f"{TEACH}/regrade", TEACHERS),
    ("PUT", f"{TEACH}/ada/extension", TEACHERS),
    ("POST", f"{TEACH}/ada/attempts", TEACHERS),
    ("GET", "/api/v1/exchange", PEOPLE_ONLY),
    ("GET", f"/api/v1/exchange/releases/{SLUG}", PEOPLE_ONLY),
    ("PUT", f"/api/v1/exchange/releases/{SLUG}", TEACHERS),
    ("GET", f"/api/v1/exchange/submissions/{SLUG}", TEACHERS),
    ("POST", f"/api/v1/exchange/submissions/{SLUG}", PEOPLE_ONLY),
    ("GET", f"/api/v1/exchange/submissions/{SLUG}/1", TEACHERS),
    ("GET", f"/api/v1/exchange/feedback/{'0' * 32}", PEOPLE_ONLY),
    ("PUT", f"/api/v1/exchange/feedback/{'0' * 32}", TEACHERS),
    ("GET", "/login", ANYONE),
    ("POST", "/logout", PEOPLE_ONLY),
]
BODIES = {"regrade": {"student": "nobody"}, "extension": {"hours": 0}}


@pytest.fixture(scope="module")
def key(server: Server, notebook: Notebook) -> str:
    """An attempt of Ada's."""
    return str(server.graded(ADA, notebook(remark="Ada's own"))["id"])


@pytest.mark.parametrize(("method", "path", "may"), ROUTES)
def test_each_address_with_everybody(method: str, path: str, may: str, server: Server, key: str) -> None:
    address = path.replace("KEY", key)
    body = None if method == "GET" else BODIES.get(address.rpartition("/")[2], {})

    def ask(who: str | None) -> int:
        return server.ask(who, method, address, body).status

    page = not path.startswith("/api") and not path.endswith("live")
    nobody = 302 if page and method == "GET" else 401
    server.people["forged"] = "a-token-that-nobody-has"
    allowed = {ANYONE: {None, ADA, BOB, TEACHER}, PEOPLE_ONLY: {ADA, BOB, TEACHER}, OWNERS: {ADA, TEACHER}}
    for who in (None, "forged", BOB, ADA, TEACHER):
        status = ask(who)
        if who == "forged":
            assert may == ANYONE or status == nobody, (who, status)
        elif who in allowed.get(may, {TEACHER}):
            assert status in (200, 202, 302, 303, 400, 404, 415), (who, status)
        elif who is None:
            assert status == nobody
        else:
            assert status in (403, 404), (who, status)
    del server.people["forged"]


def test_the_list_of_addresses_is_the_servers() -> None:
    from autograder import service

    source = (service.__path__[0]) + "/app.py"
    with open(source) as file:
        text = file.read()
    found = set(re.findall(r'\(r?f?"([^"]*)", (?:learner|teacher|exchange)\.(\w+)', text))
    patterns = [
        pattern.replace("{one}", "assignments/([^/]+)").replace("{two}", "assignments/([^/]+)/([^/]+)")
        for pattern, _ in found
    ]
    tried = [path.replace("KEY", "0" * 32) for _, path, _ in ROUTES]
    for pattern in patterns:
        assert any(re.fullmatch(f"/{pattern}", path) for path in tried), pattern


def test_anothers_attempt_is_as_if_there_were_none(server: Server, key: str) -> None:
    there = server.ask(BOB, "GET", f"/api/v1/attempts/{key}")
    nowhere = server.ask(BOB, "GET", f"/api/v1/attempts/{'0' * 32}")
    assert (there.status, there.body) == (nowhere.status, nowhere.body) == (404, nowhere.body)


class Browser:
    """What of a browser matters here: cookies."""

    def __init__(self, server: Server) -> None:
        self.server = server
        self.cookies: dict[str, str] = {}

    def ask(self, method: str, path: str, body: bytes | None = None, **headers: str) -> Answer:
        cookie = "; ".join(f"{name}={value}" for name, value in self.cookies.items())
        kind = headers.pop("kind", "application/x-www-form-urlencoded")
        answer = self.server.ask(None, method, path, body, kind, {"Cookie": cookie, **headers})
        for header, value in answer.headers.items():
            if header.lower() == "set-cookie":
                for name, morsel in SimpleCookie(value).items():
                    self.cookies[name] = morsel.value
        return answer

    def log_in(self, who: str) -> Answer:
        page = self.ask("GET", "/login").body.decode()
        (token,) = re.findall(r'name="_xsrf" value="([^"]+)"', page)
        return self.ask("POST", "/login", urlencode({"token": PEOPLE[who], "_xsrf": token}).encode())


def test_a_browser_logs_in_and_forms_of_other_sites_are_refused(server: Server) -> None:
    browser = Browser(server)
    browser.ask("GET", "/login")
    browser.cookies["gradwise-session"] = fixed = "chosen-by-somebody-else"
    assert browser.log_in(TEACHER).status == 303
    assert browser.cookies["gradwise-session"] != fixed

    page = browser.ask("GET", f"/teacher/{SLUG}")
    assert page.status == 200
    (token,) = re.findall(r'data-xsrf="([^"]+)"', page.body.decode())
    change = b'{"attempts": 5}'
    for forged in ({}, {"X-XSRFToken": "guessed"}, {"Origin": "https://example.org"}):
        refused = browser.ask("PATCH", f"{TEACH}/terms", change, kind="application/json", **forged)
        assert (refused.status, refused.code) == (403, "forged")
    own = browser.ask("PATCH", f"{TEACH}/terms", change, kind="application/json", **{"X-XSRFToken": token})
    assert own.status == 200

    session = browser.cookies["gradwise-session"]
    browser.ask("POST", "/logout", urlencode({"_xsrf": token}).encode(), **{"X-XSRFToken": token})
    browser.cookies["gradwise-session"] = session
    assert browser.ask("GET", f"/teacher/{SLUG}").status == 302


def test_a_login_form_of_another_site_and_a_wrong_token_are_refused(server: Server) -> None:
    browser = Browser(server)
    forged = browser.ask("POST", "/login", urlencode({"token": PEOPLE[ADA]}).encode())
    assert forged.status == 403
    assert "gradwise-session" not in browser.cookies
    page = browser.ask("GET", "/login").body.decode()
    (token,) = re.findall(r'name="_xsrf" value="([^"]+)"', page)
    wrong = browser.ask("POST", "/login", urlencode({"token": "wrong", "_xsrf": token}).encode())
    assert wrong.status == 403
    assert "That token is not known here" in wrong.body.decode()


def test_cookies_are_kept_from_scripts_and_other_sites(server: Server) -> None:
    page = server.ask(None, "GET", "/login")
    assert "HttpOnly" in page.headers["Set-Cookie"]
    assert "SameSite=Strict" in page.headers["Set-Cookie"]


def test_a_forged_host_is_refused(server: Server) -> None:
    for host in ("evil.example", "127.0.0.1.evil.example", "evil.example:80", ""):
        answer = server.ask(ADA, "GET", "/api/v1/me", headers={"Host": host})
        assert answer.status in (400, 421), host
    assert server.ask(ADA, "GET", "/api/v1/me", headers={"Host": "localhost:1"}).status == 200


@pytest.mark.parametrize("path", ["/", "/login", "/api/v1/me", "/nowhere", "/attempts/KEY", f"/teacher/{SLUG}"])
def test_every_answer_tells_browsers_what_they_may(path: str, server: Server, key: str) -> None:
    headers = server.ask(TEACHER, "GET", path.replace("KEY", key)).headers
    policy = headers["Content-Security-Policy"]
    assert "default-src 'none'" in policy
    assert "unsafe-inline" not in policy or policy.startswith("sandbox")
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"
    assert "Server" not in headers


def test_pages_hold_no_scripts_or_styles_of_their_own(server: Server) -> None:
    for path in ("/", "/login", f"/teacher/{SLUG}", f"/teacher/{SLUG}/live"):
        page = server.ask(TEACHER, "GET", path).body.decode()
        assert not re.search(r"<script(?![^>]* src=)|<style| style=| on\w+=", page), path


@pytest.mark.parametrize(
    "name", ["..", "../grace", "..%2fgrace", "%2e%2e", "a/b", "a%2fb", "%00", "a%0ab", "." * 300, "%ff", ".hidden"]
)
def test_names_lead_nowhere_else(name: str, server: Server) -> None:
    for path in (f"{TEACH}/{name}/attempts", f"/api/v1/teach/assignments/{name}/terms", f"/static/{name}"):
        method = "PATCH" if path.endswith("terms") else "GET" if "static" in path else "POST"
        answer = server.ask(TEACHER, method, path, {} if method != "GET" else None)
        assert answer.status in (400, 404, 405), (path, answer.status)


def test_scripts_in_a_notebook_stay_text(server: Server, notebook: Notebook) -> None:
    bad = "def relu(x):\n    '''<script>alert(1)</script>'''\n    return '<img src=x onerror=alert(1)>'\n"
    attempt = server.graded(BOB, notebook(remark="<script>alert(1)</script>", write_relu=bad))
    page = server.ask(BOB, "GET", f"/{attempt['page']}")
    assert "<script" not in page.body.decode()
    assert "<img" not in page.body.decode()
    assert page.headers["Content-Security-Policy"].startswith("sandbox")
    live = server.ask(TEACHER, "GET", f"/teacher/{SLUG}/live").body.decode()
    assert "<script" not in live


@pytest.mark.parametrize(
    ("body", "kind", "status", "code"),
    [
        (b"", "application/x-ipynb+json", 400, "not_a_notebook"),
        (b"hello", "application/x-ipynb+json", 400, "not_a_notebook"),
        (b"\x1f\x8b" + b"\0" * 100, "application/x-ipynb+json", 400, "not_a_notebook"),
        (b'{"cells": []}', "text/plain", 415, "wrong_kind"),
        (b'{"cells": []}', "multipart/form-data", 415, "wrong_kind"),
    ],
)
def test_what_is_not_a_notebook_costs_nothing(body: bytes, kind: str, status: int, code: str, server: Server) -> None:
    before = server.ask(BOB, "GET", ONE).tree["attempts"]["left"]
    answer = server.ask(BOB, "POST", ATTEMPTS, body, kind)
    assert (answer.status, answer.code) == (status, code)
    assert server.ask(BOB, "GET", ONE).tree["attempts"]["left"] == before


def raw(server: Server, text: bytes, seconds: float = 20.0) -> bytes:
    """Sends bytes as they are, and returns what comes until the server closes or so long."""
    place = urlsplit(server.url)
    received = b""
    with socket.create_connection((place.hostname, place.port), timeout=seconds) as connection:
        connection.sendall(text)
        try:
            while piece := connection.recv(65536):
                received += piece
        except TimeoutError:
            pass
    return received


def head(server: Server, who: str | None, *lines: str) -> bytes:
    token = [f"Authorization: token {PEOPLE[who]}"] if who else []
    place = urlsplit(server.url).netloc
    return "\r\n".join([f"POST {ATTEMPTS} HTTP/1.1", f"Host: {place}", *token, *lines, "", ""]).encode()


def test_a_body_is_refused_before_it_is_read(server: Server) -> None:
    kind = "Content-Type: application/x-ipynb+json"
    assert b" 413 " in raw(server, head(server, ADA, kind, f"Content-Length: {50 * 2**20}"))
    assert b" 401 " in raw(server, head(server, None, kind, "Content-Length: 1000000"))
    chunk = b"100000\r\n" + b"x" * 0x100000 + b"\r\n"
    endless = head(server, ADA, kind, "Transfer-Encoding: chunked") + chunk * 25
    try:
        answer = raw(server, endless)
    except (BrokenPipeError, ConnectionResetError):  # closed while this was still sending
        answer = b" 413 "
    assert b" 413 " in answer
    assert server.ask(ADA, "GET", "/api/v1/health").status == 200


@pytest.mark.parametrize(
    "text",
    [
        b"\0" * 100,
        b"GET / HTTP/9.9\r\n\r\n",
        b"GET /" + b"a" * 40000 + b" HTTP/1.1\r\n\r\n",
        b"POST / HTTP/1.1\r\nContent-Length: -1\r\n\r\n",
    ],
)
def test_nonsense_closes_its_own_connection_only(text: bytes, server: Server) -> None:
    raw(server, text, 2.0)
    assert server.ask(None, "GET", "/api/v1/health").status == 200


def test_connections_that_say_nothing_keep_nobody_waiting(server: Server) -> None:
    place = urlsplit(server.url)
    silent = [socket.create_connection((place.hostname, place.port)) for _ in range(200)]
    try:
        for connection in silent[:100]:
            connection.sendall(b"POST /api/v1/ HTTP/1.1\r\nHost: x\r\nContent-Length: 10\r\n")
        assert server.ask(ADA, "GET", "/api/v1/me").status == 200
    finally:
        for connection in silent:
            connection.close()


def test_somebody_who_opens_many_requests_keeps_nobody_else_waiting(server: Server) -> None:
    place = urlsplit(server.url)
    begun: list[socket.socket] = []

    def one_more_is_refused() -> bool:  # those that came too fast after another test's are answered and not open
        begun.append(socket.create_connection((place.hostname, place.port)))
        begun[-1].sendall(head(server, EVE, "Content-Type: application/x-ipynb+json", "Content-Length: 1000"))
        return server.ask(EVE, "GET", "/api/v1/me").status == 429

    try:
        server.wait_for(one_more_is_refused)
        assert server.ask(ADA, "GET", "/api/v1/me").status == 200
    finally:
        for connection in begun:
            connection.close()
    server.wait_for(lambda: server.ask(EVE, "GET", "/api/v1/me").status == 200)  # who has gone is not counted


def test_too_many_requests_are_put_off(server: Server) -> None:
    until, statuses = time.monotonic() + 20, []
    while time.monotonic() < until and 429 not in statuses:
        statuses.append(server.ask(BOB, "GET", f"/attempts/{'0' * 32}").status)
    answer = server.ask(BOB, "GET", "/api/v1/me") if statuses[-1] == 429 else None
    if answer is not None and answer.status == 429:
        assert answer.headers["Retry-After"] == "1"
    assert server.ask(ADA, "GET", "/api/v1/me").status == 200
