"""Where pieces of work run: on the cores of this machine.

The one place that knows. Whoever has pieces to be computed hands them over
here, and takes what comes back in the order in which it is finished.
"""

import os
import queue
import threading
from collections.abc import Callable, Iterator, Sequence
from typing import Any, TypeVar

from classroom.child import Child
from classroom.errors import Cancelled, ClassroomError

Piece = TypeVar("Piece")
# Keras, scikit-learn and all of MNIST in one process, at the most.
BYTES_A_PIECE = 1.5e9
AT_MOST = 8


def spread(
    function: Callable[[Piece], Any], pieces: Sequence[Piece], cancelled: Callable[[], bool]
) -> Iterator[tuple[Piece, Any]]:
    """Compute ``function(piece)`` for all pieces, several at a time, each in a child process.

    A piece that cannot be computed costs nothing but itself. No process is
    left when the iterator is closed, or when this process ends.

    Parameters
    ----------
    function : callable
        At the top level of a module; its answer depends on the piece alone.
    pieces : sequence
        What can travel over a pipe.
    cancelled : callable
        Asked many times a second.

    Yields
    ------
    tuple
        A piece, and its answer, or the `ClassroomError` that says why there is none.

    Raises
    ------
    Cancelled
        `cancelled` said so.
    """
    # Imported here: it takes a tenth of a second, and most work has one piece.
    import joblib

    idle: queue.SimpleQueue[Child] = queue.SimpleQueue()
    closing = threading.Event()

    def stopped() -> bool:
        return closing.is_set() or cancelled()

    def compute(piece: Piece) -> tuple[Piece, Any]:
        child = idle.get()
        try:
            if stopped():
                raise Cancelled
            return piece, child.run(function, piece, cancelled=stopped)
        except ClassroomError as error:
            return piece, error
        finally:
            idle.put(child)

    side_by_side = min(workers(), max(len(pieces), 1))
    for _number in range(side_by_side):
        idle.put(Child())
    # Threads that wait for children: joblib's own processes could not be ended halfway.
    parallel = joblib.Parallel(
        n_jobs=side_by_side,
        backend="threading",
        batch_size=1,
        pre_dispatch=side_by_side,
        return_as="generator_unordered",
    )
    try:
        yield from parallel(joblib.delayed(compute)(piece) for piece in pieces)
    finally:
        closing.set()
        # Each comes back in a moment from the thread that uses it: no two may end one child.
        for child in [idle.get() for _number in range(side_by_side)]:
            child.end()
            # for a thread that has not begun yet, and finds that it need not
            idle.put(child)


def workers() -> int:
    """Return how many pieces this machine computes side by side."""
    import joblib

    cores = min(joblib.cpu_count(), AT_MOST)
    if not hasattr(os, "sysconf") or "SC_PHYS_PAGES" not in os.sysconf_names:
        # Windows does not say by these means; old laptops have two cores and 4 GB.
        return max(1, min(cores, 2))
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return max(1, min(cores, int(memory / BYTES_A_PIECE)))
