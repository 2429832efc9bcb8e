"""Reads in the names of a platform's download who handed in what, and when.

Each platform has its own way of naming files:

moodle      Ada Lovelace_12345_assignsubmission_file_/hw.ipynb, or with all that before the name of a loose file
canvas      lovelaceada_LATE_101_678901_hw-1.ipynb: the user's number, a number that grows, and -1 for a second attempt
blackboard  Week 2_ada_attempt_2026-01-06-22-11-12_hw.ipynb: the user's name, and the time there; intento, Versuch ...
gradescope  submission_678901/hw.ipynb, and submission_metadata.yml, which says who handed it in
folder      ada/hw.ipynb, or ada_02_activations.ipynb
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from pathlib import PurePosixPath
from typing import Any

from autograder.core.outcomes import UsageError

from .archive import Item, Unreadable

METADATA = "submission_metadata.yml"
_MOODLE = re.compile(r"(?P<name>.+?)_(?P<number>\d+)_assignsubmission_(?P<kind>[a-z]+)_?(?P<rest>.*)", re.DOTALL)
_CANVAS = re.compile(r"(?P<name>.+?)(?P<late>_LATE)?_(?P<user>\d+)_(?P<number>\d+)_(?P<rest>.+)", re.I | re.DOTALL)
_CANVAS_NOBODY = re.compile(r"anon(?:_LATE)?_[^_]+_.+", re.I | re.DOTALL)
_ATTEMPT = r"_[^\W\d_]+_(?P<when>\d{4}(?:-\d\d){5})"  # "attempt" in the platform's language, and the time
_BLACKBOARD = re.compile(rf"(?P<whose>.+){_ATTEMPT}(?:_(?P<rest>.+)|\.txt)", re.DOTALL)
_COPY = re.compile(r"(?:[ _-]*\(\d+\)|-\d+)$")  # a browser's second download, and Canvas's second attempt


@dataclass(frozen=True)
class Who:
    """A learner as the platform calls them.

    Attributes:
        key: what the platform tells its learners apart by.
        name: the learner's name there.
        ids: what may stand for the learner in a roster: a number, a login, an address.
    """

    key: str
    name: str
    ids: tuple[str, ...] = ()


@dataclass(frozen=True)
class Piece:
    """A file that somebody handed in.

    Attributes:
        item: the file in the archive.
        who: the learner.
        file: the file's own name, as the learner had it, and the folder it was in.
        attempt: grows from one attempt of the learner to the next.
        when: when it was handed in (UTC); None if the platform does not say.
        late: whether the platform calls it late.
    """

    item: Item
    who: Who
    file: PurePosixPath
    attempt: tuple[int, ...] = ()
    when: datetime | None = None
    late: bool = False


Read = tuple[list[Piece], list[str]]  # the files that were understood, and a sentence for each that was not


def moodle(items: list[Item], slug: str, zone: tzinfo) -> Read:
    """Reads Moodle's "Download all submissions", with or without folders."""

    def piece(item: Item) -> Piece | str:
        for at, part in enumerate(item.path.parts):
            if match := _MOODLE.fullmatch(part):
                if match["kind"] != "file":
                    return f"{item.path} is a text typed into Moodle, not a file."
                inner = PurePosixPath(match["rest"], *item.path.parts[at + 1 :])
                name = " ".join(match["name"].split())
                return Piece(item, Who(match["number"], name, (match["number"],)), inner)
        return f"{item.path} is not named as Moodle names submissions: NAME_NUMBER_assignsubmission_file_."

    return _read(items, piece)


