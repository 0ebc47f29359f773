"""Draws the collection sheet: a page with boxes for digits, to be printed and filled in by hand.

`sheet_reader` reads photos of it. Lengths are in millimetres from the upper left corner of A4.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from classroom import files
from classroom.errors import ClassroomError
from classroom.i18n import _
from classroom.writers import clean_writer

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

WIDTH, HEIGHT = 210.0, 297.0
# The centres of the corner marks, clockwise from the upper left one.
MARKS = ((15.0, 15.0), (195.0, 15.0), (195.0, 282.0), (15.0, 282.0))
# The side of a mark. A mark is a black square in a white one in a black one with sides of
# 3 : 5 : 7, as in the corners of a QR code, because no handwriting looks like that.
MARK = 10.5
ROWS, COLUMNS = 10, 8
BOX_WIDTH, BOX_HEIGHT = 18.0, 20.0
FIRST_BOX = (28.0, 44.0)
PITCH = (20.5, 23.0)
# The margin inside a box that is not read: it holds the printed outline, and makes up for a
# page that is not perfectly straightened.
INSET = 1.0
# Left, top, width and height of the bar at the upper edge, which says which way is up, ...
BAR = (80.0, 13.0, 50.0, 4.0)
# ... and of the QR code with the writer's name.
CODE = (171.0, 22.0, 20.0, 20.0)
OUTLINE = "#b4b4b4"
MM_PER_INCH = 25.4


@dataclass(frozen=True)
class Place:
    """One box of the sheet: the digit that belongs there, and its writable part in millimetres."""

    label: int
    left: float
    top: float
    right: float
    bottom: float


def places() -> list[Place]:
    """Return the boxes row by row, each row from left to right."""
    found = []
    for row in range(ROWS):
        for column in range(COLUMNS):
            left, top = FIRST_BOX[0] + column * PITCH[0], FIRST_BOX[1] + row * PITCH[1]
            right, bottom = left + BOX_WIDTH, top + BOX_HEIGHT
            found.append(
                Place(row, left + INSET, top + INSET, right - INSET, bottom - INSET),
            )
    return found


def write_sheet(file: Path, writer: str = "") -> None:
    """Write the sheet as a PDF file of one page.

    Parameters
    ----------
    file : Path
        Its name ends in ``.pdf``; an existing file is replaced.
    writer : str
        The name that is printed on the sheet, and read from the photo. Empty for a sheet
        with a line for a handwritten name, which is not read.

    Raises
    ------
    ClassroomError
        The name of the file or of the writer cannot be used, or the file cannot be
        written.
    """
    if file.suffix.lower() != ".pdf":
        raise ClassroomError(
            _("The sheet is a PDF file; {name} was expected to end in .pdf.").format(name=file.name)
        )
    page = draw_sheet(writer)
    try:
        with files.replacing(file, handed_over=True) as temporary:
            page.savefig(temporary, format="pdf", metadata={"CreationDate": None})
    except OSError as error:
        raise ClassroomError(
            _("{file} could not be written: {reason}. Choose another folder.").format(
                file=file, reason=error.strerror or error
            )
        ) from error


def draw_sheet(writer: str = "") -> "Figure":
    """Return the sheet as a figure of the page's size."""
    # Imported here because most of the program never draws a sheet.
    from matplotlib.figure import Figure

    name = clean_writer(writer) if writer.strip() else ""
    figure = Figure(figsize=(WIDTH / MM_PER_INCH, HEIGHT / MM_PER_INCH))
    ax = figure.add_axes((0, 0, 1, 1))
    ax.set(xlim=(0, WIDTH), ylim=(HEIGHT, 0))
    ax.axis("off")
    for x, y in MARKS:
        for modules, colour in ((7, "black"), (5, "white"), (3, "black")):
            side = MARK * modules / 7
            _rectangle(ax, x - side / 2, y - side / 2, side, side, facecolor=colour)
    _rectangle(ax, *BAR, facecolor="black")
    _write_head(ax, name)
    for place in places():
        _rectangle(
            ax,
            place.left - INSET,
            place.top - INSET,
            BOX_WIDTH,
            BOX_HEIGHT,
            fill=False,
            edgecolor=OUTLINE,
            linewidth=0.6,
        )
    for row in range(ROWS):
        middle = FIRST_BOX[1] + row * PITCH[1] + BOX_HEIGHT / 2
        ax.text(18, middle, str(row), fontsize=22, ha="center", va="center", color="#606060")
    if name:
        _draw_code(ax, name)
    return figure


def _rectangle(
    ax: "Axes", left: float, top: float, width: float, height: float, **look: Any
) -> None:
    from matplotlib.patches import Rectangle

    ax.add_patch(Rectangle((left, top), width, height, **{"linewidth": 0, **look}))


def _write_head(ax: "Axes", name: str) -> None:
    title = _("Write each digit into the boxes of its row, with a dark pen.")
    ax.text(15, 27, title, fontsize=12, va="center", weight="bold")
    hint = _("Then photograph the whole page, with all four corner marks.")
    ax.text(15, 33, hint, fontsize=10, va="center")
    # Matplotlib takes text between dollar signs for mathematics, and a name may have them.
    ax.text(15, 39, _("Name:"), fontsize=10, va="center")
    if name:
        shown = name if len(name) <= 60 else name[:59] + "…"
        ax.text(29, 39, shown, fontsize=10, va="center", weight="bold", parse_math=False)
    else:
        ax.plot([29, 110], [40.5, 40.5], color="black", linewidth=0.6)


def _draw_code(ax: "Axes", name: str) -> None:
    """Draw the writer's name as a QR code."""
    import cv2

    # Percent-encoded to ASCII, because readers disagree on the encoding of other letters.
    modules = cv2.QRCodeEncoder.create().encode(quote(name))
    left, top, width, height = CODE
    ax.imshow(
        modules,
        cmap="gray",
        vmin=0,
        vmax=255,
        interpolation="nearest",
        extent=(left, left + width, top + height, top),
        aspect="auto",
        zorder=3,
    )
    ax.set(xlim=(0, WIDTH), ylim=(HEIGHT, 0))


def name_of_code(text: str) -> str | None:
    """Return the writer's name from the text of a QR code; None where it is no valid name."""
    try:
        return clean_writer(unquote(text)) if text.strip() else None
    except ClassroomError:
        return None
