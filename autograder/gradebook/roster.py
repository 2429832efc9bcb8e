"""A platform's list of learners, and which of its rows is which learner of the gradebook.

Names are matched exactly first. What is left is matched by one normalization, and only where that leaves no choice: a
name that could be two people's is refused, because a wrong mark is worse than none.
"""

import codecs
import csv
import io
import re
import unicodedata
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from pathlib import Path

from autograder.core.media import for_sentence
from autograder.core.outcomes import UsageError

# Headings of the columns that say who a learner is, in small letters, in the languages that we know of.
_IDENTITY = """student, id, sis user id, sis login id, integration id, section, root account, institution, department,
    group, first name, last name, surname, id number, idnumber, email address, email, e-mail, username,
    vorname, nachname, id-nummer, matrikelnummer, e-mail-adresse, anmeldename, benutzername, abteilung, gruppe,
    prénom, nom, nom de famille, numéro d'identification, adresse de courriel, courriel, nom d'utilisateur, département,
    nombre, apellido(s), apellidos, apellido, número de id, dirección de correo, dirección email, correo electrónico,
    nombre de usuario, institución, departamento, grupo,
    nome, cognome, codice identificativo, indirizzo email, nome utente, istituzione, dipartimento, gruppo,
    sobrenome, apelido, número id, endereço de email, identificador,
    voornaam, achternaam, e-mailadres, gebruikersnaam, instelling, afdeling,
    förnamn, efternamn, e-postadress, användarnamn, fornavn, etternavn, e-postadresse, brukernavn,
    imię, nazwisko, numer id, adres e-mail, nazwa użytkownika"""
_HEADINGS = {" ".join(name.split()) for name in _IDENTITY.split(",")}
MOST_NAMED = 5  # learners in a sentence


@dataclass(frozen=True)
class Roster:
    """The platform's list of learners: the names of the columns, and a row for each learner."""

    heading: list[str]
    rows: list[dict[str, str]]

    def key_for(self, students: Iterable[str]) -> str:
        """Returns the column with most of the gradebook's names; a `student` that a teacher has added comes first.

        A name counts once, or a column of first names could win, in which two learners are called alike.

        Raises:
            UsageError: no column holds any of them.
        """
        exact = set(students)
        known = {normal(student) for student in exact}

        def found(column: str) -> tuple[bool, int, int]:
            values = [row[column] for row in self.rows]
            hits = len(known.intersection(map(normal, values)))
            return bool(hits) and column == "student", hits, len(exact.intersection(values))

        best = max(self.heading, key=found)
        if not found(best)[1]:
            raise UsageError(
                "No column of the roster holds the names that the gradebook uses "
                f"({', '.join(map(for_sentence, sorted(known)[:3]))} ...). Add one, called student."
            )
        return best

    def identity(self) -> list[str]:
        """Returns the columns whose headings say who a learner is, in whatever language we know."""
        return [name for name in self.heading if " ".join(name.casefold().split()) in _HEADINGS]


def read_roster(path: Path) -> Roster:
    """Reads a roster: any CSV file with a heading. Lines that name nobody, and a second equal line, are left out.

    Raises:
        UsageError: the file cannot be read, or has no heading or no rows.
    """
    text = _text(path)
    lines = text.splitlines()
    if lines and (said := re.fullmatch(r'"?sep=(.)"?', lines[0].strip(), re.IGNORECASE)):  # spreadsheets write it
        separator, text = said[1], "\n".join(lines[1:])
    else:
        separator = max(",;\t", key=(lines or [""])[0].count)
    table = [row for row in csv.reader(io.StringIO(text), delimiter=separator) if any(cell.strip() for cell in row)]
    if len(table) < 2:
        raise UsageError(f"{for_sentence(path)} is not a roster: it needs a heading and a row for each learner.")
    heading = [name.strip() for name in table[0]]
    if twice := sorted({name for name in heading if name and heading.count(name) > 1}):
        raise UsageError(
            f"{for_sentence(path)} has two columns called {', '.join(map(for_sentence, twice))}: rename or delete one."
        )
    rows = [dict(zip(heading, row + [""] * len(heading), strict=False)) for row in table[1:]]
    distinct = {tuple(row.items()): row for row in rows}
    return Roster(heading, [row for row in distinct.values() if _is_learner(row, heading)])


def _text(path: Path) -> str:
    """Returns the text of a file in UTF-8, or in UTF-16 with its mark: a spreadsheet's "Unicode text".

    Another encoding is refused and not guessed: bytes above 127 are other letters in each, and a name would be changed.
    """
    try:
        data = path.read_bytes()
        marked = data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE))
        text = data.decode("utf-16" if marked else "utf-8-sig")
    except OSError as error:
        raise UsageError(f"{for_sentence(path)} cannot be read: {error.strerror}.") from None
    except UnicodeDecodeError:
        text = "\0"
    if "\0" in text:
        raise UsageError(f"{for_sentence(path)} is not UTF-8 text: save it as CSV UTF-8.")
    return text


def _is_learner(row: dict[str, str], heading: list[str]) -> bool:
    """Tells whether a row is a learner's. Canvas has rows of its own without an ID: points, how grades are posted."""
    if "ID" in heading and {"Student", "LastName"} & set(heading) and not row["ID"].strip():
        return False
    return "points possible" not in row[heading[0]].casefold()


def normal(name: str) -> str:
    """Returns a name in the form by which names are compared: composed letters, small, without blanks around.

    `str.lower` and not `casefold`, which makes one name of "weiß" and "weiss".
    """
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).strip().lower())


def match(wanted: Collection[str], students: Collection[str], needed: Collection[str]) -> dict[str, str]:
    """Finds for each name of a roster the learner of the gradebook.

    Args:
        wanted: the names in the roster, in its order.
        students: the names in the gradebook.
        needed: those of them that must not be lost, because they have scores.

    Returns:
        The gradebook's name for each name of the roster that has one.

    Raises:
        UsageError: a name could be two people's; the text names each, and says what to do.
    """
    names, doubtful = list(wanted), []
    rows_of, students_of = defaultdict(list), defaultdict(list)
    for name in names:
        rows_of[normal(name)].append(name)
    for student in students:
        students_of[normal(student)].append(student)
    matched = {}
    for key, alike in students_of.items():
        rows = rows_of.get(key, [])
        exact = [name for name in rows if name in alike]
        if len(set(exact)) < len(exact):
            doubtful.append(f"{exact[0]!r} is in the roster more than once, with different values")
        elif len(rows) == 1 and len(alike) == 1:
            matched[rows[0]] = alike[0]
        elif rows and (lost := [student for student in alike if student in needed and student not in exact]):
            doubtful.append(
                f"{_listed(rows)} of the roster could be {_listed(alike)} of the gradebook"
                + (f", and {_listed(lost)} {'have' if lost[1:] else 'has'} scores" if alike[1:] else "")
            )
        else:
            matched.update({name: name for name in exact})
    if doubtful:
        raise UsageError(
            f"Nothing was written, because it cannot be told who is who. {'; '.join(doubtful)}. "
            "Write the gradebook's own name into each row of the roster, in a column called student."
        )
    return matched


def _listed(names: list[str]) -> str:
    shown = [repr(name) for name in names[:MOST_NAMED]]
    more = f" and {len(names) - MOST_NAMED} more" if len(names) > MOST_NAMED else ""
    return " or ".join(shown) + more
