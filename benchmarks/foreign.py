"""Digits of other programs: centred as MNIST's are, and turned upright file by file.

Takes any number of paths: npz files with `images` (n, 28, 28) and `labels`, strokes files, or
folders of these. MNIST's test set is always among them. Files of 10 to 1,000 digits are drawn
at random from each, by one writer where writers are known, and turned in each of the eight
ways. Then the same is done with bold bitmaps that are cut out tightly, so that the border of
some is mostly ink.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import results

# The number of files by their number of digits: upright files, files that are turned each of
# the eight ways, and files of tight bitmaps.
RIGHT = {10: 1000, 12: 300, 20: 300, 50: 100, 200: 20, 1000: 5}
LAID = {10: 50, 20: 20, 50: 10, 200: 3, 1000: 1}
TIGHT = {10: 10, 50: 3, 200: 1}
SHRUNK, CORNER, GOAL = 200, 14, 0.92


@dataclass(frozen=True, eq=False)
class Set:
    """Digits from one source, with the writer of each where writers are known."""

    name: str
    images: np.ndarray
    labels: np.ndarray
    writers: np.ndarray | None = None

    def draw(self, count: int, chance: np.random.Generator) -> np.ndarray | None:
        """Return random rows for a file of `count` digits; None if there are too few classes."""
        rows = np.arange(len(self.labels))
        if self.writers is not None:
            names, sizes = np.unique(self.writers, return_counts=True)
            if (sizes >= count).any():
                rows = np.flatnonzero(self.writers == chance.choice(names[sizes >= count]))
        if len(rows) < count:
            return None
        rows = chance.choice(rows, count, replace=False)
        return rows if len(np.unique(self.labels[rows])) >= 5 else None

    def files(self, wanted: dict[int, int], seed: int) -> Iterator[tuple[int, np.ndarray]]:
        """Yield size and rows of each file, as many of each size as `wanted` says."""
        chance = np.random.default_rng(seed)
        for count, number in wanted.items():
            for _file in range(number):
                rows = self.draw(count, chance)
                if rows is not None:
                    yield count, rows


def sets(home: Path, paths: list[Path]) -> Iterator[Set]:
    """Yield MNIST's test set, and the digits of each path."""
    from classroom.datasets import mnist
    from classroom.preprocessing.digits import from_strokes
    from classroom.preprocessing.strokes import StrokesLine, read_strokes_file

    data = mnist.load(home)
    assert data is not None
    yield Set("MNIST test", data.test_images, data.test_labels.astype(int))
    files = [
        file for path in paths for file in (sorted(path.iterdir()) if path.is_dir() else [path])
    ]
    for file in files:
        if file.suffix == ".npz":
            with np.load(file, allow_pickle=False) as arrays:
                yield Set(file.stem, arrays["images"], arrays["labels"].astype(int))
            continue
        lines = [
            line
            for line in read_strokes_file(file)
            if isinstance(line, StrokesLine) and line.label is not None
        ]
        images = np.stack([from_strokes(line.strokes) for line in lines])
        labels = np.array([line.label for line in lines])
        yield Set(file.name, images, labels, np.array([line.writer or "" for line in lines]))


