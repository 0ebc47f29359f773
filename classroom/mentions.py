"""Find a writer's name in texts and files, in every way that the program may have written it.

A name is found as a whole: "ann" is not in "Joanne", and neither in "ann (2)" nor
"ann lee" where these are writers too.
"""

import json
import os
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from html import escape
from pathlib import Path
from urllib.parse import quote

# Larger ones are archives and arrays; what the program writes as text is far smaller.
_LARGEST = 256 * 1024 * 1024
# In bytes that are no text, a shorter name comes up by chance.
_SHORTEST_IN_BYTES = 5


def spellings(name: str) -> set[str]:
    """Return a name as text, JSON, HTML, an address, and Python's own notation write it."""
    written: set[str] = set()
    # A file name on macOS has its accents apart from the letters.
    for form in ("NFC", "NFD"):
        plain = unicodedata.normalize(form, name)
        written |= {
            plain,
            json.dumps(plain)[1:-1],
            json.dumps(plain, ensure_ascii=False)[1:-1],
            escape(plain),
            quote(plain),
            ascii(plain)[1:-1],
            repr(plain)[1:-1],
            repr(plain.encode())[2:-1],
        }
    return written


class Mentions:
    """Where a name is mentioned.

    Parameters
    ----------
    name : str
        Not empty.
    others : iterable of str
        All other writers: where one of their longer names holds `name`, it is not meant.
    """

    def __init__(self, name: str, others: Iterable[str] = ()) -> None:
        self.name = name
        longer = {text for other in others if name in other for text in spellings(other)}
        longer -= spellings(name)
        self._pattern = re.compile(
            f"(?:{_any(longer)})|{_any(spellings(name), 'name')}"
            if longer
            else _any(spellings(name), "name")
        )

    def within(self, text: str) -> Iterator[tuple[int, int]]:
        """Yield the start and the end of each mention in a text."""
        for found in self._pattern.finditer(text):
            if found["name"] is not None:
                yield found.span("name")

    def replaced(self, text: str, instead: Callable[[str], str]) -> str:
        """Return a text with something instead of each mention, which `instead` is given."""
        pieces, last = [], 0
        for start, end in self.within(text):
            pieces += [text[last:start], instead(text[start:end])]
            last = end
        return "".join([*pieces, text[last:]])

    def are_in(self, file: Path) -> bool:
        """Whether a file, or its name, mentions the writer; False where it cannot be read."""
        if any(self.within(file.stem)):
            return True
        content = _content(file)
        text = content.decode("utf-8", "surrogateescape")
        if b"\0" in content and len(self.name.encode()) < _SHORTEST_IN_BYTES:
            return False
        return any(self.within(text))

    def overwrite_in(self, file: Path) -> int:
        """Put asterisks over each mention, and return how many there were.

        The file keeps its length, so that another process can go on adding to it.

        Raises
        ------
        OSError
            The file cannot be written.
        """
        text = _content(file).decode("utf-8", "surrogateescape")
        count, done, place = 0, 0, 0
        for start, end in self.within(text):
            place += len(_bytes(text[done:start]))
            length = len(_bytes(text[start:end]))
            with file.open("r+b") as stream:
                stream.seek(place)
                stream.write(b"*" * length)
                stream.flush()
                os.fsync(stream.fileno())
            count, done, place = count + 1, end, place + length
        return count


def _any(texts: Iterable[str], group: str = "") -> str:
    """Return a pattern for any of the texts, with no letter and no digit beside it."""
    # The longest first: where two begin in one place, it is the one that is meant.
    listed = "|".join(re.escape(text) for text in sorted(texts, key=len, reverse=True))
    named = f"?P<{group}>" if group else "?:"
    return rf"(?<![^\W_])({named}{listed})(?![^\W_])"


def _content(file: Path) -> bytes:
    try:
        return file.read_bytes() if file.stat().st_size <= _LARGEST else b""
    except OSError:
        return b""


def _bytes(text: str) -> bytes:
    return text.encode("utf-8", "surrogateescape")
