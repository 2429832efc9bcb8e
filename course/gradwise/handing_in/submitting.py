"""`submit()` and `submissions()`, as a learner calls them in a notebook."""

import html
import inspect
from datetime import datetime
from pathlib import Path
from typing import Any

from .. import kernel
from ..check.page import page
from ..check.which_notebook import this_notebook
from ..errors import UnknownName
from . import notebook, words
from .connection import Service, Trouble

__all__ = ["submissions", "submit"]

AT_ONCE = 0.5  # seconds after the cell before: sooner, nobody has pressed a key
WAIT = 20  # seconds for which the service is asked to wait for a result
NOWHERE = (
    "Nothing was handed in: this notebook has no service for official results. Save it, and hand in the file as your "
    "course says; on a JupyterHub with nbgrader by Nbgrader → Assignment List → Submit."
)
TOGETHER = "Not handed in, because this cell ran together with others. To hand in, save the notebook and run it alone."


def submit(path: str | None = None, topic: str | None = None) -> None:
    """Hands in the saved notebook, and shows the official result.

    It costs an attempt, unless the answers are those of an earlier one. Nothing is handed in if code has been run that
    is not in the file, or if the cell runs together with others.

    Args:
        path: the notebook's file; by default that of the notebook one is in.
        topic: its slug; by default that of the notebook one is in.
    """
    names = inspect.currentframe().f_back.f_globals  # type: ignore[union-attr]
    try:
        service = Service.configured()
        if service is None:
            _say(NOWHERE)
        elif _ran_together():
            _say(f"{TOGETHER} {_left(service, topic or this_notebook(names))}".rstrip())
        else:
            _submit(service, path, topic or this_notebook(names), names)
    except UnknownName as unknown:
        _say(str(unknown).replace("progress(", "submit(topic="))
    except Trouble as trouble:
        _say(f"✗ {trouble}")


def submissions(topic: str | None = None) -> None:
    """Lists what was handed in, with the points and a page of each.

    Args:
        topic: the slug of a topic; by default that of the notebook one is in.
    """
    names = inspect.currentframe().f_back.f_globals  # type: ignore[union-attr]
    try:
        service = Service.configured()
        if service is None:
            _say(NOWHERE.partition(": ")[2].capitalize())
            return
        tree = service.get(f"api/v1/assignments/{topic or this_notebook(names)}/attempts")
    except (Trouble, UnknownName) as trouble:
        _say(f"✗ {trouble}".replace("progress(", "submissions("))
        return
    lines = [f"{words.clock(attempt['received'])}  {words.verdict(attempt)}" for attempt in tree["attempts"]]
    left = words.how_many_left(tree["terms"]["attempts"])
    links = "".join(
        f'<li><a href="{html.escape(service.address + attempt["page"])}" target="_blank" rel="noopener">'
        f"{html.escape(line)}</a></li>"
        for attempt, line in zip(tree["attempts"], lines, strict=True)
    )
    title = f"{len(lines)} submission{'s' * (len(lines) != 1)}. {left}"
    kernel.show(page(title, picture=f"<ul>{links}</ul>"), "\n".join([title, *lines]))


def _submit(service: Service, path: str | None, topic: str, names: dict[str, Any]) -> None:
    file = Path(path).resolve() if path is not None else notebook.find(topic, names)
    saved = notebook.Saved.read(file)
    if missing := notebook.unsaved(topic, _run_so_far(), saved):
        _say(_save_first(missing, saved))
        return
    _progress(f"Handing in {file.name}, saved at {saved.when:%H:%M:%S} ...")
    attempt = service.hand_in(topic, saved.to_send())
    known = attempt.get("known", False)
    while attempt["state"] in ("waiting", "running"):
        ahead = attempt.get("queue", {}).get("ahead", 0)
        _progress(f"Handed in: attempt {attempt['number']}. " + (f"{ahead} before it ..." if ahead else "Grading ..."))
        attempt = service.get(f"api/v1/attempts/{attempt['id']}?wait={WAIT}")
    if "result" not in attempt:
        attempt = service.get(f"api/v1/attempts/{attempt['id']}")
    _show(service, attempt, saved.when, known=known)


def _show(service: Service, attempt: dict[str, Any], saved: datetime, *, known: bool) -> None:
    remarks = [attempt["message"]] if attempt.get("message") and attempt.get("score") is not None else []
    if known and not remarks:
        remarks = ["You handed in this very notebook before, so it cost nothing. This is its result."]
    remarks += [words.how_many_left(attempt["attempts"]), f"The notebook was saved at {saved:%H:%M:%S}."]
    whole = service.page(attempt["page"]) if attempt["state"] == "graded" else ""
    address = service.address + attempt["page"]
    _done()
    kernel.show(words.as_page(attempt, remarks, whole, address), words.as_text(attempt, remarks))


def _save_first(missing: list[str], saved: notebook.Saved) -> str:
    named = ", ".join(f"`{name}`" for name in missing)
    return (
        f"✗ Save first. You have run code that is not in {saved.path.name}, saved at {saved.when:%H:%M:%S}: {named}. "
        "Nothing was handed in, and it cost nothing. If you tried something else in a cell that is gone, run the cell "
        "in the notebook again."
    )


def _run_so_far() -> list[str]:
    shell = kernel.shell()
    return [] if shell is None else list(shell.history_manager.input_hist_raw)


def _left(service: Service, topic: str) -> str:
    """Says how many attempts are left; nothing if the service does not answer at once."""
    try:
        return words.how_many_left(service.get(f"api/v1/assignments/{topic}", tries=1)["attempts"])
    except (Trouble, ValueError, KeyError, TypeError):
        return ""


def _ran_together() -> bool:
    return kernel.in_notebook() and kernel.Slot.of(kernel.shell()).idle < AT_ONCE


def _say(sentence: str) -> None:
    _done()
    kernel.show(page(sentence), sentence)


def _progress(sentence: str) -> None:
    if kernel.in_notebook():
        kernel.Slot.of(kernel.shell()).put(page(sentence), sentence)


def _done() -> None:
    if kernel.in_notebook():
        kernel.Slot.of(kernel.shell()).empty()
