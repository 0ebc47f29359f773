"""Functions in processes of their own: several at a time, and ended at any moment.

scikit-learn-intelex holds Python's global lock for as long as a fit takes, 20
seconds for an SVM on all of MNIST. In a thread of the engine that would silence
the live predictions; in a process of its own it disturbs nobody, and *Cancel* is
immediate. pebble starts the processes, and ends them when a future is cancelled.
"""

import logging
import multiprocessing
import os
import threading
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, wait
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Self, TypeVar

from classroom.errors import Cancelled, ClassroomError
from classroom.i18n import _

if TYPE_CHECKING:
    from pebble import ProcessPool

Task = TypeVar("Task")

POLL_SECONDS = 0.05
# Keras, scikit-learn and all of MNIST in one process, at the most.
BYTES_PER_PROCESS = 1.5e9
MOST_PROCESSES = 8

log = logging.getLogger(__name__)


class Worker:
    """A process that computes one function after the other; loading a library costs it once.

    It starts when it is first needed, and anew after it was ended. It does not
    outlive this process, however that ends.
    """

    def __init__(self) -> None:
        self._pool: ProcessPool | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exception: object) -> None:
        self.end()

    def run(
        self, function: Callable[..., Any], *arguments: Any, cancelled: Callable[[], bool]
    ) -> Any:
        """Return ``function(*arguments)``, computed in the process.

        Parameters
        ----------
        function : callable
            At the top level of a module, so that the process can import it.
        *arguments
            What can travel over a pipe: arrays, paths, plain values.
        cancelled : callable
            Asked many times a second; when it says True the process is ended.

        Raises
        ------
        Cancelled
            `cancelled` said so.
        ClassroomError
            The function raised one, or the process ended without an answer (out of
            memory, killed, a crash in native code).
        """
        if self._pool is None:
            self._pool = _new_pool(1)
        future = self._pool.schedule(function, args=arguments)
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
        """End the process, whatever it is doing."""
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

    A task that cannot be computed costs nothing but itself. No process is left
    when the iterator is closed, or when this process ends.

    Parameters
    ----------
    function : callable
        At the top level of a module; its answer depends on the task alone.
    tasks : sequence
        What can travel over a pipe.
    cancelled : callable
        Asked many times a second.

    Yields
    ------
    tuple
        A task, and its answer, or the `ClassroomError` that says why there is none.

    Raises
    ------
    Cancelled
        `cancelled` said so.
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
    """Return how many tasks this machine computes at the same time."""
    cores = min(_usable_cores(), MOST_PROCESSES)
    if not hasattr(os, "sysconf") or "SC_PHYS_PAGES" not in os.sysconf_names:
        # Windows does not say by these means; old laptops have two cores and 4 GB.
        return max(1, min(cores, 2))
    memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    return max(1, min(cores, int(memory / BYTES_PER_PROCESS)))


def _usable_cores() -> int:
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


def _new_pool(count: int) -> "ProcessPool":
    # Imported here: the window, which imports this module's names, starts no process with it.
    from pebble import ProcessPool

    context = multiprocessing.get_context("spawn")
    return ProcessPool(max_workers=count, context=context, initializer=_begin)


@contextmanager
def _pool(count: int) -> Iterator["ProcessPool"]:
    pool = _new_pool(count)
    try:
        yield pool
    finally:
        _end(pool)


def _end(pool: "ProcessPool") -> None:
    """End the processes of a pool, and what waits for them."""
    pool.stop()
    pool.join()


def _wait(futures: set[Future[Any]]) -> set[Future[Any]]:
    """Return those that are over within a moment."""
    return wait(futures, timeout=POLL_SECONDS, return_when=FIRST_COMPLETED).done


def _answer(future: Future[Any]) -> Any:
    """Return what a finished future brought, or the `ClassroomError` that says why nothing."""
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


def _begin() -> None:
    """End this process together with the one that started it, even while it computes."""
    threading.Thread(target=_end_with_parent, daemon=True).start()


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
