"""nbgrader's `collect`, without its trust in two things: links, and the time in the learner's `timestamp.txt`.

The folder in the exchange belongs to the learner, who may change it even while it is being copied.
"""

import os
import stat
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from nbgrader.exchange.default import ExchangeCollect
from traitlets import Float

from autograder.gradebook.intake import TIMESTAMP, time_of

_CHUNK = 1 << 20


class CarefulCollect(ExchangeCollect):  # type: ignore[misc]
    """Collects plain files and folders, and corrects a claimed time that is earlier than the file system's."""

    believed_minutes = Float(
        10.0,
        help="How many minutes later than the time it claims a submission may have been written, before the file "
        "system's time is taken. The latter changes when files are moved to another disk: make this very large then.",
    ).tag(config=True)

    def do_copy(self, src: str, dest: str, log: Any = None) -> None:
        """Copies a submission by way of a folder that no learner can reach."""
        with tempfile.TemporaryDirectory() as aside:
            copy = Path(aside, "submission")
            arrived = self._fetch(Path(src), copy)
            if arrived is None:
                self.log.error("%s is a link, and is not collected.", src)
                return
            self._correct_time(copy, arrived)
            super().do_copy(str(copy), dest, log=log)

    def _fetch(self, source: Path, target: Path) -> datetime | None:
        """Copies plain files and folders.

        Returns:
            When the last of them was written, by a clock that no learner can set (UTC); None if `source` is a link.
        """
        if source.is_symlink():
            return None
        target.mkdir()
        latest = 0.0
        for folder, folders, files, descriptor in os.fwalk(source, follow_symlinks=False):
            place = target / Path(folder).relative_to(source)
            for name in folders:
                if stat.S_ISDIR(os.stat(name, dir_fd=descriptor, follow_symlinks=False).st_mode):
                    (place / name).mkdir()
            for name in files:
                written = _copy_file(descriptor, name, place / name)
                if written is None:
                    self.log.warning("%s is not a plain file, and was not collected.", Path(folder, name))
                latest = max(latest, written or 0.0)
        return datetime.fromtimestamp(latest or source.stat().st_ctime, UTC).replace(tzinfo=None)

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


def _copy_file(folder: int, name: str, target: Path) -> float | None:
    """Copies a plain file, and returns when it was last changed (seconds since 1970); None for anything else."""
    try:
        descriptor = os.open(name, os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK, dir_fd=folder)
    except OSError:
        return None
    with open(descriptor, "rb") as source:
        status = os.fstat(descriptor)
        if not stat.S_ISREG(status.st_mode):
            return None
        with target.open("wb") as copy:
            while chunk := source.read(_CHUNK):
                copy.write(chunk)
    os.utime(target, ns=(status.st_atime_ns, status.st_mtime_ns))
    return status.st_ctime
