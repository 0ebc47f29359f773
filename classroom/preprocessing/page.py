"""What was found in a picture: its digits, and the page with every step that led to them.

`photos` and `sheet_reader` return pages; `touching_digits` and the window read them.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from classroom.preprocessing.digits import from_ink
from classroom.preprocessing.images import Box, Grey
from classroom.preprocessing.thresholding import InkSteps, Threshold


@dataclass(frozen=True, eq=False)
class FoundDigit:
    """One digit that was found in a picture.

    Attributes
    ----------
    image : array of shape (28, 28), uint8
        Light ink (255) on black (0).
    box : tuple of int or None
        The bounding box in the picture: left, top, right, bottom in pixels, right and
        bottom exclusive. None where the whole picture is one digit.
    label : int or None
        The digit that its place says it is, as on a collection sheet.
    splits : tuple of pairs of FoundDigit
        The ways to read it as two digits that touch.
    """

    image: Grey
    box: Box | None
    label: int | None = None
    splits: tuple[tuple["FoundDigit", "FoundDigit"], ...] = ()


@dataclass(frozen=True, eq=False)
class Page:
    """A picture in which digits were looked for, with every step.

    Attributes
    ----------
    grey : array of shape (h, w), uint8
        The picture that was searched: a smaller copy of the photo, or the
        straightened page of a collection sheet.
    steps : InkSteps
        The contrast, the threshold and the ink, of the same shape.
    found : list of FoundDigit
        In reading order; boxes in pixels of `grey`.
    to_photo : array of shape (3, 3), float64
        The perspective transform from pixels of `grey` to pixels of the photo.
    writer : str or None
        The name that is printed on a collection sheet.
    threshold : Threshold or None
        How ink was separated; None where each box of a sheet had its own threshold.
    left_out : tuple of str
        What may be a digit and was not read, each as a sentence.
    """

    grey: Grey
    steps: InkSteps
    found: list[FoundDigit]
    to_photo: NDArray[np.float64]
    writer: str | None = None
    threshold: Threshold | None = None
    left_out: tuple[str, ...] = ()

    def found_in_photo(self) -> list[FoundDigit]:
        """Return the digits with boxes in pixels of the photo."""
        return [self._in_photo(digit) for digit in self.found]

    def cut(self, box: Box) -> Grey:
        """Return all ink in a box as an MNIST-like image of shape (28, 28).

        Raises
        ------
        NothingDrawn
            There is no ink in the box.
        """
        left, top, right, bottom = box
        return from_ink(self.steps.ink[top:bottom, left:right])

    def _in_photo(self, digit: FoundDigit) -> FoundDigit:
        import cv2

        if digit.box is None:
            return digit
        left, top, right, bottom = digit.box
        corners = np.array([[(left, top), (right, top), (right, bottom), (left, bottom)]], float)
        moved = cv2.perspectiveTransform(corners, self.to_photo)[0]
        low, high = moved.min(axis=0).round(), moved.max(axis=0).round()
        box = (int(low[0]), int(low[1]), int(high[0]), int(high[1]))
        splits = tuple((self._in_photo(one), self._in_photo(two)) for one, two in digit.splits)
        return replace(digit, box=box, splits=splits)
