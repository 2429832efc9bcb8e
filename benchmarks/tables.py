"""Writes the figures as tables into the documents that quote them."""

import re
from pathlib import Path
from typing import Any

VANILLA = "nbgrader autograde, as it comes"
STEPS = "nbgrader autograde with our steps"
ONE = "autograder grade, 1 worker"
TWO = "autograder grade, 2 workers"
AGAIN = "autograder grade, nothing changed"
WRONG = "autograder grade, 2 workers, one in three wrong and diagnosed"
BARE = "bare limit"
ALONE = "autograder grade, a single file"
OF_TOPIC = (VANILLA, STEPS, TWO, BARE, ALONE)  # measured for every topic

HERE = Path(__file__).resolve().parent
QUOTED = (HERE / "README.md", HERE.parent / "README.md")
_PLACE = re.compile(r"(<!-- (\w+) of benchmarks -->\n).*?(<!-- end -->)", re.DOTALL)

Results = dict[str, list[dict[str, Any]]]


def all_tables(results: Results) -> str:
    """Returns all tables."""
    return "\n\n".join(_named(results).values())


def write(results: Results) -> None:
    """Replaces the tables in the documents that quote them."""
    for path in QUOTED:
        path.write_text(quoted(path.read_text("utf-8"), results), "utf-8")


def quoted(text: str, results: Results) -> str:
    """Returns a document with its tables replaced."""
    named = _named(results)
    return _PLACE.sub(lambda place: f"{place[1]}{named[place[2]]}\n{place[3]}", text)


def _named(results: Results) -> dict[str, str]:
    tables = {"methods": methods(results), "targets": targets(results), "topics": topics(results)}
    return {**tables, "large": large(results) if "large" in results else "Not measured."}


def methods(results: Results) -> str:
    """Returns the table of every method on one class."""
    figures = results["class"]
    vanilla, bare = (next(figure for figure in figures if figure["method"] == name) for name in (VANILLA, BARE))
    rows = [
        [
            figure["method"],
            _seconds(figure["wall"]),
            _seconds(figure["cpu"]),
            _ratio(vanilla["wall"] / figure["wall"]),
            _ratio(figure["wall"] / bare["wall"]),
            f"{figure['memory'] / 2**20:.0f}",
        ]
        for figure in figures
        if figure["method"] != ALONE
    ]
    head = ["a class of " + str(figures[-1]["size"]), "s each", "CPU s each", "times as fast", "of the limit", "MiB"]
    return _table(head, rows)


def targets(results: Results) -> str:
    """Returns the table of the promised ratios."""
    wall = {figure["method"]: figure["wall"] for figure in results["class"]}
    cpu = {figure["method"]: figure["cpu"] for figure in results["class"]}
    rows = [
        [
            "`autograder grade` against nbgrader",
            "at least 150",
            f"{wall[VANILLA] / wall[TWO]:.0f}",
            f"{cpu[VANILLA] / cpu[TWO]:.0f}",
        ],
        [
            "`autograder grade` against the bare limit",
            "at most 2.5",
            f"{wall[TWO] / wall[BARE]:.1f}",
            f"{cpu[TWO] / cpu[BARE]:.1f}",
        ],
        ["the same with one worker", "", f"{wall[ONE] / wall[BARE]:.1f}", f"{cpu[ONE] / cpu[BARE]:.1f}"],
        ["`nbgrader autograde` with our steps", "at least 8", *_both(wall, cpu, VANILLA, STEPS)],
        ["two workers against one", "at least 1.8", f"{wall[ONE] / wall[TWO]:.2f}", ""],
        [
            "again, with nothing changed",
            "at least 30",
            f"{wall[TWO] / wall[AGAIN]:.0f}",
            f"{cpu[TWO] / cpu[AGAIN]:.0f}",
        ],
    ]
    if "large" in results:
        small, big = results["large"]
        rows.append([f"a class of {big['size']:,} against {small['size']}, each", "at most 1.1",
                     f"{big['wall'] / small['wall']:.2f}", f"{big['cpu'] / small['cpu']:.2f}"])  # fmt: skip
    return _table(["", "wanted", "by the clock", "by processor time"], rows)


def _both(wall: dict[str, float], cpu: dict[str, float], slow: str, fast: str) -> list[str]:
    return [f"{wall[slow] / wall[fast]:.1f}", f"{cpu[slow] / cpu[fast]:.1f}"]


def topics(results: Results) -> str:
    """Returns the table of the methods on every topic: seconds by the clock / of processor time."""
    rows = []
    sizes = set[int]()
    for slug in sorted(name for name in results if name[:2].isdigit()):
        figures = {figure["method"]: figure for figure in results[slug]}
        sizes.add(figures[TWO]["size"])
        wall, cpu = ({name: figure[clock] for name, figure in figures.items()} for clock in ("wall", "cpu"))
        seconds = [f"{_seconds(wall[name])} / {_seconds(cpu[name])}" for name in (VANILLA, STEPS, TWO, BARE)]
        alone = f"{_seconds(wall[ALONE])} / {_seconds(cpu[ALONE])}" if ALONE in wall else "-"
        rows.append([f"`{slug}`", *seconds, f"{wall[VANILLA] / wall[TWO]:.0f} / {cpu[VANILLA] / cpu[TWO]:.0f}",
                     f"{cpu[TWO] / cpu[BARE]:.1f}", alone])  # fmt: skip
    size = " or ".join(map(str, sorted(sizes)))
    head = [f"s each, a class of {size}: clock / CPU", "nbgrader", "with our steps", "2 workers", "bare", "times",
            "of the limit, CPU", "one file"]  # fmt: skip
    return _table(head, rows)


def large(results: Results) -> str:
    """Returns the table of a large class beside one of the usual size."""
    rows = [
        [
            f"{figure['size']:,}",
            _seconds(figure["wall"]),
            _seconds(figure["cpu"]),
            f"{figure['memory'] / 2**20:.0f}",
        ]
        for figure in results["large"]
    ]
    return _table(["learners", "s each", "CPU s each", "MiB"], rows)


def _ratio(value: float) -> str:
    return f"{value:,.0f}" if value >= 20 else f"{value:.1f}" if value >= 1 else f"{value:.2f}"


def _seconds(value: float) -> str:
    return f"{value:.3g}" if value >= 0.1 else f"{value:.4f}" if value < 0.01 else f"{value:.3f}"


def _table(head: list[str], rows: list[list[str]]) -> str:
    lines = [head, ["---", *["---:"] * (len(head) - 1)], *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
