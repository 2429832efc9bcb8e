"""Strange files beside a notebook, by every way in: one learner is left out, or one file is, and the others go on."""

import os
import shutil
import socket
import subprocess
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from autograder.authoring.sample_class.students import CLASS, submission
from autograder.core import folders
from autograder.core.course import Course
from autograder.core.folders import MAX_BYTES, MAX_DEPTH, contents
from autograder.gradebook.intake import aside_of, set_aside, time_of
from autograder.notebooks.unpacking import load

from ...conftest import SLUG
from ..temporary import TemporaryCourse

HUGE_TIME = "T10h9999999999999999999999100002026"


def deep(folder: Path, depth: int) -> None:
    """Makes folders in folders, deeper than a path can say."""
    here = os.open(folder, os.O_RDONLY)
    for _ in range(depth):
        os.mkdir("d", dir_fd=here)
        deeper = os.open("d", os.O_RDONLY, dir_fd=here)
        os.close(here)
        here = deeper
    os.close(os.open("bottom.txt", os.O_WRONLY | os.O_CREAT, 0o644, dir_fd=here))
    os.close(here)


def sparse(path: Path, size: int = 1 << 40) -> None:
    with path.open("wb") as file:
        file.truncate(size)


def bytes_name(folder: Path) -> None:
    Path(os.fsdecode(os.fsencode(folder) + b"/caf\xe9.txt")).write_text("unzipped elsewhere")


def loop(folder: Path) -> None:
    (folder / "around").symlink_to(folder)
    (folder / "itself").symlink_to("itself")


def a_socket(folder: Path) -> None:
    here = os.getcwd()
    os.chdir(folder)
    with socket.socket(socket.AF_UNIX) as made:
        made.bind("s")
    os.chdir(here)


