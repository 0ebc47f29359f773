"""The command line; no command opens the window."""

import argparse
import json
import os
import sys
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from classroom import __version__, logs, paths
from classroom.errors import Cancelled, ClassroomError
from classroom.i18n import _

Answer = dict[str, Any]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit status: 0 done, 1 failed, 2 wrong usage."""
    options = parser().parse_args(arguments)
    home: Path = options.home.expanduser().resolve()
    logs.configure(home)
    if arguments is None:
        logs.divert_native_output(home)
    try:
        return _run(options, home)
    except ClassroomError as error:
        print(error, file=sys.stderr)
        return 1
    except (KeyboardInterrupt, Cancelled):
        print(_("Stopped; nothing was changed."), file=sys.stderr)
        return 1
    except BrokenPipeError:
        # Whoever read the output has enough; nothing may be flushed to it at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1


def _run(options: argparse.Namespace, home: Path) -> int:
    if options.command is None:
        _open_window(home)
        return 0
    # Imported here: the window has no use for the commands and what they load.
    from classroom import commands, wording

    run: Callable[[argparse.Namespace, Path], Answer] = getattr(commands, options.run)
    with commands.only_json(options.json) as out:
        answer = run(options, home)
        if options.json:
            print(json.dumps(answer, ensure_ascii=False), file=out)
        else:
            print(wording.in_words(options.run, answer), file=out)
    return 0


def _open_window(home: Path) -> None:
    try:
        from classroom.ui.app import open_window
    except ImportError as error:
        raise ClassroomError(
            _(
                "The window needs tkinter, which this Python lacks ({why}). Install it through "
                "the system's packages, for example: sudo apt install python3-tk"
            ).format(why=error)
        ) from error
    open_window(home)


def parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line."""
    json_option = argparse.ArgumentParser(add_help=False)
    json_option.add_argument("--json", action="store_true", help=_("print one JSON object"))
    top = argparse.ArgumentParser(
        prog="main.py",
        description=_("Draw digits, keep them, retrain a network, and compare classifiers."),
        epilog=_("Without a command the window opens."),
    )
    top.add_argument("--version", action="version", version=__version__)
    top.add_argument(
        "--home",
        type=Path,
        default=paths.default_home(),
        metavar="DIR",
        help=_("the folder that holds data/ and models/ (default: %(default)s)"),
    )
    commands = top.add_subparsers(dest="command", metavar="COMMAND")

    def command(name: str, run: str, help_text: str, parent: Any = None) -> Any:
        added = (parent or commands).add_parser(
            name, help=help_text, description=help_text, parents=[json_option]
        )
        added.set_defaults(run=run)
        return added

    command("mnist", "find_mnist", _("find or fetch MNIST, and verify it"))
    _add_predict(command("predict", "predict", _("recognise images, photos or strokes files")))
    dataset = commands.add_parser("dataset", help=_("own samples: import, export, stats"))
    actions = dataset.add_subparsers(dest="action", metavar="ACTION", required=True)
    importing = command("import", "dataset_import", _("add samples"), actions)
    importing.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    importing.add_argument("--writer", help=_("who wrote them, where the files do not say"))
    exporting = command("export", "dataset_export", _("write the samples to files"), actions)
    exporting.add_argument("path", type=Path, metavar="PATH")
    exporting.add_argument(
        "--format",
        type=_list_of("png", "npz", "idx", "strokes"),
        default=None,
        metavar="png,npz,idx,strokes",
        help=_("one or more, separated by commas (default: what PATH's ending says, else png)"),
    )
    command("stats", "dataset_stats", _("count the samples"), actions)
    _add_train(command("train", "train", _("train a network from scratch on MNIST")))
    retraining = command("retrain", "retrain", _("do exactly what the button Retrain does"))
    retraining.add_argument("--seed", type=_count(0), default=0, metavar="S")
    _add_compare(command("compare", "compare", _("train classifiers on the same data")))
    _add_lesson(command("lesson", "lesson", _("run the whole lesson by itself, write a report")))
    return top


def _add_predict(command: argparse.ArgumentParser) -> None:
    command.add_argument("files", nargs="+", type=Path, metavar="FILE")
    command.add_argument(
        "--classifier",
        type=_list_of("cnn", "svm", "knn"),
        default=("cnn",),
        metavar="cnn,svm,knn",
        help=_("one or more, separated by commas (default: cnn)"),
    )


def _add_train(command: argparse.ArgumentParser) -> None:
    command.add_argument("--network", default="compact", metavar="NAME")
    command.add_argument("--epochs", type=_count(1), default=None, metavar="N")
    command.add_argument("--seed", type=_count(0), default=0, metavar="S")
    command.add_argument("--out", type=Path, default=None, metavar="FILE")


def _add_compare(command: argparse.ArgumentParser) -> None:
    command.add_argument("--mnist", type=_count(10), default=10_000, metavar="N")
    command.add_argument(
        "--classifiers",
        type=_list_of("cnn", "svm", "knn"),
        default=("cnn", "svm", "knn"),
        metavar="cnn,svm,knn",
    )
    command.add_argument("--seed", type=_count(0), default=0, metavar="S")


def _add_lesson(command: argparse.ArgumentParser) -> None:
    command.add_argument("--report", type=Path, default=Path("report"), metavar="DIR")
    command.add_argument("--mnist", type=_count(10), default=10_000, metavar="N")


def _list_of(*known: str) -> Callable[[str], tuple[str, ...]]:
    """Return a type for argparse: some of `known`, separated by commas."""

    def parse(text: str) -> tuple[str, ...]:
        named = tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
        unknown = [name for name in named if name not in known]
        if unknown or not named:
            raise argparse.ArgumentTypeError(
                _("{text!r} is not a list of: {known}").format(text=text, known=", ".join(known))
            )
        return named

    return parse


def _count(least: int) -> Callable[[str], int]:
    """Return a type for argparse: a whole number of at least `least`."""

    def parse(text: str) -> int:
        if not text.isdecimal() or int(text) < least or int(text) > 2**31 - 1:
            raise argparse.ArgumentTypeError(
                _("{text!r} is not a whole number from {least} up").format(text=text, least=least)
            )
        return int(text)

    return parse
