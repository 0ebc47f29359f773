"""The plots of a comparison by name, in the order of their buttons."""

from __future__ import annotations

from classroom.plots.accuracy_time import AccuracyTime
from classroom.plots.base import Plot
from classroom.plots.calibration import Calibration
from classroom.plots.confidence import Confidence
from classroom.plots.confusion import Confusion
from classroom.plots.disputed import Disputed
from classroom.plots.epochs import Epochs
from classroom.plots.learning_curve import LearningCurve
from classroom.plots.per_digit import PerDigit
from classroom.plots.precision_recall import PrecisionRecall
from classroom.plots.roc import Roc

PLOTS: dict[str, type[Plot]] = {
    plot.name: plot
    for plot in (
        Confusion,
        PerDigit,
        Roc,
        PrecisionRecall,
        Confidence,
        Calibration,
        Epochs,
        LearningCurve,
        AccuracyTime,
        Disputed,
    )
}