def hard_links(folder: Path) -> None:
    sparse(folder / "one", MAX_BYTES // 2)
    for number in range(5):
        os.link(folder / "one", folder / f"again{number}")


# What somebody puts beside the notebook, and a word of the sentence about it; "" if it is no matter.
STRANGE: dict[str, tuple[Callable[[Path], object], str]] = {
    "bytes": (bytes_name, "has a name that is not text"),
    "newline": (lambda folder: (folder / "a\nb\x1b[31m").touch(), "has a name that is not text"),
    "deep500": (lambda folder: deep(folder, 500), f"lies more than {MAX_DEPTH} folders deep"),
    "deep1100": (lambda folder: deep(folder, 1100), f"lies more than {MAX_DEPTH} folders deep"),
    "large": (lambda folder: sparse(folder / "data.bin", MAX_BYTES + 1), "is too large"),
    "sparse": (lambda folder: sparse(folder / "data.bin"), "is too large"),
    "hardlinks": (hard_links, "is too large"),
    "pipe": (lambda folder: os.mkfifo(folder / "pipe"), "named pipe"),
    "timepipe": (lambda folder: os.mkfifo(folder / "timestamp.txt"), "named pipe"),
    "socket": (a_socket, "socket"),
    "loop": (loop, "link"),
    "time": (lambda folder: (folder / "timestamp.txt").write_text(HUGE_TIME), "holds no time"),
    "timefolder": (lambda folder: (folder / "timestamp.txt").mkdir(), "holds no time"),
    "honest": (lambda folder: (folder / "notes é.txt").write_text("mine"), ""),
}


@pytest.mark.parametrize("kind", STRANGE)
def test_what_is_left_in_a_folder_is_plain(kind: str, tmp_path: Path) -> None:
    folder = tmp_path / "submitted" / "eve" / SLUG
    folder.mkdir(parents=True)
    (folder / f"{SLUG}.ipynb").write_text("{}")
    make, word = STRANGE[kind]
    make(folder)
    sentences = set_aside(folder)
    assert bool(sentences) == bool(word)
    assert word in " ".join(sentences)
    assert len(sentences) <= 6
    assert all(sentence.isprintable() for sentence in sentences)
    left = contents(folder)
    assert left.odd == []
    assert folder / f"{SLUG}.ipynb" in [file.path for file in left.files]
    assert time_of(folder) is None
    assert set_aside(folder) == [], "the second time there is nothing to do"
    moved = [sentence for sentence in sentences if "it was moved to" in sentence]
    assert bool(moved) == aside_of(folder).exists()
    sweep(tmp_path)


def test_contents_never_looks_beyond_its_limits(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The work is counted: folders that are opened."""
    opened: list[object] = []
    real = os.scandir
    monkeypatch.setattr(folders.os, "scandir", lambda path: opened.append(path) or real(path))
    deep(tmp_path, 1100)
    assert len(contents(tmp_path).folders) == MAX_DEPTH
    assert len(opened) == MAX_DEPTH + 1
    sweep(tmp_path)


def test_of_very_many_files_the_notebook_and_the_time_stay(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(folders, "MAX_FILES", 20)
    for name in ("z.ipynb", "timestamp.txt", *(f"{number}.txt" for number in range(30))):
        (tmp_path / name).write_text("x")
    found = contents(tmp_path)
    assert len(found.files) == 22
    assert {"z.ipynb", "timestamp.txt"} < {file.path.name for file in found.files}
    assert {odd.reason for odd in found.odd} == {"is one of more than 20 files"}


def test_a_pipe_or_a_device_in_the_place_of_a_notebook_is_not_read(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.ipynb")
    for path in (tmp_path / "pipe.ipynb", Path("/dev/zero")):
        with pytest.raises(OSError, match="not a plain file"):
            load(path)


def hand_in(course: TemporaryCourse, place: Callable[[str], Path], kinds: Iterable[str] = STRANGE) -> None:
    """Hands in an honest submission for each kind of strange file, with the file beside it."""
    data = submission(Course(course.root).topic(SLUG), CLASS[0])
    for name, (make, _) in ((kind, STRANGE[kind]) for kind in kinds):
        folder = place(name)
        folder.mkdir(parents=True)
        (folder / f"{SLUG}.ipynb").write_bytes(data)
        make(folder)


def everyone_has_full_marks(course: TemporaryCourse, kinds: Iterable[str] = STRANGE) -> bool:
    return all(course.score(name) == 25.0 for name in kinds)


def sweep(folder: Path) -> None:
    """Removes what `shutil.rmtree` cannot before Python 3.13: folders deeper than a path can say."""
    subprocess.run(["rm", "-rf", *folder.glob("*")], check=True)


def test_autograder_grade_goes_on(temporary: TemporaryCourse) -> None:
    """Takes up to 20 seconds: 14 learners are graded."""
    submitted = temporary.root / "build" / "submitted"
    hand_in(temporary, lambda name: submitted / name / SLUG)
    bytes_learner = Path(os.fsdecode(os.fsencode(submitted) + b"/zo\xe9"))
    shutil.copytree(submitted / "honest", bytes_learner)
    try:
        output = temporary.run("autograder", "grade", SLUG, fails=True)
        assert everyone_has_full_marks(temporary)
        assert "has a name that is not UTF-8 text, and no gradebook can hold such a name" in output
        for _, word in STRANGE.values():
            assert word in output
        shutil.rmtree(bytes_learner)
        for words in (("grade", SLUG), ("feedback", SLUG), ("report", SLUG), ("export", SLUG), ("similar", SLUG)):
            temporary.run("autograder", *words)
        temporary.run("nbgrader", "generate_feedback", SLUG)
        assert not [path for path in temporary.files("autograded") if path.endswith(("data.bin", "/pipe"))]
        assert "honest/02_activations/notes é.txt" in temporary.files("autograded")
    finally:
        sweep(temporary.root / "build")


def test_nbgrader_autograde_goes_on(temporary: TemporaryCourse) -> None:
    """Takes up to 20 seconds: six learners are graded by nbgrader."""
    submitted = temporary.root / "build" / "submitted"
    kinds = ("bytes", "deep1100", "large", "timepipe", "loop", "honest")
    hand_in(temporary, lambda name: submitted / name / SLUG, kinds)
    shutil.copytree(submitted / "honest", Path(os.fsdecode(os.fsencode(submitted) + b"/zo\xe9")))
    try:
        output = temporary.run("nbgrader", "autograde", SLUG, fails=True)
        assert everyone_has_full_marks(temporary, kinds)
        assert "has a name that is not UTF-8 text" in output
        for kind in kinds:
            assert STRANGE[kind][1] in output
    finally:
        sweep(temporary.root / "build")


NAMES = ("*", "[ab]", "a", "a\nb", "a,b", "{x}\r")  # patterns, lists, two lines


def test_a_name_that_is_a_pattern_is_one_learner_for_nbgrader(temporary: TemporaryCourse) -> None:
    """Takes up to 20 seconds: six learners are graded by nbgrader, one again, and by `autograder grade`."""
    topic = Course(temporary.root).topic(SLUG)
    right, empty = submission(topic, CLASS[0]), topic.release.read_bytes()
    for name in NAMES:
        folder = temporary.hand_in(name, right if name in ("*", "a\nb") else empty).parent
        (folder / "submission_secret.txt").write_text(f"of {name}")
        (folder / "timestamp.txt").write_text("2026-01-02 03:04:05 UTC")
    temporary.run("nbgrader", "autograde", SLUG)
    points = {name: temporary.score(name) for name in NAMES}
    assert points == {name: 25.0 if name in ("*", "a\nb") else 0.0 for name in NAMES}
    assert "No mark changes." in temporary.run("autograder", "grade", SLUG)

    temporary.run("nbgrader", "generate_feedback", SLUG)
    pages = {path.split("/")[0]: page for path, page in temporary.files("feedback").items() if path.endswith(".html")}
    assert {name: b"<strong>25 of " in page for name, page in pages.items()} == {
        name: points[name] == 25 for name in NAMES
    }
    temporary.run("nbgrader", "release_assignment", SLUG)
    assert "Traceback" not in temporary.run("nbgrader", "release_feedback", SLUG)
    released = temporary.root / "build" / "exchange" / "gradwise" / "feedback"
    assert sorted(path.read_bytes() for path in released.glob("*.html")) == sorted(pages.values())

    output = temporary.run("nbgrader", "autograde", SLUG, "--student=[ab]", "--force")
    assert "/[ab]/" in output
    assert "/a/" not in output
    output = temporary.run("nbgrader", "generate_feedback", SLUG, "--student=[ab]", "--force")
    assert "/[ab]/" in output
    assert "/a/" not in output


def test_collect_goes_on(temporary: TemporaryCourse) -> None:
    inbound = temporary.root / "build" / "exchange" / "gradwise" / "inbound"
    when = "2026-01-02 03:04:05 UTC"
    hand_in(temporary, lambda name: inbound / f"{name}+{SLUG}+{when}+abc")
    nobody = [f"{name}+{SLUG}+{when}+abc" for name in ("..", ".", "", "a\nb", "a\x1b[31m")]
    for name in (f"forged+{SLUG}+{HUGE_TIME}+abc", f"odd+{SLUG}+x", *nobody):
        (inbound / name).mkdir()
    (inbound / f"file+{SLUG}+{when}+abc").touch()
    (inbound / f"link+{SLUG}+{when}+abc").symlink_to("nowhere")
    (inbound / f"big+{SLUG}+{when}+abc").mkdir()
    sparse(inbound / f"big+{SLUG}+{when}+abc" / f"{SLUG}.ipynb")
    try:
        output = temporary.run("nbgrader", "collect", SLUG, "--course", "gradwise")
        submitted = temporary.root / "build" / "submitted"
        assert {path.name for path in submitted.iterdir()} == set(STRANGE)
        for name in STRANGE:
            assert (submitted / name / SLUG / f"{SLUG}.ipynb").is_file(), name
            assert contents(submitted / name / SLUG).odd == []
            assert time_of(submitted / name / SLUG) is not None
        for word in (
            "has a name without a time",
            "is not a folder",
            "is a link",
            f"holds {SLUG}.ipynb, which is too large",
        ):
            assert word in output
        assert output.count("has a name that cannot be a learner's") == 3  # nbgrader sees no hidden folders
        assert not (submitted.parent / SLUG).exists()
    finally:
        sweep(temporary.root / "build")


def test_zip_collect_goes_on(temporary: TemporaryCourse) -> None:
    data = submission(Course(temporary.root).topic(SLUG), CLASS[0])
    downloaded = temporary.root / "downloaded" / SLUG / "archive"
    downloaded.mkdir(parents=True)
    for name in ("ada", "ben", "cai"):
        with zipfile.ZipFile(downloaded / f"{name}.zip", "w", zipfile.ZIP_DEFLATED) as archive:
            archive.writestr(f"{name}_{SLUG}.ipynb", data)
            if name == "ben":
                archive.writestr("/".join("d" * 1100) + "/x.txt", "deep")
                archive.writestr("bomb.bin", bytes(MAX_BYTES + 1))
                archive.writestr("../../../../outside.txt", "out")
                archive.writestr("a\nb.txt", "two lines")
                archive.writestr("inner.zip", b"PK broken")
    (downloaded / "dan.zip").write_bytes(b"PK\3\4 and nothing more")
    (downloaded / "eve.gz").write_bytes(b"\x1f\x8b and nothing more")
    expression = r".*/(?P<student_id>[a-z]+)_(?P<file_id>02_activations)\.ipynb"
    output = temporary.run("nbgrader", "zip_collect", SLUG, f"--FileNameCollectorPlugin.named_regexp={expression}")
    submitted = temporary.root / "build" / "submitted"
    assert {path.parts[-3] for path in submitted.glob(f"*/{SLUG}/{SLUG}.ipynb")} == {"ada", "ben", "cai"}
    for name in ("dan.zip", "eve.gz", "inner.zip"):
        assert f"{name} cannot be unpacked" in output
    for why in ("folders deep", "is larger than", "leads out of the archive", "has a name that is not text"):
        assert why in output
    assert not list(temporary.root.rglob("outside.txt"))
