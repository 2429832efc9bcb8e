"""Trusted side: finds out which sandboxes this machine supports, and chooses one."""

import functools
import os
import platform
import subprocess
import sys
from typing import TYPE_CHECKING

from autograder.core.outcomes import GraderFault, SandboxUnavailable

from . import bubblewrap, launch
from .inside import seccomp
from .launch import Command
from .policy import AUTO, BUBBLEWRAP, CHOICES, LEVELS, NONE

if TYPE_CHECKING:
    from .supervisor import Sandbox

VARIABLE = "GRADWISE_SANDBOX"

WARNING = (
    "Warning: without a sandbox student code runs with your own rights: it can read and change your files, other "
    "submissions and the grades. Do this only with code that you would run yourself."
)
_ELSEWHERE = {
    "darwin": "On macOS run it in a Linux container or virtual machine (Docker, Podman, Lima), or on your JupyterHub.",
    "win32": "On Windows run it in WSL 2 (`wsl --install`), or on your JupyterHub.",
}
_TRY_SECONDS = 60


class _Chosen:
    name = ""  # not chosen yet
    quiet = False
    weaker = False


def use(name: str, *, quiet: bool = False, weaker: bool = False) -> None:
    """Chooses the sandbox that this process opens from now on.

    Args:
        name: one of `policy.CHOICES`.
        quiet: True if the warning about running without a sandbox has been printed already.
        weaker: True if a weaker one may be taken, should this one turn out not to work: it was not chosen by name.

    Raises:
        SandboxUnavailable: no sandbox has this name.
    """
    if name not in CHOICES:
        raise SandboxUnavailable(f"There is no sandbox {name!r}: choose one of {', '.join(CHOICES)}.")
    _Chosen.name, _Chosen.quiet, _Chosen.weaker = name, quiet, weaker or name == AUTO


def named() -> str:
    """Returns the choice made by `use`, else by the environment, else AUTO.

    Raises:
        SandboxUnavailable: no sandbox has the name in the environment.
    """
    if not _Chosen.name:
        use(os.environ.get(VARIABLE) or AUTO)
    return _Chosen.name


def chosen() -> str:
    """Returns the sandbox that this process opens.

    Raises:
        SandboxUnavailable: no sandbox works on this machine.
    """
    return strongest() if named() == AUTO else named()


def strongest() -> str:
    """Returns the strongest sandbox that works on this machine.

    Raises:
        SandboxUnavailable: no sandbox works; the text says why for each.
    """
    for level in LEVELS:
        if not why_not(level):
            return level
    reasons = "\n".join(f"{level}: {why_not(level)}" for level in LEVELS)
    raise SandboxUnavailable(f"No sandbox works here, and student code runs nowhere else.\n{reasons}")


def available() -> tuple[str, ...]:
    """Returns the sandboxes that work on this machine, from strong to weak."""
    return tuple(level for level in LEVELS if not why_not(level))


def why_not(level: str) -> str:
    """Returns the reason why a sandbox does not work on this machine; empty if it works."""
    return _tried(level)[1]


def words(level: str) -> str:
    """Returns a description of a sandbox that works on this machine, for people to read."""
    return _tried(level)[0]


def announcement() -> str:
    """Says which sandbox is used and, if it was not chosen by name, why no stronger one works.

    Raises:
        SandboxUnavailable: no sandbox works on this machine.
    """
    level = chosen()
    if level == NONE or named() != AUTO:
        return f"Sandbox: {words(level)}."
    better = [f"{other} does not work here: {why_not(other)}" for other in LEVELS[: LEVELS.index(level)]]
    return "\n  ".join([f"Sandbox: {words(level)}.", *better])


def warn(level: str) -> None:
    """Prints a warning to stderr if student code runs without a sandbox."""
    if level == NONE and not _Chosen.quiet:
        print(WARNING, file=sys.stderr, flush=True)


def open_sandbox(level: str | None = None) -> "Sandbox":
    """Starts a warm sandbox.

    Args:
        level: its name; by default the chosen one.

    Raises:
        SandboxUnavailable: the sandbox does not start on this machine; the text says why and what to do.
    """
    _only_on_linux()
    first = level or chosen()
    if first == AUTO:
        first = strongest()
    warn(first)
    if (level not in (None, AUTO)) or first == NONE or not _Chosen.weaker:
        return _opened(first)
    reasons = []
    for candidate in LEVELS[LEVELS.index(first) :]:
        if candidate != first and why_not(candidate):
            continue
        try:
            return _proven(candidate)
        except GraderFault as fault:  # for instance in a container that shows another one's /proc
            reasons.append(f"{candidate}: {fault}")
            print(f"Warning: a weaker sandbox than {candidate} is tried, for that fails. {fault}", file=sys.stderr)
    raise SandboxUnavailable("\n".join(["No sandbox works here, and student code runs nowhere else.", *reasons]))


def _opened(level: str) -> "Sandbox":
    from .supervisor import Sandbox  # it imports NumPy, which a run with nothing to grade does not need

    return Sandbox(level, lambda fd: _command(level, "main", level, control_fd=fd), _hint(level))


def _proven(level: str) -> "Sandbox":
    """Opens a sandbox in which a process has been locked in and ended, which takes ten milliseconds.

    Raises:
        GraderFault: it does not work.
    """
    sandbox = _opened(level)
    try:
        sandbox.end(sandbox.spawn())
    except BaseException:
        sandbox.close()
        raise
    return sandbox


def _command(level: str, *what: str, control_fd: int | None = None) -> Command:
    make = bubblewrap.command if level == BUBBLEWRAP else launch.command
    return make(*what, control_fd=control_fd)


def _hint(level: str) -> str:
    return bubblewrap.HINT if level == BUBBLEWRAP else ""


@functools.cache
def _tried(level: str) -> tuple[str, str]:
    """Locks a process in and lets it end. Returns the level's description, or "" and the reason why it fails."""
    try:
        _only_on_linux()
        command = _command(level, "try_out", level)
    except SandboxUnavailable as missing:
        return "", str(missing)
    done = subprocess.run(
        command.words,
        env=command.environment,
        cwd="/",
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=_TRY_SECONDS,
    )
    description = done.stdout.strip()
    if description:
        return description, ""
    last = (done.stderr.strip().splitlines() or [f"it ended with code {done.returncode}"])[-1]
    return "", f"{last}. {_hint(level)}".strip()


def _only_on_linux() -> None:
    if sys.platform != "linux":
        elsewhere = _ELSEWHERE.get(sys.platform, "Run it in a Linux virtual machine, or on your JupyterHub.")
        raise SandboxUnavailable(f"Grading runs student code in a sandbox that only Linux has. {elsewhere}")
    if not seccomp.supported():
        raise SandboxUnavailable(f"The sandbox knows x86_64 and aarch64 processors only, not {platform.machine()}.")
