"""What is whole in a damaged notebook is read, wherever the damage is."""

import json

import pytest

from autograder.core.course import Topic
from autograder.notebooks import reader, salvage
from autograder.notebooks.foreign import doubt


def merged(text: str) -> str:
    """Returns a notebook as a merge leaves it that has found two versions of one line."""
    lines = text.splitlines()
    at = next(number for number, line in enumerate(lines) if "return" in line or "raise" in line)
    return "\n".join(
        [
            *lines[:at],
            "<<<<<<< HEAD",
            lines[at],
            "||||||| base",
            "old",
            "=======",
            "theirs",
            ">>>>>>> b",
            *lines[at + 1 :],
        ]
    )


def test_of_two_versions_of_a_line_the_first_is_kept(topic: Topic) -> None:
    text = topic.release.read_text("utf-8")
    assert reader.read(merged(text).encode()).cells == reader.read(text.encode()).cells
    assert reader.read(merged(text).encode()).repairs == [salvage.MERGED]


@pytest.mark.parametrize("damage", ['"', "}", "{", "\0", "]", '"source": ['])
def test_one_damaged_cell_costs_itself_alone(topic: Topic, damage: str) -> None:
    whole = json.loads(topic.release.read_text("utf-8"))["cells"]
    texts = [json.dumps(cell) for cell in whole]
    for place in (0, 3, len(texts) - 1):
        broken = [*texts]
        broken[place] = broken[place].replace('"metadata"', f'{damage}"metadata"')
        read = reader.read(f'{{"cells": [{", ".join(broken)}], "metadata": {{}}}}'.encode())
        ids = [cell["id"] for cell in read.cells]
        assert [cell["id"] for number, cell in enumerate(whole) if number != place] == ids
        assert len(read.repairs) == 1
        assert doubt(read.repairs) == ""


def test_a_part_of_a_broken_cell_is_no_cell_and_nothing_is_said_to_be_nothing() -> None:
    read = reader.read(b'{"cells": [{"cell_type": "code", oops, "metadata": {"id": 1}, "source": "x"}]}')
    assert read.cells == []
    assert doubt(read.repairs) == salvage.NOTHING


def test_cells_that_cannot_be_read_are_tried_so_often_only(monkeypatch: pytest.MonkeyPatch) -> None:
    tried = []
    decode = json.JSONDecoder.raw_decode
    monkeypatch.setattr(
        json.JSONDecoder, "raw_decode", lambda *words, **named: tried.append(1) or decode(*words, **named)
    )
    for cells in (1_000, 4_000):
        tried.clear()
        reader.read(b'{"cells": [' + b'{"cell_type": "code, ' * cells)
        assert len(tried) <= salvage.MOST_BROKEN + 1
