"""Measures how fast a class is graded by nbgrader alone, by the autograder, and at the bare limit, in one run.

    python -m benchmarks.speed                     # every topic, and a class of 200 for 02_activations
    python -m benchmarks.speed --all --write       # every topic with a class of 200, in about ten minutes
    python -m benchmarks.speed --write             # and writes the tables, here and in the README
    python -m benchmarks.speed --large 10000       # and a class of that size; takes a quarter of an hour

All methods grade the same notebooks, and every figure includes the start of the command. See benchmarks/README.md.
"""

import argparse
import json
import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path

from autograder.core.course import Topic
from autograder.grading import workers

from . import tables
from .courses import ENVIRONMENT, SEED, MeasuredCourse, StockCourse, topics
from .measuring import Cost, measure

RESULTS = Path(__file__).resolve().parent / "results.json"
SLUG = "02_activations"
TIMES_KNOWN = 5  # grading a class again is measured so often; the median counts
TIMES_COLD = 3  # grading one file is measured so often
CLASS = 200  # learners of an ordinary class
FEW = 3  # notebooks for nbgrader alone where every topic has a large class; two for a topic
ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}  # as in a learner's process


@dataclass(frozen=True)
class Figure:
    """Cost of one method for each submission of a class, start-up included.

    Attributes:
        method: the method's name in the tables.
        size: the number of learners in the class.
        wall: seconds by the clock for each submission.
        cpu: seconds of processor time for each submission.
        memory: the peak memory of all its processes, in bytes.
    """

    method: str
    size: int
    wall: float
    cpu: float
    memory: int


