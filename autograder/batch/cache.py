"""Keeps each result at once, so that nothing is graded twice and nothing is lost when a run breaks off."""

import json
import sqlite3
from collections.abc import Callable, Iterable
from functools import lru_cache
from pathlib import Path
from typing import Any

from autograder.core.files import digest

_MOST_KEYS = 500  # at most so many keys in one query


class Store:
    """Values by key, in a SQLite file. A value is on the disk when `put` returns.

    A damaged entry is ignored, with a warning. If the file cannot be used at all there is a warning too, and the run
    goes on without it.

    Args:
        path: the file; made if it is missing.
        warn: is called with the sentence of a warning.
    """

    def __init__(self, path: Path, warn: Callable[[str], None]) -> None:
        self._path = path
        self._warn = warn
        self._db = self._open()

    def get(self, keys: Iterable[str]) -> dict[str, Any]:
        """Returns the value of each key that has one. Callers must not change the values: equal ones are one object."""
        wanted, values = list(keys), {}
        for at in range(0, len(wanted), _MOST_KEYS):
            for key, value, seal in self._query(wanted[at : at + _MOST_KEYS]):
                if isinstance(value, str) and seal == digest(key, value):
                    values[key] = _parsed(value)
                else:
                    self._warn(f"A damaged entry of {self._path} is ignored: that part is graded again.")
        return values

    def put(self, values: dict[str, Any]) -> None:
        """Keeps values under their keys, all of them or none."""
        texts = {key: json.dumps(value) for key, value in values.items()}
        rows = [(key, text, digest(key, text)) for key, text in texts.items()]
        try:
            if self._db is not None:
                with self._db:
                    self._db.executemany("insert or replace into results values (?, ?, ?)", rows)
        except sqlite3.Error as error:
            self._give_up(error)

    def close(self) -> None:
        """Closes the file."""
        if self._db is not None:
            self._db.close()

    def _query(self, keys: list[str]) -> list[tuple[str, str, str]]:
        if self._db is None:
            return []
        try:
            placeholders = ", ".join("?" * len(keys))
            return self._db.execute(
                f"select key, value, seal from results where key in ({placeholders})", keys
            ).fetchall()
        except sqlite3.Error as error:
            self._give_up(error)
            return []

    def _open(self) -> sqlite3.Connection | None:
        for _ in range(2):
            try:
                self._path.parent.mkdir(parents=True, exist_ok=True)
                self._path.touch()  # SQLite itself would keep the teachers of a group from writing
                return _connected(self._path)
            except sqlite3.OperationalError as error:  # a full disk, no permission or a lock, not a damaged file
                self._warn(f"Results cannot be kept in {self._path}: {error}. Everything is graded, nothing is kept.")
                return None
            except sqlite3.DatabaseError as error:
                aside = self._path.with_suffix(".damaged")
                self._path.replace(aside)
                self._warn(
                    f"{self._path} is damaged ({error}). It is now {aside.name}, and everything is graded again."
                )
            except OSError as error:
                self._warn(f"Results cannot be kept in {self._path}: {error.strerror}.")
                return None
        return None

    def _give_up(self, error: sqlite3.Error) -> None:
        self._warn(f"Results can no longer be kept in {self._path}: {error}.")
        self.close()
        self._db = None


@lru_cache(512)  # most learners have the same result
def _parsed(text: str) -> Any:
    return json.loads(text)


def _connected(path: Path) -> sqlite3.Connection:
    """Opens the file of results, or closes it again if it cannot be used."""
    db = sqlite3.connect(path, timeout=30)
    try:
        db.execute("pragma journal_mode = wal")
        db.execute("pragma synchronous = normal")
        db.execute("create table if not exists results (key text primary key, value text, seal text)")
    except sqlite3.Error:
        db.close()
        raise
    return db
