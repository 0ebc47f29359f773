"""Runs functions in a process of their own, so that they can be ended at any moment.

scikit-learn-intelex holds Python's global lock for as long as a fit takes,
20 seconds for an SVM on all of MNIST. In a thread of the engine that would
silence the live predictions; in a child it disturbs nobody, and *Cancel* is
immediate.
"""

import logging
import multiprocessing
import os
import signal
import threading
from collections.abc import Callable
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any, Self

from classroom.errors import Cancelled, ClassroomError
from classroom.i18n import _

POLL_SECONDS = 0.05

log = logging.getLogger(__name__)


def run(function: Callable[..., Any], *arguments: Any, cancelled: Callable[[], bool]) -> Any:
    """Return ``function(*arguments)``, computed in a child process; see `Child.run`."""
    with Child() as child:
        return child.run(function, *arguments, cancelled=cancelled)


class Child:
    """A process that computes one function after the other; loading a library costs it once.

    It starts when it is first needed, and anew after it was ended. It does not
    outlive this process, however that ends.
    """

    def __init__(self) -> None:
        self._process: BaseProcess | None = None
        self._pipe: Connection | None = None

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
        pipe = self._pipe or self._start()
        try:
            answer = _answer(pipe, (function, arguments), cancelled)
        except BaseException:
            self.end()
            raise
        if isinstance(answer, BaseException):
            raise answer
        return answer

    def end(self) -> None:
        """End the process, whatever it is doing."""
        if self._process is not None and self._pipe is not None:
            self._process.kill()
            self._process.join()
            self._pipe.close()
        self._process = self._pipe = None

    def _start(self) -> Connection:
        context = multiprocessing.get_context("spawn")
        self._pipe, theirs = context.Pipe()
        self._process = context.Process(target=_serve, args=(theirs,), daemon=True, name="child")
        self._process.start()
        theirs.close()
        return self._pipe


def _answer(pipe: Connection, call: tuple[Any, ...], cancelled: Callable[[], bool]) -> Any:
    try:
        pipe.send(call)
        while not pipe.poll(POLL_SECONDS):
            if cancelled():
                raise Cancelled
        return pipe.recv()
    except (EOFError, OSError) as error:
        raise ClassroomError(
            _(
                "The calculation was ended by the system, most often because the memory "
                "was full. Close other programs or choose fewer digits, and try again."
            )
        ) from error


def _serve(pipe: Connection) -> None:
    # Ctrl+C goes to the child as well; it is for the parent to say what happens then.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    threading.Thread(target=_end_with_parent, daemon=True).start()
    while (call := _next(pipe)) is not None:
        function, arguments = call
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


def _next(pipe: Connection) -> tuple[Callable[..., Any], tuple[Any, ...]] | None:
    try:
        call: tuple[Callable[..., Any], tuple[Any, ...]] = pipe.recv()
    except EOFError:
        return None
    return call


def _end_with_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        os._exit(1)
