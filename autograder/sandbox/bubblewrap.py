"""Trusted side: the bubblewrap command line, which makes an empty file system and mounts what student code may see."""

import os
import shutil
import sys
import sysconfig
from pathlib import Path

from autograder.core.outcomes import SandboxUnavailable

from .launch import ENVIRONMENT, GRADER, PYTHON, Command, gradwise_folder, numpy_folder, python_words

HINT = (
    "It needs user namespaces: see `sysctl user.max_user_namespaces` and, on Ubuntu, "
    "`sysctl kernel.apparmor_restrict_unprivileged_userns`. Inside a container they are often refused."
)

# The trust boundary: the sandbox holds these files and folders of the grader, and nothing else of it.
FAR_SIDE = ("__init__.py", "sandbox/__init__.py", "sandbox/policy.py", "sandbox/inside", "sandbox/wire")
# The only file of gradwise that student code may import. It loads nothing by itself.
LIGHT = ("__init__.py",)


def command(*what: str, control_fd: int | None = None) -> Command:
    """Returns the whole command: bubblewrap, and Python inside it.

    Args:
        what: the function of `zygote` to call, and its arguments.
        control_fd: the zygote's end of the control socket, which the process inherits.

    Raises:
        SandboxUnavailable: bubblewrap is missing, or Python is installed below /tmp.
    """
    bwrap = shutil.which("bwrap")
    if bwrap is None:
        raise SandboxUnavailable(
            "bubblewrap is missing. Install it: `apt-get install bubblewrap`, `dnf install bubblewrap` or "
            "`conda install bubblewrap`."
        )
    if any(Path(folder).is_relative_to("/tmp") for folder in (PYTHON, sysconfig.get_path("stdlib"))):
        raise SandboxUnavailable("Python is installed below /tmp, where student code gets a folder of its own.")
    words = [
        *(bwrap, "--unshare-all", "--unshare-user", "--die-with-parent", "--new-session"),
        *("--uid", "65534", "--gid", "65534", "--hostname", "sandbox"),
        # the warm process needs these to make each child's namespaces; the child drops them
        *("--cap-drop", "ALL", "--cap-add", "CAP_SYS_ADMIN", "--cap-add", "CAP_SETPCAP"),
        "--clearenv",
        *(word for name, value in ENVIRONMENT.items() for word in ("--setenv", name, value)),
        *_system_files(),
        *_our_files(),
        *("--dir", "/tmp", "--remount-ro", "/", "--chdir", "/"),
        "--",
        *python_words({name: f"/grader/{name}" for name in ("autograder", "gradwise", "numpy")}, what, control_fd),
    ]
    return Command(words, {})


def _system_files() -> list[str]:
    """Returns the options that mount the C library and Python, with installed packages hidden."""
    args: list[str] = []
    for path in ("/lib", "/lib64", "/usr/lib", "/usr/lib64"):
        if os.path.islink(path):
            args += ["--symlink", os.readlink(path), path]
        elif os.path.isdir(path):
            args += ["--ro-bind", path, path]
    args += ["--ro-bind-try", "/etc/ld.so.cache", "/etc/ld.so.cache"]
    for device in ("null", "zero", "full", "random", "urandom"):
        args += ["--dev-bind", f"/dev/{device}", f"/dev/{device}"]
    libraries = {sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib"), sysconfig.get_config_var("LIBDIR")}
    base = Path(sys.base_prefix, "lib")
    roots = sorted({str(base), *(path for path in libraries if path and os.path.isdir(path))})
    for path in roots:
        if not path.startswith("/usr/lib"):
            args += ["--ro-bind", path, path]
    args += ["--ro-bind", PYTHON, PYTHON]
    for packages in _installed_packages({*roots, "/usr/lib", "/usr/local/lib"}):
        args += ["--size", "4096", "--perms", "0555", "--tmpfs", packages, "--remount-ro", packages]
    return args


def _installed_packages(roots: set[str]) -> list[str]:
    """Returns every folder site-packages and dist-packages below the mounted folders."""
    folders = set()
    for root in roots:
        for name in ("site-packages", "dist-packages"):
            for pattern in (name, f"python3*/{name}"):
                folders |= {str(path) for path in Path(root).glob(pattern)}
    return sorted(folders)


def _our_files() -> list[str]:
    numpy, gradwise = numpy_folder(), gradwise_folder()
    pairs = [(numpy, "/grader/numpy"), (numpy.with_name("numpy.libs"), "/grader/numpy.libs")]
    pairs += [(GRADER / name, f"/grader/autograder/{name}") for name in FAR_SIDE]
    pairs += [(gradwise / name, f"/grader/gradwise/{name}") for name in LIGHT]
    return [arg for path, inside in pairs if path.exists() for arg in ("--ro-bind", str(path), inside)]
