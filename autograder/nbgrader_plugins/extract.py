"""nbgrader's `zip_collect`, without its trust in archives: one that cannot be unpacked stops nobody.

nbgrader reads each file of an archive into memory, whatever its size, makes folders as deep as a name says, and stops
the class at a damaged archive, also at one within another.
"""

import shutil
import tempfile
import zipfile
import zlib
from pathlib import Path

from nbgrader.plugins import ExtractorPlugin

from autograder.core.folders import MAX_BYTES, contents, is_name
from autograder.core.media import clean_log
from autograder.gradebook.archive import MOST_NAME, place_of, why_not

MAX_NESTED = 3  # archives in archives
MAX_TOTAL = 8 << 30  # bytes of one archive, unpacked
_BROKEN = (zipfile.BadZipFile, zlib.error, OSError, RuntimeError, NotImplementedError, EOFError, ValueError)


class CarefulExtractor(ExtractorPlugin):  # type: ignore[misc]
    """Unpacks zip archives file by file, within limits, and leaves other archives to nbgrader, one at a time."""

    def extract(self, archive_path: str, extracted_path: str) -> None:
        """Unpacks all archives of a folder into another folder, and copies the other files."""
        clean_log(self.log)
        downloaded = contents(Path(archive_path), notebooks_count=True, total=100 * MAX_TOTAL)
        for odd in downloaded.odd:
            self.log.warning("%s %s, and is left out.", odd.path, odd.reason)
        for found in downloaded.files:
            into = Path(extracted_path) / found.path.relative_to(archive_path).parent
            if found.path.suffix.lower() == ".zip":
                self._unzip(found.path, into / found.path.stem, 1)
            else:
                self._by_nbgrader(found.path, into)

    def _unzip(self, archive: Path, into: Path, depth: int) -> None:
        """Unpacks a zip archive, and those within it."""
        self.log.info("Extracting from: %s", archive)
        try:
            with zipfile.ZipFile(archive) as opened:
                infos = [info for info in opened.infolist() if not info.is_dir()]
                if sum(info.file_size for info in infos) > MAX_TOTAL:
                    raise ValueError(f"it would take more than {MAX_TOTAL >> 30} GiB")
                into.mkdir(parents=True, exist_ok=True)
                for info in infos:
                    self._member(opened, info, archive, into)
        except _BROKEN as error:
            self.log.error("%s cannot be unpacked: %s. The other archives are.", archive, error)
            return
        for nested in [file.path for file in contents(into, total=MAX_TOTAL).files if file.path.suffix == ".zip"]:
            if depth < MAX_NESTED:
                self._unzip(nested, nested.with_suffix(""), depth + 1)

    def _member(self, opened: zipfile.ZipFile, info: zipfile.ZipInfo, archive: Path, into: Path) -> None:
        place = place_of(info)
        why = why_not(place, info) or ("" if is_name(str(place)) else "has a name that is not text")
        if info.file_size > MAX_BYTES:
            why = f"is larger than {MAX_BYTES // 10**6} MB"
        if not why:
            try:
                target = into / place
                target.parent.mkdir(parents=True, exist_ok=True)
                with opened.open(info) as packed, target.open("wb") as file:
                    shutil.copyfileobj(packed, file)  # `zipfile` reads no more than the size that was looked at
                return
            except _BROKEN as error:
                why = f"cannot be unpacked ({error})"
        self.log.warning("%s of %s %s, and is left out.", str(place)[:MOST_NAME], archive, why)

    def _by_nbgrader(self, path: Path, into: Path) -> None:
        """Lets nbgrader unpack or copy one file, alone in a folder."""
        with tempfile.TemporaryDirectory() as alone:
            Path(alone, path.name).symlink_to(path.resolve())
            try:
                super().extract(alone, str(into))
            except Exception as error:  # setuptools and tarfile raise many kinds
                self.log.error("%s cannot be unpacked: %s. The other archives are.", path, error)
