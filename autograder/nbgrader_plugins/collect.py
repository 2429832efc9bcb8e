"""nbgrader's `collect`, without its trust in what learners write: links, times, sizes, depths and names.

The folder in the exchange belongs to the learner, who may change it even while it is being copied.
"""

import os
import stat
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from nbgrader.exchange import ExchangeError
from nbgrader.exchange.default import ExchangeCollect
from traitlets import Float

from autograder.core.folders import Contents, Found, Odd, contents, is_name, not_a_student
from autograder.core.media import clean_log, for_sentence
from autograder.gradebook.intake import MOST_SENTENCES, TIMESTAMP, time_of

from . import timestamps

_CHUNK = 1 << 20
_UNREADABLE = datetime.min  # in the place of a time that cannot be read: older than all others

timestamps.install()


class CarefulCollect(ExchangeCollect):  # type: ignore[misc]
    """Collects plain files and folders, and corrects a claimed time that is earlier than the file system's.

    A submission that cannot be collected is left out with a sentence, and the others are collected.
    """

    believed_minutes = Float(
        10.0,
        help="How many minutes later than the time it claims a submission may have been written, before the file "
        "system's time is taken. The latter changes when files are moved to another disk: make this very large then.",
    ).tag(config=True)

    def copy_files(self) -> None:
        """Collects the submissions that can be, and says why others cannot, before a collected one is replaced."""
        clean_log(self.log)
        self.src_records: list[dict[str, Any]] = [record for record in self.src_records if self._is_collectable(record)]
        super().copy_files()

    def do_copy(self, src: str, dest: str, log: Any = None) -> None:
        """Copies a submission by way of a folder that no learner can reach."""
        with tempfile.TemporaryDirectory() as aside:
            copy = Path(aside, "submission")
            try:
                arrived = self._fetch(Path(src), copy)
                self._correct_time(copy, arrived)
                super().do_copy(str(copy), dest, log=log)
            except (OSError, RuntimeError, ValueError) as error:  # shutil's and nbgrader's own are among these
                reason = getattr(error, "strerror", None) or str(error)
                self.log.error("%s was not collected: %s", src, reason)

    def _path_to_record(self, path: str) -> dict[str, Any]:
        """Reads the name of a folder in the exchange, which any learner may give."""
        try:
            return super()._path_to_record(path)  # type: ignore[no-any-return]
        except (ExchangeError, ValueError, ArithmeticError, TypeError):
            name = os.path.basename(path)
            return {"username": name.split("+")[0], "filename": name, "timestamp": _UNREADABLE}

    def _is_collectable(self, record: dict[str, Any]) -> bool:
        """Tells whether a submission can be collected, and logs the reason if it cannot."""
        source = Path(self.inbound_path, record["filename"])
        why = ""
        if source.is_symlink():
            why = "is a link"
        elif not source.is_dir():
            why = "is not a folder"
        elif record["timestamp"] == _UNREADABLE:
            why = "has a name without a time, so nbgrader has not written it"
        elif not_a_student(record["username"]):
            why = "has a name that is not UTF-8 text"
        elif record["username"] in ("", ".", "..") or not is_name(record["username"]):
            why = "has a name that cannot be a learner's"
        elif lost := [odd for odd in _look(source).odd if odd.path.suffix == ".ipynb" and odd.holds]:
            why = f"holds {for_sentence(lost[0].path.relative_to(source))}, which {lost[0].reason}"
        if why:
            self.log.error("%s %s, and is not collected.", for_sentence(source), why)
        return not why

    def _fetch(self, source: Path, target: Path) -> datetime:
        """Copies plain files and folders, and names what is left out.

        Returns:
            When the last of them was written, by a clock that no learner can set (UTC).

        Raises:
            OSError: the submission is a link, or cannot be read.
        """
        root = os.open(source, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        try:
            found = _look(source)
            target.mkdir()
            for folder in found.folders:
                (target / folder.relative_to(source)).mkdir()
            latest, left = 0.0, list(found.odd)
            for file in found.files:
                place = file.path.relative_to(source)
                written = _copy_file(root, place, file, target / place)
                if written is None:
                    left.append(Odd(file.path, "is not a plain file", holds=False))
                latest = max(latest, written or 0.0)
            self._name(left, source)
            return datetime.fromtimestamp(latest or os.fstat(root).st_ctime, UTC).replace(tzinfo=None)
        finally:
            os.close(root)

    def _name(self, left: list[Odd], source: Path) -> None:
        for odd in left[:MOST_SENTENCES]:
            reason = odd.reason if odd.holds else "is not a plain file"
            self.log.warning("%s %s, and was not collected.", odd.path, reason)
        if left[MOST_SENTENCES:]:
            self.log.warning("%d more files of %s were not collected.", len(left) - MOST_SENTENCES, source)

    def _correct_time(self, copy: Path, arrived: datetime) -> None:
        """Writes the time of arrival into `timestamp.txt`, unless the time there is late enough to be believed."""
        claimed = time_of(copy)
        if claimed is not None and arrived - claimed <= timedelta(minutes=self.believed_minutes):
            return
        stamp = copy / TIMESTAMP
        if stamp.exists():
            self.log.warning(
                "%s claims to have been handed in at %s; it was written at %s UTC, and that counts.",
                copy.name if claimed is None else stamp.name,
                claimed or "no time",
                arrived.isoformat(" ", "seconds"),
            )
            if not stamp.is_file():
                stamp.rename(stamp.with_suffix(".unreadable"))
        stamp.write_text(f"{arrived.isoformat(' ')} UTC")


def _look(source: Path) -> Contents:
    """Looks through a submission in the exchange: a hard link there may name a file that its learner cannot read."""
    try:
        owner = source.lstat().st_uid
    except OSError:
        owner = None
    return contents(source, notebooks_count=True, owner=owner)


def _copy_file(root: int, place: Path, found: Found, target: Path) -> float | None:
    """Copies a plain file, and returns when it was last changed (seconds since 1970); None for anything else.

    Args:
        root: the descriptor of the submission's folder. No link is followed on the way to the file.
        place: the file's path in that folder.
        found: what it was when its folder was looked through. A file that has grown since is cut.
        target: the path of the copy.
    """
    try:
        descriptor = _open_beneath(root, place)
    except OSError:
        return None
    with open(descriptor, "rb") as source:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            return None
        left = found.status.st_size
        with target.open("wb") as copy:
            while left > 0 and (chunk := source.read(min(_CHUNK, left))):
                copy.write(chunk)
                left -= len(chunk)
    os.utime(target, ns=(status.st_atime_ns, status.st_mtime_ns))
    return status.st_ctime


def _open_beneath(root: int, place: Path) -> int:
    folder = os.dup(root)
    try:
        for part in place.parts[:-1]:
            deeper = os.open(part, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW, dir_fd=folder)
            os.close(folder)
            folder = deeper
        return os.open(place.name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
    finally:
        os.close(folder)
