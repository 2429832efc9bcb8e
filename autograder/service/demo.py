"""`make hub`: a real JupyterHub on loopback with teachers, learners and the service, in a folder that goes with it.

All servers run as whoever starts this, each in a home of its own: a demo for one person. docs/hub.md says how a hub
with accounts is set up.
"""

import os
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from pathlib import Path

from autograder.core.course import Course, find_course

TEACHERS, LEARNERS = ("grace", "noether"), ("ada", "ben", "chloe", "dao", "emil")
SLUG = "02_activations"

CONFIG = """
import secrets as _secrets
from jupyterhub.auth import Authenticator

c = get_config()
PASSWORDS = {passwords!r}


class Known(Authenticator):
    async def authenticate(self, handler, data):
        known = PASSWORDS.get(data["username"], _secrets.token_hex())
        return data["username"] if _secrets.compare_digest(known, data["password"]) else None


c.JupyterHub.authenticator_class = Known
c.Authenticator.allowed_users = set(PASSWORDS)
c.JupyterHub.bind_url = "http://127.0.0.1:{port}"
c.JupyterHub.hub_port = {hub_port}
c.ConfigurableHTTPProxy.api_url = "http://127.0.0.1:{proxy_port}"
c.ConfigurableHTTPProxy.command = [{proxy!r}]
c.JupyterHub.spawner_class = "simple"
c.SimpleLocalProcessSpawner.home_dir_template = {homes!r} + "/{{username}}"
c.Spawner.cmd = [{python!r}, "-m", "jupyterhub.singleuser"]
c.Spawner.args = ["--allow-root"]
c.Spawner.http_timeout = c.Spawner.start_timeout = 120


def environment(spawner):
    path = {everybody!r}
    return path if spawner.user.name not in {teachers!r} else {teaching!r} + ":" + path


c.Spawner.environment = {{
    "PATH": {path!r},
    "PYTHONPATH": {course!r},
    "GRADWISE_SERVICE": "http://127.0.0.1:{port}/services/gradwise",
    "GRADWISE_EXCHANGE": {exchange!r},
    "JUPYTER_CONFIG_PATH": environment,
}}
c.JupyterHub.services = [
    {{
        "name": "gradwise",
        "url": "http://127.0.0.1:{service_port}",
        "command": [{python!r}, "-P", "-m", "autograder.service", "--course", {course!r}],
        "environment": {{"PATH": {path!r}, "PYTHONPATH": {course!r}, "GRADWISE_EXCHANGE": {exchange!r}}},
        "oauth_no_confirm": True,
    }}
]
c.JupyterHub.load_groups = {{"formgrade-gradwise": {{"users": {teachers!r}}}}}
USE = "access:services!service=gradwise"
c.JupyterHub.load_roles = [
    {{"name": "user", "scopes": ["self", USE]}},
    {{"name": "server", "scopes": ["users:activity!user", "access:servers!server", USE]}},
    {{"name": "gradwise", "scopes": ["read:groups!group=formgrade-gradwise"], "services": ["gradwise"]}},
]
"""
FOR_LEARNERS = """
c = get_config()
c.CourseDirectory.course_id = "gradwise"
c.Exchange.root = {exchange!r}
"""
FOR_TEACHERS = """
from autograder.gradebook.config import checked

load_subconfig(checked({config!r}))
"""