def canvas(items: list[Item], slug: str, zone: tzinfo) -> Read:
    """Reads Canvas's "Download submissions"."""

    def piece(item: Item) -> Piece | str:
        if _CANVAS_NOBODY.fullmatch(item.path.name):
            return f"{item.path} is anonymous. Show the learners' names in Canvas, and download again."
        match = _CANVAS.fullmatch(item.path.name)
        if match is None:
            return f"{item.path} is not named as Canvas names submissions: NAME_USER_NUMBER_FILE."
        who = Who(match["user"], match["name"], (match["user"],))
        rest = PurePosixPath(match["rest"])
        copy = re.search(r"-(\d+)$", rest.stem)
        attempt = int(match["number"]), int(copy[1]) if copy else 0
        return Piece(item, who, rest, attempt, late=bool(match["late"]))

    return _read(items, piece)


def blackboard(items: list[Item], slug: str, zone: tzinfo) -> Read:
    """Reads Blackboard's "Assignment file download". A note beside each attempt says whose it is."""
    people = dict(filter(None, map(_blackboard_note, items)))
    title = _blackboard_title(items, slug, people)

    def piece(item: Item) -> Piece | str | None:
        match = _BLACKBOARD.fullmatch(item.path.name)
        if match is None:
            return f"{item.path} is not named as Blackboard names submissions: TITLE_USER_attempt_TIME_FILE."
        if match["rest"] is None:
            return None  # the note
        try:
            local = datetime.strptime(match["when"], "%Y-%m-%d-%H-%M-%S").replace(tzinfo=zone)
        except ValueError:
            return f"{item.path} names a time that does not exist: {match['when']}."
        when = local.astimezone(UTC)
        whose = match["whose"]
        user = whose[len(title) :] if whose.startswith(title) else whose.rpartition("_")[2]
        login, name = people.get(_attempt_of(item), (user, user))
        who = Who(login, name, (login,))
        return Piece(item, who, PurePosixPath(match["rest"]), (int(when.timestamp()),), when)

    return _read(items, piece)


def _blackboard_title(items: list[Item], slug: str, people: dict[str, tuple[str, str]]) -> str:
    """Returns what stands before the users' names: the topic, or what most names begin with. Both may hold a _.

    Args:
        items: the files.
        slug: the topic.
        people: the login and the name behind each attempt that has a note.
    """
    for attempt, (login, _) in people.items():  # a note says where the title ends
        return re.sub(rf"{re.escape(login)}{_ATTEMPT}$", "", attempt)
    begins = [match["whose"] for item in items if (match := _BLACKBOARD.fullmatch(item.path.name))]
    if begins and all(begin.lower().startswith(f"{slug}_") for begin in begins):
        return begins[0][: len(slug) + 1]
    titles = {f"{begin.rpartition('_')[0]}_" for begin in begins} or {"_"}
    return max(titles, key=lambda title: (sum(begin.startswith(title) for begin in set(begins)), -len(title), title))


def _attempt_of(item: Item) -> str:
    """Returns the part of a name that all files of one attempt have in common."""
    return re.sub(rf"(?P<attempt>{_ATTEMPT}).*", r"\g<attempt>", item.path.name, flags=re.DOTALL)


def _blackboard_note(item: Item) -> tuple[str, tuple[str, str]] | None:
    """Returns for a note the attempt, and the learner's login and name: "Name: Ada Lovelace (ada)" in any language."""
    if not re.search(rf"{_ATTEMPT}\.txt$", item.path.name):
        return None
    try:
        first = item.read()[:2000].decode("utf-8-sig", "replace").strip().split("\n")[0]
    except Unreadable:
        return None
    match = re.fullmatch(r"[^:]+:\s*(.*?)\s*\(([^()]+)\)\s*", first.strip())
    attempt = _attempt_of(item)
    if match is None or not re.search(f"_{re.escape(match[2])}{_ATTEMPT}", attempt):
        return None
    return attempt, (match[2], match[1])


