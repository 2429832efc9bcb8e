"""The learners' tree: it holds what learners need and no secret, and Binder can run it."""

import json
import os
import resource
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from autograder.authoring.publish import publish
from autograder.cli.main import main
from autograder.core.course import Course
from autograder.core.outcomes import UsageError

from .test_project import environment
from .test_rooms import leaked_lines, learners_files


@pytest.fixture(scope="module")
def published(course: Course, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("published") / "learners"
    publish(course, folder)
    return folder


def secrets_of(course: Course, folder: Path) -> list[str]:
    """Lists what gives solutions or hidden checks away: files by name or content, lines, and a Git history."""
    files = [path for path in folder.rglob("*") if path.is_file()]
    rooms = {"answers", "autograder", "benchmarks", "checks", "misconceptions", "sample_class", "solutions", "tests"}
    hidden = [*(course.root / "solutions").rglob("*.py"), *(course.root / "autograder").rglob("*.py")]
    contents = {path.read_bytes() for path in hidden if path.stat().st_size > 200}
    leaks = [str(path) for path in files if rooms & {*path.relative_to(folder).parts} or path.read_bytes() in contents]
    readable = [path for path in files if path.suffix in (".py", ".ipynb", ".md", ".json", ".yml", ".toml", "")]
    ours = {path.read_bytes() for path in learners_files(course.root)}  # test_rooms reads their lines
    strange = [path for path in readable if path.read_bytes() not in ours]
    return [*leaks, *leaked_lines(course, strange), *map(str, folder.rglob(".git"))]


def test_learners_get_their_room_and_no_secret(course: Course, published: Path) -> None:
    top = {path.name for path in published.iterdir()}
    assert top == {".gitignore", "LICENSE", "README.md", "binder", "course", "environment.yml", "pyproject.toml"}
    for topic in course.topics:
        assert (published / topic.release.relative_to(course.root)).read_bytes() == topic.release.read_bytes()
    assert secrets_of(course, published) == []


def test_the_data_are_published_with_their_source(course: Course, published: Path) -> None:
    cars = Path("course", "gradwise", "datasets", "auto_mpg.csv")
    assert (published / cars).read_bytes() == (course.root / cars).read_bytes()
    for text in ((published / cars).read_text(), (published / "LICENSE").read_text()):
        for part in ("Quinlan", "UCI Machine Learning Repository", "https://doi.org/10.24432/C5859H", "CC BY 4.0"):
            assert part in text


def test_a_secret_among_the_learners_files_would_be_found(course: Course, published: Path, tmp_path: Path) -> None:
    tree = shutil.copytree(published, tmp_path / "tree", symlinks=True)
    topic = course.topics[0]
    shutil.copy(topic.checks, tree / "course" / "harmless.py")
    (tree / "course" / "notes.md").write_text(_first_solution(topic.text.read_text("utf-8")))
    (tree / "course" / "misconceptions").mkdir()
    shutil.copy(topic.misconceptions, tree / "course" / "misconceptions" / "x.txt")
    (tree / ".git").mkdir()
    secrets = " ".join(secrets_of(course, tree))
    for name in ("harmless.py", "notes.md", "misconceptions/x.txt", ".git"):
        assert name in secrets


def _first_solution(text: str) -> str:
    """Returns the first solution of a text."""
    return text.split("### BEGIN SOLUTION")[1].split("### END SOLUTION")[0]


def test_publishing_again_replaces_the_files_and_keeps_the_repository(course: Course, tmp_path: Path) -> None:
    folder = tmp_path / "learners"
    publish(course, folder)
    (folder / ".git").mkdir()
    (folder / ".git" / "HEAD").write_text("ref: refs/heads/main")
    (folder / "course" / "old.txt").write_text("from last year")
    publish(course, folder)
    assert (folder / ".git" / "HEAD").is_file()
    assert not (folder / "course" / "old.txt").exists()


def test_what_was_not_published_from_here_is_not_touched(course: Course, tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("years of work")
    with pytest.raises(UsageError, match=r"holds something that was not published from here\. Name a new folder\."):
        publish(course, tmp_path)
    assert (tmp_path / "thesis.tex").is_file()
    refused = CliRunner().invoke(main, ["publish", str(course.root)])
    assert refused.exit_code == 2
    assert "is a whole course, with its solutions" in refused.stderr


def test_the_learners_environment_is_a_part_of_the_one_environment(course: Course, published: Path) -> None:
    whole = environment((course.root / "environment.yml").read_text())
    theirs = environment((published / "environment.yml").read_text())
    assert theirs.items() <= whole.items()
    assert {"numpy", "torch", "ipywidgets", "jupyterlab", "nbgrader"} <= theirs.keys()
    assert "  - python =3.12\n" in (published / "environment.yml").read_text()  # repo2docker does not read a range
    assert not {"pytest", "jupytext", "playwright"} & theirs.keys()


# --- Binder -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("which", ["learners", "teachers"])
def test_repo2docker_builds_from_the_environment_and_runs_our_scripts(
    which: str, course: Course, published: Path
) -> None:
    root = published if which == "learners" else course.root
    code = (
        "from repo2docker.buildpacks import CondaBuildPack as C; p = C('an:image'); p.platform = 'linux/amd64';"
        "print(p.detect(), p.binder_dir);"
        "print(p.render({'NB_USER': 'jovyan', 'NB_UID': '1000'}))"
    )
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", code], cwd=root, capture_output=True, text=True, check=True
    )
    assert done.stdout.startswith("True binder\n")
    for line in (
        '--file "binder/environment.yml"',
        "RUN ./binder/postBuild",
        'R2D_ENTRYPOINT="${REPO_DIR}/binder/start"',
    ):
        assert line in " ".join(done.stdout.split()), line


def test_after_postbuild_the_learners_image_holds_no_secret_and_opens_on_the_handbook(
    course: Course, published: Path, tmp_path: Path
) -> None:
    tree = shutil.copytree(published, tmp_path / "image", symlinks=True)
    apart = {"PIP_PREFIX": str(tmp_path / "prefix"), "PIP_IGNORE_INSTALLED": "1", "PIP_NO_INDEX": "1"}
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    subprocess.run([tree / "binder" / "postBuild"], cwd=tree, env={**os.environ, **apart, "PATH": path}, check=True)
    assert secrets_of(course, tree) == []
    (link,) = (tmp_path / "prefix").rglob("_gradwise.pth")
    assert link.read_text().strip() == str(tree / "course")

    shown = subprocess.run(
        [tree / "binder" / "start", "sh", "-c", "echo $JUPYTER_CONFIG_PATH"], cwd=tree, capture_output=True, text=True
    )
    lab = json.loads((Path(shown.stdout.strip()) / "jupyter_lab_config.json").read_text())
    assert (tree / lab["LabApp"]["default_url"].removeprefix("/lab/tree/")).is_file()


def seconds(code: str) -> float:
    """Measures the processor time of code in a new Python: other programs do not count."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([sys.executable, "-W", "ignore", "-c", code], check=True, capture_output=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


FIRST_CHECK = """
from gradwise.check import check
try:
    check("elu", {"elu": lambda x, alpha=1.0: x, "elu_grad": lambda x, alpha=1.0: x})
except AssertionError:
    pass
"""


def test_a_small_machine_starts_quickly() -> None:
    torch = seconds("import torch")  # some 2 seconds, of every notebook
    assert seconds("import gradwise") < torch / 4
    assert seconds(FIRST_CHECK) < 1.75 * torch


def test_a_notebook_with_everything_loaded_needs_less_than_a_gigabyte_with_its_server() -> None:
    # VmHWM is the process's own peak; ru_maxrss would start at the size of its parent.
    code = "{}; print(open('/proc/self/status').read().split('VmHWM:')[1].split()[0])"
    loaded = "from gradwise import bridge, data, demos, plots, training; demos.activation_explorer()"
    server = "import jupyterlab.labapp, nbgrader.apps, ipykernel.kernelapp"
    needed = [
        int(
            subprocess.run(
                [sys.executable, "-W", "ignore", "-c", code.format(what)], capture_output=True, check=True
            ).stdout
        )
        for what in (loaded, server)
    ]
    assert sum(needed) / 1024 < 1024
