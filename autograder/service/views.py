"""Attempts and terms as JSON, as their learner may read them."""

import json
from typing import Any

from autograder.core.outcomes import Outcome
from autograder.core.text import counted

from .agreed import GRADED, HELD
from .terms import Left, Terms, iso

HELD_SENTENCE = (
    "The grader could not grade this, which is not your fault. The attempt cost nothing, and will be graded when your "
    "teacher has put it right."
)


def about(row: Any, *, now: float, due: float | None, terms: Terms) -> dict[str, Any]:
    """Returns an attempt without its result."""
    tree = {
        "id": row.key,
        "assignment": row.assignment,
        "number": row.number,
        "received": iso(row.received),
        "state": row.state,
        "charged": bool(row.charged),
        "late": due is not None and row.received > due,
        "page": f"attempts/{row.key}",
    }
    if row.state == GRADED:
        tree |= {"score": round(row.score, 4), "max_score": row.max_score, "detail": terms.shown(row.number, due, now)}
    if row.state == HELD:
        tree["message"] = HELD_SENTENCE
    if row.same_as is not None:
        tree["message"] = "The answers are those of an earlier attempt, so this one cost nothing."
    return tree


def result(row: Any, detail: str) -> dict[str, Any] | None:
    """Returns the result of an attempt, as much of it as its learner may read; None if it is not graded."""
    if row.state != GRADED or not row.result:
        return None
    tree = json.loads(row.result)
    tree = {name: tree[name] for name in ("score", "max_score", "repairs", "cell_problems", "exercises")}
    tree["exercises"] = {name: _exercise(exercise, detail) for name, exercise in tree["exercises"].items()}
    if detail != "full":
        tree["cell_problems"] = []
    return tree


def _exercise(tree: dict[str, Any], detail: str) -> dict[str, Any]:
    tried = tree["outcome"] != Outcome.NOT_ATTEMPTED
    checks = tree["checks"] if tried and detail != "score" else []
    return {
        "points": tree["points"],
        "max_points": tree["max_points"],
        "outcome": tree["outcome"],
        "diagnoses": [entry["sentence"] for entry in tree["diagnoses"]] if detail != "score" else [],
        "checks": [
            {
                "title": check["title"],
                "kind": check["kind"],
                "outcome": check["outcome"],
                "message": check["message"] if detail == "full" else "",
            }
            for check in checks
        ],
        "example": tree["example"] if detail == "full" else None,
    }


def page(row: Any, detail: str) -> str:
    """Returns the page of a graded attempt; where the terms have changed since, one that says no more than allowed."""
    pages: dict[str, str] = json.loads(row.pages or "{}")
    order = ("score", "hints", "full")
    allowed = [name for name in order[: order.index(detail) + 1] if name in pages]
    return pages[allowed[-1]] if allowed else ""


def assignment(slug: str, terms: Terms, left: Left, due: float | None, number: int) -> dict[str, Any]:
    """Returns the terms of an assignment, for one learner."""
    return {
        "assignment": slug,
        "attempts": left.to_json(),
        "hours": terms.hours,
        "counts": terms.counts,
        "detail": terms.shown(number, None, 0.0),
        "due": None if due is None else iso(due),
        "closed": terms.closed,
        "said": said(terms, left, due),
    }


def said(terms: Terms, left: Left, due: float | None) -> str:
    """Says the terms in words."""
    if terms.closed:
        return "This assignment is closed."
    if left.left is None:
        sentences = ["You may submit as often as you like."]
    else:
        sentences = [f"You have {counted(left.left, 'attempt')} left."]
        if left.next is not None:
            sentences.append(f"One more comes at {_clock(left.next)}.")
    sentences.append(f"The {terms.counts} attempt counts.")
    if due is not None:
        sentences.append(f"Due {_clock(due)}.")
    return " ".join(sentences)


def _clock(seconds: float) -> str:
    return iso(seconds)[:16].replace("T", " ") + " UTC"
