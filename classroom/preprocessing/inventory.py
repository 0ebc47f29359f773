"""Keeps account of the parts of a file: which were read, and which were left out and why.

A reader announces every part that it finds, then notes what it reads. The caller asks for the
rest, so that a part that the reader forgets is reported too.
"""

from classroom.i18n import _, ngettext
from classroom.preprocessing.strokes import Rejected

# The most parts with the same reason that are named one by one.
_NAMED = 5
# The reason of a part that is neither read nor left out yet.
_FORGOTTEN = ""


class Inventory:
    """The parts and the digits of one file.

    Parameters
    ----------
    name : str
        What the user calls the file.
    """

    def __init__(self, name: str) -> None:
        self.name = name
        self._parts: dict[str, str | None] = {}
        self._expected: int | None = None
        self._seen = 0

    def found(self, *parts: str) -> None:
        """Announce parts of the file: arrays, pages, files in a zip."""
        self._parts.update(dict.fromkeys(parts, _FORGOTTEN))

    def read(self, *parts: str) -> None:
        """Note that parts which were announced are read."""
        self._parts.update(dict.fromkeys(parts))

    def leave_out(self, part: str, why: str) -> None:
        """Note that a part is not read, and why: a sentence."""
        self._parts[part] = why

    def expect(self, digits: int) -> None:
        """Announce a number of digits, each of which has to be noted by `seen`."""
        self._expected = (self._expected or 0) + digits

    def seen(self) -> None:
        """Note that one digit was taken or refused."""
        self._seen += 1

    @property
    def is_empty(self) -> bool:
        """Whether the reader has announced nothing."""
        return not self._parts and self._expected is None

    def left_out(self, *, broken: bool = False) -> list[Rejected]:
        """Return what was not read and why, parts with the same reason together.

        Parameters
        ----------
        broken : bool
            Whether the reader stopped before the end of the file.
        """
        if broken:
            forgotten = _("The file cannot be read so far.")
        else:
            forgotten = _("Nothing that is read here has this name.")
        by_reason: dict[str, list[str]] = {}
        for part, why in self._parts.items():
            if why is not None:
                by_reason.setdefault(why or forgotten, []).append(part)
        rest = [
            Rejected(f"{self.name}: {listed(parts)}", f"{_('It was not read.')} {why}")
            for why, parts in by_reason.items()
        ]
        missing = (self._expected or 0) - self._seen
        if missing > 0:
            text = ngettext(
                "{count:,} of its digits was not read.",
                "{count:,} of its digits were not read.",
                missing,
            )
            rest.append(Rejected(self.name, text.format(count=missing)))
        return rest


def listed(names: list[str]) -> str:
    """Return the first names in a row, and how many more there are."""
    text = ", ".join(names[:_NAMED])
    more = len(names) - _NAMED
    if more <= 0:
        return text
    return ngettext("{names} and {more:,} more", "{names} and {more:,} more", more).format(
        names=text, more=more
    )
