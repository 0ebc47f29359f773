"""What figures were measured on: the system, its processors, the versions of the libraries."""

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
    """The system, its processors, and the versions of the libraries by their names."""

    system: str
    processors: int
    libraries: dict[str, str]

    @classmethod
    def here(cls) -> "Machine":
        """Describe this machine."""
        libraries = {"Python": platform.python_version()}
        for name in LIBRARIES:
            try:
                libraries[name] = metadata.version(name)
            except metadata.PackageNotFoundError:
                continue
        return cls(platform.platform(terse=True), os.cpu_count() or 1, libraries)
