"""Runs the command line: a command, or the window where none is given.

`classroom/__main__.py` calls it, and tests do.
"""

import argparse
import io
import json
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING

from classroom import logs, paths, privacy
from classroom.cli import stopping, terminal, window
from classroom.cli.base import Answer, NothingDone
from classroom.cli.parser import parse, parser
from classroom.errors import Cancelled, ClassroomError, WrongUsage
from classroom.i18n import _

if TYPE_CHECKING:
    from classroom.datasets.mnist_files import Checksums

log = logging.getLogger(__name__)


def main(arguments: Sequence[str] | None = None, *, checksums: "Checksums | None" = None) -> int:
    """Run one command, or open the window, and return the exit status.

    The status is 0 for done, 1 for failed or nothing done, 2 for wrong usage, 130 for
    stopped by Ctrl+C, and 143 for stopped by the system.

    Parameters
    ----------
    arguments : sequence of str, optional
        What was typed after the program's name; by default, the arguments of the process.
        A caller that gives them, such as a test, keeps its signals and its stderr.
    checksums : Checksums, optional
        What MNIST must be; the original by default.
    """
    if arguments is None:
        terminal.fill_standard_streams()
    options = parse(arguments, argparse.Namespace(checksums=checksums))
    home = Path(os.path.expanduser(options.home)).resolve()
    privacy.keep_private(home)
    logs.configure(home)
    if arguments is not None:
        return _status(options, home, stopping.Signals())
    logs.divert_native_output(home)
    # A terminal whose encoding lacks a character shows its code, in place of an error.
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    signals = stopping.Signals()
    with signals.listening():
        return _status(options, home, signals)


def _status(options: argparse.Namespace, home: Path, signals: stopping.Signals) -> int:
    """Run the command, print a sentence for every error, and return the exit status."""
    stop_sentence = stopping.nothing_changed
    elsewhere = paths.why_elsewhere(home)
    if elsewhere:
        terminal.tell(elsewhere)
    options.signals = signals
    try:
        if options.command is None:
            stop_sentence = stopping.window_closed
            return _window(options, home)
        stop_sentence = _watch(options, home)
        return _run(options, home)
    except (KeyboardInterrupt, Cancelled):
        terminal.tell(_what_has_changed(stop_sentence, home))
        return signals.status
    except BrokenPipeError:
        _discard_stdout()
    except ClassroomError as error:
        terminal.tell(str(error))
    except ModuleNotFoundError as error:
        log.exception("a package is missing")
        sentence = _(
            "The package {name} is missing in this Python. README.md says how to install it."
        )
        terminal.tell(sentence.format(name=error.name))
    except MemoryError:
        log.exception("out of memory")
        terminal.tell(_("The memory is full. Close other programs and try again."))
    except Exception:
        log.exception("the command failed")
        terminal.tell(_unexpected(home))
    return 1


def _watch(options: argparse.Namespace, home: Path) -> stopping.StopSentence:
    """Have the command note what is there; an error of that comes again when the command runs."""
    try:
        sentence: stopping.StopSentence = options.command.watch(options, home)
    except (ClassroomError, OSError):
        return stopping.nothing_changed
    return sentence


def _unexpected(home: Path) -> str:
    sentence = _("Something unexpected went wrong; the details are in {log}.")
    return sentence.format(log=logs.file_of(home))


def _what_has_changed(stop_sentence: stopping.StopSentence, home: Path) -> str:
    try:
        return stop_sentence()
    except Exception:
        log.exception("what a stopped command has changed could not be looked up")
        return _(
            "Stopped. What was changed by then could not be looked up; {log} says why."
        ).format(log=logs.file_of(home))


def _discard_stdout() -> None:
    """Send the rest of stdout to the null device: Python writes it at exit, and would fail again.

    The program that reads stdout, such as ``head``, has closed it, or the disk is full.
    """
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _window(options: argparse.Namespace, home: Path) -> int:
    if options.json:
        parser().error(_("--json needs a command"))
    app = window.open_app(home)
    while True:
        try:
            app.root.mainloop()
            return 0
        except KeyboardInterrupt:
            # The window asks first where a drawing would be lost.
            app.close()
            if app.closed:
                raise


def _run(options: argparse.Namespace, home: Path) -> int:
    # Imported here: the window starts sooner without it.
    from classroom.datasets import mnist_files

    options.checksums = options.checksums or mnist_files.ORIGINAL
    with terminal.only_json(options.json) as out:
        try:
            _print(options.command.run(options, home), options.json, out)
        except WrongUsage as error:
            parser().error(str(error))
        except NothingDone as error:
            if error.answer is not None:
                _print(error.answer, options.json, out)
            for reason in error.reasons:
                terminal.tell(reason)
            raise
    return 0


def _print(answer: Answer, json_wanted: bool, out: IO[str]) -> None:
    # json.dumps writes ASCII: no name of a file or writer depends on the terminal's encoding.
    lines = [json.dumps(answer.as_json())] if json_wanted else answer.as_text()
    try:
        terminal.say(lines, out)
    except BrokenPipeError:
        raise
    except OSError as error:
        _discard_stdout()
        sentence = _("It is done, but the answer cannot be written: {why}.")
        raise ClassroomError(sentence.format(why=error.strerror or error)) from error
    for warning in answer.warnings():
        terminal.tell(warning)
