"""What a file holds, and what became of each part of it: read, or left out with a reason.

A reader announces what it finds before it looks at what it understands: all
arrays of an archive, all pages of a scan, all rows. Then it says of each
whether it was read. Whoever called the reader asks for the rest, so that a
reader that forgets something cannot pass over it in silence.
"""

from classroom.i18n import _, ngettext
from classroom.preprocessing.strokes import Rejected

# So many parts are named one by one where they are left out for the same reason.
_NAMED = 5
# Stands for the reason until a part is read or left out.
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
        """Announce digits: each has to be seen, taken or refused."""
        self._expected = (self._expected or 0) + digits

    def seen(self) -> None:
        """Note that a digit was taken or refused."""
        self._seen += 1

    @property
    def is_empty(self) -> bool:
        """Whether the reader announced nothing at all."""
        return not self._parts and self._expected is None

    def left_out(self, *, broken: bool = False) -> list[Rejected]:
        """Return what was not read, and why; parts with the same reason are named together.

        Parameters
        ----------
        broken : bool
            Whether the reader came to an end before the file did.
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
    """Return some names in a row, and how many more there are."""
    text = ", ".join(names[:_NAMED])
    more = len(names) - _NAMED
    if more <= 0:
        return text
    return ngettext("{names} and {more:,} more", "{names} and {more:,} more", more).format(
        names=text, more=more
    )
