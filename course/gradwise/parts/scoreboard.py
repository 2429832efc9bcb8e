"""One patient: a small network that falls ill in notebook 01, gets what each notebook teaches, and has one scoreboard.

Each notebook examines it with the learner's parts, and keeps the result beside them, in ``patient.json``.
"""

import contextlib
import html
import io
import json
from pathlib import Path
from typing import Any

import numpy as np

from .. import kernel
from ..errors import UnknownName
from ..experiments import patient as hospital
from ..kept_files import place, write
from ..plots import standard_error
from ..wording import counted
from .store import load

__all__ = ["patient"]

Visits = dict[str, dict[str, Any]]


def patient(topic: str, network: tuple[Any, ...] | None = None) -> None:
    """Examines the patient after a notebook, keeps the result, and shows the scoreboard.

    The network is trained here and now, with ten seeds, or three where training is quick. Parts that are missing or
    wrong are PyTorch's, and the scoreboard says so.

    Args:
        topic: the notebook's slug.
        network: in the capstone the learner's `init_params`, `init_state`, `fit_network` and `net_forward`.

    Raises:
        UnknownName: there is no such notebook.
        NotWrittenYet: the learner's network is not written.
    """
    if topic not in hospital.TREATMENTS:
        raise UnknownName(f"There is no topic {topic!r}. There are: {', '.join(hospital.TREATMENTS)}")
    before = [name for slug, names in hospital.NEEDS.items() if slug <= topic for name in names]
    needed = before if network is None else hospital.OF_A_NETWORK
    with contextlib.redirect_stdout(io.StringIO()):
        parts = load(*needed)
    if network is not None:
        scores = hospital.examine_network(network, parts)
    else:
        scores = hospital.examine(hospital.cared_for(topic, parts))
    file = place("patient.json")
    visits = {**_read(file), topic: {"scores": scores, "missing": sorted(parts.missing)}}
    kept = _write(file, visits)
    kernel.show(
        _page(visits), "\n".join([*_lines(visits), *([] if kept else [f"○ {file.name} cannot be written here."])])
    )


def _read(file: Path) -> Visits:
    """The visits so far; none if the file is not there, or holds something else."""
    try:
        tree = json.loads(file.read_text("utf-8"))
        return {
            slug: {
                "scores": [float(score) for score in tree[slug]["scores"]],
                "missing": [*map(str, tree[slug]["missing"])],
            }
            for slug in hospital.TREATMENTS
            if slug in tree and len(tree[slug]["scores"]) > 1
        }
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _write(file: Path, visits: Visits) -> bool:
    """Writes the file; tells whether it could."""
    ordered = {slug: visits[slug] for slug in hospital.TREATMENTS if slug in visits}
    try:
        write(file, json.dumps(ordered, indent=1) + "\n")
    except OSError:
        return False
    return True


def _rows(visits: Visits) -> list[tuple[str, str, float, float, str]]:
    """For each notebook its number, the treatment, the mean and its standard error, and what is not the learner's."""
    rows = []
    for slug, treatment in hospital.TREATMENTS.items():
        if slug in visits:
            scores, missing = visits[slug]["scores"], ", ".join(visits[slug]["missing"])
            notes = [f"PyTorch's: {missing}"] if missing else []
            if len({len(visit["scores"]) for visit in visits.values()}) > 1:
                notes.append(counted(len(scores), "seed"))
            rows.append((slug[:2], treatment, float(np.mean(scores)), float(standard_error(scores)), "; ".join(notes)))
    return rows


def _seeds(visits: Visits) -> str:
    """How many seeds there are behind a mean, as the visits say: some may have been made quickly, or long ago."""
    numbers = {len(visit["scores"]) for visit in visits.values()}
    return counted(numbers.pop(), "seed") if len(numbers) == 1 else "as many seeds as each row says"


def _lines(visits: Visits) -> list[str]:
    head = f"The patient: {hospital.DISEASE}. Test accuracy, {_seeds(visits)}, computed here."
    rows = [
        f"{number}  {treatment:44} {mean:.3f} ± {error:.3f}  {'█' * round(20 * mean)}{'  ' + note if note else ''}"
        for number, treatment, mean, error, note in _rows(visits)
    ]
    return [head, *rows]


def _page(visits: Visits) -> str:
    body = "".join(
        f'<tr><td style="{_LEFT}">{number}</td><td style="{_LEFT}">{html.escape(treatment)}</td>'
        f'<td style="{_LEFT}">{mean:.3f} ± {error:.3f}</td>'
        f'<td style="{_LEFT}; width: 12em" aria-hidden="true"><div style="background: #0072b2; height: 0.8em; '
        f'width: {100 * mean:.0f}%"></div></td><td style="{_LEFT}">{html.escape(note)}</td></tr>'
        for number, treatment, mean, error, note in _rows(visits)
    )
    heads = "".join(
        f'<th style="{_LEFT}">{head}</th>' for head in ("notebook", "the patient gets", "test accuracy", "", "")
    )
    return (
        '<table class="gradwise-patient" style="color: inherit; background: transparent">'
        '<caption style="text-align: left; color: inherit">'
        f"<strong>The patient</strong>: {html.escape(hospital.DISEASE)}. Mean of {_seeds(visits)} and "
        f"its standard error, computed here.</caption><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table>"
    )


_LEFT = "text-align: left"
