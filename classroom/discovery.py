"""Finds what a package offers: the plots, commands, formats and classifiers, one module each."""

import importlib
import inspect
import pkgutil
from typing import TypeVar

Kind = TypeVar("Kind")


def modules(package: str) -> list[str]:
    """Return the full names of the modules in a package, in alphabetical order.

    Packages inside of it, and modules whose names begin with an underscore, are left out.
    """
    places = importlib.import_module(package).__path__
    names = [found.name for found in pkgutil.iter_modules(places) if not found.ispkg]
    return [f"{package}.{name}" for name in sorted(names) if not name.startswith("_")]


def subclasses(package: str, kind: type[Kind]) -> list[type[Kind]]:
    """Return the classes derived from `kind` that the modules of a package define.

    So a new plot or command is one file: nothing else has to name it.

    Parameters
    ----------
    package : str
        Its full name, such as ``classroom.plots``. Each of its modules is imported.
    kind : type
        The base class. Classes with abstract methods, and those whose names begin
        with an underscore, are left out.

    Returns
    -------
    list of type
        In the order of their modules' names, and of their lines in a module.
    """
    found = []
    for name in modules(package):
        for each in vars(importlib.import_module(name)).values():
            if not (inspect.isclass(each) and issubclass(each, kind)):
                continue
            if each.__module__ != name or each.__name__.startswith("_"):
                continue
            if not inspect.isabstract(each) and each is not kind:
                found.append(each)
    return found
