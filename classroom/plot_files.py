"""Plots as files: PNG and SVG, and their numbers as CSV; for paper, whatever the window's theme."""

import io
from pathlib import Path

from classroom import privacy
from classroom.errors import ClassroomError
from classroom.i18n import _
from classroom.plot_numbers import verdicts
from classroom.plots import PLOTS, drawing
from classroom.scene import Scene

# In inches; wide enough for four side by side.
SIZE = (12.0, 4.2)
# For a page of A4, on which more inches would make smaller letters.
PAGE_SIZE = (9.4, 3.2)
DOTS_PER_INCH = 150


def picture(name: str, scene: Scene, format_: str, size: tuple[float, float] = SIZE) -> bytes:
    """Return the plot `name` of `scene` as the content of a file.

    Parameters
    ----------
    name : str
        Of `classroom.plots.PLOTS`.
    scene : Scene
    format_ : {"png", "svg"}
    size : tuple of float
        Width and height in inches.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg
    from matplotlib.figure import Figure

    from classroom.plot_style import on_paper

    style = on_paper({entry.result.classifier: entry.colour for entry in scene.entries})
    figure = Figure(figsize=size, dpi=DOTS_PER_INCH, facecolor=style.background)
    FigureCanvasAgg(figure)
    drawing(name, scene)(figure, style)
    content = io.BytesIO()
    # Without the date, the same plot is the same file.
    metadata = {"Date": None} if format_ == "svg" else None
    figure.savefig(content, format=format_, metadata=metadata)
    return content.getvalue()


def save(name: str, scene: Scene, file: Path) -> None:
    """Write the plot `name` of `scene` to a file, as its ending says: .png, .svg or .csv.

    What is no plot is "Is it real?", which has numbers alone.

    Raises
    ------
    ClassroomError
        Where the ending is another one, or the file cannot be written.
    """
    format_ = file.suffix.lower().removeprefix(".")
    if format_ == "csv":
        numbers = PLOTS[name].numbers if name in PLOTS else verdicts
        write(file, numbers(scene).csv().encode())
    elif format_ in ("png", "svg"):
        write(file, picture(name, scene, format_))
    else:
        sentence = _("{file} cannot be written: its name has to end in .png, .svg or .csv.")
        raise ClassroomError(sentence.format(file=file.name))


def write(file: Path, content: bytes) -> None:
    """Write a file; `ClassroomError` says why it cannot be."""
    try:
        file.write_bytes(content)
        privacy.follow(file, file.parent)
    except OSError as error:
        raise ClassroomError(
            _("{file} cannot be written: {why}. Choose another folder.").format(
                file=file, why=error.strerror or error
            )
        ) from error
