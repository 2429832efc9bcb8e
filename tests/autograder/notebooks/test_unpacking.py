"""Unpacking: what people save a notebook as is read, within limits."""

import gzip
import io
import json
import random
import re
import tracemalloc
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from autograder.core.course import Topic
from autograder.notebooks import outputs, reader, unpacking
from autograder.notebooks.unpacking import load, rank, stem_of

SOURCES = ["x = 'é'", 'y = "\\"outputs\\": ["', "z = 3  # {'outputs': [1]}"]


def notebook(*, output: Any = None, **metadata: Any) -> bytes:
    shown = [{"output_type": "display_data", "metadata": {}, "data": {"text/plain": output}}] if output else []
    cells = [{"cell_type": "code", "metadata": {}, "outputs": shown, "source": source} for source in SOURCES]
    document = {"cells": cells, "metadata": metadata, "nbformat": 4, "nbformat_minor": 5}
    return json.dumps(document, ensure_ascii=False).encode()


def zipped(**files: bytes) -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in files.items():
            archive.writestr(re.sub(r"_(ipynb|py|csv)$", r".\1", name), data)
    return packed.getvalue()


def sources(data: bytes, name: str = "a.ipynb") -> list[str]:
    return [cell["source"] for cell in reader.read(data, name).cells]


PLAIN = notebook()
TEXT = PLAIN.decode()
SAVED = {
    "UTF-8 with a mark": b"\xef\xbb\xbf" + PLAIN,
    "UTF-16": TEXT.encode("utf-16"),
    "UTF-16, big end first": b"\xfe\xff" + TEXT.encode("utf-16-be"),
    "UTF-16 without a mark": TEXT.encode("utf-16-le"),
    "UTF-32": TEXT.encode("utf-32"),
    "gzip": gzip.compress(PLAIN),
    "gzip of UTF-16": gzip.compress(TEXT.encode("utf-16")),
    "JSON in JSON": json.dumps(TEXT).encode(),
    "JSON in JSON in JSON": json.dumps(json.dumps(TEXT)).encode(),
    "from Jupyter's server": json.dumps({"name": "a.ipynb", "type": "notebook", "content": json.loads(TEXT)}).encode(),
    "a zip": zipped(a_ipynb=PLAIN),
    "a Mac's zip": zipped(**{"f/a.ipynb": PLAIN, "__MACOSX/f/._a.ipynb": b"\x00\x05", "f/data.csv": b"1"}),
    "a zip with Jupyter's copy": zipped(a_ipynb=PLAIN, **{".ipynb_checkpoints/a-checkpoint_ipynb": b"{}"}),
    "a zip with a path out of it": zipped(**{"../../etc/a_ipynb": PLAIN}),
    "a zip beside a script": zipped(a_ipynb=PLAIN, helper_py=b"x = 1"),
}


@pytest.mark.parametrize("way", SAVED)
def test_a_notebook_is_read_in_whatever_way_it_was_saved(way: str) -> None:
    assert sources(SAVED[way]) == SOURCES
    assert reader.read(SAVED[way]).repairs == []


def test_lines_without_their_ends_are_lines() -> None:
    cells = [
        {"cell_type": "code", "source": ["def f(x):", "    return x"]},
        {"cell_type": "code", "source": ["a", "b\n"]},
    ]
    assert sources(json.dumps({"cells": cells}).encode()) == ["def f(x):\n    return x", "ab\n"]


@pytest.mark.parametrize("name", ["a.py", "a.md", "a.py.txt", "a.ipynb"])
def test_a_notebook_or_python_under_a_wrong_name_is_known_by_what_it_is(name: str) -> None:
    assert sources(b"\n" + PLAIN, name) == SOURCES
    assert sources(TEXT.encode("utf-16"), name) == SOURCES
    assert sources(zipped(**{name: PLAIN}), "a.zip") == SOURCES
    if name != "a.md":
        script = b"import numpy as np\n\n\ndef f(x):\n    return x\n"
        assert sources(script, name) == ["import numpy as np", "def f(x):\n    return x"]


@pytest.mark.parametrize(
    "text",
    ["{'cells': 1}", "<html>\ndef f(x):\n    1", "", "words", '"source": [\ndef f(x):\n', "def " + "a" * 300_000],
)
def test_what_is_no_python_is_not_read_as_python(text: str) -> None:
    assert sources(text.encode()) == []


DAMAGED = {
    "The zip archive holds 2 notebooks. Hand in the one that is to be graded.": zipped(a_ipynb=PLAIN, b_ipynb=PLAIN),
    "The zip archive holds no notebook. Hand in the notebook itself.": zipped(a_csv=b"1"),
    "The zip archive is damaged. Hand in the notebook itself.": zipped(a_ipynb=PLAIN)[:60],
    "The archive is damaged. Hand in the notebook itself.": zipped(a_ipynb=PLAIN).replace(b"a.ipynb", b"b.ipynb", 1),
    "The zip archive holds more than 2000 files. Hand in the notebook itself.": zipped(
        **{f"{n}_ipynb": b"" for n in range(unpacking.MAX_MEMBERS + 1)}
    ),
}


@pytest.mark.parametrize("says", DAMAGED)
def test_an_archive_that_cannot_be_read_says_why(says: str) -> None:
    read = reader.read(DAMAGED[says], "x.zip")
    assert (read.cells, read.repairs) == ([], [says])


@pytest.mark.parametrize("number", range(2))
def test_a_gzip_that_cannot_be_read_says_why(number: int) -> None:
    data = (gzip.compress(PLAIN)[:-20], b"\x1f\x8b" + b"x" * 100)[number]
    assert reader.read(data).repairs == ["The archive is damaged. Hand in the notebook itself."]


