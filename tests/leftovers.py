"""A run of the tests leaves nothing behind: no process, nothing in the temporary folder, no changed file."""

import os
import shutil
import subprocess
import tempfile
import time
from contextlib import suppress
from pathlib import Path

import pytest

MARK = "GRADWISE_TEST_RUN"  # a variable that every process of a run inherits, with the run's own temporary folder
ROOT = Path(__file__).parent.parent


def processes(mark: str, besides: set[int]) -> list[str]:
    """Returns the command lines of all processes whose environment has the mark, but for some."""
    commands = []
    for folder in Path("/proc").glob("[0-9]*"):
        with suppress(OSError):  # it has ended, or is somebody else's
            if int(folder.name) not in besides and f"{MARK}={mark}".encode() in (folder / "environ").read_bytes():
                commands.append((folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace").strip())
    return sorted(filter(None, commands))


def entries(folder: Path) -> list[str]:
    """Returns the names in a temporary folder, but for the caches that pytest and PyTorch keep there."""
    return sorted(path.name for path in folder.iterdir() if not path.name.startswith(("pytest-of-", "torchinductor_")))


def changes(root: Path) -> str:
    """Returns what git says of changed and new files but the one of `make prove`; nothing where there is no git."""
    words = ["git", "status", "--porcelain", "--", ".", ":(exclude)tests/proved.json"]
    with suppress(OSError):
        return subprocess.run(words, cwd=root, capture_output=True, text=True, check=False).stdout
    return ""


class Leftovers:
    """Gives a run a temporary folder of its own, and fails it if something is left when it ends."""

    def __init__(self) -> None:
        self.folder = Path(tempfile.mkdtemp(prefix="gw-", dir="/tmp"))  # short: paths of sockets have 107 characters
        self.folder.chmod(0o711)  # some tests work as other users below it
        self._changes = changes(ROOT)
        os.environ |= {"TMPDIR": str(self.folder), MARK: str(self.folder)}
        tempfile.tempdir = None

    def list(self) -> list[str]:
        """Lists what is left, a sentence each."""
        lines = [f"a process still runs: {command[:200]}" for command in processes(str(self.folder), {os.getpid()})]
        lines += [f"{name} is left in the temporary folder" for name in entries(self.folder)]
        if (now := changes(ROOT)) != self._changes:
            lines.append(f"files of the project have changed:\n{now}")
        return lines

    @pytest.hookimpl(trylast=True)
    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        for _ in range(100):  # the processes that ran the tests are ending
            self.left = self.list()
            if not self.left:
                break
            time.sleep(0.1)
        if self.left and session.exitstatus == pytest.ExitCode.OK:
            session.exitstatus = pytest.ExitCode.TESTS_FAILED
        if session.exitstatus == pytest.ExitCode.OK:
            shutil.rmtree(self.folder, ignore_errors=True)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        if self.left:
            terminalreporter.section("left behind", red=True)
            terminalreporter.write_line("\n".join(self.left))
        if self.folder.is_dir():
            terminalreporter.write_line(f"The tests' files are kept in {self.folder}.")
