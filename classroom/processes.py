"""Runs functions of the engine in worker processes, which can be ended at any moment.

scikit-learn-intelex holds Python's global interpreter lock (GIL) for as long as a fit
takes: 20 seconds for an SVM on all of MNIST. In a thread of the engine, that would stop
the live predictions. In a worker process it does not, and *Cancel* takes effect at once.
pebble starts the processes, and ends them when a future is cancelled.
"""

import logging
import multiprocessing
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Self, TypeVar

from classroom import runtime
from classroom.errors import Cancelled, ClassroomError
from classroom.i18n import _

if TYPE_CHECKING:
    from pebble import ProcessPool

Task = TypeVar("Task")

POLL_SECONDS = 0.05
# The memory of a process with Keras, scikit-learn and all of MNIST.
BYTES_PER_PROCESS = 1.5e9
MOST_PROCESSES = 8

log = logging.getLogger(__name__)


class Worker:
    """A process that computes one function after another, and imports each library once.

    It starts when it is first needed, and again after it was ended. It ends when this
    process ends, also when this process crashes.

    Parameters
    ----------
    in_background : bool
        Whether this process goes first where both need the processor.
    """

    def __init__(self, *, in_background: bool = False) -> None:
        self._in_background = in_background
        self._pool: ProcessPool | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.end()

    def run(
        self, function: Callable[..., Any], *arguments: Any, cancelled: Callable[[], bool]
    ) -> Any:
        """Return ``function(*arguments)``, computed in the process; see `start` and `result`."""
        return self.result(self.start(function, *arguments), cancelled=cancelled)

    def start(self, function: Callable[..., Any], *arguments: Any) -> Future[Any]:
        """Have ``function(*arguments)`` computed in the process, after what was started before.

        Parameters
        ----------
        function : callable
            A function at the top level of a module, so that the process can import it.
        *arguments
            What can be sent through a pipe: arrays, paths, plain values.

        Returns
        -------
        Future
            For `result`, while this worker is not ended.
        """
        if self._pool is None:
            self._pool = _new_pool(1, in_background=self._in_background)
        future: Future[Any] = self._pool.schedule(function, args=arguments)
        return future

    def result(self, future: Future[Any], *, cancelled: Callable[[], bool]) -> Any:
        """Wait for what `start` returned, and return what the function returned.

        Parameters
        ----------
        future : Future
        cancelled : callable
            Called many times a second. Where it returns True, the process is ended.

        Raises
        ------
        Cancelled
            `cancelled` returned True.
        ClassroomError
            The function raised it, or the process ended without a result: it was out of
            memory, was killed, or crashed in native code.
        """
        try:
            while not _wait({future}):
                if cancelled():
                    raise Cancelled
        except BaseException:
            self.end()
            raise
        answer = _answer(future)
        if isinstance(answer, ClassroomError):
            raise answer
        return answer

    def end(self) -> None:
        """End the process, also in the middle of a computation."""
        pool, self._pool = self._pool, None
        if pool is not None:
            _end(pool)


def run(function: Callable[..., Any], *arguments: Any, cancelled: Callable[[], bool]) -> Any:
    """Return ``function(*arguments)``, computed in a process of its own; see `Worker.run`."""
    with Worker() as worker:
        return worker.run(function, *arguments, cancelled=cancelled)


def run_all(
    function: Callable[[Task], Any], tasks: Sequence[Task], cancelled: Callable[[], bool]
) -> Iterator[tuple[Task, Any]]:
    """Compute ``function(task)`` for all tasks, several at a time, on the cores of this machine.

    A task that fails does not affect the others. No process is left when the iterator is
    closed, or when this process ends.

    Parameters
    ----------
    function : callable
        A function at the top level of a module. Its result depends on the task alone.
    tasks : sequence
        What can be sent through a pipe.
    cancelled : callable
        Called many times a second.

    Yields
    ------
    tuple
        A task and its result, or the `ClassroomError` that says why there is none, in the
        order in which the tasks are finished.

    Raises
    ------
    Cancelled
        `cancelled` returned True.
    """
    if not tasks:
        return
    with _pool(min(process_count(), len(tasks))) as pool:
        pending: dict[Future[Any], Task] = {
            pool.schedule(function, args=(task,)): task for task in tasks
        }
        while pending:
            for future in _wait(set(pending)):
                yield pending.pop(future), _answer(future)
            if pending and cancelled():
                raise Cancelled


def process_count() -> int:
    """Return how many worker processes the cores and the memory of this machine allow."""
    cores = min(_usable_cores(), MOST_PROCESSES)
    if not hasattr(os, "sysconf") or "SC_PHYS_PAGES" not in os.sysconf_names:
        # Windows has no sysconf. Two processes fit into an old laptop with 4 GB.
        return max(1, min(cores, 2))
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return max(1, min(cores, int(memory / BYTES_PER_PROCESS)))


def _usable_cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _new_pool(count: int, *, in_background: bool = False) -> "ProcessPool":
    # Imported here: the window imports this module, but starts no pool.
    from pebble import ProcessPool

    context = multiprocessing.get_context("spawn")
    return ProcessPool(
        max_workers=count, context=context, initializer=_begin, initargs=(in_background,)
    )


@contextmanager
def _pool(count: int) -> Iterator["ProcessPool"]:
    pool = _new_pool(count)
    try:
        yield pool
    finally:
        _end(pool)


def _end(pool: "ProcessPool") -> None:
    """End the processes and the threads of a pool."""
    pool.stop()
    pool.join()


def _wait(futures: set[Future[Any]]) -> set[Future[Any]]:
    """Wait up to `POLL_SECONDS`, and return the futures that are finished."""
    return wait(futures, timeout=POLL_SECONDS, return_when=FIRST_COMPLETED).done


def _answer(future: Future[Any]) -> Any:
    """Return the result of a finished future, or a `ClassroomError` where it failed."""
    from pebble import ProcessExpired

    try:
        return future.result()
    except ClassroomError as error:
        return error
    except (ProcessExpired, MemoryError) as error:
        log.warning("a process ended without an answer: %r", error)
        return ClassroomError(
            _(
                "The calculation was ended by the system, most often because the memory "
                "was full. Close other programs or choose fewer digits, and try again."
            )
        )
    except Exception as error:
        log.error("a calculation failed in its own process", exc_info=error)
        return ClassroomError(
            _("The calculation failed: {why}. The log file has the details.").format(why=error)
        )


def _begin(in_background: bool) -> None:
    """Watch the parent process, so that this worker does not outlive it."""
    if in_background:
        runtime.let_others_go_first()
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
