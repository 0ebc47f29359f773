"""Times, scores and counts in words, as several tabs and dialogs write them."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from classroom.i18n import _, ngettext

if TYPE_CHECKING:
    from classroom.datasets.backups import Backup
    from classroom.evaluation.results import Score

NOTHING = "–"


def local_time(created: str) -> str:
    """Return a time in UTC, ISO 8601, as a clock on the wall shows it."""
    if not created:
        return _("as shipped")
    return datetime.fromisoformat(created).astimezone().strftime("%Y-%m-%d %H:%M")


def backup_time(backup: Backup) -> str:
    """Return when a backup was made, by the clock of this computer."""
    return _("{time:%Y-%m-%d %H:%M}").format(time=backup.taken.astimezone())


def exam_text(score: Score | None) -> str:
    """Return a score such as "17 of 20", a dash where there is none."""
    return str(score) if score and score.total else NOTHING


def percent_text(score: Score | None) -> str:
    """Return a score such as "98.41%", a dash where there is none."""
    return f"{score.accuracy:.2%}" if score and score.total else NOTHING


def digit_count(count: int) -> str:
    """Return how many digits there are, such as "1,200 digits"."""
    return ngettext("{n:,} digit", "{n:,} digits", count).format(n=count)
