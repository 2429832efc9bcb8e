"""A real JupyterHub with accounts of its own, set up by the files and commands of docs/hub.md.

It lives in namespaces: its accounts, its /etc and the folder that nbgrader shares are seen by nobody else, and all its
processes end with it. Packages from elsewhere are those of this environment; ours is built and installed as the page
says.
"""

import importlib.util
import os
import re
import shlex
import shutil
import signal
import socket
import subprocess
import sys
import sysconfig
import tempfile
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from autograder.core.course import Course

TEACHER, LEARNER = "gw-teacher", "gw-ada"
PASSWORD = "only-for-these-tests"
_NAMESPACES = ("unshare", "--mount", "--pid", "--fork", "--mount-proc", "--kill-child")
_PUBLIC = 0o755


@dataclass(frozen=True)
class Page:
    """What docs/hub.md says.

    Attributes:
        commands: for "root" and "teacher" the lines of their blocks, in order.
        files: the text of each file, by its path.
    """

    commands: dict[str, list[str]]
    files: dict[str, str]


def read_page(text: str) -> Page:
    """Reads the blocks of docs/hub.md, whose first line says who runs them or which file they are."""
    commands: dict[str, list[str]] = {}
    files = {}
    for indent, body in re.findall(r"^( *)```(?:sh|python)\n(.*?)^ *```", text, re.DOTALL | re.MULTILINE):
        head, *lines = [line.removeprefix(indent) for line in body.splitlines()]
        if whose := re.fullmatch(r"# as (\w+)", head):
            commands.setdefault(whose[1], []).extend(lines)
        else:
            files[head.removeprefix("# ")] = "\n".join(lines) + "\n"
    return Page(commands, files)


def why_not() -> str:
    """Returns why a hub cannot be tried here; empty if it can."""
    if os.geteuid() != 0:
        return "only root can make accounts"
    if importlib.util.find_spec("jupyterhub") is None:
        return "jupyterhub is not installed (pip install jupyterhub)"
    if not shutil.which("configurable-http-proxy"):
        return "configurable-http-proxy is not installed (npm install --global configurable-http-proxy)"
    tried = subprocess.run([*_NAMESPACES, "true"], capture_output=True, text=True, check=False)
    return f"no namespaces: {tried.stderr.strip()}" if tried.returncode else ""


@dataclass(frozen=True)
class Hub:
    """A running hub.

    Attributes:
        url: its address, on loopback.
        inside: a process in its namespaces, by number.
        folder: its folder, which only processes in the namespaces see filled.
    """

    url: str
    inside: int
    folder: Path

    def run(self, user: str, line: str) -> str:
        """Runs a line as an account of the hub, in its namespaces and its home. Returns what it printed."""
        enter = ["nsenter", f"--target={self.inside}", "--mount", "--pid"]
        done = subprocess.run(
            [*enter, "runuser", "--login", user, "--command", line], capture_output=True, text=True, check=False
        )
        assert done.returncode == 0, f"{line}\n{done.stdout}{done.stderr}"
        return done.stdout + done.stderr


@contextmanager
def running(course: Course) -> Iterator[Hub]:
    """Sets up a hub as docs/hub.md says, starts it, and ends it with all its processes."""
    page = read_page((course.root / "docs" / "hub.md").read_text("utf-8"))
    folder, port = Path(tempfile.mkdtemp(prefix="gw-hub-", dir="/tmp")), _free_port()
    with tempfile.TemporaryDirectory() as own:  # what the namespaces do not hide
        script, log = Path(own, "hub.sh"), Path(own, "hub.log")
        script.write_text("\n".join(["set -e", *_lines(page, course, folder, port)]))
        with log.open("w") as out:
            process = subprocess.Popen(
                [*_NAMESPACES, "bash", script], stdout=out, stderr=subprocess.STDOUT, stdin=subprocess.DEVNULL
            )
        try:
            _wait(process, log, f"http://127.0.0.1:{port}/hub/login")
            (inside,) = _children(process.pid)
            yield Hub(f"http://127.0.0.1:{port}", inside, folder)
        except BaseException:
            print(log.read_text()[-5000:])
            raise
        finally:
            process.send_signal(signal.SIGKILL)  # unshare's child, process 1 of the namespace, dies with it
            process.wait()
            folder.rmdir()


def _lines(page: Page, course: Course, folder: Path, port: int) -> list[str]:
    """Returns the script: first what a machine has, then what the page says."""

    def here(line: str) -> str:
        for there, place in (("/opt/gradwise", "env"), (r"(/home/teacher|~)/gradwise", f"{TEACHER}/gradwise")):
            line = re.sub(there, str(folder / place), line)
        line = re.sub(r"/srv/jupyterhub", str(folder / "srv"), line).replace('"teacher"', f'"{TEACHER}"')
        return line.replace("127.0.0.1:8000", f"127.0.0.1:{port}").replace("127.0.0.1:8010", f"127.0.0.1:{service}")

    service = _free_port()
    *setup, start = [here(line) for line in page.commands["root"]]
    files = {
        here(path).replace("~", str(folder / TEACHER)): here(text)
        for path, text in page.files.items()
        if path[0] in "/~"
    }
    settings = f"{folder}/etc/jupyterhub/jupyterhub_config.py"
    files = {path.replace("/etc/jupyterhub", f"{folder}/etc/jupyterhub"): text for path, text in files.items()}
    files[settings] += _quick(port)
    lines = [*_machine(folder), *_clone(course, folder)]
    lines += [_installed(line, folder) for line in setup if not line.startswith("npm ")]
    for path, text in files.items():
        lines += [f"mkdir -p {Path(path).parent}", f"cat > {path} <<'THE END'\n{text}THE END"]
    lines += [f"chown -R {TEACHER} {folder}/{TEACHER}"]
    teacher = [here(line) for line in page.commands["teacher"] if not line.startswith(("git clone", "#"))]
    own = "\n".join(teacher).replace("autograder build", "autograder build 02_activations")
    lines += [f"runuser --login {TEACHER} --command {shlex.quote('set -e; ' + own)}"]
    return [*lines, start.replace("/etc/jupyterhub", f"{folder}/etc/jupyterhub")]


