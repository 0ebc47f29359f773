"""Prints how a job goes, and lets Ctrl+C cancel it; for the commands that train or download."""

import argparse
import contextlib
from collections.abc import Iterator

from classroom.cli.terminal import tell
from classroom.engine.jobs import Job
from classroom.engine.messages import EpochDone, JobReport, Progress, ResultReady
from classroom.evaluation.results import Result
from classroom.i18n import _


class ProgressPrinter:
    """Prints the steps and epochs of a job on stderr, and collects its results.

    Attributes
    ----------
    results : dict of Result
        By the name of the classifier.
    """

    def __init__(self) -> None:
        self.results: dict[str, Result] = {}
        self._last_title = ""

    def __call__(self, report: JobReport) -> None:
        """Take one report of the job."""
        match report:
            case Progress(step=step, steps=steps, title=title) if title != self._last_title:
                self._last_title = title
                tell(f"[{step}/{steps}] {title}")
            case EpochDone(epoch=epoch):
                text = _("epoch {number} of {of}: loss {loss:.4f}, accuracy {accuracy:.2%}").format(
                    number=epoch.number, of=epoch.of, loss=epoch.loss, accuracy=epoch.accuracy
                )
                tell(f"  {text}")
            case ResultReady(result=result):
                self.results[result.classifier] = result


@contextlib.contextmanager
def printed_job(
    options: argparse.Namespace, printer: ProgressPrinter | None = None
) -> Iterator[Job]:
    """Give a job whose steps are printed, and which the first Ctrl+C within the block cancels."""
    job = Job(printer or ProgressPrinter())
    with options.signals.cancelling(job.cancel):
        yield job
