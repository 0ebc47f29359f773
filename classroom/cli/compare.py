"""What the commands of the comparison lab do: ``compare``, ``study`` and ``report``."""

import argparse
import math
from collections.abc import Sequence
from dataclasses import asdict
from itertools import combinations
from pathlib import Path
from typing import Any

from classroom.cli.terminal import Teller, tell
from classroom.engine.jobs import Job
from classroom.errors import ClassroomError, WrongUsage
from classroom.evaluation import metrics
from classroom.evaluation.results import Evaluation, Result
from classroom.evaluation.statistics import PairedComparison, wilson
from classroom.evaluation.studies import StudyPlan
from classroom.i18n import _

Answer = dict[str, Any]


def compare(options: argparse.Namespace, home: Path) -> Answer:
    """``compare``: train and score classifiers on the same data."""
    # Imported here: Keras takes seconds, and a report needs none of it.
    from classroom.engine.workbench import Workbench

    teller = Teller()
    done = Workbench(home, options.checksums).compare(
        Job(teller), options.mnist, options.classifiers, options.seed, unseen=options.leave_one_out
    )
    results = list(teller.results.values())
    if all(result.error for result in results):
        raise ClassroomError(results[0].error)
    if done.note:
        tell(done.note)
    data = done.data
    return {
        "train": data.trained_on,
        "validation": {"digits": data.validation, "held_out": data.held_out},
        "results": [_row(result) for result in results],
        "pairs": [_pair(first, second) for first, second in combinations(results, 2)],
        "seed": options.seed,
        "run": done.run or None,
    }


def _row(result: Result) -> Answer:
    sets = {
        "mnist_test": result.mnist_test,
        "own_exam": result.own_exam,
        "unseen_writers": result.unseen,
    }
    return {
        "classifier": result.classifier,
        "fit_seconds": round(result.fit_seconds, 3),
        "predict_seconds": round(result.predict_seconds, 3),
        "mnist_test": _means(result.mnist_test) if result.mnist_test else None,
        "own_exam": asdict(result.own_exam.score) if result.own_exam else None,
        "unseen_writers": asdict(result.unseen.score) if result.unseen else None,
        "certainty": {name: _certainty(found) if found else None for name, found in sets.items()},
        "history": [asdict(epoch) for epoch in result.history],
        "error": result.error or None,
    }


def _means(evaluation: Evaluation) -> Answer:
    return {
        "accuracy": evaluation.score.accuracy,
        "precision": evaluation.precision,
        "recall": evaluation.recall,
        "f1": evaluation.f1,
        "confusion": evaluation.confusion.tolist(),
    }


def _certainty(evaluation: Evaluation) -> Answer:
    """Return how far to trust it, and how much the probabilities are worth."""
    score = evaluation.score
    return {
        "interval": list(wilson(score.correct, score.total)),
        "auc": _number(metrics.mean_auc(evaluation)),
        "average_precision": _number(metrics.mean_average_precision(evaluation)),
        "calibration_error": _number(metrics.calibration(evaluation).error),
    }


def _number(value: float) -> float | None:
    """Return what JSON has a word for."""
    return value if math.isfinite(value) else None


def _pair(first: Result, second: Result) -> Answer:
    sets = (first.mnist_test, second.mnist_test), (first.own_exam, second.own_exam)
    return {
        "first": first.classifier,
        "second": second.classifier,
        "mnist_test": _mcnemar(sets[0]),
        "own_exam": _mcnemar(sets[1]),
    }


def _mcnemar(answers: Sequence[Evaluation | None]) -> Answer | None:
    one, other = answers
    if one is None or other is None:
        return None
    pair = PairedComparison.of(one, other)
    return {**asdict(pair), "p_value": pair.p_value, "more_digits": pair.more_digits}


def study(options: argparse.Namespace, home: Path) -> Answer:
    """``study``: repeat comparisons over sizes, seeds and classifiers."""
    # Imported here: Keras takes seconds, and a report needs none of it.
    from classroom.engine.workbench import Workbench

    workbench = Workbench(home, options.checksums)
    plan = StudyPlan(options.sizes, options.seeds, options.classifiers, options.own)
    outcome = workbench.study(Job(Teller()), plan)
    if not outcome.cells:
        raise ClassroomError(outcome.failed[0][1])
    found = sum(done.found for done in outcome.cells)
    return {
        "computed": len(outcome.cells) - found,
        "found": found,
        "cells": [
            {
                **asdict(done.point),
                "fit_seconds": done.fit_seconds,
                "predict_seconds": done.predict_seconds,
                "found": done.found,
            }
            for done in outcome.cells
        ],
        "failed": [{**asdict(cell), "error": why} for cell, why in outcome.failed],
    }


def report(options: argparse.Namespace, home: Path) -> Answer:
    """``report``: one comparison, as a page to print and to hand on."""
    # Imported here: only this command draws.
    from classroom.plots.registry import PLOTS
    from classroom.reports import run_report

    unknown = [name for name in options.plots if name not in PLOTS]
    if unknown:
        raise WrongUsage(
            _("There is no plot called {name!r}; choose some of: {known}.").format(
                name=unknown[0], known=", ".join(PLOTS)
            )
        )
    request = run_report.ReportRequest(
        home, options.checksums, options.report, options.run_number, options.plots
    )
    saved = run_report.save(request)
    return {
        "report": str(saved.file),
        "run": saved.run,
        "outdated": saved.outdated,
        "plots": saved.plots,
    }
