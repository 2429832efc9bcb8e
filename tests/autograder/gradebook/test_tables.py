"""The version of nbgrader's tables: what nbgrader says, and no other process to find it out."""

from pathlib import Path
from typing import Any

import nbgrader.api
import pytest

from autograder.gradebook import tables

NBGRADERS_WAY = nbgrader.api.get_alembic_version


def test_it_is_the_version_that_nbgrader_finds() -> None:
    assert tables.version() == NBGRADERS_WAY()


@pytest.mark.parametrize("ours", [True, False])
def test_a_new_gradebook_starts_no_process(ours: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    started: list[Any] = []

    def counted(command: list[str]) -> bytes:
        started.append(command)
        return b"of-nbgrader (head)\n"

    monkeypatch.setattr(nbgrader.api.sp, "check_output", counted)
    monkeypatch.setattr(nbgrader.api, "get_alembic_version", NBGRADERS_WAY)
    if ours:
        tables.find_version_here()
    with nbgrader.api.Gradebook(f"sqlite:///{tmp_path}/gradebook.db", "course") as gradebook:
        (row,) = gradebook.db.execute(nbgrader.api.text("SELECT version_num FROM alembic_version"))
    assert (len(started), row[0]) == ((0, tables.version()) if ours else (1, "of-nbgrader"))
