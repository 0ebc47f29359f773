"""Brings the finished drawings of the tab *Draw* into the store, and says what happened."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from classroom.engine.messages import Prediction, Unanswered
from classroom.i18n import _, ngettext
from classroom.ui.draw.running_score import Drawing, RunningScore
from classroom.ui.widgets.kept_notice import tell_kept

if TYPE_CHECKING:
    from classroom.datasets.dataset import Dataset, Kept
    from classroom.engine.messages import Report
    from classroom.ui.core.panel import Panel
    from classroom.ui.draw.guided_collection import GuidedCollection


class Keeper:
    """Stores drawings, waits for answers that come late, and counts who was fooled.

    Parameters
    ----------
    panel : Panel
        The tab *Draw*.
    guide : GuidedCollection
    counted : callable
        Called when the running score may have changed.

    Attributes
    ----------
    unsaved : list of Drawing
        Those that the store has refused so far.
    score : RunningScore
    """

    def __init__(self, panel: Panel, guide: GuidedCollection, counted: Callable[[], None]) -> None:
        self._panel, self._context = panel, panel.context
        self._guide, self._counted = guide, counted
        self.unsaved: list[Drawing] = []
        self.score = RunningScore()
        # The drawings of which not all answers have come, by the id of the question.
        self._awaited: dict[int, Drawing] = {}
        # The drawing that the notice is about.
        self._told: Drawing | None = None

    def keep(self, drawing: Drawing, missing: tuple[str, ...]) -> None:
        """Store a drawing, and ask the classifiers whose answer is missing meanwhile."""
        client = self._context.client
        if missing:
            question = client.predict(lambda: drawing.image, missing, finished=True)
            self._awaited[question] = drawing
            if client.ready:
                self._context.expect_reports()
        self._store(drawing)

    def store_unsaved(self) -> None:
        """Try once more to store what could not be stored before."""
        again, self.unsaved = self.unsaved, []
        self._context.notice.over("unsaved")
        for drawing in again:
            self._store(drawing)

    def store_changed(self) -> None:
        """Begin to count anew, and store what waits: there is another store."""
        self.score.begin_anew()
        self._counted()
        self.store_unsaved()

    def takes(self, report: Report) -> bool:
        """Take an answer about a drawing that is finished; returns whether it is one."""
        match report:
            case Prediction(request_id=number) if number in self._awaited:
                self._complete(self._awaited[number], report)
            case Unanswered(request_id=number) if number in self._awaited:
                del self._awaited[number]
            case _:
                return False
        return True

    def _complete(self, drawing: Drawing, report: Prediction) -> None:
        if report.done:
            del self._awaited[report.request_id]
        if report.probabilities is None:
            return
        before = drawing.sentence
        drawing.answers[report.classifier] = int(report.probabilities.argmax())
        if drawing is self._told:
            self._context.notice.complete(before, drawing.sentence)
        self._counted()

    def _store(self, drawing: Drawing) -> None:
        def store(dataset: Dataset) -> Kept:
            from classroom.datasets.dataset import Sample

            return dataset.keep(
                Sample(drawing.image, drawing.label, drawing.writer, "drawn", drawing.strokes)
            )

        def failed(sentence: str) -> None:
            self.unsaved.append(drawing)
            self._say_unsaved(sentence)

        self._context.store.run(store, lambda kept: self._confirm(drawing, kept), failed)

    def _say_unsaved(self, why: str) -> None:
        count = len(self.unsaved)
        text = ngettext(
            "{n} digit is not kept yet. {why}", "{n} digits are not kept yet. {why}", count
        ).format(n=count, why=why)
        self._context.notice.show(text, _("Try again"), self.store_unsaved, "bad", until="unsaved")

    def _confirm(self, drawing: Drawing, kept: Kept) -> None:
        drawing.kept, drawing.note = kept, self._guide.stored(drawing.place, kept)
        if not kept.duplicate:
            self.score.add(kept.id, drawing)
            self._counted()
        self._told = drawing
        tell_kept(
            self._panel,
            kept,
            drawing.label,
            lambda: self._guide.taken_back(kept.id),
            sentence=drawing.sentence,
            note=drawing.note,
        )
        if self.unsaved:
            # The store works again, so what waits may follow.
            self.store_unsaved()
