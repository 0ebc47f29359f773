"""The commands of the command line, and what can be said with each."""

import argparse
from collections.abc import Callable
from pathlib import Path
from typing import Any, NoReturn

from classroom import __version__, catalogue, paths
from classroom.i18n import _
from classroom.plain_text import plain


class Parser(argparse.ArgumentParser):
    """One whose messages leave a terminal as it is, whatever was typed or pasted."""

    def error(self, message: str) -> NoReturn:
        """Say what is wrong with the command line, and end."""
        super().error(plain(message))

    def _print_message(self, message: str, file: Any = None) -> None:
        super()._print_message(plain(message, keep="\n"), file)


def parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line."""
    json_option = Parser(add_help=False)
    json_option.add_argument(
        "--json",
        action="store_true",
        # Said before the command it counts too; a default here would undo that.
        default=argparse.SUPPRESS,
        help=_("print one JSON object"),
    )
    top = Parser(
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
    top.add_argument("--json", action="store_true", help=argparse.SUPPRESS)
    commands = top.add_subparsers(dest="command", metavar="COMMAND")

    def command(name: str, run: str, help_text: str, parent: Any = None) -> Any:
        added = (parent or commands).add_parser(
            name, help=help_text, description=help_text, parents=[json_option]
        )
        added.set_defaults(run=run)
        return added

    command("mnist", "find_mnist", _("find or fetch MNIST, and verify it"))
    _add_predict(command("predict", "predict", _("recognise images, photos or strokes files")))
    text = _("own samples: import, export, stats")
    dataset = commands.add_parser("dataset", help=text, description=text, parents=[json_option])
    actions = dataset.add_subparsers(dest="action", metavar="ACTION", required=True)
    _add_import(command("import", "dataset_import", _("add samples"), actions))
    _add_export(command("export", "dataset_export", _("write the samples to files"), actions))
    command("stats", "dataset_stats", _("count the samples"), actions)
    command("undo", "dataset_undo", _("take the last change of the samples back"), actions)
    command("redo", "dataset_redo", _("do again what was taken back last"), actions)
    text = _("set a damaged store aside, and go on with the newest automatic backup")
    command("recover", "dataset_recover", text, actions)
    command("backups", "dataset_backups", _("list the automatic backups"), actions)
    text = _("bring the samples to what they are in a backup; “dataset undo” takes it back")
    _add_restore(command("restore", "dataset_restore", text, actions))
    text = _("delete everything of a writer for good, also from the backups")
    added = command("delete-writer", "dataset_delete_writer", text, actions)
    added.add_argument("name", metavar="NAME")
    _add_sheet(command("sheet", "write_sheet", _("make a sheet to print, and to fill in by hand")))
    _add_train(command("train", "train", _("train a network from scratch on MNIST")))
    _add_seed(command("retrain", "retrain", _("do exactly what the button Retrain does")))
    _add_compare(command("compare", "compare", _("train classifiers on the same data")))
    _add_study(command("study", "study", _("repeat comparisons over sizes and seeds")))
    _add_report(command("report", "report", _("write a page about a comparison, with plots")))
    _add_lesson(command("lesson", "lesson", _("run the whole lesson by itself, write a report")))
    return top


def _add_predict(command: argparse.ArgumentParser) -> None:
    command.add_argument("files", nargs="+", type=Path, metavar="FILE")
    command.add_argument(
        "--classifier",
        type=list_of(*catalogue.TITLES),
        default=("cnn",),
        metavar=",".join(catalogue.NAMES),
        help=_(
            "one or more, separated by commas (default: cnn); those that a comparison "
            "has trained, too: {others}"
        ).format(others=", ".join(catalogue.OTHERS)),
    )


def _add_import(command: argparse.ArgumentParser) -> None:
    command.add_argument("paths", nargs="+", type=Path, metavar="PATH")
    command.add_argument(
        "--writer", metavar="W", help=_("who wrote them (default: whom the files name)")
    )
    command.add_argument(
        "--same-writers",
        action="store_true",
        help=_(
            "writers of the same name in several zips or stores are one person "
            '(default: the second "ann" becomes "ann (2)")'
        ),
    )
    command.add_argument(
        "--skip-bad",
        action="store_true",
        help=_("leave out zips and stores that cannot be read (default: import nothing)"),
    )
    command.add_argument(
        "--orientation",
        choices=(catalogue.AUTO, *catalogue.ORIENTATIONS),
        default=catalogue.AUTO,
        metavar="|".join((catalogue.AUTO, *catalogue.TURNS)),
        help=_(
            "how the digits of other programs lie in their files, so that they can be brought "
            "upright; with ink and ground exchanged: inverted, transposed-inverted and so on "
            "(default: auto, as they tell by comparison with MNIST's)"
        ),
    )


def _add_restore(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "name", nargs="?", metavar="NAME", help=_("a backup that “dataset backups” lists")
    )
    command.add_argument(
        "--begin-anew",
        action="store_true",
        help=_("where the file of the samples is gone: begin with none; the backups stay"),
    )


def _add_export(command: argparse.ArgumentParser) -> None:
    command.add_argument("path", type=Path, metavar="PATH")
    command.add_argument(
        "--format",
        type=list_of(*catalogue.EXPORT_FORMATS),
        default=None,
        metavar=",".join(catalogue.EXPORT_FORMATS),
        help=_("one or more, separated by commas (default: what PATH's ending says, else png)"),
    )


def _add_sheet(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "file",
        nargs="?",
        type=Path,
        default=Path("sheet.pdf"),
        metavar="FILE.pdf",
        help=_("default: %(default)s"),
    )
    command.add_argument(
        "--writer", metavar="W", help=_("print the name on it, so that its photo tells it")
    )


def _add_train(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--network",
        default="compact",
        metavar="NAME",
        help=_("a network of classroom/networks/networks.py (default: %(default)s)"),
    )
    command.add_argument(
        "--epochs",
        type=count(1),
        default=30,
        metavar="N",
        help=_("how often every digit is seen (default: %(default)s)"),
    )
    command.add_argument(
        "--out", type=Path, default=None, metavar="FILE", help=_("where to save it, as .keras")
    )
    _add_seed(command)


def _add_compare(command: argparse.ArgumentParser) -> None:
    _add_mnist(command)
    _add_classifiers(command)
    command.add_argument(
        "--leave-one-out",
        action="store_true",
        help=_("score the own exam by leaving one writer out, too"),
    )
    _add_seed(command)


def _add_classifiers(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--classifiers",
        type=list_of(*catalogue.TITLES),
        default=catalogue.NAMES,
        metavar=",".join(catalogue.NAMES),
        help=_(
            "one or more, separated by commas (default: %(metavar)s); "
            "or of the literature: {others}"
        ).format(others=", ".join(catalogue.OTHERS)),
    )


def _add_study(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--sizes",
        type=counts(10),
        default=(100, 1_000, 10_000),
        metavar="N,N,...",
        help=_("how many MNIST digits to train on (default: 100,1000,10000)"),
    )
    command.add_argument(
        "--own",
        type=counts(0),
        default=(None,),
        metavar="N,N,...",
        help=_("how many own practice digits to add (default: all there are)"),
    )
    command.add_argument(
        "--seeds",
        type=counts(0),
        default=(0, 1, 2),
        metavar="S,S,...",
        help=_("how often, and with which chance (default: 0,1,2)"),
    )
    _add_classifiers(command)


def _add_report(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "report", type=Path, metavar="DIR", help=_("the folder for report.html, made if need be")
    )
    command.add_argument(
        "--run",
        dest="run_number",
        type=count(1),
        default=0,
        metavar="N",
        help=_("the number of the run (default: the latest)"),
    )
    command.add_argument(
        "--plots",
        type=lambda text: tuple(part.strip() for part in text.split(",") if part.strip()),
        default=(),
        metavar="PLOT,PLOT,...",
        help=_("such as confusion, separated by commas (default: all)"),
    )


def _add_lesson(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--report",
        type=Path,
        default=Path("report"),
        metavar="DIR",
        help=_("the folder for report.html and its pictures (default: %(default)s)"),
    )
    _add_mnist(command)


def _add_mnist(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--mnist",
        type=count(10),
        default=10_000,
        metavar="N",
        help=_("how many MNIST digits to train on (default: %(default)s)"),
    )


def _add_seed(command: argparse.ArgumentParser) -> None:
    command.add_argument(
        "--seed",
        type=count(0),
        default=0,
        metavar="S",
        help=_("the same seed gives the same result (default: %(default)s)"),
    )


def list_of(*known: str) -> Callable[[str], tuple[str, ...]]:
    """Return the type: some of `known`, separated by commas."""

    def parse(text: str) -> tuple[str, ...]:
        named = tuple(dict.fromkeys(part.strip() for part in text.split(",") if part.strip()))
        unknown = [name for name in named if name not in known]
        if unknown or not named:
            raise argparse.ArgumentTypeError(
                _("{text!r} is not a list of: {known}").format(text=text, known=", ".join(known))
            )
        return named

    return parse


def counts(least: int) -> Callable[[str], tuple[int, ...]]:
    """Return the type: whole numbers of at least `least`, separated by commas."""
    one = count(least)
    return lambda text: tuple(dict.fromkeys(one(part.strip()) for part in text.split(",")))


def count(least: int) -> Callable[[str], int]:
    """Return the type: a whole number of at least `least`."""

    def parse(text: str) -> int:
        if not text.isdecimal() or int(text) < least or int(text) > 2**31 - 1:
            raise argparse.ArgumentTypeError(
                _("{text!r} is not a whole number from {least} up").format(text=text, least=least)
            )
        return int(text)

    return parse
