"""A real Jupyter server, and the actions of a person in a notebook."""

import os
import re
import signal
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from playwright.sync_api import Locator, Page, expect

from autograder.core.course import find_course

TOKEN = "only-for-these-tests"
PATIENCE = 60_000  # milliseconds: this machine may be busy


class Server:
    """A running Jupyter server: on loopback, at a free port, with settings and data in a temporary home."""

    def __init__(self, url: str, root: Path) -> None:
        self.url = url
        self.root = root

    def at(self, path: str) -> str:
        """Returns the address of a page, with the token."""
        return f"{self.url}{path}{'&' if '?' in path else '?'}token={TOKEN}"

    def get(self, path: str) -> float:
        """Requests a page, and returns the seconds until it came."""
        start = time.monotonic()
        with urllib.request.urlopen(self.at(path), timeout=60) as response:
            response.read()
        return time.monotonic() - start


@contextmanager
def serving(root: Path, home: Path, project: Path, *config: Path, app: str = "lab") -> Iterator[Server]:
    """Runs a server in a folder, and stops it with its kernels.

    Args:
        root: the folder it serves.
        home: the folder for its settings.
        project: the clone whose grader it uses.
        config: folders of configuration that are added, as `make lab` adds them.
        app: "lab" or "notebook".
    """
    home.mkdir(parents=True, exist_ok=True)
    log = home / "server.log"
    command = [
        *(sys.executable, "-m", "jupyter", app, "--no-browser", "--ip=127.0.0.1", "--port=0", "--allow-root"),
        f"--IdentityProvider.token={TOKEN}",
        "--LabApp.extension_manager=readonly",
    ]
    with log.open("w") as out:
        process = subprocess.Popen(
            command,
            cwd=root,
            env=_environment(home, project, config),
            stdout=out,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        yield Server(_address(process, log), root)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(20)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _environment(home: Path, project: Path, config: tuple[Path, ...]) -> dict[str, str]:
    return {
        **os.environ,
        "HOME": str(home),
        "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
        "PYTHONPATH": str(project),
        "PYTHONWARNINGS": "ignore",
        "JUPYTER_CONFIG_DIR": str(home / "config"),
        "JUPYTER_DATA_DIR": str(home / "data"),
        "JUPYTER_RUNTIME_DIR": str(home / "runtime"),
        "JUPYTER_CONFIG_PATH": os.pathsep.join(map(str, config)),
        "JUPYTER_PLATFORM_DIRS": "1",
        "IPYTHONDIR": str(home / "ipython"),
        "GRADWISE_SEED": "a seed of the tests",
        "GRADWISE_EXCHANGE": str(home / "no-exchange"),  # not the machine's own, if it has one
    }


def _address(process: "subprocess.Popen[bytes]", log: Path) -> str:
    """Waits until the server answers, and returns its address."""
    for _ in range(600):
        match = re.search(r"(http://127\.0\.0\.1:\d+)/", log.read_text())
        assert process.poll() is None, log.read_text()
        if match:
            try:
                urllib.request.urlopen(f"{match[1]}/api/status?token={TOKEN}", timeout=5).close()
            except urllib.error.URLError:
                pass
            else:
                return match[1]
        time.sleep(0.1)
    raise AssertionError(log.read_text())


def caption(picture: str) -> str:
    """Returns the README's alternative text of a picture; a test compares it with the page, then takes the picture."""
    match = re.search(rf"!\[(.*?)\]\(docs/images/{picture}\)", (find_course().root / "README.md").read_text("utf-8"))
    assert match, picture
    return match[1]


def take(page: Page, path: Path, first: Locator, last: Locator) -> None:
    """Takes a picture of a page, from one element's top to another's bottom."""
    first.scroll_into_view_if_needed()
    top, bottom, beyond = first.bounding_box(), last.bounding_box(), page.evaluate("scrollY")
    assert top
    assert bottom
    clip = {"x": top["x"], "y": top["y"] + beyond, "width": top["width"]}
    clip["height"] = bottom["y"] + bottom["height"] - top["y"]
    page.screenshot(path=path, full_page=True, clip=clip)


class Notebook:
    """A notebook in JupyterLab or Notebook 7, used as a learner uses it: by clicking and typing."""

    def __init__(self, page: Page) -> None:
        self.page = page
        expect(page.locator(".jp-Notebook-ExecutionIndicator[data-status=idle]")).to_be_visible(timeout=PATIENCE)

    def cell(self, code: str) -> Locator:
        """Finds the cell whose code begins with `code`, and scrolls to it."""
        beginning = re.compile(rf"^\s*{re.escape(code)}")
        cell = self.page.locator(".jp-CodeCell").filter(has=self.page.locator(".cm-content", has_text=beginning))
        for _ in range(40):  # JupyterLab renders a distant cell only when one scrolls to it
            if cell.count():
                break
            self.page.locator(".jp-WindowedPanel-outer").last.hover()
            self.page.mouse.wheel(0, 2000)
            self.page.wait_for_timeout(100)
        cell.scroll_into_view_if_needed(timeout=PATIENCE)
        return cell

    def write(self, code: str, answer: str) -> None:
        """Replaces the code of the cell that begins with `code`, and runs it."""
        self.cell(code).locator(".cm-content").click()
        self.page.keyboard.press("Control+A")
        self.page.keyboard.insert_text(answer)
        self.run(code)

    def start(self, code: str) -> Locator:
        """Starts a cell, and does not wait for its end. A page that is still opening may miss a key: then once more."""
        cell = self.cell(code)
        prompt = cell.locator(".jp-InputPrompt")
        before = prompt.inner_text()
        for _ in range(3):
            cell.locator(".cm-content").click()
            self.page.keyboard.press("Control+Enter")
            with suppress(AssertionError):
                expect(prompt).not_to_have_text(before, timeout=10_000)
                break
        return cell

    def run(self, code: str) -> Locator:
        """Runs a cell to its end, and returns its output."""
        cell = self.start(code)  # the number may be the one before: in a new kernel that of a saved notebook
        expect(cell.locator(".jp-InputPrompt")).to_have_text(re.compile(r"^\[\d+\]:$"), timeout=PATIENCE)
        return cell.locator(".jp-OutputArea").first

    def add_below(self, code: str, new: str) -> Locator:
        """Adds a cell below the one that begins with `code`, runs it, and returns its output."""
        self.cell(code).locator(".cm-content").click()
        self.page.keyboard.press("Escape")
        self.page.keyboard.press("b")
        self.page.keyboard.press("Enter")
        self.page.keyboard.insert_text(new)
        return self.run(new)
