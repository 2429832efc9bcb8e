"""A kernel that begins warm: forked from a process that has imported what every notebook imports first.

A notebook's kernel spends three seconds on PyTorch, scikit-learn and their like before its first cell runs, and the
tests start some thirty. Kernels that a browser starts begin from nothing.

`python warm_kernel.py -f CONNECTION_FILE` is what Jupyter starts in place of a kernel: it asks the template for a fork
with its own folder and environment, waits until that has ended, and passes signals on.
"""

import atexit
import gc
import json
import os
import select
import signal
import socket
import subprocess
import sys
import tempfile
from functools import cache

WHERE = "GRADWISE_WARM_KERNELS"  # the variable that names the template's socket
MODULES = (
    "torch",
    "torch._dynamo",  # the first optimizer imports it
    "sklearn.datasets",
    "matplotlib.figure",
    "ipywidgets",
    "ipykernel.kernelapp",
    "ipykernel.ipkernel",
)


@cache
def template() -> str:
    """Starts the template, which ends with this process. Returns the path of its socket."""
    folder = tempfile.TemporaryDirectory(prefix="k-")  # short: paths of sockets have 107 characters
    process = subprocess.Popen(
        [sys.executable, __file__, "--template", f"{folder.name}/s"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "MPLBACKEND": "module://matplotlib_inline.backend_inline"},
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"ready\n"

    def end() -> None:
        process.communicate(b"end")  # a word, and not the end of the pipe: forks of this process may hold it, too
        folder.cleanup()

    atexit.register(end)
    return f"{folder.name}/s"


# --- in the template --------------------------------------------------------------------------------


def _serve(path: str) -> None:
    import importlib

    for module in MODULES:
        importlib.import_module(module)
    gc.freeze()  # what is shared with the forks stays shared
    with socket.socket(socket.AF_UNIX) as door:
        door.bind(path)
        door.listen()
        os.write(1, b"ready\n")
        os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
        kernels: set[int] = set()
        while True:
            ready, _, _ = select.select([door, 0], [], [], 0.05 if kernels else None)
            kernels = {kernel for kernel in kernels if os.waitpid(kernel, os.WNOHANG)[0] == 0}
            if 0 in ready:
                return
            if door in ready:
                connection, _ = door.accept()
                with connection, connection.makefile("rw") as words:
                    order = json.loads(words.readline())
                    kernel = os.fork()
                    if kernel == 0:
                        door.close()
                        _become_kernel(**order)
                    kernels.add(kernel)
                    words.write(f"{kernel}\n")


def _become_kernel(options: list[str], folder: str, environment: dict[str, str]) -> None:
    """Turns a fork of the template into a kernel, which ends with the process."""
    from ipykernel.kernelapp import launch_new_instance

    nothing = os.open(os.devnull, os.O_RDWR)
    os.dup2(nothing, 0)
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    sys.path[0] = ""
    sys.argv = ["ipykernel_launcher", *options]
    try:
        launch_new_instance()
    finally:
        os._exit(0)


# --- in place of a kernel ---------------------------------------------------------------------------


def _stand_in(options: list[str]) -> None:
    order = {"options": options, "folder": os.getcwd(), "environment": dict(os.environ)}
    with socket.socket(socket.AF_UNIX) as door:
        door.connect(os.environ[WHERE])
        with door.makefile("rw") as words:
            words.write(json.dumps(order) + "\n")
            words.flush()
            kernel = int(words.readline())
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda number, _: os.kill(kernel, number))
    ended = os.pidfd_open(kernel)
    select.select([ended], [], [])


if __name__ == "__main__":
    sys.path.pop(0)  # this folder is not a place to import from
    if sys.argv[1] == "--template":
        _serve(sys.argv[2])
    else:
        _stand_in(sys.argv[1:])
