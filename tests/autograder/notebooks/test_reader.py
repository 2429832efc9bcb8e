"""Reading: any submitted file becomes a notebook, without an exception."""

import json
from typing import Any

import nbformat
import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograder.core.course import Topic
from autograder.notebooks import reader
from autograder.notebooks.outputs import MAX_BYTES
from autograder.notebooks.reader import Notebook, code_cell

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)
strange_cells = st.lists(
    json_values
    | st.fixed_dictionaries(
        {},
        optional={
            "cell_type": st.sampled_from(["code", "markdown", "raw", "heading", "x"]) | json_values,
            "source": st.text() | st.lists(st.text() | st.none()) | json_values,
            "metadata": json_values,
            "id": st.text(max_size=4) | json_values,
            "attachments": json_values,
            "extra": json_values,
        },
    ),
    max_size=5,
)


def as_bytes(document: Any) -> bytes:
    return json.dumps(document).encode()


@given(st.binary(max_size=200))
def test_any_bytes_can_be_read(data: bytes) -> None:
    reader.read(data)


@given(strange_cells, json_values)
def test_any_cells_become_a_valid_notebook(cells: list[Any], metadata: Any) -> None:
    read = reader.read(as_bytes({"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}))
    read.metadata = {}
    for cell in read.cells:
        cell.pop("attachments", None)
        cell["metadata"] = {}
    nbformat.validate(nbformat.reads(read.to_json(), as_version=4))


def test_a_notebook_is_written_as_nbformat_writes_it(topic: Topic) -> None:
    text = topic.release.read_text("utf-8")
    assert reader.read(text.encode()).to_json() == text
    assert nbformat.writes(nbformat.reads(text, as_version=4)) + "\n" == text


def test_outputs_are_written_as_nbformat_writes_them() -> None:
    outputs = [
        {"name": "stdout", "output_type": "stream", "text": "a\nb\n"},
        {"data": {"text/plain": "2.5"}, "execution_count": None, "metadata": {}, "output_type": "execute_result"},
    ]
    ours = Notebook([{**code_cell("x = 1\ny = 2", "a"), "outputs": outputs}]).to_json()
    assert nbformat.writes(nbformat.reads(ours, as_version=4)) + "\n" == ours


def test_a_file_that_is_cut_off_keeps_its_whole_cells(topic: Topic) -> None:
    data = topic.release.read_bytes()
    whole = reader.read(data)
    cut = reader.read(data[: len(data) // 2])
    assert 5 < len(cut.cells) < len(whole.cells)
    assert cut.cells == whole.cells[: len(cut.cells)]
    assert cut.repairs == ["The file is cut off or damaged; the cells before the damage were kept."]


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "The file is not a notebook: nothing in it could be read."),
        (b"not json", "The file is not a notebook: nothing in it could be read."),
        (b"[1, 2]", "The file is not a notebook: nothing in it could be read."),
        (b"[" * 100_000, "The file is not a notebook: nothing in it could be read."),
        (b'{"cells": [' + b'{"a":' * 100_000, "The file is not a notebook: nothing in it could be read."),
        (b'{"cells": [{"cell_type"', "The file is damaged: no cell of it could be read."),
        (b"{}", "The notebook holds no cells."),
        (b'{"cells": 3}', "The notebook holds no cells."),
        (b"\x00" * (MAX_BYTES + 1), "The file is larger than 20 MiB and was not read."),
    ],
)
def test_what_is_no_notebook_is_said_to_be_none(data: bytes, says: str) -> None:
    read = reader.read(data)
    assert read.cells == []
    assert says in read.repairs


def test_an_old_format_is_read() -> None:
    cells = [
        {"cell_type": "code", "input": ["x = 1\n", "y = 2"], "language": "python"},
        {"cell_type": "heading", "level": 1, "source": "Title"},
    ]
    read = reader.read(as_bytes({"nbformat": 3, "worksheets": [{"cells": cells}], "metadata": {}}))
    assert [(cell["cell_type"], cell["source"]) for cell in read.cells] == [
        ("code", "x = 1\ny = 2"),
        ("markdown", "Title"),
    ]
    assert read.repairs == ["The notebook is in an old format; it was read as the current one."]


def test_bytes_that_are_no_text_and_half_characters_are_replaced() -> None:
    read = reader.read(b'{"cells": [{"cell_type": "code", "source": "a = 1 # \xff \\ud800"}]}')
    assert read.cells[0]["source"].startswith("a = 1 # ")
    read.to_json().encode("utf-8")
    assert read.repairs == ["The file held bytes that are not text; they were replaced."]


def test_a_byte_order_mark_does_no_harm(topic: Topic) -> None:
    data = topic.release.read_bytes()
    assert reader.read(b"\xef\xbb\xbf" + data) == reader.read(data)


def test_ids_become_valid_and_unique() -> None:
    cells = [{"cell_type": "code", "id": name, "source": ""} for name in ("a", "a", "b c", "", 7)]
    ids = [cell["id"] for cell in reader.read(as_bytes({"cells": cells})).cells]
    assert ids[0] == "a"
    assert len(set(ids)) == 5


def test_thousands_of_cells_are_too_many() -> None:
    cells = [{"cell_type": "code", "source": ""}] * (reader.MAX_CELLS + 5)
    read = reader.read(as_bytes({"cells": cells}))
    assert len(read.cells) == reader.MAX_CELLS
    assert read.repairs == ["Only the first 2000 cells were read."]
