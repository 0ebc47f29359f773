"""What Python itself must be like before the program loads anything else.

The set-up in `tools/` asks for it, too: standard library only, in the words of Python 3.9.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

from classroom.i18n import _


def use_utf8() -> None:
    """Start this program once more in UTF-8 where it reads the names of files in another way.

    Under ``LC_ALL=C``, with Python's own ways out of it switched off, NumPy
    cannot be loaded from a folder with an umlaut in its name, and no file
    with one can be written. Every process that is started from this one
    reads UTF-8, too.

    Raises
    ------
    SystemExit
        With a sentence, where the program's folder has a name that is no UTF-8 either.
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
