"""What tests of the store share; its fixtures are in conftest.py."""

import sys
from pathlib import Path

import numpy as np
import pytest

from classroom.dataset import Sample

ROOT = Path(__file__).resolve().parent.parent
POSIX = pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions and signals")


def url_of(file: Path) -> str:
    """Return the database URL of a store's file."""
    return f"sqlite:///{file.as_posix()}"


def a_sample(number: int, label: int = 3, writer: str = "ann", **more) -> Sample:
    """Return a digit that no other number has."""
    image = np.random.default_rng(number).integers(0, 256, (28, 28), dtype=np.uint8)
    return Sample(image, label, writer, more.pop("origin", "drawn"), **more)
