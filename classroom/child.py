"""Runs a function in a process of its own, so that it can be ended at any moment.

scikit-learn-intelex holds Python's global lock for as long as a fit takes,
20 seconds for an SVM on all of MNIST. In a thread of the engine that would
silence the live predictions; in a child it disturbs nobody, and *Cancel* is
immediate.
"""

import logging
import multiprocessing
import os
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection
from typing import Any

from classroom.errors import Cancelled, ClassroomError
from classroom.i18n import _

POLL_SECONDS = 0.05

log = logging.getLogger(__name__)


def run(function: Callable[..., Any], *arguments: Any, cancelled: Callable[[], bool]) -> Any:
    """Return ``function(*arguments)``, computed in a child process.

    Parameters
    ----------
    function : callable
        At the top level of a module, so that the child can import it.
    *arguments
        What can travel over a pipe: arrays, paths, plain values.
    cancelled : callable
        Asked many times a second; when it says True the child is ended.

    Raises
    ------
    Cancelled
        `cancelled` said so.
    ClassroomError
        The function raised one, or the child ended without an answer (out of
        memory, killed, a crash in native code).
    """
    context = multiprocessing.get_context("spawn")
    ours, theirs = context.Pipe(duplex=False)
    process = context.Process(
        target=_child, args=(theirs, function, arguments), daemon=True, name=function.__name__
    )
    process.start()
    theirs.close()
    try:
        return _answer(ours, cancelled)
    finally:
        process.kill()
        process.join()
        ours.close()


def _answer(pipe: Connection, cancelled: Callable[[], bool]) -> Any:
    while not pipe.poll(POLL_SECONDS):
        if cancelled():
            raise Cancelled
    try:
        answer = pipe.recv()
    except (EOFError, OSError) as error:
        raise ClassroomError(
            _(
                "The calculation was ended by the system, most often because the memory "
                "was full. Close other programs or choose fewer digits, and try again."
            )
        ) from error
    if isinstance(answer, BaseException):
        raise answer
    return answer


def _child(pipe: Connection, function: Callable[..., Any], arguments: tuple[Any, ...]) -> None:
    threading.Thread(target=_end_with_parent, daemon=True).start()
    answer: Any
    try:
        answer = function(*arguments)
    except ClassroomError as error:
        answer = error
    except MemoryError:
        return
    except Exception as error:
        log.exception("%s failed in its own process", function.__name__)
        answer = ClassroomError(
            _("The calculation failed: {why}. The log file has the details.").format(why=error)
        )
    pipe.send(answer)


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
