"""How fast a class is graded, side by side in one run: by nbgrader alone, by us, and at the bare limit.

    python -m benchmarks.speed [--topic 02_activations] [--class 200] [--vanilla 6] [--write]

All methods grade the same notebooks: right answers in several styles. Vanilla nbgrader executes notebooks, so it gets
them without their experiments, which alone take half a minute each, and with the same hidden checks in its cells.
Every figure is wall time with start-up, per submission.
"""

import argparse
import json
import os
import re
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

from autograder import notebook
from autograder.course import Course, Topic, find_course
from autograder.notebook import Notebook, nbgrader_of
from autograder.repair import Release, is_answer, is_check, is_manual, read_release
from autograder.sample_class.answers import answered, read_style

HERE = Path(__file__).resolve().parent
SEED = "benchmark"


@dataclass(frozen=True)
class Figure:
    """One measurement: seconds for some submissions, and the peak memory of the process in MiB."""

    method: str
    submissions: int
    seconds: float
    memory: float

    @property
    def each(self) -> float:
        """Milliseconds for one submission."""
        return 1000 * self.seconds / self.submissions


def main() -> None:
    """Measures and prints a table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--topic", default="02_activations")
    parser.add_argument("--class", dest="size", type=int, default=200)
    parser.add_argument("--vanilla", type=int, default=6, help="how many vanilla nbgrader gets; 0 for none")
    parser.add_argument("--write", action="store_true", help="also write benchmarks/RESULTS.md")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="benchmark-") as folder:
        figures = measure(Path(folder), options.topic, options.size, options.vanilla)
    table = as_table(options.topic, figures)
    print(table)
    if options.write:
        (HERE / "RESULTS.md").write_text(table + "\n", "utf-8")


def measure(folder: Path, slug: str, size: int, vanilla: int) -> list[Figure]:
    """All methods, one after another, on the same notebooks."""
    ours = our_course(folder / "ours", slug)
    topic = Course(ours).topic(slug)
    figures = []
    if vanilla:
        stock = stock_course(folder / "stock", topic)
        submit(stock, slug, read_release(Course(stock).topic(slug).release), topic, vanilla)
        figures.append(timed("nbgrader autograde, vanilla", vanilla, stock, "nbgrader", "autograde", slug))
        few = max(20, vanilla)
        submit(ours, slug, read_release(topic.release), topic, few)
        figures.append(timed("nbgrader autograde, our steps", few, ours, "nbgrader", "autograde", slug))
        reset(ours, slug)
    submit(ours, slug, read_release(topic.release), topic, size)
    for workers in (1, 2):
        command = ("autograder", "grade", slug, "--workers", str(workers))
        figures.append(timed(f"autograder grade, {workers} worker{'s' * (workers > 1)}", size, ours, *command))
        if workers == 1:
            reset(ours, slug, keep_submitted=True)
    figures.append(timed("autograder grade, again", size, ours, "autograder", "grade", slug))
    files = [str(path) for path in sorted((ours / "build" / "submitted").glob(f"*/{slug}/{slug}.ipynb"))]
    figures.append(timed("bare limit", size, ours, sys.executable, "-m", "benchmarks.bare", slug, SEED, *files))
    return figures


def as_table(slug: str, figures: list[Figure]) -> str:
    """The figures as Markdown, with ratios."""
    by_name = {figure.method: figure for figure in figures}
    one = by_name["autograder grade, 1 worker"].each
    lines = [
        f"`{slug}`, {os.cpu_count()} cores, start-up included.",
        "",
        "| | submissions | ms each | against 1 worker | peak MiB |",
        "|---|---:|---:|---:|---:|",
    ]
    for figure in figures:
        lines.append(
            f"| {figure.method} | {figure.submissions} | {figure.each:.1f} | {figure.each / one:.2f} "
            f"| {figure.memory:.0f} |"
        )
    return "\n".join(lines)


# --- courses ----------------------------------------------------------------------------------------


def our_course(root: Path, slug: str) -> Path:
    """A course with one topic, built."""
    project = find_course().root
    root.mkdir(parents=True)
    shutil.copy(project / "nbgrader_config.py", root)
    for room in ("solutions", "autograder"):
        (root / room).mkdir()
    shutil.copy(project / "solutions" / f"{slug}.py", root / "solutions")
    for room in ("checks", "misconceptions", "answers"):
        shutil.copytree(project / "autograder" / room, root / "autograder" / room)
    run(root, "autograder", "build", slug)
    return root


def stock_course(root: Path, topic: Topic) -> Path:
    """A course for nbgrader alone: no experiments, and the hidden checks in the notebook's own cells."""
    source = notebook.read(topic.source.read_bytes())
    checks = re.sub(r"^@.*\n", "", topic.checks.read_text("utf-8"), flags=re.MULTILINE)
    cells, first = [], True
    for cell in source.cells:
        if is_check(cell):
            lines = [cell["source"], "### BEGIN HIDDEN TESTS"]
            if first:
                lines += ["from benchmarks.bare import Bare, put", checks]
            lines += [f"submission = Bare(globals())\n{calls(topic, nbgrader_of(cell)['grade_id'])}"]
            cells.append({**cell, "source": "\n".join([*lines, "### END HIDDEN TESTS"])})
            first = False
        elif is_answer(cell) or is_manual(cell) or nbgrader_of(cell).get("grade_id") == "setup":
            cells.append(cell)
    folder = root / "build" / "source" / topic.slug
    folder.mkdir(parents=True)
    (folder / f"{topic.slug}.ipynb").write_text(Notebook(cells, source.metadata).to_json(), "utf-8")
    config = (find_course().root / "nbgrader_config.py").read_text("utf-8")
    (root / "nbgrader_config.py").write_text(config[: config.index("# A damaged notebook")], "utf-8")
    (root / "solutions").mkdir()
    shutil.copy(topic.text, root / "solutions")
    run(root, "nbgrader", "generate_assignment", topic.slug, "--create", "--force")
    return root