def main() -> None:
    """Sets everything up, says where it is, and runs until Ctrl-C."""
    proxy = shutil.which("configurable-http-proxy")
    if proxy is None:
        sys.exit("configurable-http-proxy is missing: make proxy, or npm install --global configurable-http-proxy")
    folder = Path(tempfile.mkdtemp(prefix="gradwise-hub-"))
    try:
        _run(folder, _laid_out(find_course(), folder, proxy))
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _laid_out(course: Course, folder: Path, proxy: str) -> dict[str, str]:
    """Writes the course, the homes and the configuration. Returns the passwords by name."""
    print("Copying the course, building one topic and grading a sample class: a minute ...", flush=True)
    root, exchange = folder / "course", folder / "exchange"
    for room in ("solutions", "autograder", "course"):
        shutil.copytree(course.root / room, root / room, ignore=shutil.ignore_patterns("__pycache__"))
    for file in course.root.glob("nbgrader_config.*"):
        shutil.copy(file, root)
    exchange.mkdir()
    exchange.chmod(0o777)
    environment = {**os.environ, "GRADWISE_EXCHANGE": str(exchange), "PYTHONPATH": str(root)}
    for command in (
        ("autograder", "build", SLUG),
        ("autograder", "sample-class", SLUG, "build/submitted"),
        ("autograder", "grade", SLUG),
        ("nbgrader", "release_assignment", SLUG),
    ):
        script = str(Path(sys.executable).with_name(command[0]))
        done = subprocess.run(
            [script, *command[1:]], cwd=root, env=environment, capture_output=True, text=True, check=False
        )
        if done.returncode not in (0, 1):  # 1: the sample class holds what cannot be graded
            sys.exit(f"{' '.join(command)}\n{done.stdout}{done.stderr}")
    passwords = {name: secrets.token_urlsafe(6) for name in (*TEACHERS, *LEARNERS)}
    for name in passwords:
        home = folder / "homes" / name
        home.mkdir(parents=True)
        if name in LEARNERS:
            shutil.copytree(root / "course" / "notebooks" / SLUG, home / SLUG)
    for group, text in (
        ("everybody", FOR_LEARNERS.format(exchange=str(exchange))),
        ("teaching", FOR_TEACHERS.format(config=str(root / "nbgrader_config.py"))),
    ):
        (folder / group).mkdir()
        (folder / group / "nbgrader_config.py").write_text(text)
    port, hub_port, proxy_port, service_port = _free_ports(4)
    (folder / "jupyterhub_config.py").write_text(
        CONFIG.format(
            passwords=passwords,
            port=port,
            hub_port=hub_port,
            proxy_port=proxy_port,
            service_port=service_port,
            proxy=proxy,
            homes=str(folder / "homes"),
            python=sys.executable,
            path=f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            course=str(root),
            exchange=str(exchange),
            everybody=str(folder / "everybody"),
            teaching=str(folder / "teaching"),
            teachers=list(TEACHERS),
        )
    )
    (folder / "address").write_text(f"http://127.0.0.1:{port}/")
    return passwords


def _free_ports(number: int) -> list[int]:
    held = [socket.socket() for _ in range(number)]
    for free in held:
        free.bind(("127.0.0.1", 0))
    ports = [int(free.getsockname()[1]) for free in held]
    for free in held:
        free.close()
    return ports


def _answers(address: str) -> bool:
    try:
        urllib.request.urlopen(address, timeout=10).close()
    except OSError:
        return False
    return True


def _run(folder: Path, passwords: dict[str, str]) -> None:
    with (folder / "hub.log").open("w") as log:
        hub = subprocess.Popen(
            [sys.executable, "-m", "jupyterhub", "--config", "jupyterhub_config.py"],
            cwd=folder,
            stdout=log,
            stderr=subprocess.STDOUT,
            start_new_session=True,  # Ctrl-C is for this process, which ends the hub as it should end
        )
    address = (folder / "address").read_text()
    while hub.poll() is None and not _answers(f"{address}hub/login"):
        time.sleep(0.5)
    print(f"\n{address}\n")
    for name, password in passwords.items():
        print(f"{'teacher' if name in TEACHERS else 'learner'}  {name:8} {password}")
    print(f"\nThe log is {folder}/hub.log. Ctrl-C ends everything.", flush=True)
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        hub.wait()
        print((folder / "hub.log").read_text()[-3000:])
    except KeyboardInterrupt:
        print("Ending ...", flush=True)
    finally:
        if hub.poll() is None:
            hub.terminate()
            hub.wait()


if __name__ == "__main__":
    main()
