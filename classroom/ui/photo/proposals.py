"""What the CNN takes the boxes of a photo for, asked of the engine."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from classroom.engine.messages import Recognised, Unanswered
from classroom.preprocessing.images import Box

if TYPE_CHECKING:
    from classroom.engine.messages import Report
    from classroom.preprocessing.page import FoundDigit
    from classroom.ui.core.context import Context

# An answer less sure than this is marked, so that somebody looks at it.
SURE = 0.9


class Proposals:
    """Keeps the books of what was asked about which box.

    Parameters
    ----------
    context : Context
    propose : callable
        Takes a box, the digit that the CNN sees in it, and whether it is in doubt.
    cut_apart : callable
        Takes the digits of a page where some turned out to be two that touch.
    unanswered : callable
        Called when the CNN could not look at some, and will not.
    """

    def __init__(
        self,
        context: Context,
        propose: Callable[[Box, int, bool], None],
        cut_apart: Callable[[list[FoundDigit]], None],
        unanswered: Callable[[], None],
    ) -> None:
        self._context = context
        self._propose = propose
        self._cut_apart = cut_apart
        self._unanswered = unanswered
        self._asked: dict[int, list[Box]] = {}
        self._page: tuple[int, Sequence[FoundDigit]] | None = None

    @property
    def waiting(self) -> bool:
        """Whether any answer is outstanding."""
        return bool(self._asked) or self._page is not None

    def ask_about_page(self, found: Sequence[FoundDigit]) -> None:
        """Have the CNN look at all that was found, at touching digits in both ways."""
        from classroom.preprocessing.touching_digits import images_to_classify

        self.forget()
        if found:
            self._page = self._context.client.recognise(images_to_classify(found)), found
            self._context.expect_reports()

    def ask(self, boxes: Sequence[tuple[Box, NDArray[np.uint8]]]) -> None:
        """Have the CNN look at boxes that it was not asked about yet."""
        under_way = {box for asked in self._asked.values() for box in asked}
        fresh = [(box, image) for box, image in boxes if box not in under_way]
        if not fresh or self._page is not None:
            return
        number = self._context.client.recognise(np.stack([image for _box, image in fresh]))
        self._asked[number] = [box for box, _image in fresh]
        self._context.expect_reports()

    def forget(self) -> None:
        """Be interested in no answer any more."""
        for number in (*self._asked, *([self._page[0]] if self._page else [])):
            self._context.client.forget(number)
        self._asked.clear()
        self._page = None

    def receive(self, report: Report) -> bool:
        """Take a report of the engine; say whether a question has ended by it."""
        if not isinstance(report, Recognised | Unanswered):
            return False
        number = report.request_id
        page = self._page if self._page is not None and number == self._page[0] else None
        boxes = self._asked.pop(number, [])
        if page is None and not boxes:
            return False
        if page is not None:
            self._page = None
        if isinstance(report, Unanswered):
            self._unanswered()
        elif page is not None:
            self._take_page(page[1], report.probabilities)
        else:
            self._take(boxes, report.probabilities)
        return True

    def _take_page(self, found: Sequence[FoundDigit], probabilities: NDArray[np.float32]) -> None:
        from classroom.preprocessing.touching_digits import resolved

        told = resolved(found, probabilities)
        if len(told) > len(found):
            self._cut_apart(told)
            return
        # Behind the answer for each digit come those for its halves.
        rows = np.cumsum([0, *(1 + 2 * len(digit.splits) for digit in found)])[:-1]
        self._take([digit.box for digit in found if digit.box], probabilities[rows])

    def _take(self, boxes: Sequence[Box], probabilities: NDArray[np.float32]) -> None:
        for box, row in zip(boxes, probabilities, strict=False):
            self._propose(box, int(row.argmax()), bool(row.max() < SURE))
