"""Trusted side: the bubblewrap command line, which makes an empty file system and mounts what student code may see."""

import os
import shutil
import sysconfig
from pathlib import Path

from autograder.core.outcomes import SandboxUnavailable

from . import libraries
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
    """Returns the options that mount Python's standard library and the shared libraries that it needs."""
    args: list[str] = []
    for path in ("/lib", "/lib64", "/usr/lib", "/usr/lib64"):
        if os.path.islink(path):
            args += ["--symlink", os.readlink(path), path]
    args += ["--ro-bind-try", "/etc/ld.so.cache", "/etc/ld.so.cache"]
    for device in ("null", "zero", "full", "random", "urandom"):
        args += ["--dev-bind", f"/dev/{device}", f"/dev/{device}"]
    folders = libraries.standard_library()
    for folder in folders:
        args += ["--ro-bind", str(folder), str(folder)]
    for name, library in libraries.needed().items():
        if not any(name.is_relative_to(folder) for folder in (*folders, *_numpy_folders())):
            args += ["--ro-bind", str(library), str(name)]
    args += ["--ro-bind", PYTHON, PYTHON]
    for packages in (folder / name for folder in folders for name in ("site-packages", "dist-packages")):
        if packages.is_dir():
            args += ["--size", "4096", "--perms", "0555", "--tmpfs", str(packages), "--remount-ro", str(packages)]
    return args


def _our_files() -> list[str]:
    gradwise = gradwise_folder()
    pairs = [(folder, f"/grader/{folder.name}") for folder in _numpy_folders()]
    pairs += [(GRADER / name, f"/grader/autograder/{name}") for name in FAR_SIDE]
    pairs += [(gradwise / name, f"/grader/gradwise/{name}") for name in LIGHT]
    return [arg for path, inside in pairs if path.exists() for arg in ("--ro-bind", str(path), inside)]


def _numpy_folders() -> tuple[Path, Path]:
    """Returns the folder of NumPy, and that of the libraries that come with it."""
    return numpy_folder(), numpy_folder().with_name("numpy.libs")
