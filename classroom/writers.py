"""Brings the names of writers into one form; the store and whatever imports samples call it."""

import unicodedata

from classroom.errors import ClassroomError
from classroom.i18n import _

LONGEST_WRITER = 100
UNKNOWN_WRITER = "unknown"


def clean_writer(writer: str) -> str:
    """Return the name as it is stored: in Unicode's form NFC, with single spaces.

    An empty name becomes `UNKNOWN_WRITER`.

    Raises
    ------
    ClassroomError
        The name is longer than `LONGEST_WRITER` characters.
    """
    # A name that comes from a file name may hold bytes that are no UTF-8.
    text = writer.encode("utf-8", "replace").decode("utf-8")
    text = " ".join(unicodedata.normalize("NFC", text).replace("\0", " ").split())
    if len(text) > LONGEST_WRITER:
        raise ClassroomError(
            _("The writer's name is longer than {most} characters. Shorten it.").format(
                most=LONGEST_WRITER
            )
        )
    return text or UNKNOWN_WRITER
