"""Describes this computer, for runs and reports: their figures depend on it."""

import os
import platform
from dataclasses import dataclass
from importlib import metadata

LIBRARIES = (
    "keras", "tensorflow", "tensorflow-cpu", "scikit-learn", "scikit-learn-intelex",
    "numpy", "pillow", "matplotlib",
)  # fmt: skip


@dataclass(frozen=True)
class Machine:
    """A computer on which figures were measured.

    Attributes
    ----------
    system : str
        The operating system, such as ``Linux-6.1-x86_64``.
    processors : int
    libraries : dict of str
        The versions of Python and of the installed libraries, by their names.
    """

    system: str
    processors: int
    libraries: dict[str, str]

    @classmethod
    def here(cls) -> "Machine":
        """Return the description of this computer."""
        libraries = {"Python": platform.python_version()}
        for name in LIBRARIES:
            try:
                libraries[name] = metadata.version(name)
            except metadata.PackageNotFoundError:
                continue
        return cls(platform.platform(terse=True), os.cpu_count() or 1, libraries)
