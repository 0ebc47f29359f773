"""The names of writers: one way to write each, and none longer than the store takes."""

import unicodedata

from classroom.errors import ClassroomError
from classroom.i18n import _

LONGEST_WRITER = 100
UNKNOWN_WRITER = "unknown"


def clean_writer(writer: str) -> str:
    """Return the name as it is stored: one way to write each letter, no stray blanks.

    Raises
    ------
    ClassroomError
        Where it is longer than 100 characters.
    """
    # a file name may hold bytes that are no text at all
    text = writer.encode("utf-8", "replace").decode("utf-8")
    text = " ".join(unicodedata.normalize("NFC", text).replace("\0", " ").split())
    if len(text) > LONGEST_WRITER:
        raise ClassroomError(
            _("The writer's name is longer than {most} characters. Shorten it.").format(
                most=LONGEST_WRITER
            )
        )
    return text or UNKNOWN_WRITER