def gradescope(items: list[Item], slug: str, zone: tzinfo) -> Read:
    """Reads Gradescope's "Export submissions"; each of several submitters gets the files.

    Raises:
        UsageError: the list of submitters is missing or cannot be read.
    """
    submissions = _gradescope_metadata(items)
    pieces, sentences = [], []
    for item in items:
        at = next((at for at, part in enumerate(item.path.parts[:-1]) if part in submissions), None)
        if item.path.name == METADATA:
            continue
        if at is None:
            sentences.append(f"{item.path} is in no folder that {METADATA} lists.")
            continue
        about = submissions[item.path.parts[at]]
        when = _moment(about.get(":created_at"), zone)
        for person in about.get(":submitters") or ():
            ids = tuple(str(person[key]) for key in (":sid", ":email") if person.get(key))
            name = " ".join(str(person.get(":name") or "").split())
            if ids or name:
                who = Who((ids or (name,))[0], name, ids)
                attempt = (int(when.timestamp()) if when else 0,)
                pieces.append(Piece(item, who, PurePosixPath(*item.path.parts[at + 1 :]), attempt, when))
    return pieces, sentences


def folder(items: list[Item], slug: str, zone: tzinfo) -> Read:
    """Reads folders that are called as the learners are, or loose files with the learner's name in theirs."""
    named = all(slug.casefold() in item.path.stem.casefold() and _loose_name(item, slug) for item in items)
    loose = named and len(items) > 1 and len({item.path.parent for item in items}) == 1  # in one folder, whoever's

    def piece(item: Item) -> Piece | str:
        parts = [part for part in item.path.parts[:-1] if part.casefold() != slug.casefold()]
        if parts and not loose:
            inner = item.path.parts[item.path.parts.index(parts[0]) + 1 :]
            inner = inner[1:] if len(inner) > 1 and inner[0].casefold() == slug.casefold() else inner
            return Piece(item, Who(parts[0], parts[0], (parts[0],)), PurePosixPath(*inner))
        name = _loose_name(item, slug)
        if not name:
            return f"{item.path} does not say whose it is. Name it LEARNER_{slug}.ipynb, or put it in a folder LEARNER."
        return Piece(item, Who(name, name, (name,)), PurePosixPath(item.path.name))

    return _read(items, piece)


def _loose_name(item: Item, slug: str) -> str:
    """Returns the learner's name in the name of a file; empty if it holds the topic's alone."""
    stem = _COPY.sub("", item.path.stem)
    return re.sub(rf"[\s_.-]*{re.escape(slug)}[\s_.-]*", " ", stem, flags=re.IGNORECASE).strip()


READERS: dict[str, Callable[[list[Item], str, tzinfo], Read]] = {
    "moodle": moodle,
    "canvas": canvas,
    "blackboard": blackboard,
    "gradescope": gradescope,
    "folder": folder,
}


def _read(items: list[Item], piece_of: Callable[[Item], Piece | str | None]) -> Read:
    pieces, sentences = [], []
    for item in items:
        piece = piece_of(item)
        if isinstance(piece, Piece):
            pieces.append(piece)
        elif piece is not None:
            sentences.append(piece)
    return pieces, sentences


def plain_name(file: PurePosixPath) -> str:
    """Returns a file's name without the mark of a second copy: hw-1.ipynb and "hw (1).ipynb" are hw.ipynb."""
    return f"{_COPY.sub('', file.stem)}{file.suffix}".casefold()


def _gradescope_metadata(items: list[Item]) -> dict[str, dict[str, Any]]:
    import yaml

    for item in items:
        if item.path.name == METADATA:
            try:
                tree = yaml.safe_load(item.read())
            except (Unreadable, yaml.YAMLError, ValueError, RecursionError) as error:
                raise UsageError(f"{item.path} cannot be read: {error}.") from None
            if isinstance(tree, dict):
                return {str(name): about for name, about in tree.items() if isinstance(about, dict)}
    raise UsageError(f"There is no {METADATA}, which says who handed in what: give Gradescope's whole export.")


def _moment(value: Any, zone: tzinfo) -> datetime | None:
    try:
        moment = value if isinstance(value, datetime) else datetime.fromisoformat(str(value))
    except ValueError:
        return None
    return (moment if moment.tzinfo else moment.replace(tzinfo=zone)).astimezone(UTC)
