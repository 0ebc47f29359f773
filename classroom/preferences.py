"""The few things that the window remembers from one day to the next."""

import json
import logging
from dataclasses import asdict, dataclass, fields
from pathlib import Path

from classroom import files
from classroom.catalogue import NAMES

log = logging.getLogger(__name__)


@dataclass
class Preferences:
    """The writer's name and the look; anything unreadable falls back to these defaults.

    Attributes
    ----------
    writer : str
    dark : bool
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
        """Write them; a disk that does not take them costs only the convenience."""
        file = _file(home)
        try:
            file.parent.mkdir(parents=True, exist_ok=True)
            with files.replacing(file, synced=False) as temporary:
                temporary.write_text(json.dumps(asdict(self)), encoding="utf-8")
        except OSError as error:
            log.warning("preferences could not be saved: %s", error)


def _file(home: Path) -> Path:
    return home / "data" / "preferences.json"
