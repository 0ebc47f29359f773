"""Texts from others, such as names of files, that must not steer what they are shown on."""

import unicodedata

# Control characters, such that only give directions, half a pair, and those that end a line.
_SPELT_OUT = ("Cc", "Cf", "Cs", "Zl", "Zp")
# Words of Persian and of Indian languages, and many pictures, are written with these two.
_JOINERS = "\u200c\u200d"


def plain(text: str, keep: str = "") -> str:
    r"""Return a text that a terminal only shows, with characters like ESC spelt out as ``\x1b``.

    Parameters
    ----------
    text : str
    keep : str
        Characters that stay as they are, such as the line breaks of a longer text.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        letter
        if letter in keep or letter in _JOINERS or unicodedata.category(letter) not in _SPELT_OUT
        else letter.encode("unicode_escape").decode("ascii")
        for letter in text
    )
