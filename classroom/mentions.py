"""Finds a writer's name in texts and files, so that a writer can be deleted from all of them.

A name is found as whole words: "ann" is not found in "Joanne", and not in "ann (2)" or
"ann lee" where these are writers as well.
"""

import json
import os
import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from html import escape
from pathlib import Path
from urllib.parse import quote

# The texts that the program writes are far smaller; larger files are archives and arrays.
_LARGEST = 256 * 1024 * 1024
# In binary files a shorter name turns up by chance.
_SHORTEST_IN_BYTES = 5


def spellings(name: str) -> set[str]:
    """Return the name as it stands in text, JSON, HTML, URLs and Python's ``repr``."""
    written: set[str] = set()
    # macOS stores file names with accents separate from their letters (NFD).
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
    """Finds the mentions of one writer.

    Parameters
    ----------
    name : str
        The writer's name; not empty.
    others : iterable of str
        The names of all other writers. Where a longer one of them contains `name`, that
        place is no mention.
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
        """Yield the start and the end (exclusive) of each mention in a text."""
        for found in self._pattern.finditer(text):
            if found["name"] is not None:
                yield found.span("name")

    def replaced(self, text: str, instead: Callable[[str], str]) -> str:
        """Return the text with each mention replaced by what `instead` returns for it."""
        parts, last = [], 0
        for start, end in self.within(text):
            parts += [text[last:start], instead(text[start:end])]
            last = end
        return "".join([*parts, text[last:]])

    def are_in(self, file: Path) -> bool:
        """Return whether a file or its name mentions the writer; False for an unreadable file."""
        if any(self.within(file.stem)):
            return True
        content = _content(file)
        text = content.decode("utf-8", "surrogateescape")
        if b"\0" in content and len(self.name.encode()) < _SHORTEST_IN_BYTES:
            return False
        return any(self.within(text))

    def overwrite_in(self, file: Path) -> int:
        """Overwrite each mention in a file with asterisks, and return how many there were.

        The file keeps its length, so that another process can go on appending to it.

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
    """Return a regular expression for any of the texts as a whole word."""
    # The longest text comes first: a regular expression takes the first one that matches.
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