def _quick(port: int) -> str:
    """Returns what only these tests set: a port of their own for each part, and a proxy from this environment."""
    return (
        f"c.JupyterHub.hub_port = {_free_port()}\n"
        f"c.ConfigurableHTTPProxy.api_url = 'http://127.0.0.1:{_free_port()}'\n"
        f"c.ConfigurableHTTPProxy.command = [{shutil.which('configurable-http-proxy')!r}]\n"
        "c.Spawner.http_timeout = c.Spawner.start_timeout = 120\n"
    )


def _machine(folder: Path) -> list[str]:
    """Makes a machine: folders of its own, accounts with a password, this environment's packages readable for all."""
    packages = Path(sysconfig.get_path("purelib"))
    needed = [Path(sys.base_prefix), Path(sys.prefix)]
    lines = [f"chmod 755 {folder}", f"mount -t tmpfs -o mode=755 none {folder}"]
    closed = {path: place for path in needed if (place := _first_closed(path))}
    for number, path in enumerate(closed):
        lines += [f"mkdir {folder}/held{number}", f"mount --bind {path} {folder}/held{number}"]
    lines += [f"mount -t tmpfs -o mode=755 none {place}" for place in sorted({*closed.values()})]
    for number, path in enumerate(closed):
        lines += [f"mkdir -p {path}", f"mount --bind {folder}/held{number} {path}"]
    lines += [
        f"cp -a /etc {folder}/etc && mount --bind {folder}/etc /etc",
        "mount -t tmpfs -o mode=755 none /usr/local/share",
    ]
    for user in (TEACHER, LEARNER):
        lines += [f"useradd --no-log-init --create-home --home-dir {folder}/{user} --shell /bin/bash {user}"]
        lines += [f"chmod 700 {folder}/{user}", f"echo {user}:{PASSWORD} | chpasswd"]
    return [
        *lines,
        f"echo {packages} > {folder}/packages.pth",
    ]


def _first_closed(path: Path) -> Path | None:
    """Returns the topmost folder on the way to a path that not everybody may enter."""
    return next((place for place in reversed([path, *path.parents]) if not place.stat().st_mode & 0o001), None)


def _clone(course: Course, folder: Path) -> list[str]:
    """Makes the teacher's clone: the files that Git knows, as they are now."""
    clone = f"{folder}/{TEACHER}/gradwise"
    copy = (
        f"git -C {course.root} ls-files -z | (cd {course.root} && xargs -0 cp --parents -t {clone} 2>/dev/null || true)"
    )
    return [f"mkdir {clone}", copy]


def _installed(line: str, folder: Path) -> str:
    """Returns a line of the page, with this environment in the place of the registries."""
    env, packages = f"{folder}/env", f"{folder}/packages.pth"
    if " -m venv " in line:
        python = line.replace("python3", sys.executable).replace("-m venv", "-m venv --without-pip")
        site = f"{env}/lib/python{sys.version_info[0]}.{sys.version_info[1]}/site-packages"
        scripts = "alembic jupyter* nbgrader"
        return "\n".join(
            [
                python,
                f"cp {packages} {site}/",
                f"mkdir -p {env}/share {env}/etc && ln -s {sys.prefix}/share/jupyter {env}/share/jupyter",
                f"cp -r {sys.prefix}/etc/jupyter {env}/etc/",
                f"rm -f {env}/etc/jupyter/nbgrader_config.json {env}/etc/jupyter/*/gradwise.json",
                f"(cd {sys.prefix}/bin && cp {scripts} {env}/bin/)",
                f"sed -i '1s|.*|#!{env}/bin/python|' {env}/bin/alembic {env}/bin/jupyter* {env}/bin/nbgrader",
            ]
        )
    if "/pip install " in line:
        ours = [word for word in shlex.split(line) if word.endswith("[teach,hub]")]
        pip = f"{sys.executable} -m pip --python {env}/bin/python install --quiet --no-deps --no-build-isolation"
        return f"PATH={Path(sys.executable).parent}:$PATH {pip} {ours[0].removesuffix('[teach]')}" if ours else ":"
    return line


def _free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


def _children(process: int) -> list[int]:
    return [int(number) for number in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def _wait(process: "subprocess.Popen[bytes]", log: Path, url: str) -> None:
    """Waits until the hub shows its login page."""
    for _ in range(1200):
        assert process.poll() is None, log.read_text()
        try:
            urllib.request.urlopen(url, timeout=5).close()
        except (urllib.error.URLError, OSError):
            time.sleep(0.2)
        else:
            return
    raise AssertionError(log.read_text())
