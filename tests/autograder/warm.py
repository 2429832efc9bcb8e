"""Runs commands in processes of their own that begin warm: forked from one that has imported all that commands import.

A command of `autograder` or `nbgrader` spends three of its four or five seconds on importing PyTorch, nbgrader and
their like. Tests run some hundred of them. Here a template process imports these once. Each command is a fork of it,
with its own working directory, environment and output, as a shell would start it. A command that is killed, or whose
start is the point of a test, is started from nothing there.
"""

import atexit
import gc
import json
import os
import subprocess
import sys
import tempfile
import threading
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import IO

MODULES = (
    "autograder.cli.main",
    "autograder.authoring.build",
    "autograder.batch.run",
    "autograder.grading.session",
    "autograder.nbgrader_plugins.autograde",
    "autograder.nbgrader_plugins.collect",
    "autograder.nbgrader_plugins.feedback",
    "autograder.reports.feedback_page",
    "gradwise.reference",
    "jupytext",
    "nbgrader.apps.nbgraderapp",
    "pytest",
    "torch._dynamo",  # the first optimizer imports it
)


END = "end\n"


def run(words: Sequence[str], folder: Path, environment: Mapping[str, str]) -> tuple[int, str]:
    """Runs a command to its end, and returns its exit code and all that it printed.

    Args:
        words: `autograder`, `nbgrader` or `pytest`, and its arguments.
        folder: the working directory.
        environment: all variables of the process.
    """
    template = _template()
    assert template.stdin is not None
    assert template.stdout is not None
    with tempfile.NamedTemporaryFile() as output:
        order = {"words": list(words), "folder": str(folder), "environment": dict(environment), "output": output.name}
        template.stdin.write(json.dumps(order) + "\n")
        template.stdin.flush()
        code = int(template.stdout.readline())
        return code, Path(output.name).read_text("utf-8", "replace")


@cache
def _template() -> "subprocess.Popen[str]":
    """Starts the template, which ends with this process."""
    template = subprocess.Popen(
        [sys.executable, str(Path(__file__))], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    atexit.register(template.communicate, END)  # not the end of the pipe: forks of this process may hold it, too
    return template


# --- in the template --------------------------------------------------------------------------------


def _serve(orders: IO[str], codes: IO[str]) -> None:
    import importlib
    import warnings

    warnings.simplefilter("ignore")
    for module in MODULES:
        importlib.import_module(module)
    gc.freeze()  # what is shared with the forks stays shared
    for line in iter(orders.readline, ""):
        if line == END:
            return
        order = json.loads(line)
        child = os.fork()
        if child == 0:
            _end_with(_as_command(**order))
        _, status = os.waitpid(child, 0)
        codes.write(f"{os.waitstatus_to_exitcode(status)}\n")
        codes.flush()


def _end_with(code: int) -> None:
    """Ends the process as Python does, except that modules are not taken apart one by one: that takes a second."""
    threading._shutdown()  # type: ignore[attr-defined]
    atexit._run_exitfuncs()
    for stream in (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__):  # nbgrader keeps the template's
        if stream is not None:
            stream.flush()
    os._exit(code)


def _as_command(words: list[str], folder: str, environment: dict[str, str], output: str) -> int:
    """Turns a fork of the template into the command, runs it, and returns its exit code."""
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    nothing, file = os.open(os.devnull, os.O_RDONLY), os.open(output, os.O_WRONLY)
    for descriptor, place in ((nothing, 0), (file, 1), (file, 2)):
        os.dup2(descriptor, place)
    os.close(nothing)
    os.close(file)
    sys.stdin = open(0, encoding="utf-8", closefd=False)  # noqa: SIM115 - for as long as the process lives
    sys.stdout = open(1, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.stderr = open(2, "w", encoding="utf-8", closefd=False)  # noqa: SIM115
    sys.argv = words
    return _call(words[0])


def _call(name: str) -> int:
    """Calls a command as its script does, and returns its exit code."""
    import traceback
    from importlib.metadata import entry_points

    (command,) = (entry for entry in entry_points(group="console_scripts") if entry.name == name)
    try:
        outcome = command.load()()
    except SystemExit as end:
        outcome = end.code
    except BaseException:
        traceback.print_exc()
        outcome = 1
    if isinstance(outcome, str):
        print(outcome, file=sys.stderr)
        outcome = 1
    return int(outcome or 0)


if __name__ == "__main__":
    sys.path.pop(0)  # this folder is not a place to import from
    _serve(sys.stdin, sys.stdout)
