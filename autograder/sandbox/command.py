"""Trusted side: the bubblewrap command line, an empty world and what is let into it."""

import os
import shutil
import sys
import sysconfig
from pathlib import Path

import numpy as np

from ..outcomes import GraderFault
from . import lockdown
from .zygote import CONTROL_FD

# What the sandbox holds of the grader itself.
FAR_SIDE = (
    "__init__.py",
    "packing.py",
    "protocol.py",
    "standins.py",
    "values.py",
    "worker.py",
    "sandbox/__init__.py",
    "sandbox/lockdown.py",
    "sandbox/policy.py",
    "sandbox/zygote.py",
)
# The light part of gradwise: all that student code may import of it.
LIGHT = ("__init__.py",)

_HERE = Path(__file__).resolve().parent.parent
_START = "import sys; sys.path.insert(0, '/grader'); from autograder.sandbox import zygote; zygote.main()"


class SandboxUnavailable(GraderFault):
    """No sandbox can be started here. The text says why and what to do."""


def command(control_fd: int) -> list[str]:
    """The whole command: bubblewrap, and Python as a zygote inside it.

    Args:
        control_fd: the zygote's end of the control socket, which bubblewrap hands down.

    Raises:
        SandboxUnavailable: bubblewrap or support for this machine is missing.
    """
    bwrap = shutil.which("bwrap")
    if bwrap is None:
        raise SandboxUnavailable(
            "bubblewrap is missing, and student code runs nowhere else. Install it: "
            "`apt-get install bubblewrap`, `dnf install bubblewrap` or `conda install bubblewrap`."
        )
    if not lockdown.supported():
        raise SandboxUnavailable("The sandbox knows Linux on x86_64 and aarch64 only.")
    return [
        *(bwrap, "--unshare-all", "--unshare-user", "--die-with-parent", "--new-session"),
        *("--uid", "65534", "--gid", "65534", "--hostname", "sandbox"),
        # the warm parent needs these to make each child's namespaces; the child drops them
        *("--cap-drop", "ALL", "--cap-add", "CAP_SYS_ADMIN", "--cap-add", "CAP_SETPCAP"),
        *("--clearenv", "--setenv", "OPENBLAS_NUM_THREADS", "1", "--setenv", "OMP_NUM_THREADS", "1"),
        *("--setenv", "MKL_NUM_THREADS", "1", "--setenv", "PYTHONHASHSEED", "0"),
        *_system_files(),
        *_our_files(),
        *("--dir", "/tmp", "--remount-ro", "/", "--chdir", "/"),
        "--",
        *_python(control_fd),
    ]


def _system_files() -> list[str]:
    """The C library and Python, without anybody's installed packages."""
    args: list[str] = []
    for path in ("/lib", "/lib64", "/usr/lib", "/usr/lib64"):
        if os.path.islink(path):
            args += ["--symlink", os.readlink(path), path]
        elif os.path.isdir(path):
            args += ["--ro-bind", path, path]
    args += ["--ro-bind-try", "/etc/ld.so.cache", "/etc/ld.so.cache"]
    for device in ("null", "zero", "full", "random", "urandom"):
        args += ["--dev-bind", f"/dev/{device}", f"/dev/{device}"]
    executable = os.path.realpath(sys.executable)
    libraries = {sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib"), sysconfig.get_config_var("LIBDIR")}
    base = Path(sys.base_prefix, "lib")
    roots = sorted({str(base), *(path for path in libraries if path and os.path.isdir(path))})
    for path in roots:
        if not path.startswith("/usr/lib"):
            args += ["--ro-bind", path, path]
    args += ["--ro-bind", executable, executable]
    for packages in _installed_packages({*roots, "/usr/lib", "/usr/local/lib"}):
        args += ["--size", "4096", "--perms", "0555", "--tmpfs", packages, "--remount-ro", packages]
    return args


def _installed_packages(roots: set[str]) -> list[str]:
    """Every site-packages and dist-packages below what is let in: they are covered up."""
    found = set()
    for root in roots:
        for name in ("site-packages", "dist-packages"):
            for pattern in (name, f"python3*/{name}"):
                found |= {str(path) for path in Path(root).glob(pattern)}
    return sorted(found)


def _our_files() -> list[str]:
    numpy = Path(np.__file__).resolve().parent
    pairs = [(numpy, "/grader/numpy"), (numpy.with_name("numpy.libs"), "/grader/numpy.libs")]
    pairs += [(_HERE / name, f"/grader/autograder/{name}") for name in FAR_SIDE]
    gradwise = _gradwise()
    pairs += [(gradwise / name, f"/grader/gradwise/{name}") for name in LIGHT]
    return [arg for path, inside in pairs if path.exists() for arg in ("--ro-bind", str(path), inside)]


def _gradwise() -> Path:
    import gradwise

    return Path(gradwise.__file__).resolve().parent


def _python(control_fd: int) -> list[str]:
    executable = os.path.realpath(sys.executable)
    move = f"import os; os.dup2({control_fd}, {CONTROL_FD}); os.closerange({CONTROL_FD + 1}, 256); "
    return [executable, "-I", "-S", "-X", "utf8", "-c", move + _START]
