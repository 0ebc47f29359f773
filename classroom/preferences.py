"""The settings that the window keeps in a file of its home."""

import json
import logging
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from classroom import files
from classroom.catalogue import NAMES

log = logging.getLogger(__name__)


@dataclass
class Preferences:
    """The settings; one that cannot be read has its default.

    Attributes
    ----------
    writer : str
        Who draws; empty where nobody has said it.
    dark : bool
        Whether the window has dark colours.
    side_by_side : str
        The classifiers in the tab *Draw*, separated by commas.
    guided : str
        The round of guided collection under way, as `GuidedRound` writes it; empty for none.
    """

    writer: str = ""
    dark: bool = False
    side_by_side: str = ",".join(NAMES)
    guided: str = ""

    @classmethod
    def load(cls, home: Path) -> "Preferences":
        """Read the preferences below `home`."""
        loaded = cls()
        try:
            stored = json.loads(_file(home).read_text(encoding="utf-8"))
            for known in fields(cls):
                value = stored.get(known.name)
                if type(value) is type(getattr(loaded, known.name)):
                    setattr(loaded, known.name, value)
        except (OSError, ValueError, AttributeError) as error:
            log.info("no preferences: %s", error)
        return loaded

    def save(self, home: Path) -> None:
        """Write the preferences below `home`; log an error of the disk, which is no great loss."""
        file = _file(home)
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            with files.replacing(file, synced=False) as temporary:
                temporary.write_text(json.dumps(asdict(self)), encoding="utf-8")
        except OSError as error:
            log.warning("preferences could not be saved: %s", error)


def _file(home: Path) -> Path:
    return home / "data" / "preferences.json"
