"""Types for argparse: what an argument of the command line may be."""

import argparse
from collections.abc import Callable

from classroom.i18n import _


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
