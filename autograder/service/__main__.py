"""`autograder serve`, or `python -m autograder.service` as a hub starts it: the options, and the running server."""

import asyncio
import logging
import os
import signal
import sys
from pathlib import Path
from urllib.parse import urlsplit

import click
from tornado.netutil import bind_sockets

from autograder.core.course import course_seed, find_course
from autograder.core.files import keep_group_rights
from autograder.core.lock import take
from autograder.core.outcomes import GraderFault, UsageError
from autograder.grading.workers import cores
from autograder.sandbox.option import sandbox_option

from .app import Service, Settings, listen
from .people import OfHub, People, Tokens, is_on_hub

LOOPBACK = "127.0.0.1"
PORT = 8010
FAULT = 3
_NAMES = frozenset({"localhost", LOOPBACK, "::1"})


@click.command("serve", context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--tokens",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help='Without a JupyterHub: who may ask, as TOML with [teachers] and [learners] and a line NAME = "TOKEN" each.',
)
@click.option("--port", type=click.IntRange(0, 65535), help=f"Where to listen; {PORT} by default, or as the hub says.")
@click.option("--ip", default=LOOPBACK, show_default=True, help="The address to listen at, without a JupyterHub.")
@click.option("--host", "hosts", multiple=True, metavar="NAME", help="A name by which browsers know it; repeatable.")
@click.option("--workers", type=click.IntRange(1, 256), help="How many are graded at a time; by default one a core.")
@click.option("--scheduler", metavar="ADDRESS", help="Grade on the Dask cluster there, instead of on this machine.")
@click.option("--most-waiting", type=click.IntRange(1), default=2000, show_default=True, help="So many may wait.")
@click.option("--seed", metavar="SECRET", help="The course secret that the checks' inputs come from.")
@click.option("--course", type=click.Path(path_type=Path), metavar="FOLDER", help="The course, if not this folder's.")
@click.option("--verbose", is_flag=True, help="Log every request.")
@sandbox_option("What keeps student code in.")
def main(
    tokens: Path | None,
    port: int | None,
    ip: str,
    hosts: tuple[str, ...],
    workers: int | None,
    scheduler: str | None,
    most_waiting: int,
    seed: str | None,
    course: Path | None,
    verbose: bool,
) -> None:
    """Grades what learners submit from their notebooks, at once: as a service of a JupyterHub, or with --tokens."""
    logging.basicConfig(format="%(asctime)s %(levelname)s %(message)s", level=logging.WARNING)
    logging.getLogger("autograder.service").setLevel(logging.INFO if verbose else logging.WARNING)
    logging.getLogger("tornado.access").setLevel(logging.ERROR)
    try:
        found = find_course(course)
        keep_group_rights(found.root)
        address, bound, prefix = _place(ip, port, on_hub=tokens is None)
        tokens = tokens and tokens.absolute()
        os.chdir(found.root)  # a hub starts its services where it keeps its state, which others may not enter
        people: People = Tokens(tokens) if tokens else OfHub(_course_id(found.root))
        names = frozenset({*_NAMES, *(name.lower() for name in hosts)})
        settings = Settings(
            found,
            seed or course_seed(found),
            prefix,
            workers or max(2, len(cores())),
            most_waiting=most_waiting,
            scheduler=scheduler or "",
            hosts=names if tokens or hosts else frozenset(),
        )
        with _only_one(found.build):
            asyncio.run(_serve(settings, people, address, bound))
    except UsageError as error:
        raise click.UsageError(str(error)) from None
    except GraderFault as fault:
        click.echo(f"The grader is at fault. {fault}", err=True)
        sys.exit(FAULT)
    except OSError as error:
        where = f"{error.filename}: " if error.filename else ""
        click.echo(f"{where}{error.strerror}. Nothing was served.", err=True)
        sys.exit(FAULT)


def _course_id(root: Path) -> str:
    from autograder.gradebook.config import course_directory

    return str(course_directory(root).course_id)


def _place(ip: str, port: int | None, *, on_hub: bool) -> tuple[str, int, str]:
    """Returns the address, the port and the prefix.

    Raises:
        UsageError: neither a hub nor a file of tokens says who may ask.
    """
    if not on_hub:
        return ip, PORT if port is None else port, "/"
    if not is_on_hub():
        raise UsageError(
            "Who may ask? A JupyterHub starts this as its service (docs/hub.md), or say --tokens FILE: "
            '[learners] and below it a line NAME = "TOKEN" for each.'
        )
    place = urlsplit(os.environ.get("JUPYTERHUB_SERVICE_URL", ""))
    prefix = "/" + os.environ.get("JUPYTERHUB_SERVICE_PREFIX", "/services/gradwise/").strip("/") + "/"
    return place.hostname or ip, port or place.port or PORT, prefix


class _only_one:  # noqa: N801 - used as a function
    """Holds a lock of the kernel: two services of one course would grade everything twice.

    Raises:
        UsageError: another service of this course runs.
    """

    def __init__(self, build: Path) -> None:
        build.mkdir(parents=True, exist_ok=True)
        self._file = os.open(build / "service.lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)

    def __enter__(self) -> None:
        if not take(self._file, wait=False):
            raise UsageError("A service of this course runs already.")

    def __exit__(self, *_: object) -> None:
        os.close(self._file)


async def _serve(settings: Settings, people: People, ip: str, port: int) -> None:
    """Serves until SIGTERM or Ctrl-C."""
    sockets = bind_sockets(port, ip)
    service = Service(settings, people)
    ended = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, ended.set)
    await service.start()
    server = listen(service, sockets)
    click.echo(f"http://{ip}:{sockets[0].getsockname()[1]}{settings.prefix}")
    sys.stdout.flush()
    await ended.wait()
    server.stop()
    await service.stop()


if __name__ == "__main__":
    main(prog_name="autograder serve")
