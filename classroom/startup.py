"""Checks how Python reads file names, before the program imports anything else.

The set-up in `tools/` imports this module, too: standard library and Python 3.9 only.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from classroom.i18n import _


def use_utf8() -> None:
    """Restart this program in Python's UTF-8 mode where file names have another encoding.

    Under ``LC_ALL=C``, with Python's locale coercion and UTF-8 mode switched off, NumPy
    cannot be imported from a folder with an umlaut in its name, and no file with such a
    name can be written. Child processes inherit the UTF-8 mode.

    Raises
    ------
    SystemExit
        With a sentence, where the name of the program's folder is not valid UTF-8.
    """
    if sys.getfilesystemencoding() != "utf-8":
        sentence = _("The language settings of this terminal know no umlauts: going on in UTF-8.")
        print(sentence, file=sys.stderr, flush=True)
        os.environ["PYTHONUTF8"] = "1"
        arguments = getattr(sys, "orig_argv", [sys.executable, *sys.argv])[1:]
        os.execv(sys.executable, [sys.executable, "-X", "utf8", *arguments])
    for folder in (str(Path(__file__).parent), sys.prefix):
        try:
            folder.encode()
        except UnicodeEncodeError:
            shown = os.fsencode(folder).decode(errors="replace")
            sentence = _(
                "Python's libraries cannot be loaded from {folder}: this name is not written in "
                "UTF-8. Give the folder a name of plain letters, and start again."
            )
            raise SystemExit(sentence.format(folder=shown)) from None
