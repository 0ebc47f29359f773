"""The gallery of the digits that one classifier gets right and another wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

from classroom.i18n import _
from classroom.plots.base import Plot, Tile
from classroom.plots.request import disputed
from classroom.plots.style import NORMAL, POINTS_PER_INCH, SMALL, Style
from classroom.plots.tables import Table
from classroom.preprocessing.images import SIDE

if TYPE_CHECKING:
    from matplotlib.axes import Axes
    from matplotlib.figure import Figure

# The most images that are asked for: more than fit into any window.
MOST_PICTURES = 400
# The label of the axes begins with this word; the number of tiles in a row follows it.
GALLERY = "gallery"
# The side of a tile, and the height of the line of text below it, in pixels of the digits.
TILE, CAPTION = 32, 10
# The least width of a tile, and the width of each classifier's answer below it, in points.
LEAST_TILE, ANSWER = 20.0, 7.5


class Disputed(Plot):
    """The disputed digits whose images the request has, the surest mistake first."""

    name = "disagree"
    rank = 10
    title = _("Disputed")
    question = _("The digits that one gets right and another wrong.")
    click = _("Click one to ask them all.")

    def draw(self, figure: Figure, style: Style) -> None:
        """Draw as many tiles as fit, each with the digit, its label and the predictions."""
        answers = self.request.answers
        evaluations = [each.evaluation for each in answers]
        places = disputed(evaluations)
        ax = figure.add_axes((0.01, 0.01, 0.98, 0.9))
        columns, rows = gallery_shape(ax, len(answers))
        shown = [int(place) for place in places if int(place) in self.request.pictures]
        shown = shown[: columns * rows]
        rows = -(-len(shown) // columns)
        wall = np.zeros((rows * (TILE + CAPTION), columns * TILE), np.uint8)
        for number, place in enumerate(shown):
            left, top = _corner(number, columns)
            wall[top + 2 : top + 2 + SIDE, left + 2 : left + 2 + SIDE] = self.request.pictures[
                place
            ]
            said = " ".join(str(each.predictions[place]) for each in evaluations)
            caption = _("{digit}: {said}").format(digit=evaluations[0].labels[place], said=said)
            ax.text(
                left + TILE / 2, top + TILE + CAPTION / 2, caption, ha="center", va="center",
                fontsize=SMALL, color=style.foreground,
            )  # fmt: skip
        if wall.size:
            ax.imshow(wall, cmap=style.ink, vmin=0, vmax=255, interpolation="nearest")
        ax.set_anchor("N")
        ax.set_label(f"{GALLERY}{columns}")
        title = _("{shown:,} of {total:,}. Below each: what it is, and what it was to {titles}")
        titles = ", ".join(each.title for each in answers)
        ax.set_title(
            title.format(shown=len(shown), total=len(places), titles=titles),
            y=1.0, color=style.muted, fontsize=NORMAL, loc="left",
        )  # fmt: skip
        ax.set_axis_off()

    def table(self) -> Table:
        """Return the disputed digits with their labels and predictions."""
        answers = self.request.answers
        evaluations = [each.evaluation for each in answers]
        rows: list[tuple[Any, ...]] = []
        for place in disputed(evaluations):
            first = evaluations[0]
            number = int(place) if first.ids is None else int(first.ids[place])
            writer = first.writers[place] if first.writers else ""
            said = (int(each.predictions[place]) for each in evaluations)
            rows.append((number, writer, int(first.labels[place]), *said))
        return Table(("number", "writer", "digit", *(each.title for each in answers)), rows)

    def why_empty(self) -> str:
        """Return a sentence where only one classifier is shown, or where all agree."""
        answers = self.request.answers
        if len(answers) == 1:
            return _("It takes two to disagree: show another classifier beside this one.")
        if answers and not len(disputed([each.evaluation for each in answers])):
            return _("They got the very same digits right.")
        return super().why_empty()

    def pictures_needed(self) -> list[int]:
        """Return the places of the disputed digits in the test set, the surest mistake first."""
        evaluations = [each.evaluation for each in self.request.answers]
        return [int(place) for place in disputed(evaluations)[:MOST_PICTURES]]

    def clicked(self, label: str, x: float, y: float) -> Tile | None:
        """Return the tile at a point; None for a point beside the tiles."""
        columns = int(label.removeprefix(GALLERY))
        number = int((y + 0.5) // (TILE + CAPTION)) * columns + int((x + 0.5) // TILE)
        return Tile(number) if number < len(self.request.pictures) else None


def gallery_shape(ax: Axes, classifiers: int) -> tuple[int, int]:
    """Return how many tiles fit into a row of axes, and how many rows fit.

    Parameters
    ----------
    ax : Axes
    classifiers : int
        The number of answers below each tile.
    """
    scale = POINTS_PER_INCH / ax.figure.dpi
    columns = max(1, int(ax.bbox.width * scale / (LEAST_TILE + ANSWER * classifiers)))
    tile = ax.bbox.width * scale / columns
    return columns, max(1, int(ax.bbox.height * scale / (tile * (TILE + CAPTION) / TILE)))


def _corner(number: int, columns: int) -> tuple[int, int]:
    """Return the left and top sides of the tile with this number, in pixels of the digits."""
    return number % columns * TILE, number // columns * (TILE + CAPTION)
