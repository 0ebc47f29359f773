"""The story that the lesson plays: three writers, one window, everything that a class does."""

from __future__ import annotations

import logging
from collections.abc import Callable, Generator, Iterable, Sequence
from itertools import groupby
from typing import TYPE_CHECKING, Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from classroom.catalogue import NAMES, NETWORK
from classroom.evaluation.results import Probabilities
from classroom.i18n import _
from classroom.preprocessing.strokes import Strokes, StrokesLine
from classroom.reports.lesson_findings import Findings, PlayedStep, ShownDigit
from classroom.ui.app import App
from classroom.ui.compare.panel import ComparePanel
from classroom.ui.core.controls import State
from classroom.ui.core.panel import Panel
from classroom.ui.draw.panel import DrawPanel
from classroom.ui.lesson.driver import Driver, Story, Wait
from classroom.ui.samples.panel import SamplesPanel
from classroom.ui.train.panel import TrainPanel

# An old laptop, all of its cores busy, and MNIST to be fetched first.
ENGINE_SECONDS, MNIST_SECONDS, TRAINING_SECONDS = 180.0, 900.0, 1800.0
# Where Europe differs most from MNIST: slashed, flagged, crossed.
EUROPEAN = (0, 1, 7)
# The number of digits that the report shows before and after: those that fooled the CNN first.
SHOWN = 4

if TYPE_CHECKING:
    from classroom.datasets.sample import Sample

Answers = dict[str, Probabilities]
Counts = NDArray[np.int64]
P = TypeVar("P", bound=Panel)

log = logging.getLogger(__name__)


