"""Claims: one process at a time, and none for ever."""

from pathlib import Path

import pytest

from classroom.child import Child
from classroom.claims import claim

HELD: list[object] = []


def claim_for_ever(file: Path) -> None:
    """Claim it in a process that then does nothing more."""
    held = claim(file)
    held.__enter__()
    HELD.append(held)


def test_a_claim_ends_with_its_owner(tmp_path: Path) -> None:
    file = tmp_path / "cell.json"
    with Child() as owner:
        owner.run(claim_for_ever, file, cancelled=lambda: False)
        owner.end()
    with claim(file):
        file.touch()


def test_a_folder_that_is_not_there_takes_none(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="unable to open"), claim(tmp_path / "none" / "cell.json"):
        pass
