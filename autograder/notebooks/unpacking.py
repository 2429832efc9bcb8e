"""Unpacks the file that a learner saved: gzip, zip, other encodings, JSON in JSON, outputs too large to be read.

Nothing here grows beyond its limits, whatever the file claims to hold, and nothing is written to the disk.
"""

import codecs
import contextlib
import errno
import gzip
import io
import json
import os
import re
import stat
import zipfile
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import IO, Any

from autograder.core.folders import is_a_copy

from .outputs import MAX_BYTES, joined, without_outputs

MAX_UNPACKED = 512 << 20  # of a file with its outputs
MAX_PACKED = 64 << 20  # of an archive
MAX_MEMBERS = 2_000  # of an archive
MAX_WRAPPED = 3  # times that a notebook stands as a text in another JSON document
_CHUNK = 1 << 20

NOTEBOOK, PYTHON, MARKDOWN, PACKED = "notebook", "python", "markdown", "packed"
# What a file's last suffix says it is. A second suffix, as in `.ipynb.txt` and `.ipynb.gz`, is looked through.
_KINDS = {
    ".ipynb": NOTEBOOK,
    ".py": PYTHON,
    ".md": MARKDOWN,
    ".markdown": MARKDOWN,
    ".rmd": MARKDOWN,
    ".qmd": MARKDOWN,
    ".gz": PACKED,
    ".zip": PACKED,
}
_SECOND = (".txt", ".json", ".gz")

_GZIP, _ZIP = b"\x1f\x8b", b"PK\x03\x04"


class Unreadable(Exception):
    """The file cannot be read; the text is the sentence that says why and what to do."""


@dataclass(frozen=True)
class Saved:
    """What a file holds.

    Attributes:
        text: the text of a notebook, of a Python file or of a Markdown file.
        kind: NOTEBOOK, PYTHON or MARKDOWN.
        repairs: one sentence for each thing that had to be mended.
    """

    text: str
    kind: str
    repairs: list[str]


def kind_of(name: str) -> str | None:
    """Returns the kind of file that a name promises, in any case of letters; None if such a file is not read."""
    path = PurePosixPath(name.lower())
    inner = _KINDS.get(PurePosixPath(path.stem).suffix) if path.suffix in _SECOND else None
    return inner or _KINDS.get(path.suffix)


def stem_of(name: str) -> str:
    """Returns a file's name without the suffixes that say what it is: `ada` for `ada.ipynb.txt`."""
    path = PurePosixPath(name)
    inner = PurePosixPath(path.stem)
    return inner.stem if path.suffix.lower() in _SECOND and inner.suffix.lower() in _KINDS else path.stem


def rank(name: str) -> int | None:
    """Returns which file of a folder is read first: the lowest. None if a file of this name is not read."""
    kind = kind_of(name)
    order = ("named .ipynb", NOTEBOOK, PYTHON, PACKED, MARKDOWN)
    return None if kind is None else 0 if name.lower().endswith(".ipynb") else order.index(kind)


def why_not(path: Path) -> str:
    """Returns the sentence that says why an archive cannot be read; empty if it can, and for a file of another kind."""
    if kind_of(path.name) == PACKED:
        try:
            unpacked(load(path), path.name)
        except Unreadable as reason:
            return str(reason)
        except OSError:
            return "It cannot be read."
    return ""


def load(path: Path) -> bytes:
    """Returns the bytes of a file. Those of a large one are unpacked, and come without outputs.

    There are at most one more than `unpacked` accepts.
    """
    with _open(path) as file:
        data = file.read(MAX_BYTES + 1)
    if len(data) <= MAX_BYTES:
        return data
    if data.startswith((_GZIP, _ZIP)):
        with _open(path) as file:
            data = file.read(MAX_PACKED + 1)
        with contextlib.suppress(Unreadable):  # `unpacked` says why
            if len(data) <= MAX_PACKED:
                return _small(_opened(data, path.name)[0])
        return data
    return _small(lambda: _chunks(lambda: path.open("rb")))


def _open(path: Path) -> IO[bytes]:
    """Opens a plain file. At a pipe nobody waits, and a device is not read.

    Raises:
        OSError: it is not a plain file, or cannot be opened.
    """
    descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise OSError(errno.EINVAL, "it is not a plain file", str(path))
    return os.fdopen(descriptor, "rb")


_DEFINITION = re.compile(r"^(?:def|class)[ \t]{1,9}\w{1,99}[ \t]{0,9}[(:]", re.MULTILINE)  # linear: all is bounded


def unpacked(data: bytes, name: str) -> Saved:
    """Unpacks a file.

    Args:
        data: its bytes, as `load` returns them.
        name: its name, which tells a Python file from a notebook.

    Raises:
        Unreadable: it is damaged, too large, or holds no notebook.
    """
    kind = kind_of(name)
    if data.startswith((_GZIP, _ZIP)):
        if len(data) > MAX_PACKED:
            raise Unreadable(f"The archive is larger than {MAX_PACKED >> 20} MiB and was not read.")
        opened, inner = _opened(data, name)
        data, kind = _small(opened), kind_of(inner)
    elif len(data) > MAX_BYTES:
        whole = data
        data = _small(lambda: _chunks(lambda: io.BytesIO(whole)))
    if len(data) > MAX_BYTES:
        raise Unreadable(f"The file is larger than {MAX_BYTES >> 20} MiB and was not read.")
    repairs: list[str] = []
    codec = _codec(data)
    try:
        text = data.decode(codec)
    except UnicodeDecodeError:
        text = data.decode(codec, errors="replace")
        repairs.append("The file held bytes that are not text; they were replaced.")
    if kind == PACKED:  # its content was unpacked before: what is in it tells
        kind = NOTEBOOK if text.lstrip()[:1] in ("{", '"', "[") else PYTHON
    return Saved(text, _kind_by_content(text, kind or NOTEBOOK), repairs)


