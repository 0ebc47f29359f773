"""What the commands of the comparison lab do: ``study`` and ``report``."""

import argparse
from dataclasses import asdict
from pathlib import Path
from typing import Any

from classroom.errors import ClassroomError, WrongUsage
from classroom.i18n import _
from classroom.jobs import Job
from classroom.studies import Plan
from classroom.terminal import Teller

Answer = dict[str, Any]


def study(options: argparse.Namespace, home: Path) -> Answer:
    """``study``: repeat comparisons over sizes, seeds and classifiers."""
    # Imported here: Keras takes seconds, and a report needs none of it.
    from classroom.workbench import Workbench

    workbench = Workbench(home, options.checksums)
    plan = Plan(options.sizes, options.seeds, options.classifiers, options.own)
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
    from classroom import run_pictures
    from classroom.plots import PLOTS

    unknown = [name for name in options.plots if name not in PLOTS]
    if unknown:
        raise WrongUsage(
            _("There is no plot called {name!r}; choose some of: {known}.").format(
                name=unknown[0], known=", ".join(PLOTS)
            )
        )
    request = run_pictures.Request(
        home, options.checksums, options.report, options.run_number, options.plots
    )
    saved = run_pictures.save(request)
    return {
        "report": str(saved.file),
        "run": saved.run,
        "outdated": saved.outdated,
        "plots": saved.plots,
    }
