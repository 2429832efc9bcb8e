"""Which learner of the gradebook a platform means: by the roster, or by the platform's own names."""

import re
import unicodedata
from collections.abc import Iterable, Iterator

from autograder.core.outcomes import UsageError

from .platforms import Who
from .roster import Roster, normal

# Columns with a learner's login, then with a number, then with an address: the first of them names the learner.
_NAMES = (
    ("sis login id", "username", "anmeldename", "benutzername", "nom d'utilisateur", "nombre de usuario"),
    ("nome utente", "gebruikersnaam", "identificador", "nazwa użytkownika"),
    ("id number", "id-nummer", "matrikelnummer", "numéro d'identification", "número de id", "sis user id", "sid"),
    ("email address", "email", "e-mail-adresse", "e-mail", "adresse de courriel", "dirección de correo"),
)
_FIRST = {"first name", "vorname", "prénom", "nombre", "nome", "voornaam", "firstname", "förnamn", "fornavn", "imię"}
_LAST = {"last name", "surname", "nachname", "nom", "nom de famille", "apellido(s)", "apellidos", "cognome"}
_LAST |= {"achternaam", "lastname", "efternamn", "etternavn", "nazwisko", "sobrenome", "apelido"}
_FULL = {"full name", "student", "name", "vollständiger name", "nom complet", "nombre completo", "nome completo"}
_NUMBERED = {"identifier", "id", "kennung", "identifikator", "identifiant", "identificador", "identificativo"}
MOST_LETTERS = 100  # of a name in the gradebook


class Resolver:
    """Finds the gradebook's name for each learner of a platform.

    Args:
        roster: the platform's list of learners; None to take the platform's names.
        column: the roster's column with the gradebook's names; None to find it.
        known: names that the gradebook has already.

    Raises:
        UsageError: the roster does not have that column, or none that could be it.
    """

    def __init__(self, roster: Roster | None, column: str | None, known: Iterable[str]) -> None:
        self._known: dict[str, list[str]] = {}
        for student in sorted(set(known)):
            self._known.setdefault(normal(student), []).append(student)
        self._roster = roster
        self._column = _column(roster, column, self._known) if roster else ""

    def student(self, who: Who) -> tuple[str, str]:
        """Returns the gradebook's name of a learner, or else a sentence that says why it cannot be told."""
        name = who.ids[0] if who.ids and not who.ids[0].isdigit() else who.name or who.key
        if self._roster is not None:
            by_id, by_name = (next(filter(None, found), []) for found in (self._by_id(who), self._by_name(who)))
            rows = by_id or by_name
            if len(rows) != 1:
                which = "more than one row" if rows else "no row"
                return "", f"{who.name or who.key} ({who.key}) fits {which} of the roster."
            if by_name and rows[0] not in by_name:
                one, other = (row[self._column] for row in (rows[0], by_name[0]))
                return "", f"{who.name or who.key} ({who.key}) is {one} of the roster by number, and {other} by name."
            name = rows[0][self._column]
        name = unicodedata.normalize("NFC", " ".join(name.split()))
        if problem := _unfit(name):
            return "", f"{who.name or who.key} ({who.key}) cannot be {name!r} in the gradebook: {problem}."
        alike = self._known.get(normal(name), [name])
        if name in alike:
            return name, ""
        if len(alike) > 1:
            return "", f"{name} could be {' or '.join(alike)} of the gradebook: write the name into a roster."
        return alike[0], ""

    def _by_id(self, who: Who) -> Iterator[list[dict[str, str]]]:
        """Yields the rows that fit a learner's number, login or address, by the surest sign first."""
        assert self._roster is not None
        rows = self._roster.rows
        for sign in who.ids:
            wanted = normal(sign)
            yield [row for row in rows if any(wanted == normal(row[name]) for name in self._id_columns(sign))]
            if sign.isdigit():  # Moodle's grading worksheet: "Participant 12345"
                numbered = [name for name in self._roster.heading if name.casefold() in _NUMBERED]
                pattern = re.compile(rf"\D+{sign}")
                yield [row for row in rows if any(pattern.fullmatch(row[name].strip()) for name in numbered)]

    def _by_name(self, who: Who) -> Iterator[list[dict[str, str]]]:
        """Yields the rows that fit a learner's name: by its words, or by its letters alone."""
        assert self._roster is not None
        for form in (_words, _letters) if who.name else ():
            wanted = form(who.name)
            yield [row for row in self._roster.rows if any(form(name) == wanted for name in _full_names(row))]

    def _id_columns(self, sign: str) -> list[str]:
        """Returns the columns in which an id may stand: never names; for a number of the platform's only its own."""
        assert self._roster is not None
        not_ids = _FIRST | _LAST | _FULL
        names = [name for name in self._roster.heading if name.casefold() not in not_ids]
        if self._column not in names:
            names.append(self._column)
        own = [name for name in names if name == "ID"]
        return own if own and sign.isdigit() else names


def _column(roster: Roster, column: str | None, known: dict[str, list[str]]) -> str:
    headings = {name.casefold(): name for name in reversed(roster.heading)}
    if column is not None:
        if column.casefold() not in headings:
            raise UsageError(f"The roster has no column {column}. It has: {', '.join(roster.heading)}.")
        return headings[column.casefold()]
    if "student" in roster.heading:  # a teacher's own; Canvas writes Student, with names of people in it
        return "student"
    hits = {name: sum(normal(row[name]) in known for row in roster.rows) for name in roster.heading}
    best = max(hits, key=lambda name: hits[name])
    if hits[best]:
        return best
    for names in _NAMES:
        for name in names:
            if name in headings and any(row[headings[name]].strip() for row in roster.rows):
                return headings[name]
    raise UsageError(
        "Which column of the roster holds the names that the gradebook is to use? Say it with --name-column. It has: "
        f"{', '.join(roster.heading)}."
    )


def _full_names(row: dict[str, str]) -> list[str]:
    """Returns a learner's name as the columns of a row give it: last name before first, and the other way round."""
    first = " ".join(value for name, value in row.items() if name.casefold() in _FIRST)
    last = " ".join(value for name, value in row.items() if name.casefold() in _LAST)
    whole = [value for name, value in row.items() if name.casefold() in _FULL]
    parts = [f"{last} {first}", f"{first} {last}"] if first or last else []
    return [name for name in [*parts, *whole] if name.strip()]


def _words(name: str) -> str:
    return " ".join(sorted(re.findall(r"[^\W_]+", normal(name))))


def _letters(name: str) -> str:
    """Returns a name as Canvas writes it into file names: lovelaceada for "Lovelace, Ada"."""
    return "".join(re.findall(r"[^\W_]+", normal(name)))


def _unfit(name: str) -> str:
    if not name:
        return "it is empty"
    if len(name) > MOST_LETTERS:
        return f"it has more than {MOST_LETTERS} letters"
    if name.startswith(".") or "/" in name or "\\" in name or not name.isprintable():
        return "a folder cannot be called so"
    return ""
