"""nbgrader's exchange over HTTP, for learners and teachers who share no folder.

Each class is nbgrader's own, or ours for teachers, on an exchange of its own in a temporary folder: what it needs is
taken from the service before it begins, and what it has put there is sent afterwards. So commands, the Assignments tab
and formgrader do and say what they always do. nbgrader_config.py names the classes (`use`).
"""

import io
import os
import re
import tempfile
import weakref
import zipfile
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from urllib.parse import quote

from gradwise.handing_in.connection import Service, Trouble
from nbgrader.exchange.default import ExchangeFetchAssignment, ExchangeFetchFeedback, ExchangeList, ExchangeSubmit
from nbgrader.utils import notebook_hash
from traitlets import default

from autograder.core.folders import not_a_student
from autograder.gradebook.archive import MAX_BYTES, MAX_ITEMS, place_of, why_not
from autograder.gradebook.intake import SECRET

from .collect import CarefulCollect
from .release import CarefulRelease, CarefulReleaseFeedback

API = "api/v1/exchange"
ZIP = "application/zip"
_TIMESTAMP = re.compile(r"[^+/]{1,60}")


def use(config: Any) -> None:
    """Sets the classes of the exchange in an nbgrader configuration."""
    for name, of_it in CLASSES.items():
        setattr(config.ExchangeFactory, name, f"{__name__}.{of_it.__name__}")


class _OverHttp:
    """What the classes share: the folder that stands for the exchange, and the service."""

    coursedir: Any
    log: Any
    fail: Any
    cache: str

    @default("root")
    def _own_root(self) -> str:
        return self._folder()

    def _folder(self) -> str:
        """Returns the folder that stands for the exchange; it goes with this object."""
        if "_temporary" not in vars(self):
            folder = tempfile.TemporaryDirectory(prefix="gradwise-exchange-")
            os.chmod(folder.name, 0o777)  # nbgrader insists, and looks no further: the folder above is closed
            vars(self)["_temporary"] = folder
            weakref.finalize(self, folder.cleanup)
        return str(vars(self)["_temporary"].name)

    def start(self) -> Any:
        """Takes what is needed from the service, does nbgrader's work, and sends what came of it."""
        self.root = self._folder()
        try:
            service = Service.configured()
            if service is None:
                self.fail("GRADWISE_SERVICE is not set: nothing says where the service of this course is.")
            assert service is not None
            about = service.get(API)
            if self.coursedir.course_id in ("", about["course"]):
                self.before(service, about)
            done = super().start()  # type: ignore[misc]
            if self.coursedir.course_id in ("", about["course"]):
                self.after(service)
            return done
        except Trouble as trouble:
            self.fail(str(trouble))

    def before(self, service: Service, about: Any) -> None:
        """Takes from the service what the work needs."""

    def after(self, service: Service) -> None:
        """Sends what came of the work."""

    def place(self, *parts: str) -> Path:
        """Returns a folder of the exchange, made if it is missing."""
        path = Path(self._folder(), *parts)
        path.mkdir(parents=True, exist_ok=True)
        return path

    def take_releases(self, service: Service, about: Any, only: str = "") -> None:
        """Takes what was released: all of it, or one assignment."""
        self.place(about["course"], "outbound")
        self.place(about["course"], "inbound").chmod(0o733)
        for release in about["releases"]:
            name = str(release["assignment"])
            if only in ("", "*", name) and not not_a_student(name):
                data = service.data(f"{API}/releases/{quote(name, safe='')}")
                unpack(data, self.place(about["course"], "outbound", name), self.log)

    def take_feedback(self, service: Service, course: str) -> None:
        """Takes the pages for what was submitted from here: their names come from secrets that only this cache has."""
        place = self.place(course, "feedback")
        for folder in Path(self.cache, course).glob("*+*+*"):
            with suppress(OSError, UnicodeError):
                secret = (folder / SECRET).read_text("utf-8")
                for file in folder.glob("*.ipynb"):
                    name = notebook_hash(secret=secret, notebook_id=file.stem)
                    with suppress(Trouble):  # not given back yet
                        (place / f"{name}.html").write_bytes(service.data(f"{API}/feedback/{name}"))


class ListOverHttp(_OverHttp, ExchangeList):  # type: ignore[misc]
    """Lists what was released or submitted."""

    def before(self, service: Service, about: Any) -> None:
        """Takes what is to be listed."""
        if self.remove:
            self.fail("The service keeps what was released and submitted: nothing can be removed over HTTP.")
        if self.inbound:
            take_submissions(self, service, about["course"], self.coursedir.assignment_id or "*", about)
        elif self.cached:
            self.take_feedback(service, about["course"])
        else:
            self.take_releases(service, about, self.coursedir.assignment_id)


class FetchAssignmentOverHttp(_OverHttp, ExchangeFetchAssignment):  # type: ignore[misc]
    """Fetches an assignment."""

    def before(self, service: Service, about: Any) -> None:
        """Takes what was released."""
        self.take_releases(service, about, self.coursedir.assignment_id)


