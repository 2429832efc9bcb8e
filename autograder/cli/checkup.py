"""The findings of ``autograder doctor``: each looks at one thing that building and grading need."""

import os
import platform
import re
import resource
import shutil
import stat
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from importlib import metadata
from pathlib import Path
from typing import Any

from autograder.core.course import Course
from autograder.core.files import is_shared
from autograder.core.outcomes import GraderFault, UsageError
from autograder.sandbox import levels
from autograder.sandbox.policy import LEVELS, LIMIT

WELL, NOTE, PROBLEM = "well", "note", "problem"
_GIB = 1 << 30
_WORKER = _GIB // 2  # bytes of a grading process, with PyTorch in it
_FEW_FILES = 256  # open files; a grading process needs some sixty
_DISK = _GIB  # bytes that a class of some hundred writes at most
_SHARE = "chgrp -R GROUP . && chmod -R g+rwX . && find . -type d -exec chmod g+s {} +"


@dataclass(frozen=True)
class Finding:
    """What is known of one thing.

    Attributes:
        subject: the thing.
        state: WELL, NOTE (grading works, and something is worth knowing) or PROBLEM.
        text: what was found.
        advice: what to do; empty if nothing.
    """

    subject: str
    state: str
    text: str
    advice: str = ""


def examine(course: Course) -> list[Finding]:
    """Looks at everything, and changes nothing."""
    return [finding for look in _LOOKS for finding in look(course)]


def _python(course: Course) -> Iterator[Finding]:
    """Compares the installed packages with those that pyproject.toml asks for and that learners get."""
    text = f"Python {platform.python_version()} on {platform.machine()}"
    path = course.root / "pyproject.toml"
    project = _project(path)
    missing, old = [], []
    for requirement in [*project.get("dependencies", ()), *project.get("optional-dependencies", {}).get("teach", ())]:
        name, _, least = requirement.partition(">=")
        try:
            installed = metadata.version(name)
        except metadata.PackageNotFoundError:
            missing.append(name)
            continue
        if _numbers(installed) < _numbers(least):
            old.append(f"{name} {installed} (needed: {least})")
    text += "".join(
        f", {name} {metadata.version(name)}" for name in ("numpy", "torch", "nbgrader") if name not in missing
    )
    wrong = [*(f"{name} is missing" for name in missing), *old]
    if wrong:
        yield Finding("versions", PROBLEM, f"{text}; {', '.join(wrong)}", "make setup, or pip install -e '.[teach]'")
    else:
        yield Finding("versions", WELL, f"{text}: what is published to learners asks for no more")


def _sandbox(course: Course) -> Iterator[Finding]:
    reasons = [f"{level}: {reason}" for level in LEVELS if (reason := levels.why_not(level))]
    works = levels.available()
    if not works:
        yield Finding("sandbox", PROBLEM, "no sandbox works here", " ".join(reasons))
        return
    try:
        with levels.open_sandbox(works[0]) as sandbox:
            sandbox.end(sandbox.spawn())
    except GraderFault as fault:
        yield Finding("sandbox", PROBLEM, f"{works[0]} starts, and locks nothing in: {fault}", f"--sandbox {works[-1]}")
        return
    better = [reason for reason in reasons if LEVELS.index(reason.partition(":")[0]) < LEVELS.index(works[0])]
    advice = "for a stronger one: " + " ".join(better) if better else ""
    yield Finding("sandbox", NOTE if better else WELL, levels.words(works[0]), advice)


