"""Which answers are about the drawing as it is now, and when they are late."""

import tkinter as tk
from collections.abc import Callable

# As long as an answer stays away, what was said of the drawing before may stand there;
# a pen that moves all the time gets one every few milliseconds.
LATE_MILLISECONDS = 500


class AnswerTracker:
    """Follows questions and answers, and says when something stale would stand there.

    Parameters
    ----------
    widget : tk.Misc
        Its ``after`` is used while an answer is outstanding.
    late : callable
        Called when no answer has come for too long.

    Attributes
    ----------
    is_late : bool
        Whether it was called, and no question was answered since.
    """

    def __init__(self, widget: tk.Misc, late: Callable[[], None]) -> None:
        self._widget, self._late = widget, late
        self._newest: int | None = None
        # By the classifier's name, the question that its last answer was to.
        self._answered: dict[str, int] = {}
        self._timer: str | None = None
        self.is_late = False

    def asked(self, number: int) -> None:
        """Note that the question `number` is about the drawing as it is now."""
        self._newest = number
        if not self.is_late:
            self._wait()

    def answered(self, number: int, classifier: str, *, done: bool) -> None:
        """Note an answer, and whether it is the last one to its question."""
        self._answered[classifier] = number
        if done:
            self.is_late = False
            self._stop()
        if number != self._newest:
            self._wait()

    def is_newest(self, number: int) -> bool:
        """Whether the question `number` is about the drawing as it is now."""
        return number == self._newest

    def is_fresh(self, classifier: str) -> bool:
        """Whether a classifier's last answer is about the drawing as it is now."""
        return self._newest is not None and self._answered.get(classifier) == self._newest

    def reset(self) -> None:
        """Forget everything: there is no drawing, or nobody to answer."""
        self._newest, self.is_late = None, False
        self._stop()

    def _wait(self) -> None:
        if self._timer is None:
            self._timer = self._widget.after(LATE_MILLISECONDS, self._over)

    def _stop(self) -> None:
        if self._timer is not None:
            self._widget.after_cancel(self._timer)
        self._timer = None

    def _over(self) -> None:
        self._timer = None
        self.is_late = True
        self._late()
