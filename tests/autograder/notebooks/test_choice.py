"""What lies in a folder without a notebook is named for what it is."""

import bz2
import io
import lzma
import tarfile
from pathlib import Path

import pytest

from autograder.notebooks.choice import choose


def tar() -> bytes:
    data = io.BytesIO()
    with tarfile.open(fileobj=data, mode="w") as archive:
        archive.addfile(tarfile.TarInfo("01_small.ipynb"))
    return data.getvalue()


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("hw.tar", tar(), "a tar archive"),
        ("hw.ipynb.bz2", bz2.compress(b"{}"), "a bzip2 archive"),
        ("hw.tar.xz", lzma.compress(tar()), "an xz archive"),
        ("hw.url", b"[InternetShortcut]\r\nURL=https://colab.example", "a link to a web page"),
        ("hw.lnk", b"L\0\0\0\x01\x14\x02\0", "a shortcut of Windows"),
        ("hw.pdf", b"%PDF-1.7", "a PDF"),
        ("hw.ipynb~", b'{"cells": []}', "a notebook by another name"),
    ],
)
def test_a_file_of_another_kind_is_named(name: str, data: bytes, says: str, tmp_path: Path) -> None:
    (tmp_path / name).write_bytes(data)
    choice = choose(tmp_path, "01_small")
    assert choice.path is None
    assert choice.reason.startswith(f"there is {name} ({says}). ")
    assert choice.reason.endswith("Unpack it and look what is in it." if "archive" in says else "File > Download.")