class Lesson:
    """The steps of the lesson.

    Parameters
    ----------
    app : App
    lines : sequence of StrokesLine
        What is drawn, each with a label and a writer; one writer after the other.
    mnist_count : int
        How many MNIST digits the comparison trains on.
    tell : callable
        Takes the name of each step when it begins.
    """

    def __init__(
        self,
        app: App,
        lines: Sequence[StrokesLine],
        mnist_count: int,
        tell: Callable[[str], None],
    ) -> None:
        self.app = app
        self.lines = lines
        self.mnist_count = mnist_count
        self.driver = Driver(app, tell)
        self.notes = self.driver.notes
        self.findings = Findings()
        self.played: list[PlayedStep] = []

    def play(self) -> Findings:
        """Play it; the window is closed when this returns."""
        parts: list[tuple[str, Callable[[dict[str, Any]], Story]]] = [
            (_("Open the window"), self._open),
            # Before anything is drawn: a lesson that cannot be held ends at once.
            (_("Find MNIST, make SVM and k-NN ready"), self._prepare),
            (_("Draw and keep digits"), self._draw_and_keep),
            (_("Look through them"), self._look_through),
            (_("Find digits of the exam that fool the CNN"), self._ask_before),
            (_("Retrain"), self._retrain),
            (_("Compare"), self._compare),
            (_("Show the same digits again"), self._ask_after),
            (_("Switch to the dark theme and back"), self._in_the_dark),
        ]
        steps = []
        for name, part in parts:
            played = PlayedStep(name)
            self.played.append(played)
            steps.append((played, part(played.facts)))
        self.driver.play(steps)
        return self.findings

    # --- the steps --------------------------------------------------------------
    def _open(self, facts: dict[str, Any]) -> Story:
        everything = {DrawPanel, SamplesPanel, TrainPanel, ComparePanel}
        yield Wait(_("The window"), lambda: everything <= set(self.app.panels), 60)
        if self.app.theme.dark:
            self.app.theme_button.invoke()
        yield Wait(_("The engine's first word"), lambda: self.notes.ready, ENGINE_SECONDS)

    def _prepare(self, facts: dict[str, Any]) -> Story:
        yield Wait(
            _("MNIST, SVM and k-NN"),
            lambda: self.notes.prepared and self.app.controls.state is State.READY,
            MNIST_SECONDS,
        )

    def _draw_and_keep(self, facts: dict[str, Any]) -> Story:
        before = yield from self._stored()
        panel = self._panel(DrawPanel)
        writers: list[str] = []
        for writer, lines in groupby(self.lines, key=lambda line: line.writer or ""):
            self.driver.type(panel.name_field, writer)
            # Half of a class presses keys, the other half buttons.
            by_key = len(writers) % 2 == 0
            writers.append(writer)
            for line in lines:
                yield from self.driver.draw(panel.canvas, line.strokes)
                if by_key:
                    yield from self.driver.press(panel.canvas, f"Key-{line.label}")
                else:
                    panel.labels.buttons[line.label or 0].invoke()
                yield Wait(_("The paper, free for the next digit"), lambda: not panel.paper.ink)
        after = yield from self._stored()
        self.findings.practice, self.findings.exam = (int(n) for n in after.sum(axis=0))
        self.findings.added = int((after - before).sum())
        facts.update(drawn=len(self.lines), added=self.findings.added, writers=writers)

    def _look_through(self, facts: dict[str, Any]) -> Story:
        panel = self._panel(SamplesPanel)
        self.app.select_tab(SamplesPanel)
        total = self.findings.practice + self.findings.exam
        yield Wait(_("The kept digits"), lambda: len(panel.samples) == total)
        yield from self.driver.press(panel.gallery.canvas, "Home")
        panel.edit_buttons.delete_button.invoke()
        yield Wait(_("The deletion"), lambda: len(panel.samples) == total - 1)
        self.app.notice.button.invoke()
        yield Wait(_("The deleted digit"), lambda: len(panel.samples) == total)
        # The first writer's zeros are slashed.
        shown = [panel.samples.writers[at] for at in panel.filtered.order]
        names = panel.samples.names
        theirs = [at for at, who in enumerate(shown) if names[who] == self.lines[0].writer]
        yield from self.driver.press(panel.gallery.canvas, "Home")
        for _step in range(min(theirs, default=0)):
            yield from self.driver.press(panel.gallery.canvas, "Right")
        yield from self._photograph("digits")
        facts.update(kept=total)

    def _ask_before(self, facts: dict[str, Any]) -> Story:
        found: list[list[Sample]] = []
        self.app.store.run(
            lambda store: store.samples(part="exam", newest_first=False), found.append
        )
        yield Wait(_("The store"), lambda: bool(found))
        asked = _exam_of_one_writer(found[0], self.lines)
        self.app.select_tab(DrawPanel)
        for shown in asked:
            yield from self._ask(shown.strokes, shown.before)
            self._panel(DrawPanel).clear_button.invoke()
        self.findings.shown = _most_telling(asked)
        facts.update(_readings((one.label, one.before) for one in self.findings.shown))

    def _retrain(self, facts: dict[str, Any]) -> Story:
        panel = self._panel(TrainPanel)
        yield from self.driver.press(self.app.root, "Control-r")
        yield Wait(
            _("The end of the retraining"),
            lambda: self.notes.retrained is not None,
            TRAINING_SECONDS,
        )
        retrained = self.notes.retrained
        assert retrained is not None
        version = retrained.version
        self.findings.version, self.findings.start = version.number, version.start
        self.findings.ledger = retrained.ledger
        facts.update(version=version.number, start=version.start.value, practice=version.practice)
        yield from self._photograph("train")
        panel.before_after.keep_button.invoke()

    def _compare(self, facts: dict[str, Any]) -> Story:
        panel = self._panel(ComparePanel)
        self.app.select_tab(ComparePanel)
        panel.mnist_count.set(self.mnist_count)
        panel.compare_button.invoke()
        yield Wait(
            _("The end of the comparison"),
            lambda: self.notes.compared is not None,
            TRAINING_SECONDS,
        )
        assert self.notes.compared is not None
        self.findings.results = panel.results
        self.findings.trained_on = dict(self.notes.compared.train_counts)
        facts.update(self.findings.trained_on)
        yield from self._photograph("compare")

    def _ask_after(self, facts: dict[str, Any]) -> Story:
        self.app.select_tab(DrawPanel)
        for shown in self.findings.shown:
            self._panel(DrawPanel).clear_button.invoke()
            yield from self._ask(shown.strokes, shown.after)
        facts.update(_readings((one.label, one.after) for one in self.findings.shown))
        yield from self._photograph("draw")

    def _in_the_dark(self, facts: dict[str, Any]) -> Story:
        self.app.theme_button.invoke()
        names = ("draw", "digits", "train", "compare")
        panels = (DrawPanel, SamplesPanel, TrainPanel, ComparePanel)
        for panel, name in zip(panels, names, strict=True):
            self.app.select_tab(panel)
            yield from self._photograph(f"{name}-dark")
        self.app.theme_button.invoke()
        self.app.select_tab(DrawPanel)
        self._panel(DrawPanel).clear_button.invoke()

    # --- what several steps do ----------------------------------------------------
    def _ask(self, strokes: Strokes, answers: Answers) -> Story:
        """Draw a digit, and take down what each classifier says of it."""
        panel = self._panel(DrawPanel)
        yield Wait(_("The paper"), lambda: bool(panel.canvas.winfo_viewable()))
        self.notes.answers.clear()
        yield from self.driver.draw(panel.canvas, strokes)
        yield Wait(
            _("The answers of all three"),
            lambda: set(NAMES) <= self.notes.answers.keys() and not self.app.client.predicting,
        )
        answers.update({name: self.notes.answers[name] for name in NAMES})

    def _stored(self) -> Generator[Wait, None, Counts]:
        """Return how many samples are stored, when all that was kept before is on the disk."""
        counts: list[Counts] = []
        self.app.store.run(lambda store: store.counts(), counts.append)
        yield Wait(_("The store"), lambda: bool(counts), 60)
        return counts[0]

    def _photograph(self, name: str) -> Story:
        """Take a picture of the open tab, when its plots have found their size and are drawn."""
        yield self.driver.settle()
        train, compare = self._panel(TrainPanel), self._panel(ComparePanel)
        plots = (train.curves, compare.bars, compare.plot_pane.view)
        yield Wait(_("The plots"), lambda: not any(plot.busy for plot in plots))
        yield self.driver.settle()
        picture = self.driver.photograph()
        if picture is not None:
            self.findings.pictures[name] = picture

    def _panel(self, kind: type[P]) -> P:
        panel = self.app.panels[kind]
        assert isinstance(panel, kind)
        return panel


