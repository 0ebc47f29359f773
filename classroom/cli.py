"""The command line; no command opens the window."""

import argparse
import io
import json
import logging
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from classroom import desktop, logs, paths, privacy
from classroom.arguments import parser
from classroom.errors import Cancelled, ClassroomError, WrongUsage
from classroom.i18n import _

if TYPE_CHECKING:
    from classroom.mnist_files import Checksums

log = logging.getLogger(__name__)


def main(arguments: Sequence[str] | None = None, *, checksums: "Checksums | None" = None) -> int:
    """Run one command; returns the exit status: 0 done, 1 failed, 2 wrong usage.

    Parameters
    ----------
    arguments : sequence of str, optional
        Those of the process, where there are none.
    checksums : Checksums, optional
        What MNIST must be; the original where there are none.
    """
    top = parser()
    options = top.parse_args(arguments, argparse.Namespace(checksums=checksums))
    home = Path(os.path.expanduser(options.home)).resolve()
    privacy.keep_private(home)
    logs.configure(home)
    if arguments is None:
        logs.divert_native_output(home)
        # What a terminal's encoding lacks is better spelt out than a reason to fail.
        if isinstance(sys.stdout, io.TextIOWrapper):
            sys.stdout.reconfigure(errors="backslashreplace")
    elsewhere = paths.why_elsewhere(home)
    if elsewhere:
        print(elsewhere, file=sys.stderr)
    try:
        return _run(top, options, home)
    except ClassroomError as error:
        print(error, file=sys.stderr)
    except (KeyboardInterrupt, Cancelled):
        print(_("Stopped; nothing was changed."), file=sys.stderr)
    except BrokenPipeError:
        # Whoever read the output has enough; nothing may be flushed to it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except ModuleNotFoundError as error:
        log.exception("a package is missing")
        sentence = _(
            "The package {name} is missing in this Python. README.md says how to install it."
        )
        print(sentence.format(name=error.name), file=sys.stderr)
    except MemoryError:
        log.exception("out of memory")
        print(_("The memory is full. Close other programs and try again."), file=sys.stderr)
    except Exception:
        log.exception("the command failed")
        sentence = _("Something unexpected went wrong; the details are in {log}.")
        print(sentence.format(log=logs.file_of(home)), file=sys.stderr)
    return 1


def _run(top: argparse.ArgumentParser, options: argparse.Namespace, home: Path) -> int:
    if options.command is None:
        if options.json:
            top.error(_("--json needs a command"))
        desktop.open_app(home).root.mainloop()
        return 0
    # Imported here: the window has no use for the commands and what they load.
    from classroom import commands, mnist_files, terminal, wording

    options.checksums = options.checksums or mnist_files.ORIGINAL
    run = commands.COMMANDS[options.run]
    with terminal.only_json(options.json) as out:
        try:
            answer = run(options, home)
        except WrongUsage as error:
            top.error(str(error))
        # In ASCII, whatever the names of files and writers: JSON has its own way to write them.
        text = json.dumps(answer) if options.json else wording.in_words(options.run, answer)
        print(text, file=out, flush=True)
    return 0
