"""Makes courses and classes to measure: for the autograder, and for nbgrader alone, with the same submissions."""

import ast
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from autograder.authoring.sample_class.answers import answered, read_style, wrong_answers
from autograder.core.course import Course, Topic, find_course
from autograder.grading.collection import collect_checks
from autograder.grading.edits import lines_of
from autograder.grading.misconceptions import load_misconceptions
from autograder.notebooks import reader
from autograder.notebooks.reader import Notebook, nbgrader_of
from autograder.notebooks.release import is_answer, is_check, is_manual, read_release

SEED = "benchmark"
PROJECT = Path(__file__).resolve().parent.parent

ENVIRONMENT = {
    **os.environ,
    "GRADWISE_SEED": SEED,
    "PYTHONPATH": os.pathsep.join([str(PROJECT), str(PROJECT / "course")]),
    "PATH": os.pathsep.join([str(Path(sys.executable).parent), os.environ.get("PATH", os.defpath)]),
}


class MeasuredCourse:
    """A course in a folder of its own, with one topic, which is built.

    Args:
        root: the folder, which must not exist.
        topic: the topic, in the course from which it is copied.
    """

    def __init__(self, root: Path, topic: Topic) -> None:
        self.root, self.slug, self.origin = root, topic.slug, topic
        root.mkdir(parents=True)
        self.lay_out()
        self._empty = root.with_name(f"{root.name}-gradebook.db")
        shutil.copy(root / "build" / "gradebook.db", self._empty)

    def lay_out(self) -> None:
        """Copies the files that grading needs, and builds the topic."""
        for file in (self.origin.text, self.origin.findings, self.origin.checks, self.origin.misconceptions):
            path = self.root / file.relative_to(self.origin.root)
            path.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(file, path)
        shutil.copy(self.origin.root / "nbgrader_config.py", self.root)
        self.run("autograder", "build", self.slug)

    @property
    def files(self) -> list[Path]:
        """The submitted notebooks."""
        return sorted((self.root / "build" / "submitted").glob(f"*/{self.slug}/{self.slug}.ipynb"))

    def hand_in(self, size: int, wrong_each: int = 0) -> None:
        """Writes the submissions of a class: right answers in several styles, all of them different files.

        What a style leaves unwritten is answered as in the solution: every learner gets full points.

        Args:
            size: the number of learners.
            wrong_each: one learner in so many has a misconception; 0: no learner.
        """
        styles = [read_style(path) for path in sorted(self.origin.answers.glob("*.py"))]
        catalogue = load_misconceptions(self.origin)
        release = read_release(Course(self.root).topic(self.slug).release)
        solution = self._solution()
        shutil.rmtree(self.root / "build" / "submitted", ignore_errors=True)
        for number in range(size):
            helpers, functions = styles[number % len(styles)]
            functions = {**solution, **functions}
            if wrong_each and number % wrong_each == 0:
                functions = {**functions, **wrong_answers(self.origin, (catalogue[number % len(catalogue)].id,))}
            path = self.root / "build" / "submitted" / f"s{number:05}" / self.slug / f"{self.slug}.ipynb"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(answered(release, helpers, functions, f"My words, number {number}.").to_json(), "utf-8")

    def _solution(self) -> dict[str, str]:
        """Returns the source of each function and class that the instructor's notebook answers with, by its name."""
        source = reader.read(self.origin.source.read_bytes())
        text = "\n".join(cell["source"] for cell in source.cells if is_answer(cell) and not is_manual(cell))
        nodes = [node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef | ast.ClassDef)]
        return {node.name: lines_of(node, text, decorators=True) for node in nodes}

    def forget(self) -> None:
        """Removes all results, as if no submission had been graded."""
        for name in ("autograded", "results", "staging"):
            shutil.rmtree(self.root / "build" / name, ignore_errors=True)
        shutil.copy(self._empty, self.root / "build" / "gradebook.db")

    def words(self, *command: str) -> list[str]:
        """Returns the words of a command of this Python environment."""
        return [str(Path(sys.executable).with_name(command[0])), *command[1:]]

    def run(self, *command: str) -> None:
        """Runs a command that is not measured.

        Raises:
            SystemExit: the command failed; the text is its output.
        """
        done = subprocess.run(self.words(*command), cwd=self.root, env=ENVIRONMENT, capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"{' '.join(command)} failed:\n{(done.stdout + done.stderr)[-3000:]}")

    def names_of_checks(self) -> Path:
        """Writes pytest's names of the checks into a file, and returns its path."""
        path = self.root / "checks.json"
        path.write_text(
            json.dumps([check.name for check in collect_checks(Course(self.root).topic(self.slug))]), "utf-8"
        )
        return path


class StockCourse(MeasuredCourse):
    """A course for nbgrader alone: with its own preprocessors, and with the hidden checks in the notebook's cells.

    Its notebooks have no experiments, which alone would take half a minute each.
    """

    def lay_out(self) -> None:
        """Writes the notebook with hidden checks in it, and builds it with nbgrader's generate_assignment."""
        topic = self.origin
        source = reader.read(topic.source.read_bytes())
        checks = collect_checks(topic)
        cells, code = [], "from benchmarks.bare import Bare, put\n" + topic.checks.read_text("utf-8")
        for cell in source.cells:
            if is_check(cell):
                names = [check.name for check in checks if check.exercise == nbgrader_of(cell)["grade_id"]]
                call = f"passed = put(globals(), {names!r}, Bare(globals()), {SEED!r})"
                hidden = [
                    "### BEGIN HIDDEN TESTS",
                    code,
                    call,
                    f"assert passed == {len(names)}",
                    "### END HIDDEN TESTS",
                ]
                cells.append({**cell, "source": "\n".join([cell["source"], *hidden])})
                code = ""
            elif is_answer(cell) or is_manual(cell) or nbgrader_of(cell).get("grade_id") == "setup":
                cells.append(cell)
        path = self.root / "build" / "source" / topic.slug / f"{topic.slug}.ipynb"
        path.parent.mkdir(parents=True)
        path.write_text(Notebook(cells, source.metadata).to_json(), "utf-8")
        config = (topic.root / "nbgrader_config.py").read_text("utf-8")
        (self.root / "nbgrader_config.py").write_text(config[: config.index("# A damaged notebook")], "utf-8")
        (self.root / "solutions").mkdir()
        shutil.copy(topic.text, self.root / "solutions")
        self.run("nbgrader", "generate_assignment", topic.slug, "--create", "--force")


def topics() -> list[Topic]:
    """Returns the topics to measure, and writes their instructor's notebooks."""
    from autograder.notebooks.source import write_source

    with_answers = [topic for topic in find_course(PROJECT).topics if topic.answers.is_dir()]
    for topic in with_answers:
        write_source(topic)
    return with_answers
