"""Trusted side: which sandbox this machine can have, and which one is to be used."""

import functools
import os
import platform
import subprocess
import sys
from typing import TYPE_CHECKING

from autograder.core.outcomes import SandboxUnavailable

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
    name = ""  # nothing was said
    quiet = False


def use(name: str, *, quiet: bool = False) -> None:
    """Says which sandbox this process opens from now on.

    Args:
        name: one of `policy.CHOICES`.
        quiet: whether the warning that there is none was given already.

    Raises:
        SandboxUnavailable: there is none of that name.
    """
    if name not in CHOICES:
        raise SandboxUnavailable(f"There is no sandbox {name!r}: choose one of {', '.join(CHOICES)}.")
    _Chosen.name, _Chosen.quiet = name, quiet


def named() -> str:
    """What was asked for, in a call or the environment: a sandbox, or the strongest.

    Raises:
        SandboxUnavailable: there is none of that name.
    """
    if not _Chosen.name:
        use(os.environ.get(VARIABLE) or AUTO)
    return _Chosen.name


def chosen() -> str:
    """The sandbox that this process opens.

    Raises:
        SandboxUnavailable: none works here.
    """
    return strongest() if named() == AUTO else named()


def strongest() -> str:
    """The strongest sandbox that works on this machine.

    Raises:
        SandboxUnavailable: none does.
    """
    for level in LEVELS:
        if not why_not(level):
            return level
    reasons = "\n".join(f"{level}: {why_not(level)}" for level in LEVELS)
    raise SandboxUnavailable(f"No sandbox works here, and student code runs nowhere else.\n{reasons}")


def available() -> tuple[str, ...]:
    """The sandboxes that work on this machine, from strong to weak."""
    return tuple(level for level in LEVELS if not why_not(level))


def why_not(level: str) -> str:
    """Why a sandbox does not work on this machine; empty if it does."""
    return _tried(level)[1]


def words(level: str) -> str:
    """What keeps student code in, for people to read."""
    return _tried(level)[0]


def announcement() -> str:
    """What keeps student code in, and what would have to be done for better.

    Raises:
        SandboxUnavailable: nothing works here.
    """
    level = chosen()
    if level == NONE or named() != AUTO:
        return f"Sandbox: {words(level)}."
    better = [f"{other} does not work here: {why_not(other)}" for other in LEVELS[: LEVELS.index(level)]]
    return "\n  ".join([f"Sandbox: {words(level)}.", *better])


def warn(level: str) -> None:
    """Without a sandbox, says on the standard error what that means."""
    if level == NONE and not _Chosen.quiet:
        print(WARNING, file=sys.stderr, flush=True)


def open_sandbox(level: str | None = None) -> "Sandbox":
    """Starts a warm sandbox.

    Args:
        level: its name; by default the chosen one.

    Raises:
        SandboxUnavailable: it does not start here; the text says why and what to do.
    """
    from .supervisor import Sandbox  # NumPy, which a run with nothing to grade does without

    _only_on_linux()
    level = level or chosen()
    if level == AUTO:
        level = strongest()
    warn(level)
    return Sandbox(level, lambda fd: _command(level, "main", level, control_fd=fd), _hint(level))


def _command(level: str, *what: str, control_fd: int | None = None) -> Command:
    make = bubblewrap.command if level == BUBBLEWRAP else launch.command
    return make(*what, control_fd=control_fd)


def _hint(level: str) -> str:
    return bubblewrap.HINT if level == BUBBLEWRAP else ""


@functools.cache
def _tried(level: str) -> tuple[str, str]:
    """Locks a process in and lets it go. Gives how it was locked in, or why it was not."""
    try:
        _only_on_linux()
        command = _command(level, "try_out", level)
    except SandboxUnavailable as missing:
        return "", str(missing)
    tried = subprocess.run(
        command.words,
        env=command.environment,
        cwd="/",
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=_TRY_SECONDS,
    )
    said = tried.stdout.strip()
    if said:
        return said, ""
    last = (tried.stderr.strip().splitlines() or [f"it ended with code {tried.returncode}"])[-1]
    return "", f"{last}. {_hint(level)}".strip()


def _only_on_linux() -> None:
    if sys.platform != "linux":
        elsewhere = _ELSEWHERE.get(sys.platform, "Run it in a Linux virtual machine, or on your JupyterHub.")
        raise SandboxUnavailable(f"Grading runs student code in a sandbox that only Linux has. {elsewhere}")
    if not seccomp.supported():
        raise SandboxUnavailable(f"The sandbox knows x86_64 and aarch64 processors only, not {platform.machine()}.")
