"""Labelled digits that lie on their side, are mirrored or inverted are noticed; others are left."""

import json
import struct
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from own_samples import START, content
from PIL import Image
from places import ROOT
from scipy import ndimage

from classroom import logs
from classroom.catalogue import INVERTED, ORIENTATIONS, TURNS
from classroom.cli import main
from classroom.datasets.dataset import Dataset, Sample
from classroom.datasets.exporting import export
from classroom.datasets.importing import import_paths, read
from classroom.datasets.mnist_files import Mnist
from classroom.preprocessing.digits import from_strokes, ink_is_light, to_digit
from classroom.preprocessing.orientation import Orientation, class_means, named
from classroom.preprocessing.strokes import StrokesLine

Images = np.ndarray[Any, np.dtype[np.uint8]]

# What was done to the digits, by the name that tells it.
DONE: dict[str, Callable[[Images], Images]] = {
    "transposed": lambda x: x.transpose(0, 2, 1),
    "mirrored": lambda x: x[:, :, ::-1],
    "flipped": lambda x: x[:, ::-1],
    "rotated-180": lambda x: np.rot90(x, 2, (1, 2)),
    "rotated-left": lambda x: np.rot90(x, 1, (1, 2)),
    "rotated-right": lambda x: np.rot90(x, -1, (1, 2)),
    "anti-transposed": lambda x: np.rot90(x, 2, (1, 2)).transpose(0, 2, 1),
}


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Dataset]:
    with Dataset(f"sqlite:///{(tmp_path / 'other.sqlite').as_posix()}") as opened:
        yield opened


@pytest.fixture(autouse=True)
def _log_elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    yield
    logs.configure(tmp_path_factory.mktemp("log"))


def write(path: Path, images: Images, labels: Sequence[int]) -> Path:
    np.savez(path, x_train=images, y_train=np.array(labels))
    return path


