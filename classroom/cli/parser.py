"""The parser of the command line, made of what the modules in `commands/` declare."""

import argparse
import contextlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from classroom import __version__, discovery, paths
from classroom.cli.base import Command, Group
from classroom.i18n import _
from classroom.plain_text import plain


class Parser(argparse.ArgumentParser):
    """A parser that spells out control characters in its messages.

    The messages quote what was typed or pasted, which could otherwise steer the terminal.
    """

    def error(self, message: str) -> NoReturn:
        """Print the usage and the message on stderr, and exit with status 2."""
        super().error(plain(message))

    def _print_message(self, message: str, file: Any = None) -> None:
        super()._print_message(plain(message, keep="\n"), file)


def parse(arguments: Sequence[str] | None, options: argparse.Namespace) -> argparse.Namespace:
    """Read the command line.

    Parameters
    ----------
    arguments : sequence of str or None
        What was typed after the program's name; None: the arguments of this process.
    options : Namespace
        Gets the values of the arguments; as ``command`` the `Command`, or None where no
        command was given.
    """
    # The window starts without a command: it need not wait some 20 ms for the import of
    # all commands. Whatever else was typed, and every error, is for the whole parser.
    with contextlib.suppress(argparse.ArgumentError):
        quick = _with_options(Parser(add_help=False, exit_on_error=False))
        found, rest = quick.parse_known_args(arguments)
        if not rest and not found.json:
            return argparse.Namespace(**vars(found), **vars(options))
    return parser().parse_args(arguments, options)


def parser() -> argparse.ArgumentParser:
    """Return the parser of the whole command line, which knows every command."""
    json_option = Parser(add_help=False)
    json_option.add_argument(
        "--json",
        action="store_true",
        # A default would overwrite a --json that stands before the command.
        default=argparse.SUPPRESS,
        help=_("print one JSON object"),
    )
    top = Parser(
        description=_("Draw digits, keep them, retrain a network, and compare classifiers."),
        epilog=_("Without a command the window opens."),
    )
    top.add_argument("--version", action="version", version=__version__)
    _with_options(top)
    names = top.add_subparsers(metavar="COMMAND")
    names_in: dict[Group, Any] = {}
    for command in commands():
        group = command.group
        if group is not None and group not in names_in:
            below = names.add_parser(
                group.name, help=group.help, description=group.help, parents=[json_option]
            )
            names_in[group] = below.add_subparsers(metavar="ACTION", required=True)
        added = (names if group is None else names_in[group]).add_parser(
            command.name, help=command.help, description=command.help, parents=[json_option]
        )
        added.set_defaults(command=command)
        command.add_arguments(added)
    return top


def _with_options(parser: Parser) -> Parser:
    """Add to a parser what can stand before the command, and return it."""
    parser.add_argument(
        "--home",
        type=Path,
        default=paths.default_home(),
        metavar="DIR",
        help=_("the folder that holds data/ and models/ (default: %(default)s)"),
    )
    parser.add_argument("--json", action="store_true", help=argparse.SUPPRESS)
    parser.set_defaults(command=None)
    return parser


def commands() -> list[Command]:
    """Return every command, in the order of ``--help``."""
    # mypy takes no abstract class for a type[Command], as one must not be called.
    kinds = discovery.subclasses("classroom.cli.commands", Command)  # type: ignore[type-abstract]
    return sorted((kind() for kind in kinds), key=lambda command: command.rank)