def test_the_notebook_with_the_archives_own_name_is_taken() -> None:
    both = zipped(a_ipynb=PLAIN, solutions_ipynb=b"{}")
    assert sources(both, "a.zip") == SOURCES


@pytest.mark.parametrize("method", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_an_archive_that_unpacks_without_a_limit_is_refused(method: int) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        archive.writestr("a.ipynb", PLAIN)
    assert reader.read(packed.getvalue()).repairs == [
        "The zip archive is packed in an unusual way. Hand in the notebook itself."
    ]


def test_an_archive_with_a_password_says_so() -> None:
    data = bytearray(zipped(a_ipynb=PLAIN))
    data[6] |= 1
    data[data.index(b"PK\x01\x02") + 8] |= 1
    assert "locked with a password" in reader.read(bytes(data)).repairs[0]


@pytest.mark.parametrize("pack", [gzip.compress, lambda data: zipped(a_ipynb=data)])
def test_a_bomb_takes_no_more_memory_than_a_notebook(pack: Any) -> None:
    bomb = pack(bytes(10 * outputs.MAX_BYTES))
    tracemalloc.start()
    try:
        assert reader.read(bomb).repairs == ["The file is larger than 20 MiB and was not read."]
        assert tracemalloc.get_traced_memory()[1] < 6 * outputs.MAX_BYTES
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize("packed", [bytes, gzip.compress, lambda data: zipped(a_ipynb=data)])
def test_large_outputs_are_dropped_unread(packed: Any, tmp_path: Path) -> None:
    large = notebook(output='\\"outputs": [{' + "A" * (outputs.MAX_BYTES // 2), widgets={"a": ["}"]})
    path = tmp_path / "a.ipynb"
    path.write_bytes(packed(large))
    read = reader.read(load(path), path.name)
    assert [cell["source"] for cell in read.cells] == SOURCES
    assert read.repairs == []
    assert len(load(path)) < 5 << 20
    assert reader.read(large).cells == read.cells


def test_large_outputs_in_another_encoding_are_dropped_too(tmp_path: Path) -> None:
    path = tmp_path / "a.ipynb"
    path.write_bytes(notebook(output="A" * (outputs.MAX_BYTES // 4)).decode().encode("utf-16"))
    assert sources(load(path)) == SOURCES


def test_pictures_in_the_text_are_dropped_last() -> None:
    cells = [
        {"cell_type": "markdown", "source": "x", "attachments": {"a.png": {"image/png": "A" * outputs.MAX_BYTES}}},
        {"cell_type": "code", "source": "y = 1", "outputs": []},
    ]
    assert sources(json.dumps({"cells": cells}).encode()) == ["x", "y = 1"]


def test_outputs_are_found_wherever_the_chunks_end() -> None:
    """The document is cut at every place: into keys, strings, escaped characters."""
    output = {"a": ['x"]}\\', {"b": "\\\\"}, "\u20ac"], "outputs": [[]]}
    cells = [{"outputs": [output, output], "source": "a"}, {"outputs": [], "source": '"outputs": ["'}]
    data = json.dumps({"cells": cells, "metadata": {"widgets": {"w": "}"}}}, indent=1).encode()
    wanted = json.loads(data)
    for cell in wanted["cells"]:
        cell["outputs"] = []
    wanted["metadata"]["widgets"] = {}
    for size in (1, 2, 3, 7, 1000):
        chunks = [data[at : at + size] for at in range(0, len(data), size)]
        assert json.loads(outputs.without_outputs(lambda chunks=chunks: iter(chunks))) == wanted  # type: ignore[misc]
    generator = random.Random(1)
    for _ in range(300):
        cut = sorted(generator.sample(range(len(data)), 3))
        chunks = [data[a:b] for a, b in zip([0, *cut], [*cut, len(data)], strict=True)]
        assert json.loads(outputs.without_outputs(lambda chunks=chunks: iter(chunks))) == wanted  # type: ignore[misc]


def test_skipping_takes_time_by_the_byte_whatever_is_skipped(monkeypatch: pytest.MonkeyPatch) -> None:
    """Brackets are looked at one by one, so there is a limit to them; what follows it is cut off."""
    monkeypatch.setattr(outputs, "MAX_BRACKETS", 1000)
    read = 0

    def chunks() -> Iterator[bytes]:
        nonlocal read
        yield b'{"cells": [{"source": "x = 1"}, {"outputs": ['
        while read < 10_000:
            read += 1
            yield b"[" * 10

    assert outputs.without_outputs(chunks) == b'{"cells": [{"source": "x = 1"}, {"outputs": ['
    assert read < 200


@pytest.mark.parametrize(
    ("name", "place", "stem"),
    [
        ("ada.ipynb", 0, "ada"),
        ("ada.IPYNB", 0, "ada"),
        ("ada.ipynb.txt", 1, "ada"),
        ("ada.ipynb.gz", 1, "ada"),
        ("ada.py", 2, "ada"),
        ("ada.py.txt", 2, "ada"),
        ("ada.zip", 3, "ada"),
        ("ada.md", 4, "ada"),
        ("ada.ipynb.json", 1, "ada"),
        ("data.json", None, "data"),
        ("ada.txt", None, "ada"),
        ("ada.pdf", None, "ada"),
        ("ada", None, "ada"),
    ],
)
def test_a_name_tells_what_is_read_first(name: str, place: int | None, stem: str) -> None:
    assert (rank(name), stem_of(name)) == (place, stem)


def test_the_release_survives_every_way(topic: Topic) -> None:
    data = topic.release.read_bytes()
    cells = reader.read(data).cells
    for way in (
        gzip.compress(data),
        data.decode().encode("utf-16"),
        zipped(a_ipynb=data),
        json.dumps(data.decode()).encode(),
    ):
        assert reader.read(way, "a.ipynb").cells == cells