def _kind_by_content(text: str, kind: str) -> str:
    """Returns what a text is if its file was given a wrong name: a notebook in a .py file, or Python in an .ipynb."""
    start = text.lstrip("\ufeff \t\r\n")[:1]
    if start == "{" and re.match(r'\{\s*"(?:cells|worksheets|metadata|nbformat\w*)"\s*:', text.lstrip("\ufeff \t\r\n")):
        return NOTEBOOK
    if kind == NOTEBOOK and start not in ("{", "[", '"', "<", "") and _DEFINITION.search(text):
        return PYTHON
    return kind


def unwrapped(document: Any) -> Any:
    """Returns the notebook in a JSON document: itself, a text in it, or what Jupyter's server wraps it in."""
    for _ in range(MAX_WRAPPED):
        if isinstance(document, dict) and not {"cells", "worksheets"} & document.keys():
            document = document.get("content", document)  # what /api/contents answers
        if not isinstance(document, str):
            break
        try:
            document = json.loads(document)
        except (ValueError, RecursionError):
            break
    return document


# --- archives ---------------------------------------------------------------------------------------


def _opened(data: bytes, name: str) -> tuple[Callable[[], Iterator[bytes]], str]:
    """Returns a function that yields the content of an archive, and the name of what is in it."""
    if data.startswith(_GZIP):
        inner = name[:-3] if name.lower().endswith(".gz") else name
        return lambda: _chunks(lambda: gzip.GzipFile(fileobj=io.BytesIO(data))), inner
    archive = _archive(data)
    member = _notebook_in(archive, name)
    return lambda: _chunks(lambda: archive.open(member)), member.filename


def _archive(data: bytes) -> zipfile.ZipFile:
    if data.count(b"PK\x01\x02") > MAX_MEMBERS:
        raise Unreadable(f"The zip archive holds more than {MAX_MEMBERS} files. Hand in the notebook itself.")
    try:
        return zipfile.ZipFile(io.BytesIO(data))
    except (zipfile.BadZipFile, ValueError, NotImplementedError, OSError) as error:
        raise Unreadable("The zip archive is damaged. Hand in the notebook itself.") from error


def _notebook_in(archive: zipfile.ZipFile, name: str) -> zipfile.ZipInfo:
    """Returns the one notebook of an archive, else its one Python or Markdown file. Copies that systems add are not it.

    Raises:
        Unreadable: there is none, there are several, or it cannot be read.
    """
    stem = PurePosixPath(name).stem
    for kind in (NOTEBOOK, PYTHON, MARKDOWN):
        members = [info for info in archive.infolist() if kind_of(info.filename) == kind and not _is_a_copy(info)]
        named = [info for info in members if PurePosixPath(info.filename).stem == stem]
        if len(found := named if len(named) == 1 else members) > 1:
            raise Unreadable(f"The zip archive holds {len(found)} notebooks. Hand in the one that is to be graded.")
        if found:
            return _readable(found[0])
    raise Unreadable("The zip archive holds no notebook. Hand in the notebook itself.")


def _is_a_copy(info: zipfile.ZipInfo) -> bool:
    path = PurePosixPath(info.filename)
    return info.is_dir() or path.name.startswith(".") or is_a_copy(path)


def _readable(info: zipfile.ZipInfo) -> zipfile.ZipInfo:
    if info.flag_bits & 1:
        raise Unreadable("The zip archive is locked with a password. Hand in the notebook itself.")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):  # the others unpack without a limit
        raise Unreadable("The zip archive is packed in an unusual way. Hand in the notebook itself.")
    return info


def _chunks(opened: Callable[[], IO[bytes] | gzip.GzipFile]) -> Iterator[bytes]:
    """Yields the bytes of a file, up to the limit.

    Raises:
        Unreadable: it is an archive that is damaged.
    """
    left = MAX_UNPACKED
    try:
        with opened() as file:
            while left > 0 and (chunk := file.read(_CHUNK)):
                left -= len(chunk)
                yield chunk
    except (zipfile.BadZipFile, zlib.error, EOFError, gzip.BadGzipFile, NotImplementedError) as error:
        raise Unreadable("The archive is damaged. Hand in the notebook itself.") from error


def _small(chunks: Callable[[], Iterator[bytes]]) -> bytes:
    """Returns a document, without its outputs if it is large."""
    if len(whole := joined(chunks())) <= MAX_BYTES:
        return whole
    del whole
    return without_outputs(lambda: _in_utf8(chunks()))


# --- encodings --------------------------------------------------------------------------------------

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
# Which of the first four bytes are null, for text that begins with ASCII and has no byte order mark.
_NULLS = {
    (False, True, False, True): "utf-16-le",
    (True, False, True, False): "utf-16-be",
    (False, True, True, True): "utf-32-le",
    (True, True, True, False): "utf-32-be",
}


def _codec(data: bytes) -> str:
    marked = next((codec for mark, codec in _MARKS if data.startswith(mark)), None)
    return marked or _NULLS.get(tuple(byte == 0 for byte in data[:4]), "utf-8")  # type: ignore[arg-type]


def _in_utf8(chunks: Iterator[bytes]) -> Iterator[bytes]:
    first = next(chunks, b"")
    codec = _codec(first)

    def all_chunks() -> Iterator[bytes]:
        yield first
        yield from chunks

    if codec == "utf-8":
        return all_chunks()
    return (text.encode("utf-8", "replace") for text in codecs.iterdecode(all_chunks(), codec, "replace"))
