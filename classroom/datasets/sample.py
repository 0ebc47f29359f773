"""A sample: one handwritten digit of the user's own, with everything that is known of it.

Nothing here needs SQLAlchemy, so that the window can import it before it opens a store.
"""

import hashlib
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from classroom.preprocessing.images import SIDE
from classroom.preprocessing.strokes import Strokes

# How a sample can have come into the program, in the order in which the window lists them.
ORIGINS = ("drawn", "photo", "camera", "import")


class Part(StrEnum):
    """What a sample is for. It is decided when the sample is first stored, and never changes."""

    PRACTICE = "practice"
    # No classifier is trained on these, so that they can test every one.
    EXAM = "exam"


PARTS = tuple(Part)


@dataclass(frozen=True, eq=False)
class Sample:
    """One digit of the user's own.

    Attributes
    ----------
    image : array of shape (28, 28), uint8
        Light ink (255) on a black ground (0), as the classifiers see it.
    label : int
        Which digit it is, 0 to 9.
    writer : str
        Who wrote it, at most 100 characters; ``"unknown"`` where it is blank.
    origin : str
        How it came into the program, one of `ORIGINS`.
    strokes : list of strokes, or None
        The lines as they were drawn, y pointing down; None for a picture.
    created : datetime or None
        When it was written, in UTC; None for the moment at which it is stored.
    part : Part or None
        None for a sample whose part is decided when it is stored.
    id : int or None
        The primary key in the store; None for a sample that is not stored.
    """

    image: NDArray[np.uint8]
    label: int
    writer: str
    origin: str
    strokes: Strokes | None = None
    created: datetime | None = None
    part: str | None = None
    id: int | None = None


class Trace(NamedTuple):
    """The values by which an import recognises a sample that is stored already.

    Attributes
    ----------
    digest : str
        The checksum of image and writer; the store holds each once.
    mark : bytes
        The checksum of time and image, which does not depend on the writer's name.
    writer : str
    live : bool
        False for a deleted sample.
    """

    digest: str
    mark: bytes
    writer: str
    live: bool


def digest(image: bytes, writer: str) -> str:
    """Return the SHA-256, in hexadecimal, of the 784 bytes of an image and its writer."""
    return hashlib.sha256(image + writer.encode()).hexdigest()


def mark(created: datetime, image: bytes) -> bytes:
    """Return the SHA-256 of a time and an image.

    It tells one drawing from all others also after its writer was renamed.
    """
    return hashlib.sha256(created.isoformat().encode() + image).digest()


def to_image(stored: bytes) -> NDArray[np.uint8]:
    """Return 784 bytes as an image of shape (28, 28), uint8; `ValueError` for another length."""
    return np.frombuffer(stored, np.uint8).reshape(SIDE, SIDE)
