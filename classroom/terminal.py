"""What a command says while it works: its answer on stdout, all else on stderr."""

import contextlib
import sys
from collections.abc import Iterator
from typing import IO

from classroom.evaluation import Result
from classroom.i18n import _
from classroom.messages import EpochDone, JobReport, Progress, ResultReady


@contextlib.contextmanager
def only_json(wanted: bool) -> Iterator[IO[str]]:
    """Give the true stdout; with ``--json`` all else that is printed goes to stderr."""
    out = sys.stdout
    with contextlib.redirect_stdout(sys.stderr) if wanted else contextlib.nullcontext():
        yield out


def tell(line: str) -> None:
    """Print a line on stderr at once."""
    print(line, file=sys.stderr, flush=True)


class Teller:
    """Tells on stderr, a line a step, what a job is doing; collects its results by classifier."""

    def __init__(self) -> None:
        self.results: dict[str, Result] = {}
        self._told = ""

    def __call__(self, report: JobReport) -> None:
        """Take a report of the job."""
        match report:
            case Progress(step=step, steps=steps, title=title) if title != self._told:
                self._told = title
                tell(f"[{step}/{steps}] {title}")
            case EpochDone(epoch=epoch):
                text = _("epoch {number} of {of}: loss {loss:.4f}, accuracy {accuracy:.2%}").format(
                    number=epoch.number, of=epoch.of, loss=epoch.loss, accuracy=epoch.accuracy
                )
                tell(f"  {text}")
            case ResultReady(result=result):
                self.results[result.classifier] = result