def _machine(course: Course) -> Iterator[Finding]:
    from autograder.grading.workers import cores, why_one_process

    number = len(cores())
    yield Finding("cores", WELL, f"{number}: so many submissions are graded at a time")
    free = _free_memory()
    needed = _WORKER + LIMIT["memory"]
    if free is not None:
        workers = max(1, min(number, free // needed))
        enough = free >= number * needed
        state = WELL if enough else NOTE if free >= needed // 2 else PROBLEM
        advice = "" if enough else f"--workers {workers}: a submission may take {LIMIT['memory'] // 2**20} MiB"
        yield Finding("memory", state, f"{free / _GIB:.1f} GiB free", advice)
    if reason := why_one_process():
        yield Finding("/dev/shm", NOTE, f"grading takes one process: {reason}", "mount it: docker run --shm-size 256m")
    else:
        yield Finding("/dev/shm", WELL, "several processes can share the work")
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    few = 0 <= soft < _FEW_FILES
    advice = f"ulimit -n {4096 if hard < 0 else min(hard, 4096)}" if few else ""
    yield Finding("open files", PROBLEM if few else WELL, f"at most {soft} at once", advice)


def _folders(course: Course) -> Iterator[Finding]:
    build = course.build if course.build.is_dir() else course.root
    if not os.access(build, os.W_OK):
        advice = f"its owner can share it with a group: {_SHARE}. Or work in a copy: cp -r {course.root} NEW-FOLDER"
        yield Finding("course", PROBLEM, f"{build} cannot be written by this user", advice)
    else:
        free = shutil.disk_usage(build).free
        text = f"{course.root}, {free / _GIB:.0f} GiB free"
        text += ", shared with its group" if is_shared(course.root) else ""
        yield Finding(
            "course", WELL if free > _DISK else PROBLEM, text, "" if free > _DISK else "make room on this disk"
        )
    mode = course.root.stat().st_mode
    if mode & (stat.S_IROTH | stat.S_IXOTH) and any(
        not path.stat().st_mode & stat.S_IXOTH for path in course.root.parents
    ):
        return  # a folder above it keeps others out
    if mode & stat.S_IROTH:
        advice = f"on a machine that learners use: chmod o-rwx {course.root}"
        yield Finding("secrets", NOTE, "every user of this machine can read the solutions and the checks", advice)


def _temporary(course: Course) -> Iterator[Finding]:
    """Looks at the folder for temporary files. Python takes another one than TMPDIR, without a word, if it must."""
    place, wanted = tempfile.gettempdir(), os.environ.get("TMPDIR", "")
    if wanted and Path(wanted).absolute() != Path(place):
        text = f"{place}, for TMPDIR is {wanted}, where nothing can be written"
        yield Finding("temporary files", NOTE, text, f"mkdir -p {wanted}, or unset TMPDIR")
        return
    text = f"{place}, {shutil.disk_usage(place).free / _GIB:.0f} GiB free"
    if os.statvfs(place).f_flag & os.ST_NOEXEC:
        text += "; nothing can be executed there, which grading does not need"
    yield Finding("temporary files", WELL, text)


def _gradebook(course: Course) -> Iterator[Finding]:
    from autograder.gradebook.config import course_directory

    try:
        coursedir = course_directory(course.root)
    except UsageError as error:
        yield Finding("configuration", PROBLEM, str(error))
        return
    yield Finding("configuration", WELL, "nbgrader_config.py can be loaded")
    yield _books(coursedir.db_url)
    exchange = Path(coursedir.config.Exchange.get("root", "")) if "Exchange" in coursedir.config else None
    if exchange is not None:
        open_to_all = exchange.is_dir() and exchange.stat().st_mode & 0o777 == 0o777
        advice = "" if open_to_all else f"mkdir -p {exchange} && chmod 777 {exchange}"
        text = f"{exchange}{'' if open_to_all else ' is missing, or not writable for whoever hands in'}"
        yield Finding("exchange", WELL if open_to_all else NOTE, text, advice)
    zone = coursedir.config.Exchange.get("timezone", "UTC") if "Exchange" in coursedir.config else "UTC"
    text = f"times of handing in are {zone}; this machine's zone is {time.strftime('%Z')}"
    yield Finding("time", WELL, f"{text}; write the zone into due dates, as in 23:59:00 UTC")


def _books(url: str) -> Finding:
    """Looks into the gradebook: whether it opens, and whether nbgrader's tables have all their columns."""
    from nbgrader.api import Base
    from sqlalchemy import create_engine, inspect
    from sqlalchemy.exc import SQLAlchemyError

    from autograder.gradebook.state import file_of, naming_drivers

    if url.startswith("sqlite:///") and not (file_of(url).is_file() and file_of(url).stat().st_size):
        return Finding("gradebook", NOTE, "there is none yet", "autograder build")
    try:
        with naming_drivers():
            engine = create_engine(url)
        try:
            look = inspect(engine)
            known = {name: {column["name"] for column in look.get_columns(name)} for name in look.get_table_names()}
        finally:
            engine.dispose()
    except (SQLAlchemyError, UsageError) as error:
        return Finding("gradebook", PROBLEM, f"it cannot be opened: {getattr(error, 'orig', error)}")
    lacking = [
        table.name
        for table in Base.metadata.sorted_tables
        if {c.name for c in table.columns} - known.get(table.name, set())
    ]
    if lacking:
        text = f"it is from another version of nbgrader ({', '.join(lacking)} lack columns)"
        return Finding("gradebook", PROBLEM, text, f"nbgrader db upgrade, in {Path.cwd()}")
    return Finding("gradebook", WELL, url.partition("@")[2] or url)


def _free_memory() -> int | None:
    """Returns the bytes of memory that are free for this process, in a container too; None if that is not known."""
    numbers = []
    with suppress(OSError, ValueError, AttributeError):
        found = re.search(r"MemAvailable:\s+(\d+)", Path("/proc/meminfo").read_text())
        numbers.append(int(found[1]) * 1024 if found else 0)
    with suppress(OSError, ValueError):
        most = int(Path("/sys/fs/cgroup/memory.max").read_text())
        numbers.append(most - int(Path("/sys/fs/cgroup/memory.current").read_text()))
    return min(numbers, default=None)


def _project(path: Path) -> dict[str, Any]:
    import tomllib

    with suppress(OSError, ValueError):
        project: dict[str, Any] = tomllib.loads(path.read_text("utf-8"))["project"]
        return project
    return {}


def _numbers(version: str) -> tuple[int, ...]:
    """Returns the numbers of a version, for comparing: (2, 13, 0)."""
    return tuple(int(number) for number in re.findall(r"\d+", version.partition("+")[0]))


_LOOKS: tuple[Callable[[Course], Iterator[Finding]], ...] = (
    _python,
    _sandbox,
    _machine,
    _temporary,
    _folders,
    _gradebook,
)
