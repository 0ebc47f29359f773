"""Spells out control characters in texts from others, for the terminal and the log."""

import unicodedata

# The Unicode categories of control characters, format characters such as those that reverse
# a line, surrogates, and line and paragraph separators.
_SPELT_OUT = ("Cc", "Cf", "Cs", "Zl", "Zp")
# The zero-width joiners: Persian, Indian languages and many emoji need these two.
_JOINERS = "\u200c\u200d"


def plain(text: str, keep: str = "") -> str:
    r"""Return the text with control characters such as ESC spelt out as ``\x1b``.

    A terminal would obey them: move the cursor, change colours, reverse a line.

    Parameters
    ----------
    text : str
    keep : str
        Control characters that stay as they are, such as line breaks.
    """
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        letter
        if letter in keep or letter in _JOINERS or unicodedata.category(letter) not in _SPELT_OUT
        else letter.encode("unicode_escape").decode("ascii")
        for letter in text
    )
