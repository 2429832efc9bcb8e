"""formgrader's page of a submission is made beside the server, with a limit: no notebook keeps the server."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from nbgrader.server_extensions.formgrader import handlers
from traitlets.config import Config

from autograder.core.course import Course
from autograder.gradebook.config import nbgrader_config
from autograder.nbgrader_plugins.pages import Asked, Desk
from autograder.reports import apart

from . import endless
from .endless import DEAD, SLOW


@pytest.fixture
def desk(monkeypatch: pytest.MonkeyPatch) -> Iterator[Desk]:
    monkeypatch.setattr(apart, "MOST_SECONDS", 0.5)
    desk = Desk()
    yield desk
    desk.close()


def asked(course: Course, folder: Path, code: str) -> Asked:
    """What formgrader asks for: a notebook with that code, nbconvert's configuration, and a planted filter."""
    config, extra = nbgrader_config(course.root), Config()
    extra.HTMLExporter.template_name = "formgrade"
    extra.HTMLExporter.extra_template_basedirs = [handlers.template_path]
    extra.HTMLExporter.filters = {"highlight_code": f"{endless.__name__}.planted"}
    config.merge(extra)
    path = folder / f"{code[:4]}.ipynb"
    points = {"nbgrader": {"grade": True, "grade_id": "relu", "points": 3, "schema_version": 3, "solution": False}}
    cells = [nbformat.v4.new_code_cell(code), nbformat.v4.new_code_cell("check('relu')", metadata=points)]
    nbformat.write(nbformat.v4.new_notebook(cells=cells), path)
    resources = {"base_url": "/", "index": 0, "total": 1, "notebook_id": "n", "assignment_id": "a", "student": "ada"}
    resources |= {"submission_id": "s", "last_name": "", "first_name": "", "unique_key": "n"}
    return config, str(path), resources


def test_a_page_that_would_not_end_is_cut_and_the_next_one_is_whole(course: Course, tmp_path: Path, desk: Desk) -> None:
    """The first page is made while the event loop goes on."""

    async def make(code: str) -> tuple[str, int]:
        task, ticks = asyncio.ensure_future(desk.page(asked(course, tmp_path, code))), 0
        while not task.done():
            ticks += 1
            await asyncio.sleep(0.01)
        return task.result(), ticks

    slow, ticks = asyncio.run(make(SLOW))
    assert ticks > 20
    assert "This page could not be made as a whole</strong> (its process ended, or took more than" in slow
    assert "slow slow" in slow
    assert SLOW not in slow
    assert '<input class="score tabbable" id="relu"' in slow  # points can be given
    dead, good = desk.make(asked(course, tmp_path, DEAD)), desk.make(asked(course, tmp_path, "x = 1"))
    assert "This page could not be made</strong> (its process" in dead
    assert str(tmp_path / "dead.ipynb") in dead
    assert "<pre>x = 1</pre>" in good
    assert "could not" not in good
