"""Both ways in, `autograder grade` and `nbgrader autograde`, give one result for any accident on the way."""

import gzip
import json
import shutil
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from autograder.authoring.sample_class.students import CLASS, submission
from autograder.core.course import Course

from ...conftest import SLUG
from ..temporary import TABLES, TemporaryCourse

Accident = Callable[[Path, bytes], object]  # what happens in a folder, with the bytes of a right notebook


def written(*names: str) -> Accident:
    def write(folder: Path, data: bytes) -> None:
        for name in names:
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(data)

    return write


def apple_shadow(folder: Path, data: bytes) -> None:
    (folder / "my_hw.ipynb").write_bytes(data)
    (folder / "._my_hw.ipynb").write_bytes(b"\0\5\26\7\0\2\0\0Mac OS X")


def two_that_differ(folder: Path, data: bytes) -> None:
    (folder / f"{SLUG} (1).ipynb").write_bytes(data)
    (folder / f"{SLUG} (2).ipynb").write_bytes(data + b"\n")


def beside_a_scratch_file(folder: Path, data: bytes) -> None:
    (folder / f"{SLUG} (1).ipynb").write_bytes(data)
    (folder / "scratch.ipynb").write_bytes(b"{}")


def exact_and_another(folder: Path, data: bytes) -> None:
    (folder / f"{SLUG}.ipynb").write_bytes(data)
    (folder / f"{SLUG} (1).ipynb").write_bytes(b"{}")


def a_link(folder: Path, data: bytes) -> None:
    (folder.parent / "elsewhere.ipynb").write_bytes(data)
    (folder / f"{SLUG}.ipynb").symlink_to(folder.parent / "elsewhere.ipynb")


def a_python_file(folder: Path, data: bytes) -> None:
    cells = [cell for cell in json.loads(data)["cells"] if cell["cell_type"] == "code"]
    wanted = (cell for cell in cells if cell["metadata"].get("nbgrader", {}).get("grade_id", "").startswith("write_"))
    source = "import numpy as np\n" + "\n".join("".join(cell["source"]) for cell in wanted)
    (folder / f"{SLUG}.py").write_text(source)


def in_a_zip(*names: str) -> Accident:
    def pack(folder: Path, data: bytes) -> None:
        with zipfile.ZipFile(folder / f"{SLUG}.zip", "w") as archive:
            for name in names:
                archive.writestr(name, data)

    return pack


def changed(change: Callable[[list[dict[str, Any]]], None]) -> Accident:
    def write(folder: Path, data: bytes) -> None:
        notebook = json.loads(data)
        change([cell for cell in notebook["cells"] if cell["cell_type"] == "code"])
        (folder / f"{SLUG}.ipynb").write_text(json.dumps(notebook))

    return write


def large_outputs(cells: list[dict[str, Any]]) -> None:
    for cell in cells:
        cell["outputs"] = [{"output_type": "display_data", "metadata": {}, "data": {"image/png": "A" * 900_000}}]


def imports_above(cells: list[dict[str, Any]]) -> None:
    for cell, module in zip(
        cells, ["pylab", "mpl_toolkits", "PIL", "sympy", "networkx", "google.colab", "cv2"] * 9, strict=False
    ):
        if "def " in "".join(cell["source"]):
            cell["source"] = f"import {module}, torch\ntorch.__version__\nexit()\n" + "".join(cell["source"])


def experiments(cells: list[dict[str, Any]]) -> None:
    for cell in cells:
        if not cell["metadata"].get("nbgrader"):
            cell["source"] = "import numpy as np\nx = np.arange(9)\nwhile True: relu(x)"


def linked_to(student: str) -> Accident:
    """Returns what puts a link in the place of the submitted folder: to that of another learner."""

    def link(folder: Path, _: bytes) -> None:
        folder.rmdir()
        folder.symlink_to(folder.parent.parent / student / SLUG)

    return link