def tight(image: np.ndarray) -> np.ndarray:
    """Return a digit as a bold bitmap without a border."""
    import cv2
    from PIL import Image

    bold = cv2.dilate(image, np.ones((3, 3), np.uint8))
    rows, columns = ((bold > 100).any(axis=axis).nonzero()[0] for axis in (1, 0))
    cut = bold[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return np.asarray(Image.fromarray(cut).resize((20, 20)))


def laid(pictures: np.ndarray, turn: str) -> np.ndarray:
    """Return upright pictures (n, h, w) as a file has them where they lie so."""
    from classroom.preprocessing.orientation import Orientation

    # All but two ways are their own way back.
    back = {"rotated-left": "rotated-right", "rotated-right": "rotated-left"}
    return np.ascontiguousarray(Orientation(back.get(turn, turn)).upright(pictures))


def asked(pictures: np.ndarray, labels: np.ndarray) -> "tuple[Source, list[Reorientation]]":  # noqa: F821
    """Return a file of these pictures as the import reads it, and its reorientations."""
    from classroom.datasets.foreign_samples import to_sample
    from classroom.datasets.import_orientation import reorientations
    from classroom.datasets.import_sources import Source

    read = [
        to_sample(str(at), int(label), grey=picture, group="file")
        for at, (picture, label) in enumerate(zip(pictures, labels, strict=True))
    ]
    source = Source("file", [one for one in read if hasattr(one, "image")])
    return source, reorientations([source], None)


def turned(given: Set) -> tuple[dict[int, list[bool]], dict[int, list[bool]]]:
    """Return, by size, whether upright files raised a question and turned files were recognised."""
    from classroom.catalogue import TURNS

    alarms: dict[int, list[bool]] = {count: [] for count in RIGHT}
    for count, rows in given.files(RIGHT, 1):
        alarms[count].append(bool(asked(given.images[rows], given.labels[rows])[1]))
    told: dict[int, list[bool]] = {count: [] for count in LAID}
    for count, rows in given.files(LAID, 2):
        for turn in TURNS[1:]:
            _source, found = asked(laid(given.images[rows], turn), given.labels[rows])
            told[count].append([one.orientation.name for one in found] == [turn])
    return alarms, told


def inked(given: Set) -> tuple[list[bool], list[float], list[float]]:
    """Return what happens to files of tight bitmaps.

    Returns
    -------
    wrong : list of bool
        Whether each file was turned in a wrong way.
    before, after : list of float
        The share of digits whose ink is told from the ground, without and with the comparison
        of the whole file.
    """
    from classroom.catalogue import TURNS
    from classroom.preprocessing.digits import ink_is_light

    wrong, before, after = [], [], []
    for _count, rows in given.files(TIGHT, 3):
        bitmaps = np.stack([tight(image) for image in given.images[rows]])
        for dark in (False, True):
            for turn in TURNS:
                pictures = laid(255 - bitmaps if dark else bitmaps, turn)
                source, found = asked(pictures, given.labels[rows])
                said = found[0].orientation.turn if found else TURNS[0]
                wrong.append(said not in (turn, TURNS[0]))
                right = [ink_is_light(picture) is not dark for picture in pictures]
                before.append(float(np.mean(right)))
                if found and found[0].light is not None:
                    right = [(found[0].light is not dark)] * len(source.samples)
                after.append(float(np.mean(right)))
    return wrong, before, after


def small(home: Path) -> list[results.Figure]:
    """Return the figures for MNIST's own digits, and for small ones in a corner."""
    from PIL import Image

    from classroom.classifiers.cnn import Cnn
    from classroom.datasets import mnist
    from classroom.preprocessing.digits import to_digit
    from classroom.starts import Start

    data = mnist.load(home)
    assert data is not None
    changed = sum(
        to_digit(image) is not image
        for images in (data.train_images, data.test_images)
        for image in images
    )
    pictures = np.zeros((SHRUNK, 28, 28), np.uint8)
    for picture, image in zip(pictures, data.test_images, strict=False):
        picture[:CORNER, :CORNER] = np.asarray(Image.fromarray(image).resize((CORNER, CORNER)))
    labels = data.test_labels[:SHRUNK]
    network = Cnn.load(Start.BASE.file)
    brought = np.stack([to_digit(picture) for picture in pictures])
    shares = [
        float(np.mean(network.predict_proba(images).argmax(axis=1) == labels))
        for images in (pictures, brought)
    ]
    total = len(data.train_images) + len(data.test_images)
    text = f"of {SHRUNK} digits of {CORNER}x{CORNER} pixels in a corner of 28x28, recognised"
    return [
        results.Figure(f"of MNIST's {total:,} digits, changed", [changed], "{:.0f}", 0),
        results.Figure(f"{text} as they are", [shares[0]], "{:.1%}"),
        results.Figure(text, [shares[1]], "{:.1%}", None, GOAL),
    ]


def main() -> None:
    parser = results.parser(__doc__)
    parser.add_argument("paths", nargs="*", type=Path, metavar="PATH")
    options = parser.parse_args()
    rows = ["| digits from | " + " | ".join(f"{count:,}" for count in LAID) + " |"]
    rows.append("|" + " --- |" * (len(LAID) + 1))
    alarms: list[bool] = []
    wrong: list[bool] = []
    before: list[float] = []
    after: list[float] = []
    with results.fresh_home(options) as home:
        figures = small(home)
        for given in sets(home, options.paths):
            raised, told = turned(given)
            alarms += [one for found in raised.values() for one in found]
            shares = [f"{np.mean(found):.1%}" if found else "–" for found in told.values()]
            rows.append(f"| {given.name} | " + " | ".join(shares) + " |")
            of_ink = inked(given)
            wrong += of_ink[0]
            before += of_ink[1]
            after += of_ink[2]
    figures += [
        results.Figure(
            f"of {len(alarms):,} files that lie as they should, asked about",
            [sum(alarms)],
            "{:.0f}",
            0,
        ),
        results.Figure(
            f"of {len(wrong):,} files of tight bitmaps, laid any way, turned another",
            [sum(wrong)],
            "{:.0f}",
            0,
        ),
        results.Figure("of their digits, ink told from ground before", [np.mean(before)], "{:.1%}"),
        results.Figure("and after the look at the whole file", [np.mean(after)], "{:.1%}"),
    ]
    text = (
        "The share of files that were told to lie as they were laid, seven ways each, by how many "
        "digits they have; of the others nothing is asked or said."
    )
    body = "\n\n".join([results.table(figures), text, "\n".join(rows)])
    results.record("Digits of other programs", body, options)


if __name__ == "__main__":
    main()
