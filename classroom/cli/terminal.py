"""All that a command says to people: its answer on stdout, everything else on stderr.

Names of files and writers come from others, and may hold what makes a terminal
move its cursor, change its colours or its title, or read a line backwards.
Every line goes through `plain`, which spells such characters out; JSON has its own
way to do so.
"""

import contextlib
import os
import sys
from collections.abc import Iterable, Iterator
from typing import IO

from classroom.engine.messages import EpochDone, JobReport, Progress, ResultReady
from classroom.evaluation.results import Result
from classroom.i18n import _
from classroom.plain_text import plain


@contextlib.contextmanager
def only_json(wanted: bool) -> Iterator[IO[str]]:
    """Give the true stdout; with ``--json`` all else that is printed goes to stderr."""
    out = sys.stdout
    with contextlib.redirect_stdout(sys.stderr) if wanted else contextlib.nullcontext():
        yield out


def fill_standard_streams() -> None:
    """Open what stands for stdin, stdout and stderr, where this program was given none.

    The first file that is opened would take the number of a stream that is closed,
    and native code would write its messages into that file.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            # The lowest free number is given out, which is this one.
            os.open(os.devnull, os.O_RDWR)


def tell(line: str) -> None:
    """Print a line on stderr at once; where nobody listens any more, the work goes on."""
    with contextlib.suppress(OSError, ValueError):
        say([line], sys.stderr)


def say(lines: Iterable[str], out: IO[str] | None) -> None:
    """Print the lines of an answer."""
    # Without a console, as under pythonw, there is no stream at all.
    if out is not None:
        print("\n".join(map(plain, lines)), file=out, flush=True)


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
