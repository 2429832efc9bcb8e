"""The official result in words, and as a page in the cell: points, mistakes with a name, attempts that are left."""

import html
from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ..check.page import page, prose
from ..wording import counted

__all__ = ["as_page", "as_text", "clock", "how_many_left"]

_SIGNS = {"passed": "✓", "not attempted": "○"}


def verdict(attempt: Mapping[str, Any]) -> str:
    """Returns the first line: the points, and which attempt it was."""
    if attempt.get("score") is None:
        return f"○ {attempt['assignment']}, attempt {attempt['number']}: {attempt.get('message', attempt['state'])}"
    sign = "✓" if attempt["score"] == attempt["max_score"] else "✗"
    late = ", late" if attempt.get("late") else ""
    points = f"{attempt['score']:g} of {counted(attempt['max_score'], 'point')}"
    return f"{sign} {attempt['assignment']}: {points} (attempt {attempt['number']}{late})"


def exercises(attempt: Mapping[str, Any]) -> list[str]:
    """Returns a line for each exercise."""
    result = attempt.get("result") or {"exercises": {}}
    return [_line(name, exercise) for name, exercise in result["exercises"].items()]


def _line(name: str, exercise: Mapping[str, Any]) -> str:
    possible = counted(exercise["max_points"], "point")
    points = f"{exercise['points']:g} of {possible}" if exercise["max_points"] else "bonus"
    lost = [check for check in exercise["checks"] if check["outcome"] != "passed"]
    of = f", {len(lost)} of {counted(len(exercise['checks']), 'check')} lost" if lost else ""
    outcome = "" if exercise["outcome"] in ("passed", "failed") else f", {exercise['outcome']}"
    return f"{_SIGNS.get(exercise['outcome'], '✗')} {name}: {points}{outcome}{of}"


def told(attempt: Mapping[str, Any]) -> list[tuple[str, str]]:
    """Returns what was misunderstood: for each mistake that has a name, the exercise and the sentence."""
    result = attempt.get("result") or {"exercises": {}}
    return [(name, sentence) for name, exercise in result["exercises"].items() for sentence in exercise["diagnoses"]]


def how_many_left(attempts: Mapping[str, Any]) -> str:
    """Returns how many attempts there are, and when the next comes."""
    if attempts["left"] is None:
        return "You may submit as often as you like."
    number = attempts["left"]
    sentence = f"You have {counted(number, 'attempt') if number else 'no attempts'} left."
    return f"{sentence} One more comes at {clock(attempts['next'])}." if attempts.get("next") else sentence


def clock(text: str) -> str:
    """Returns a time of the service as a clock here shows it."""
    when = datetime.fromisoformat(text.replace("Z", "+00:00")).astimezone()
    today = datetime.now().astimezone().date() == when.date()
    return f"{when:%H:%M}" if today else f"{when:%Y-%m-%d %H:%M}"


def as_text(attempt: Mapping[str, Any], remarks: list[str]) -> str:
    """Returns the result as plain text."""
    lines = [verdict(attempt), *(f"  {line}" for line in exercises(attempt))]
    lines += [f"  {name}: {sentence}" for name, sentence in told(attempt)]
    return "\n".join([*lines, *remarks])


def as_page(attempt: Mapping[str, Any], remarks: list[str], whole: str, address: str) -> str:
    """Returns the result as HTML.

    Args:
        attempt: the attempt, as the service has answered.
        remarks: sentences below the result.
        whole: the feedback page, which is shown in a frame in which nothing can run; empty if there is none.
        address: where a browser finds that page.
    """
    rows = [(name, sentence) for name, sentence in told(attempt)]
    below = "".join(f"<p style='margin: 0.3em 0'>{prose(sentence)}</p>" for sentence in remarks)
    if whole:
        frame = (
            f'<iframe sandbox title="The whole result" srcdoc="{html.escape(whole)}" '
            'style="width: 100%; height: 36em; border: 1px solid #8888; border-radius: 4px"></iframe>'
        )
        link = f'<a href="{html.escape(address)}" target="_blank" rel="noopener">Open it in a tab</a>'
        below += f"<details open><summary>The whole result</summary>{frame}</details><p>{link}</p>"
    return page(verdict(attempt), [] if whole else exercises(attempt), rows, picture=below)  # the frame lists them