class FetchFeedbackOverHttp(_OverHttp, ExchangeFetchFeedback):  # type: ignore[misc]
    """Fetches feedback."""

    def before(self, service: Service, about: Any) -> None:
        """Takes the pages that were given back."""
        self.take_feedback(service, about["course"])


class SubmitOverHttp(_OverHttp, ExchangeSubmit):  # type: ignore[misc]
    """Submits an assignment. Whoever sends it is its learner, whatever the name of the account."""

    def before(self, service: Service, about: Any) -> None:
        """Takes the release, with which the names of the files are compared."""
        self.take_releases(service, about, Path(self.coursedir.assignment_id).name)

    def after(self, service: Service) -> None:
        """Sends the submission."""
        folder = Path(self.inbound_path, self.assignment_filename)
        path = f"{API}/submissions/{quote(self.coursedir.assignment_id, safe='')}"
        service.send("POST", path, packed(folder), ZIP, {"X-Timestamp": str(self.timestamp)})


class CollectOverHttp(_OverHttp, CarefulCollect):
    """Collects submissions. The service knows whose they are, and when they came."""

    @default("check_owner")
    def _owners_are_the_services(self) -> bool:
        return False

    def before(self, service: Service, about: Any) -> None:
        """Takes the submissions of the assignment."""
        self.check_owner = False
        self._stored = take_submissions(self, service, about["course"], self.coursedir.assignment_id, about)

    def _fetch(self, source: Path, target: Path) -> datetime:
        super()._fetch(source, target)
        return self._stored[source.name]


class ReleaseAssignmentOverHttp(_OverHttp, CarefulRelease):
    """Releases an assignment."""

    def before(self, service: Service, about: Any) -> None:
        """Takes what was released before: nbgrader replaces it only with --force."""
        self.take_releases(service, about, self.coursedir.assignment_id)

    def after(self, service: Service) -> None:
        """Sends the release."""
        name = self.coursedir.assignment_id
        service.send("PUT", f"{API}/releases/{quote(name, safe='')}", packed(Path(self.dest_path)), ZIP)


class ReleaseFeedbackOverHttp(_OverHttp, CarefulReleaseFeedback):
    """Gives feedback back."""

    def after(self, service: Service) -> None:
        """Sends the pages."""
        for page in sorted(Path(self.dest_path).glob("*.html")):
            service.send("PUT", f"{API}/feedback/{page.stem}", page.read_bytes(), "text/html")


CLASSES: dict[str, type] = {
    "list": ListOverHttp,
    "fetch_assignment": FetchAssignmentOverHttp,
    "fetch_feedback": FetchFeedbackOverHttp,
    "submit": SubmitOverHttp,
    "collect": CollectOverHttp,
    "release_assignment": ReleaseAssignmentOverHttp,
    "release_feedback": ReleaseFeedbackOverHttp,
}


def take_submissions(taker: _OverHttp, service: Service, course: str, only: str, about: Any) -> dict[str, datetime]:
    """Takes submissions into the exchange's folder. Returns when each came (UTC), by the name of its folder."""
    inbound = taker.place(course, "inbound")
    names = [str(release["assignment"]) for release in about["releases"]] if only in ("", "*") else [only]
    came: dict[str, datetime] = {}
    for name in names:
        path = f"{API}/submissions/{quote(name, safe='')}"
        latest: dict[str, Any] = {}
        for entry in service.get(path)["submissions"]:
            latest[f"{entry['student']} {entry['timestamp']}"] = entry
        for entry in latest.values():
            if not_a_student(str(entry["student"])) or not _TIMESTAMP.fullmatch(str(entry["timestamp"])):
                continue
            folder = inbound / f"{entry['student']}+{name}+{entry['timestamp']}+{entry['id']}"
            folder.mkdir(exist_ok=True)
            unpack(service.data(f"{path}/{entry['id']}"), folder, taker.log)
            came[folder.name] = datetime.fromtimestamp(entry["stored"], UTC).replace(tzinfo=None)
    return came


def packed(folder: Path) -> bytes:
    """Returns the plain files of a folder as a zip archive."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as archive:
        for path in sorted(folder.rglob("*")):
            if path.is_file() and not path.is_symlink():
                archive.write(path, path.relative_to(folder))
    return data.getvalue()


def unpack(data: bytes, folder: Path, log: Any) -> None:
    """Writes the files of an archive into a folder. What leads out of it, or is too much, is left out and named."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            left = MAX_BYTES
            for info in archive.infolist()[:MAX_ITEMS]:
                place = place_of(info)
                reason = why_not(place, info) or ("is too large" if info.file_size > left else "")
                if info.is_dir() or reason:
                    if reason:
                        log.warning("%s %s, and was left out.", ascii(str(place))[:200], reason)
                    continue
                left -= info.file_size
                target = folder / Path(*place.parts)
                target.parent.mkdir(parents=True, exist_ok=True)
                with archive.open(info) as file:
                    target.write_bytes(file.read(info.file_size))
    except (zipfile.BadZipFile, OSError, ValueError, RuntimeError, NotImplementedError, EOFError) as error:
        log.error("An archive cannot be unpacked: %s", error)
