"""Two accounts of one group on one course, a course that may only be read, and two runs at once."""

import os
import shlex
import shutil
import stat
import subprocess
import sys
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from tempfile import mkdtemp

import pytest

from autograder.core.course import Course

from ..conftest import SmallCourse
from ..temporary import TemporaryCourse

FIRST, SECOND, STRANGER, GROUP, OTHER_GROUP = 61001, 61002, 61003, 61000, 61009
RIGHT = "def double(x):\n    return 2 * x\n"

needs_root = pytest.mark.skipif(os.getuid() != 0, reason="only root can work as several users")


def blocked(path: Path) -> tuple[Path, Path] | None:
    """Returns the first folder above a path that only its owner may pass, and the folder below it on the way."""
    folders = [*reversed(path.parents), path]
    for folder, below in pairwise(folders):
        if not folder.stat().st_mode & stat.S_IXOTH:
            return folder, below
    return None


class SharedCourse:
    """A course with one topic, in a folder that belongs to a group; commands run as real users of the system."""

    def __init__(self, root: Path, project: Path) -> None:
        self.root, self._project = root, project
        ways = {blocked(path) for path in (Path(sys.executable).resolve(), Path(sys.prefix), project)} - {None}
        mounts = ["set -e"]
        for way in ways:  # lets ordinary users reach Python: in a mount namespace that ends with the command
            assert way is not None
            aside = mkdtemp(dir=root.parent)
            mounts += [f"mount --bind {way[1]} {aside}", f"mount -t tmpfs -o mode=755 none {way[0]}",
                       f"mkdir {way[1]}", f"mount --bind {aside} {way[1]}"]  # fmt: skip
        self._mounts = "\n".join(mounts)

    def run(self, user: int, command: str, *, umask: str = "002", code: int = 0, group: int = GROUP) -> str:
        """Runs a command as a user, and returns all that it printed."""
        environment = {**os.environ, "PYTHONPATH": f"{self._project}:{self._project}/course", "HOME": "/nowhere"}
        environment |= {"PYTHONWARNINGS": "ignore", "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
        environment.pop("GRADWISE_SEED", None)
        as_user = f"umask {umask}; cd {shlex.quote(str(self.root))}; {command}"
        user_words = ["setpriv", "--reuid", str(user), "--regid", str(group), "--clear-groups", "sh", "-c", as_user]
        words = ["unshare", "--mount", "sh", "-c", f"{self._mounts}\nexec {shlex.join(user_words)}"]
        done = subprocess.run(words, env=environment, capture_output=True, text=True, cwd="/")
        assert done.returncode == code, done.stdout + done.stderr
        assert "Traceback" not in done.stdout + done.stderr, done.stderr
        return done.stdout + done.stderr


@pytest.fixture
def shared(course: Course) -> Iterator[SharedCourse]:
    top = Path(mkdtemp(prefix="gradwise-shared-"))  # not pytest's folder, which only its owner may enter
    top.chmod(0o755)
    root = top / "course"
    small = SmallCourse(root)
    for generated in ("build", "course"):
        shutil.rmtree(root / generated)
    shutil.copy(course.root / "nbgrader_config.py", root)
    submitted = root / "build" / "submitted" / "ada" / small.topic.slug
    submitted.mkdir(parents=True)
    (submitted / "answer.py").write_text(RIGHT)
    for path in (root, *root.rglob("*")):
        os.chown(path, FIRST, GROUP)
        path.chmod(0o2775 if path.is_dir() else 0o664)
    yield SharedCourse(root, course.root)
    shutil.rmtree(top)


@needs_root
def test_two_teachers_of_one_group_do_the_same_and_a_stranger_is_told_what_to_do(shared: SharedCourse) -> None:
    """Takes over 10 seconds: commands of other users start from nothing."""
    grade = "autograder grade 01_small --workers 1 --fresh"
    shared.run(FIRST, f"autograder build 01_small && {grade}", umask="077")
    seed = shared.root / "build" / "seed"
    assert stat.S_IMODE(seed.stat().st_mode) == 0o660, "the group may read the secret, and nobody else"
    output = shared.run(SECOND, f"autograder build 01_small && {grade} && nbgrader export")
    assert "No mark changes." in output
    assert "ada" in (shared.root / "grades.csv").read_text()
    assert not (shared.root / "gradebook.db").exists()
    output = shared.run(SECOND, "nbgrader autograde 01_small --force")
    assert "Sandbox: " in output
    shared.run(FIRST, f"{grade} && autograder export 01_small", umask="022")

    books = (shared.root / "build" / "gradebook.db").read_bytes()
    output = shared.run(STRANGER, grade, code=3, group=OTHER_GROUP)
    assert "build cannot be written: Permission denied. Building and grading write there." in output
    assert "work in a copy: cp -r " in output
    assert (shared.root / "build" / "gradebook.db").read_bytes() == books


def test_two_runs_at_once_leave_whole_books(temporary: TemporaryCourse, course: Course) -> None:
    """Takes over 10 seconds: two runs start from nothing and grade at the same time, which is what is tested."""
    notebook = Course(temporary.root).topics[1].source.read_bytes()
    students = [f"s{number}" for number in range(6)]
    for number, student in enumerate(students):
        temporary.hand_in(student, notebook.replace(b"Your answer here", f"Answer {number}".encode()))
    words = [str(Path(sys.executable).with_name("autograder")), "grade", "02_activations", "--workers", "1"]
    runs = [
        subprocess.Popen(
            words,
            cwd=temporary.root,
            env=temporary.environment,
            text=True,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for _ in range(2)
    ]
    outputs = [run.communicate() for run in runs]
    assert [run.returncode for run in runs] == [0, 0], outputs
    assert sum("has been at work on this course since" in errors for _, errors in outputs) == 1
    assert all("6 graded, mean 25.0" in output for output, _ in outputs)
    assert {student: temporary.score(student) for student in students} == dict.fromkeys(students, 25.0)
    assert len(temporary.files()) == len(students)
