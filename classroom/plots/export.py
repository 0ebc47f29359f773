"""Saves plots as PNG and SVG files, and their numbers as CSV, in the style for paper.

The tab *Compare* saves plots with it; reports embed them.
"""

import io
from pathlib import Path

from classroom import files
from classroom.errors import ClassroomError
from classroom.i18n import _
from classroom.plots.base import Plot
from classroom.plots.style import new_canvas, on_paper
from classroom.plots.tables import Table

# Width and height in inches; wide enough for four axes side by side.
SIZE = (12.0, 4.2)
# For a page of A4: a wider figure is scaled down there, and its letters with it.
PAGE_SIZE = (9.4, 3.2)
DOTS_PER_INCH = 150


def picture(plot: Plot, format_: str, size: tuple[float, float] = SIZE) -> bytes:
    """Return a plot as the content of a file.

    Parameters
    ----------
    plot : Plot
    format_ : {"png", "svg"}
    size : tuple of float
        Width and height in inches.
    """
    entries = plot.request.entries
    style = on_paper({entry.result.classifier: entry.colour for entry in entries})
    figure = new_canvas(size, DOTS_PER_INCH, style).figure
    plot.draw(figure, style)
    content = io.BytesIO()
    # Without the date, the same plot gives the same file.
    metadata = {"Date": None} if format_ == "svg" else None
    figure.savefig(content, format=format_, metadata=metadata)
    return content.getvalue()


def save(plot: Plot, file: Path) -> None:
    """Write a plot to a .png or .svg file, or its numbers to a .csv file.

    Raises
    ------
    ClassroomError
        The file's name has another ending, or the file cannot be written.
    """
    format_ = file.suffix.lower().removeprefix(".")
    if format_ == "csv":
        save_table(plot.table(), file)
    elif format_ in ("png", "svg"):
        _write(file, picture(plot, format_))
    else:
        sentence = _("{file} cannot be written: its name has to end in .png, .svg or .csv.")
        raise ClassroomError(sentence.format(file=file.name))


def save_table(table: Table, file: Path) -> None:
    """Write a table as comma-separated values.

    Raises
    ------
    ClassroomError
        The file cannot be written.
    """
    _write(file, table.csv().encode())


def _write(file: Path, content: bytes) -> None:
    try:
        with files.replacing(file, handed_over=True) as temporary:
            temporary.write_bytes(content)
    except OSError as error:
        raise ClassroomError(
            _("{file} cannot be written: {why}. Choose another folder.").format(
                file=file, why=error.strerror or error
            )
        ) from error