def calls(topic: Topic, exercise: str) -> str:
    """The lines that call the checks of an exercise, as the grader would."""
    from autograder.collection import collect

    names = [check.name for check in collect(topic) if check.exercise == exercise and "[" not in check.name]
    return "\n".join(f"put({name}, submission, {SEED!r})" for name in names)


def submit(root: Path, slug: str, release: Release, topic: Topic, size: int) -> None:
    """Hands in right answers in several styles, each different."""
    styles = [read_style(path) for path in sorted((find_course().topic(topic.slug).answers).glob("*.py"))]
    for number in range(size):
        helpers, functions = styles[number % len(styles)]
        path = root / "build" / "submitted" / f"s{number:05}" / slug / f"{slug}.ipynb"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(answered(release, helpers, functions, f"My words, number {number}.").to_json(), "utf-8")


def reset(root: Path, slug: str, *, keep_submitted: bool = False) -> None:
    """A course in which nobody has been graded."""
    for name in ("autograded", "results", *(() if keep_submitted else ("submitted",))):
        shutil.rmtree(root / "build" / name, ignore_errors=True)
    (root / "build" / "gradebook.db").unlink(missing_ok=True)
    run(root, "autograder", "build", slug)


# --- running ----------------------------------------------------------------------------------------


def run(root: Path, *command: str) -> float:
    """Runs a command in a course; gives its peak memory in MiB."""
    words = [str(Path(sys.executable).with_name(command[0])) if "/" not in command[0] else command[0], *command[1:]]
    environment = {
        **os.environ,
        "GRADWISE_SEED": SEED,
        "PYTHONPATH": os.pathsep.join([str(HERE.parent), str(HERE.parent / "course")]),
    }
    process = subprocess.Popen(
        words, cwd=root, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    )
    said = process.stderr.read() if process.stderr else ""
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command[:3])} failed:\n{said[-3000:]}")
    return usage.ru_maxrss / 1024


def timed(method: str, submissions: int, root: Path, *command: str) -> Figure:
    """Runs a command and takes the time."""
    print(f"{method} ...", file=sys.stderr)
    started = time.perf_counter()
    memory = run(root, *command)
    figure = Figure(method, submissions, time.perf_counter() - started, memory)
    print(json.dumps({"method": method, "ms": round(figure.each, 1)}), file=sys.stderr)
    return figure


if __name__ == "__main__":
    main()
