"""What the commands print: the answer on stdout, all else on stderr.

Names of files and writers come from others, and may hold control characters that move
the cursor, change colours or reverse a line. `plain` spells them out in every line.
"""

import contextlib
import os
import sys
from collections.abc import Iterable, Iterator
from typing import IO, TYPE_CHECKING

from classroom.plain_text import plain

if TYPE_CHECKING:
    from classroom.evaluation.results import Score


@contextlib.contextmanager
def only_json(wanted: bool) -> Iterator[IO[str]]:
    """Yield the real stdout; with ``--json``, send what libraries print there to stderr."""
    out = sys.stdout
    with contextlib.redirect_stdout(sys.stderr) if wanted else contextlib.nullcontext():
        yield out


def fill_standard_streams() -> None:
    """Open the null device as stdin, stdout or stderr where that stream is closed.

    Otherwise the first file that is opened gets the number of the closed stream, and
    native code writes its messages into that file.
    """
    for number in range(3):
        try:
            os.fstat(number)
        except OSError:
            # The system gives out the lowest free number, which is this one.
            os.open(os.devnull, os.O_RDWR)


def tell(line: str) -> None:
    """Print a line on stderr at once; go on where stderr is closed or full."""
    with contextlib.suppress(OSError, ValueError):
        say([line], sys.stderr)


def say(lines: Iterable[str], out: IO[str] | None) -> None:
    """Print lines on a stream, with control characters spelt out."""
    # Under pythonw, which has no console, the streams are None.
    if out is not None:
        print("\n".join(map(plain, lines)), file=out, flush=True)


def score_text(score: "Score | None") -> str:
    """Return a score as "9 of 10"; a dash where nothing was scored."""
    return str(score) if score and score.total else "–"
