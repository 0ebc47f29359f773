"""Finds the format of a file by its content, for the import and ``predict``, and those to export.

A new module in `classroom.datasets.formats` is found without being named anywhere.
"""

from functools import cache
from pathlib import Path

from classroom import catalogue
from classroom.datasets.formats.base import Format, HandedIn
from classroom.discovery import subclasses
from classroom.preprocessing.file_kinds import Kind


@cache
def all_formats() -> tuple[Format, ...]:
    """Return every format, in the order of the modules' names."""
    return tuple(each() for each in subclasses("classroom.datasets.formats", Format))


def format_of(path: Path, kind: Kind) -> Format | None:
    """Return the format that reads a file; None where no format does.

    Parameters
    ----------
    path : Path
    kind : Kind
        What `classroom.preprocessing.file_kinds.kind_of` says about the file.
    """
    return next((each for each in all_formats() if each.recognises(path, kind)), None)


def handed_in() -> tuple[HandedIn, ...]:
    """Return the formats that are read as a whole or not at all."""
    return tuple(each for each in all_formats() if isinstance(each, HandedIn))


def to_export() -> dict[str, Format]:
    """Return the formats that can be written, by name, in the order of the catalogue."""
    by_name = {each.name: each for each in all_formats() if each.written_as}
    return {name: by_name[name] for name in catalogue.EXPORT_FORMATS}
