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
    ]
    head = ["a class of " + str(figures[-1]["size"]), "s each", "CPU s each", "times as fast", "of the limit", "MiB"]
    return _table(head, rows)


def targets(results: Results) -> str:
    """Returns the table of the promised ratios."""
    wall = {figure["method"]: figure["wall"] for figure in results["class"]}
    cpu = {figure["method"]: figure["cpu"] for figure in results["class"]}
    rows = [
        ["`autograder grade` against nbgrader", "at least 100", f"{wall[VANILLA] / wall[TWO]:.0f}", ""],
        ["`autograder grade` against the bare limit", "at most 4", f"{wall[TWO] / wall[BARE]:.1f}", ""],
        ["the same with one worker", "", f"{wall[ONE] / wall[BARE]:.1f}", f"{cpu[ONE] / cpu[BARE]:.1f}"],
        ["`nbgrader autograde` with our steps", "at least 8", *_both(wall, cpu, VANILLA, STEPS)],
        ["two workers against one", "at least 1.7", f"{wall[ONE] / wall[TWO]:.2f}", ""],
        [
            "again, with nothing changed",
            "at least 20",
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
    """Returns the table of the methods on every topic."""
    rows = []
    size = 0
    for slug in sorted(name for name in results if name[:2].isdigit()):
        wall = {figure["method"]: figure["wall"] for figure in results[slug]}
        rows.append([f"`{slug}`", *(_seconds(wall[name]) for name in (VANILLA, STEPS, TWO, BARE)),
                     f"{wall[VANILLA] / wall[TWO]:.0f}"])  # fmt: skip
        size = results[slug][0]["size"]
    return _table([f"s each, a class of {size}", "nbgrader", "with our steps", "2 workers", "bare", "times"], rows)


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
