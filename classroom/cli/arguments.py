"""The arguments that several commands share, and the types of arguments."""

import argparse
from collections.abc import Callable

from classroom import catalogue
from classroom.i18n import _
from classroom.starts import Start


def add_mnist(parser: argparse.ArgumentParser) -> None:
    """Add ``--mnist``: how many of MNIST's training digits a comparison uses."""
    parser.add_argument(
        "--mnist",
        type=count(10),
        default=10_000,
        metavar="N",
        help=_("how many MNIST digits to train on (default: %(default)s)"),
    )


def add_seed(parser: argparse.ArgumentParser) -> None:
    """Add ``--seed``, for all that is drawn at random."""
    parser.add_argument(
        "--seed",
        type=count(0),
        default=0,
        metavar="S",
        help=_("the same seed gives the same result (default: %(default)s)"),
    )


def add_start(parser: argparse.ArgumentParser) -> None:
    """Add ``--start``: which of the shipped networks, with its versions, is used."""
    parser.add_argument(
        "--start",
        type=_start,
        metavar="NAME",
        help=_("the line of versions, mnist_only or base (default: the one that the home uses)"),
    )


def _start(text: str) -> Start:
    try:
        return Start.named(text)
    except KeyError:
        known = ", ".join(str(start.value) for start in Start)
        raise argparse.ArgumentTypeError(
            _("{text!r} is none of: {known}").format(text=text, known=known)
        ) from None


def add_classifiers(parser: argparse.ArgumentParser) -> None:
    """Add ``--classifiers``: which of them are trained."""
    parser.add_argument(
        "--classifiers",
        type=list_of(*catalogue.TITLES),
        default=catalogue.NAMES,
        metavar=",".join(catalogue.NAMES),
        help=_(
            "one or more, separated by commas (default: %(metavar)s); "
            "or of the literature: {others}"
        ).format(others=", ".join(catalogue.OTHERS)),
    )


def list_of(*known: str) -> Callable[[str], tuple[str, ...]]:
    """Return the type of an argument that names some of `known`, separated by commas."""

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
    """Return the type of an argument of whole numbers from `least` up, separated by commas."""
    one = count(least)
    return lambda text: tuple(dict.fromkeys(one(part.strip()) for part in text.split(",")))


def count(least: int) -> Callable[[str], int]:
    """Return the type of an argument that is a whole number from `least` to 2³¹ - 1."""

    def parse(text: str) -> int:
        if not text.isdecimal() or int(text) < least or int(text) > 2**31 - 1:
            raise argparse.ArgumentTypeError(
                _("{text!r} is not a whole number from {least} up").format(text=text, least=least)
            )
        return int(text)

    return parse