def some(mnist: Mnist, count: int, start: int = 0) -> tuple[Images, list[int]]:
    """Digits of MNIST, the same number of each class as far as it goes."""
    order = np.argsort(mnist.test_labels, kind="stable")
    by_class = [order[mnist.test_labels[order] == label] for label in range(10)]
    rows = [by_class[at % 10][start + at // 10] for at in range(count)]
    return mnist.test_images[rows], mnist.test_labels[rows].tolist()


def kept(dataset: Dataset) -> list[tuple[bytes, int]]:
    return sorted((sample.image.tobytes(), sample.label) for sample in dataset.samples())


def pairs(images: Images, labels: Sequence[int]) -> list[tuple[bytes, int]]:
    return sorted((image.tobytes(), label) for image, label in zip(images, labels, strict=True))


@pytest.mark.parametrize("turn", DONE)
def test_digits_laid_another_way_come_in_as_if_they_had_been_upright(
    dataset: Dataset, small_mnist: Mnist, tmp_path: Path, turn: str
) -> None:
    images, labels = some(small_mnist, 100)
    file = write(tmp_path / "d.npz", DONE[turn](images), labels)
    report = import_paths(dataset, [file])
    [done] = report.reoriented
    assert (done.source, done.orientation, done.digits) == ("d.npz", turn, 100)
    assert kept(dataset) == pairs(images, labels)


@pytest.mark.parametrize("start", range(0, 30, 3))
def test_ten_transposed_digits_are_enough_and_ten_right_ones_raise_no_question(
    dataset: Dataset, small_mnist: Mnist, tmp_path: Path, start: int
) -> None:
    images, labels = some(small_mnist, 10, start)
    right = read(dataset, [write(tmp_path / "right.npz", images, labels)])
    assert right.reorientations == []
    assert pairs(*(np.array([s.image for s in right.reading.sources[0].samples]), labels)) == pairs(
        images, labels
    )
    aside = read(dataset, [write(tmp_path / "aside.npz", images.transpose(0, 2, 1), labels)])
    assert [one.orientation.name for one in aside.reorientations] == ["transposed"]


def test_fewer_than_ten_digits_or_five_classes_tell_nothing(
    dataset: Dataset, small_mnist: Mnist, tmp_path: Path
) -> None:
    images, labels = some(small_mnist, 100)
    few = np.flatnonzero(np.array(labels) < 4)
    for name, chosen in (("nine", np.arange(9)), ("four classes", few)):
        file = write(
            tmp_path / f"{name}.npz",
            images[chosen].transpose(0, 2, 1),
            np.array(labels)[chosen].tolist(),
        )
        assert read(dataset, [file]).reorientations == []


def test_digits_under_wrong_labels_are_not_turned(
    dataset: Dataset, small_mnist: Mnist, tmp_path: Path
) -> None:
    images, labels = some(small_mnist, 200)
    for shift in range(1, 10):
        wrong = [(label + shift) % 10 for label in labels]
        pending = read(dataset, [write(tmp_path / f"{shift}.npz", images, wrong)])
        assert pending.reorientations == []


def tight(image: Images) -> Images:
    """A bitmap of bold ink that fills it, as a scanner's software cuts characters out."""
    bold = ndimage.grey_dilation(image, (3, 3))
    rows, columns = ((bold > 100).any(axis=axis).nonzero()[0] for axis in (1, 0))
    cut = bold[rows[0] : rows[-1] + 1, columns[0] : columns[-1] + 1]
    return np.asarray(Image.fromarray(cut).resize((20, 20)))


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("turn", ["as-is", "transposed"])
def test_ink_that_was_taken_for_ground_is_noticed(
    dataset: Dataset, small_mnist: Mnist, tmp_path: Path, dark: bool, turn: str
) -> None:
    images, labels = some(small_mnist, 150)
    bitmaps = np.stack([tight(image) for image in images])
    bitmaps = 255 - bitmaps if dark else bitmaps
    laid = DONE[turn](bitmaps) if turn != "as-is" else bitmaps
    wrong = np.array([ink_is_light(picture) is dark for picture in laid])
    assert 5 < wrong.sum() < 75
    right = [to_digit(picture, light=not dark) for picture in bitmaps]
    report = import_paths(dataset, [write(tmp_path / "d.npz", laid, labels)])
    [done] = report.reoriented
    assert named(done.orientation) == Orientation(turn, inverted=True)
    assert done.digits == (150 if turn == "transposed" else wrong.sum())
    if turn == "as-is":
        # Those that were read rightly stay what they are, bit for bit.
        right = [
            image if is_wrong else to_digit(picture)
            for image, is_wrong, picture in zip(right, wrong, bitmaps, strict=True)
        ]
    assert set(kept(dataset)) == set(pairs(np.array(right), labels))


def test_dark_and_light_pictures_in_one_folder_stay_what_they_are(
    dataset: Dataset, small_mnist: Mnist, tmp_path: Path
) -> None:
    images, labels = some(small_mnist, 60)
    for number, (image, label) in enumerate(zip(images, labels, strict=True)):
        folder = tmp_path / "in" / str(label)
        folder.mkdir(parents=True, exist_ok=True)
        picture = Image.fromarray(image if number % 3 else 255 - image)
        picture.resize((40, 40)).save(folder / f"{number}.png")
    assert read(dataset, [tmp_path / "in"]).reorientations == []


def test_each_folder_is_decided_by_itself(
    dataset: Dataset, small_mnist: Mnist, tmp_path: Path
) -> None:
    images, labels = some(small_mnist, 80)
    for number, (image, label) in enumerate(zip(images, labels, strict=True)):
        folder = tmp_path / "class" / ("ann" if number < 40 else "bob") / "train" / str(label)
        folder.mkdir(parents=True, exist_ok=True)
        Image.fromarray(image if number < 40 else image.T).save(folder / f"{number}.png")
    report = import_paths(dataset, [tmp_path / "class"])
    assert [(one.source, one.digits) for one in report.reoriented] == [("bob", 40)]
    assert kept(dataset) == pairs(images, labels)


def idx(folder: Path, images: Images, labels: Sequence[int]) -> None:
    folder.mkdir()
    head = struct.pack(">IIII", 0x803, *images.shape)
    (folder / "emnist-digits-test-images-idx3-ubyte").write_bytes(head + images.tobytes())
    head = struct.pack(">II", 0x801, len(labels))
    (folder / "emnist-digits-test-labels-idx1-ubyte").write_bytes(head + bytes(labels))


def run(home: Path, *arguments: object) -> int:
    return main.main(["--home", str(home), *map(str, arguments)])


def test_the_command_line_says_what_it_turned_and_can_be_told_otherwise(
    small_mnist: Mnist, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    images, labels = some(small_mnist, 30)
    idx(tmp_path / "emnist", np.ascontiguousarray(images.transpose(0, 2, 1)), labels)
    for orientation, expected in (
        (None, images),
        ("auto", images),
        ("transposed", images),
        ("as-is", images.transpose(0, 2, 1)),
        ("rotated-left", np.rot90(images.transpose(0, 2, 1), -1, (1, 2))),
    ):
        home = tmp_path / str(orientation)
        option = ["--orientation", orientation] if orientation else []
        assert run(home, "dataset", "import", tmp_path / "emnist", *option, "--json") == 0
        out, err = capsys.readouterr()
        turned = json.loads(out)["reoriented"]
        if orientation == "as-is":
            assert (turned, err) == ([], "")
        else:
            name = "emnist-digits-test-images-idx3-ubyte"
            assert [(one["source"], one["digits"]) for one in turned] == [(name, 30)]
            assert "30 digits of emnist-digits-test-images-idx3-ubyte lie" in err
            assert "--orientation as-is" in err
        with Dataset(f"sqlite:///{(home / 'data' / 'samples.sqlite').as_posix()}") as store:
            found = [to_digit(image).tobytes() for image in np.ascontiguousarray(expected)]
            assert kept(store) == sorted(zip(found, labels, strict=True))
    with pytest.raises(SystemExit) as wrong:
        run(tmp_path, "dataset", "import", tmp_path / "emnist", "--orientation", "sideways")
    assert wrong.value.code == 2


@pytest.mark.parametrize("turn", TURNS)
def test_strokes_are_turned_together_with_their_image(
    dataset: Dataset, drawn: list[StrokesLine], tmp_path: Path, turn: str
) -> None:
    lines = [line for line in drawn if line.label is not None][:60]
    laid = [_laid(line.strokes, turn) for line in lines]
    file = tmp_path / "others.jsonl"
    text = [
        json.dumps({"label": line.label, "strokes": strokes})
        for line, strokes in zip(lines, laid, strict=True)
    ]
    file.write_text("\n".join(text), encoding="utf-8")
    report = import_paths(dataset, [file])
    assert [one.orientation for one in report.reoriented] == ([] if turn == "as-is" else [turn])
    for sample in dataset.samples():
        assert np.array_equal(sample.image, from_strokes(sample.strokes or []))
    upright = {from_strokes(line.strokes).tobytes() for line in lines}
    same = sum(sample.image.tobytes() in upright for sample in dataset.samples())
    assert same >= 0.9 * len(lines)


def _laid(strokes: Any, turn: str) -> Any:
    """Lay upright strokes as a file of another program may have them."""
    ways = {
        "as-is": lambda x, y: (x, y),
        "transposed": lambda x, y: (y, x),
        "mirrored": lambda x, y: (-x, y),
        "flipped": lambda x, y: (x, -y),
        "rotated-180": lambda x, y: (-x, -y),
        "rotated-left": lambda x, y: (y, -x),
        "rotated-right": lambda x, y: (-y, x),
        "anti-transposed": lambda x, y: (-y, -x),
    }
    return [[ways[turn](x, y) for x, y in stroke] for stroke in strokes]


@pytest.mark.parametrize(
    ("name", "format_"),
    [("png", "png"), ("d.npz", "npz"), ("idx", "idx"), ("d.zip", "zip"), ("d.jsonl", "strokes")],
)
def test_what_the_program_wrote_is_never_asked_about(
    dataset: Dataset,
    other: Dataset,
    drawn: list[StrokesLine],
    tmp_path: Path,
    name: str,
    format_: str,
) -> None:
    # Somebody kept them lying on their side, and wants them so.
    strokes = [_laid(line.strokes, "transposed") for line in drawn[:50]]
    dataset.keep_many(
        Sample(from_strokes(each), line.label or 0, "ann", "drawn", each, START)
        for each, line in zip(strokes, drawn, strict=False)
    )
    export(dataset, tmp_path / "out" / name, [format_])
    assert read(other, [tmp_path / "out" / name]).reorientations == []
    import_paths(other, [tmp_path / "out" / name])
    lost = ("writer", "created", "origin", "strokes")
    assert content(other, but=lost) == content(dataset, but=lost)


def test_every_name_is_an_orientation_of_its_own() -> None:
    assert len(ORIENTATIONS) == len({named(name) for name in ORIENTATIONS}) == 16
    assert [named(name).name for name in ORIENTATIONS] == list(ORIENTATIONS)
    assert named(INVERTED) == Orientation(inverted=True)


def test_the_means_that_ship_are_made_by_their_tool(small_mnist: Mnist, tmp_path: Path) -> None:
    np.savez(
        tmp_path / "mnist.npz", x_train=small_mnist.train_images, y_train=small_mnist.train_labels
    )
    tool = ROOT / "tools" / "make_class_means.py"
    subprocess.run([sys.executable, tool, tmp_path / "mnist.npz", tmp_path / "m.png"], check=True)
    with Image.open(tmp_path / "m.png") as picture:
        made = np.asarray(picture, np.float64).reshape(28, 10, 28).swapaxes(0, 1).reshape(10, -1)
    # of 2,000 digits, not of 60,000: nearly the same
    correlations = [np.corrcoef(made[at], class_means()[at])[0, 1] for at in range(10)]
    assert min(correlations) > 0.98
