"""The networks that ship with the program: a retraining starts from one of them.

The engine, the command line and the window import this module; it loads no network.
"""

import hashlib
from enum import Enum
from pathlib import Path

from classroom import paths
from classroom.i18n import _


class Start(Enum):
    """A shipped network; the versions that were trained from it are a line of their own.

    Attributes
    ----------
    title : str
        What it is called in the window.
    explanation : str
        What it has seen, as a sentence.
    """

    title: str
    explanation: str

    MNIST_ONLY = (
        "mnist_only",
        _("Knows MNIST only"),
        _("It has seen the digits of MNIST, as Americans wrote them around 1990, and no others."),
    )
    BASE = (
        "base",
        _("Shown other strokes too"),
        _(
            "It has seen MNIST with the strokes of others drawn onto it: flags, bars, slashes, "
            "feet; and turned, slanted, stretched."
        ),
    )

    def __new__(cls, name: str, title: str, explanation: str) -> "Start":
        """Make the member whose value is `name`."""
        member = object.__new__(cls)
        member._value_ = name
        member.title, member.explanation = title, explanation
        return member

    @classmethod
    def named(cls, name: str) -> "Start":
        """Return the member whose value is `name`; raise `KeyError` if there is none."""
        return {str(start.value): start for start in cls}[name]

    @property
    def file(self) -> Path:
        """The path of its Keras file."""
        return paths.shipped_network(str(self.value))

    def sha256(self) -> str:
        """Return the SHA-256 of its Keras file, in hexadecimal; raises `OSError` without one."""
        return hashlib.sha256(self.file.read_bytes()).hexdigest()