def main() -> None:
    """Reads the options, measures, and prints the tables."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--class", dest="size", type=int, default=CLASS, help=f"learners of {SLUG}; 0: not measured")
    parser.add_argument("--each", type=int, default=40, help="learners of every topic")
    parser.add_argument("--topics", nargs="*", metavar="TOPIC", help="these, of all topics; others stay as they were")
    parser.add_argument("--vanilla", type=int, default=12, help="notebooks for nbgrader alone; every topic: a third")
    parser.add_argument("--large", type=int, default=0, help=f"also a class of this size, of {SLUG}")
    parser.add_argument("--write", action="store_true", help="write results.json, and the tables into both READMEs")
    parser.add_argument(
        "--all", action="store_true", help=f"every topic with a class of {CLASS}, nbgrader's side sampled"
    )
    options = parser.parse_args()
    if options.all:
        options.each, options.vanilla = CLASS, FEW
    by_slug = {topic.slug: topic for topic in topics()}
    results: dict[str, list[dict[str, object]]] = json.loads(RESULTS.read_text()) if RESULTS.is_file() else {}
    with tempfile.TemporaryDirectory(prefix="benchmark-") as temporary:
        folder = Path(temporary)
        parts: dict[str, Callable[[], list[Figure]]] = {}
        if options.size:
            parts["class"] = lambda: of_class(folder / "class", by_slug[SLUG], options.size, options.vanilla)
        if options.large:
            parts["large"] = lambda: of_large(folder / "large", by_slug[SLUG], options.size or CLASS, options.large)
        of_all = options.topics is None
        same = {SLUG} if of_all and options.size == options.each else set()  # its class is that of a topic, too
        for slug in [slug for slug in by_slug if slug not in same] if of_all else options.topics:
            parts[slug] = partial(of_topic, folder / slug, by_slug[slug], options.each, max(options.vanilla // 3, 2))
        results["machine"] = [{"cores": len(workers.cores())}]
        for name, measured in parts.items():
            results[name] = _plain(measured())
            if name == "class" and same:
                results[SLUG] = [figure for figure in results[name] if figure["method"] in tables.OF_TOPIC]
            if options.write:  # after each part, so that a failure of the last one does not lose the others
                RESULTS.write_text(json.dumps(results, indent=1) + "\n", "utf-8")
                tables.write(results)
    print(tables.all_tables(results))


def of_class(folder: Path, topic: Topic, size: int, vanilla: int) -> list[Figure]:
    """Measures every method on one class."""
    ours = MeasuredCourse(folder / "ours", topic)
    stock = StockCourse(folder / "stock", topic)
    figures = [
        sampled(tables.VANILLA, stock, vanilla, size),
        sampled(tables.STEPS, ours, vanilla * 2, size),
    ]
    ours.hand_in(size)
    figures += [
        graded(tables.ONE, ours, "--workers", "1"),
        graded(tables.TWO, ours, "--workers", "2"),
        graded(tables.AGAIN, ours, known=True),
        bare(ours),
        alone(ours),
    ]
    ours.hand_in(size, wrong_each=3)
    return [*figures, graded(tables.WRONG, ours, "--workers", "2")]


def of_topic(folder: Path, topic: Topic, size: int, vanilla: int) -> list[Figure]:
    """Measures, on a smaller class, the methods whose cost differs from topic to topic."""
    ours = MeasuredCourse(folder / "ours", topic)
    figures = [
        sampled(tables.VANILLA, StockCourse(folder / "stock", topic), vanilla, size),
        sampled(tables.STEPS, ours, vanilla * 2, size),
    ]
    ours.hand_in(size)
    return [*figures, graded(tables.TWO, ours, "--workers", "2"), bare(ours), alone(ours)]


def of_large(folder: Path, topic: Topic, size: int, large: int) -> list[Figure]:
    """Measures grading with two workers for a class of the usual size and for a large one."""
    figures = []
    for number in (size, large):
        ours = MeasuredCourse(folder / str(number), topic)
        ours.hand_in(number)
        figures.append(graded(tables.TWO, ours, "--workers", "2"))
        shutil.rmtree(ours.root)
    return figures


# --- one method -------------------------------------------------------------------------------------


def sampled(method: str, course: MeasuredCourse, sample: int, size: int) -> Figure:
    """Estimates `nbgrader autograde` for a class from two samples: its start once, and the time for each submission."""
    few = max(sample // 6, 1)
    costs = []
    for number in (few, sample):
        course.forget()
        course.hand_in(number)
        costs.append(_measured(f"{method}, {number}", course.words("nbgrader", "autograde", course.slug), course))
    small, big = costs

    def for_class(a: float, b: float) -> float:
        slope = (b - a) / (sample - few)
        return slope + max(a - few * slope, 0.0) / size

    return Figure(method, size, for_class(small.wall, big.wall), for_class(small.cpu, big.cpu), big.memory)


def graded(method: str, course: MeasuredCourse, *options: str, known: bool = False) -> Figure:
    """Measures `autograder grade` for the submitted class. Grading again takes half a second, so it is repeated."""
    if not known:
        course.forget()
    command = course.words("autograder", "grade", course.slug, *options)
    costs = [_measured(method, command, course) for _ in range(TIMES_KNOWN if known else 1)]
    return _figure(method, len(course.files), sorted(costs, key=lambda cost: cost.wall)[len(costs) // 2])


def alone(course: MeasuredCourse) -> Figure:
    """Measures `autograder grade` for a single file, when what the reference answers is known from an earlier start."""
    command = course.words("autograder", "grade", str(course.files[0]), "--fresh")
    costs = [_measured(tables.ALONE, command, course) for _ in range(TIMES_COLD + 1)][1:]
    return _figure(tables.ALONE, 1, sorted(costs, key=lambda cost: cost.cpu)[TIMES_COLD // 2])


def bare(course: MeasuredCourse) -> Figure:
    """Measures the bare limit for the submitted class."""
    command = [sys.executable, "-m", "benchmarks.bare", course.slug, SEED, str(course.names_of_checks())]
    cost = _measured(tables.BARE, [*command, *map(str, course.files)], course, ONE_THREAD)
    return _figure(tables.BARE, len(course.files), cost)


def _measured(what: str, command: list[str], course: MeasuredCourse, more: Mapping[str, str] | None = None) -> Cost:
    cost = measure(command, course.root, {**ENVIRONMENT, **(more or {})})
    print(f"{course.slug}, {what}: {cost.wall:.1f} s, {cost.cpu:.1f} s of processor time", file=sys.stderr)
    return cost


def _figure(method: str, size: int, cost: Cost) -> Figure:
    return Figure(method, size, cost.wall / size, cost.cpu / size, cost.memory)


def _plain(figures: list[Figure]) -> list[dict[str, object]]:
    return [asdict(figure) for figure in figures]


if __name__ == "__main__":
    main()