GRADED: dict[str, Accident] = {
    "zip": in_a_zip("homework/mine.ipynb", "__MACOSX/homework/._mine.ipynb"),
    "gzip": lambda folder, data: (folder / "mine.ipynb.gz").write_bytes(gzip.compress(data, mtime=0)),
    "utf16": lambda folder, data: (folder / f"{SLUG}.ipynb").write_bytes(data.decode().encode("utf-16")),
    "large": changed(large_outputs),
    "imports": changed(imports_above),
    "experiments": changed(experiments),
    "exact": written(f"{SLUG}.ipynb"),
    "second_download": written(f"{SLUG} (1).ipynb"),
    "canvas": written(f"{SLUG}-1.ipynb"),
    "own_name": written("homework.ipynb"),
    "upper": written(f"{SLUG}.IPYNB"),
    "upper_name": written(f"{SLUG.upper()}.ipynb"),
    "text": written(f"{SLUG}.ipynb.txt"),
    "umlaut": written("Lösung von Jörg.ipynb"),
    "blanks": written(f" {SLUG} .ipynb"),
    "brackets": written(f"[{SLUG}]*?.ipynb"),
    "equal_copies": written(f"{SLUG} (1).ipynb", f"{SLUG} (2).ipynb"),
    "with_checkpoint": written("mine.ipynb", ".ipynb_checkpoints/mine-checkpoint.ipynb"),
    "apple": apple_shadow,
    "scratch": beside_a_scratch_file,
    "exact_and_another": exact_and_another,
    "python": a_python_file,
}
REFUSED: dict[str, tuple[Accident, str]] = {
    "class": (in_a_zip("ada/a.ipynb", "ben/a.ipynb"), f"there is {SLUG}.zip. The zip archive holds 2 notebooks."),
    "differ": (two_that_differ, f"there are {SLUG} (1).ipynb, {SLUG} (2).ipynb. Rename the one that counts"),
    "deeper": (written(f"homework/{SLUG}.ipynb"), f"there is homework/{SLUG}.ipynb (a notebook). Move the notebook up"),
    "checkpoint": (
        written(f".ipynb_checkpoints/{SLUG}-checkpoint.ipynb"),
        "(a copy that Jupyter saved by itself). Jupyter made that copy",
    ),
    "shadow": (lambda folder, _: (folder / f"._{SLUG}.ipynb").write_bytes(b"\0\5\26\7"), "(what macOS keeps of a"),
    "pdf": (lambda folder, _: (folder / "hw.pdf").write_bytes(b"%PDF-1.7"), "there is hw.pdf (a PDF). Ask for"),
    "page": (lambda folder, _: (folder / f"{SLUG}.html").write_bytes(b"<!DOCTYPE html>"), f"{SLUG}.html (a web page)"),
    "word": (lambda folder, _: (folder / "hw.docx").write_bytes(b"PK\3\4"), "hw.docx (an Office document)"),
    "link": (a_link, f"there is {SLUG}.ipynb (a link)."),
    "linked": (linked_to("class"), "the folder is a link, and links are not followed. Put the folder itself there."),
    "nowhere": (linked_to("nobody"), "the folder is a link, and links are not followed."),
    "empty": (lambda folder, _: None, "the folder is empty. Ask for the notebook."),
}


def test_both_ways_in_choose_one_notebook_and_give_one_result(temporary: TemporaryCourse, tmp_path: Path) -> None:
    """Takes a minute: twenty submissions are graded by nbgrader's autograde, too."""
    right = submission(Course(temporary.root).topic(SLUG), CLASS[0])
    for name, accident in {**GRADED, **{name: accident for name, (accident, _) in REFUSED.items()}}.items():
        folder = temporary.root / "build" / "submitted" / name / SLUG
        folder.mkdir(parents=True)
        accident(folder, right)
    empty = shutil.copytree(temporary.root / "build", tmp_path / "empty", symlinks=True)
    outputs, states = [], []
    for command in ("autograder grade", "nbgrader autograde"):
        outputs.append(temporary.run(*command.split(), SLUG, fails=True))
        states.append((temporary.tables(), temporary.files()))
        shutil.rmtree(temporary.root / "build")
        shutil.copytree(empty, temporary.root / "build", symlinks=True)
    (ours, our_files), (theirs, their_files) = states
    for table in TABLES:
        assert ours[table] == theirs[table], table
    assert our_files == their_files
    graded = {row[0] for row in ours["submitted_assignment"]}
    assert graded == set(GRADED)
    scores = {
        name: sum(float(row[2]) for row in ours["grade"] if row[0] == name and row[2] != "None") for name in graded
    }
    assert scores == dict.fromkeys(GRADED, 25.0)
    for output in outputs:
        assert "Traceback" not in output
        for name, (_, sentence) in REFUSED.items():
            assert f"Not graded: {name} has no {SLUG}.ipynb: " in output
            assert sentence in output, name
        assert f"Beside {SLUG}.ipynb, and not graded: {SLUG} (1).ipynb." in output


def test_a_notebook_that_a_topic_does_not_have_is_not_graded_in_silence(temporary: TemporaryCourse) -> None:
    temporary.hand_in("ada", submission(Course(temporary.root).topic(SLUG), CLASS[0]))
    output = temporary.run("nbgrader", "autograde", SLUG, "--notebook", "other", fails=True)
    assert f"{SLUG} has one notebook, {SLUG}, and none called other: leave --notebook out." in output
    assert "Traceback" not in output
    assert temporary.rows() == []
    temporary.run("nbgrader", "autograde", SLUG, "--notebook", SLUG)
    assert temporary.score("ada") == 25.0
