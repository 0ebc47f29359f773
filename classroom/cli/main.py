"""The command line; no command opens the window."""

import argparse
import io
import json
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from classroom import logs, paths, privacy
from classroom.cli import stopping, terminal, window
from classroom.cli.parser import parser
from classroom.errors import Cancelled, ClassroomError, NothingDone, WrongUsage
from classroom.i18n import _

if TYPE_CHECKING:
    from classroom.datasets.mnist_files import Checksums

log = logging.getLogger(__name__)


def main(arguments: Sequence[str] | None = None, *, checksums: "Checksums | None" = None) -> int:
    """Run one command; returns the exit status.

    0 stands for done, 1 for failed or nothing done, 2 for wrong usage, 130 for
    stopped by Ctrl+C, and 143 for stopped by the system.

    Parameters
    ----------
    arguments : sequence of str, optional
        Those of the process, where there are none.
    checksums : Checksums, optional
        What MNIST must be; the original where there are none.
    """
    if arguments is None:
        terminal.fill_standard_streams()
    top = parser()
    options = top.parse_args(arguments, argparse.Namespace(checksums=checksums))
    home = Path(os.path.expanduser(options.home)).resolve()
    privacy.keep_private(home)
    logs.configure(home)
    if arguments is not None:
        return _status(top, options, home, stopping.Signals())
    logs.divert_native_output(home)
    # What a terminal's encoding lacks is better spelt out than a reason to fail.
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")
    signals = stopping.Signals()
    with signals.listening():
        return _status(top, options, home, signals)


def _status(
    top: argparse.ArgumentParser,
    options: argparse.Namespace,
    home: Path,
    signals: stopping.Signals,
) -> int:
    """Run the command, and put into a sentence whatever comes of it."""
    look = stopping.nothing_changed
    elsewhere = paths.why_elsewhere(home)
    if elsewhere:
        terminal.tell(elsewhere)
    try:
        if options.command is None:
            look = stopping.window_closed
            return _window(top, options, home)
        look = stopping.watch(options, home)
        return _run(top, options, home)
    except (KeyboardInterrupt, Cancelled):
        terminal.tell(_what_is_so(look, home))
        return signals.status
    except BrokenPipeError:
        _forget_stdout()
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


def _unexpected(home: Path) -> str:
    sentence = _("Something unexpected went wrong; the details are in {log}.")
    return sentence.format(log=logs.file_of(home))


def _what_is_so(look: stopping.Look, home: Path) -> str:
    try:
        return look()
    except Exception:
        log.exception("nobody could look what is so")
        return _(
            "Stopped. What was changed by then could not be looked up; {log} says why."
        ).format(log=logs.file_of(home))


def _forget_stdout() -> None:
    """Give up what was to be printed: whoever read it has enough, and must not be told at exit."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _window(top: argparse.ArgumentParser, options: argparse.Namespace, home: Path) -> int:
    if options.json:
        top.error(_("--json needs a command"))
    app = window.open_app(home)
    while True:
        try:
            app.root.mainloop()
            return 0
        except KeyboardInterrupt:
            # Asks first where a drawing would be lost.
            app.close()
            if app.closed:
                raise


def _run(top: argparse.ArgumentParser, options: argparse.Namespace, home: Path) -> int:
    # Imported here: the window has no use for the commands and what they load.
    from classroom.cli import commands
    from classroom.datasets import mnist_files

    options.checksums = options.checksums or mnist_files.ORIGINAL
    run = commands.COMMANDS[options.run]
    with terminal.only_json(options.json) as out:
        try:
            _print(options, run(options, home), out)
        except WrongUsage as error:
            top.error(str(error))
        except NothingDone as error:
            if error.answer is not None:
                _print(options, error.answer, out)
            for reason in error.reasons:
                terminal.tell(reason)
            raise
    return 0


def _print(options: argparse.Namespace, answer: dict[str, Any], out: IO[str]) -> None:
    from classroom.cli import wording

    # In ASCII, whatever the names of files and writers: JSON has its own way to write them.
    lines = [json.dumps(answer)] if options.json else wording.in_words(options.run, answer)
    try:
        terminal.say(lines, out)
    except BrokenPipeError:
        raise
    except OSError as error:
        _forget_stdout()
        sentence = _("It is done, but the answer cannot be written: {why}.")
        raise ClassroomError(sentence.format(why=error.strerror or error)) from error
    for warning in wording.aside(options.run, answer):
        terminal.tell(warning)