def _exam_of_one_writer(exam: Sequence[Sample], lines: Sequence[StrokesLine]) -> list[ShownDigit]:
    """Return the exam digits of the first of the lesson's writers who has any."""
    for writer in dict.fromkeys(line.writer for line in lines):
        theirs = [sample for sample in exam if sample.strokes and sample.writer == writer]
        if theirs:
            return [ShownDigit(one.label, one.writer, one.strokes or []) for one in theirs]
    return []


def _most_telling(asked: Sequence[ShownDigit]) -> list[ShownDigit]:
    """Return those of `asked` that fooled the CNN, and European ones in the places left."""
    return sorted(asked, key=lambda one: (not one.fooled_before(NETWORK), _strangeness(one)))[
        :SHOWN
    ]


def _strangeness(shown: ShownDigit) -> int:
    return EUROPEAN.index(shown.label) if shown.label in EUROPEAN else len(EUROPEAN)


def _readings(answered: Iterable[tuple[int, Answers]]) -> dict[str, dict[str, int]]:
    """Return what each classifier took the first digit of each label for, as a step's facts."""
    readings: dict[str, dict[str, int]] = {}
    for label, answers in answered:
        taken_for = {name: int(answer.argmax()) for name, answer in answers.items()}
        readings.setdefault(str(label), taken_for)
    return readings
