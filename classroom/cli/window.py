"""Opens the window for `main` and for the command ``lesson``, or says why it cannot."""

from pathlib import Path
from typing import TYPE_CHECKING

from classroom.errors import ClassroomError
from classroom.i18n import _

if TYPE_CHECKING:
    from classroom.datasets.mnist_files import Checksums
    from classroom.ui.app import App


def open_app(home: Path, checksums: "Checksums | None" = None) -> "App":
    """Open the window on `home`; the caller runs its main loop.

    Parameters
    ----------
    home : Path
    checksums : Checksums, optional
        What MNIST must be; the original, unless a test says otherwise.

    Raises
    ------
    ClassroomError
        This Python has no tkinter, or there is no display.
    """
    try:
        # Imported here: the commands work without tkinter.
        import tkinter

        from classroom.datasets import mnist_files
        from classroom.ui.app import App
    except ImportError as error:
        if error.name not in ("tkinter", "_tkinter"):
            raise
        raise ClassroomError(
            _(
                "The window needs tkinter, which this Python lacks ({why}). Install it through "
                "the system's packages, for example: sudo apt install python3-tk."
            ).format(why=error)
        ) from error
    try:
        return App(home, checksums or mnist_files.ORIGINAL)
    except tkinter.TclError as error:
        raise ClassroomError(
            _(
                "The window cannot be opened: {why}. Run this on a desktop; "
                "“make run” plays the lesson on a virtual display where there is none."
            ).format(why=error)
        ) from error
