"""Samples to be kept, exported and imported, and what a store holds in the end."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import numpy as np

from classroom.datasets.dataset import Dataset, Sample
from classroom.preprocessing.digits import from_strokes

START = datetime(2024, 5, 17, 8, 0, 0, 250_000, tzinfo=UTC)


def open_store(file: Path) -> Dataset:
    return Dataset(f"sqlite:///{file.as_posix()}")


def a_stroke_digit(number: int) -> list:
    rng = np.random.default_rng(number)
    return [[(float(x), float(y)) for x, y in rng.normal(0, 50, (7, 2))] for _ in range(2)]


def drawn(number: int, label: int = 3, writer: str = "Zoë B") -> Sample:
    strokes = a_stroke_digit(number)
    created = START + timedelta(seconds=number)
    return Sample(from_strokes(strokes), label, writer, "drawn", strokes, created)


def noise(number: int, label: int = 3, writer: str = "ann") -> Sample:
    """Return an image that no renderer would give, to see that none touches it."""
    image = np.random.default_rng(number).integers(0, 256, (28, 28), dtype=np.uint8)
    return Sample(image, label, writer, "photo", created=START + timedelta(hours=number))


def content(dataset: Dataset, *, but: tuple[str, ...] = ()) -> list:
    known = ("label", "writer", "part", "created", "origin", "strokes")
    return sorted(
        (s.image.tobytes(), *(repr(getattr(s, name)) for name in known if name not in but))
        for s in dataset.samples()
    )
