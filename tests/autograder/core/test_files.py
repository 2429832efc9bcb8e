"""A file is written whole or not at all."""

from pathlib import Path
from unittest.mock import patch

import pytest

from autograder.core.files import Draft, write_whole


def test_a_draft_takes_its_place_when_it_is_whole(tmp_path: Path) -> None:
    path = tmp_path / "folder" / "a.txt"
    write_whole(path, "old")
    draft = Draft(path)
    draft.write("new")
    assert path.read_text() == "old"
    draft.publish()
    assert path.read_text() == "new"
    assert list(path.parent.iterdir()) == [path]


def test_on_a_full_disk_no_draft_is_left(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    write_whole(path, "old")
    draft = Draft(path)
    draft._file.close()
    full = OSError(28, "No space left on device")
    with patch.object(draft, "_file", **{"close.side_effect": full}), pytest.raises(OSError, match="No space left"):
        draft.discard()
    assert list(tmp_path.iterdir()) == [path]
    assert path.read_text() == "old"
