"""A picture of one digit is brought to where MNIST's ink is, unless its ink is there already."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from own_samples import content, drawn, noise
from PIL import Image
from scipy import ndimage

from classroom import logs
from classroom.cli import main
from classroom.datasets.dataset import Dataset
from classroom.datasets.exporting import export
from classroom.datasets.importing import import_paths
from classroom.datasets.mnist_files import Mnist
from classroom.datasets.prediction_input import read_digits
from classroom.preprocessing.digits import ink_is_light, is_like_mnist, to_digit
from classroom.preprocessing.thresholding import NothingDrawn

Grey = np.ndarray[Any, np.dtype[np.uint8]]


@pytest.fixture
def other(tmp_path: Path) -> Iterator[Dataset]:
    with Dataset(f"sqlite:///{(tmp_path / 'other.sqlite').as_posix()}") as opened:
        yield opened


@pytest.fixture(autouse=True)
def _log_elsewhere(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    yield
    logs.configure(tmp_path_factory.mktemp("log"))


def in_corner(digit: Grey, side: int = 14) -> Grey:
    """A digit as somebody draws it small in a corner, light on black, (28, 28) uint8."""
    picture = np.zeros((28, 28), np.uint8)
    picture[:side, :side] = np.asarray(Image.fromarray(digit).resize((side, side)))
    return picture


def moved(digit: Grey) -> Grey:
    return np.roll(digit, (-3, 3), (0, 1))


FORMS: dict[str, Callable[[Grey], Grey]] = {
    "in a corner": in_corner,
    "moved": moved,
    "faint": lambda x: (x * 0.5).astype(np.uint8),
    "on white": lambda x: 255 - x,
    "grey on grey": lambda x: (60 + x * 0.5).astype(np.uint8),
    "small on white": lambda x: 255 - in_corner(x, 16),
}


def test_all_of_mnist_passes_unchanged(small_mnist: Mnist) -> None:
    for images in (small_mnist.train_images, small_mnist.test_images):
        assert all(np.array_equal(to_digit(image), image) for image in images)


@pytest.mark.parametrize("form", FORMS)
def test_28x28_pictures_are_brought_to_where_mnist_has_its_ink(
    small_mnist: Mnist, form: str
) -> None:
    differences = []
    for digit in small_mnist.test_images[:50]:
        picture = FORMS[form](digit)
        assert not is_like_mnist(picture)
        brought = to_digit(picture)
        assert is_like_mnist(brought)
        differences.append(float(np.abs(brought.astype(float) - digit).mean()))
    # of 255; any two digits of MNIST differ by 40 on average
    assert np.mean(differences) < 16


def test_a_border_of_one_level_is_the_ground(small_mnist: Mnist) -> None:
    # By the thin lines within them, one in ten bold digits was read with ink for ground.
    for image in small_mnist.test_images:
        bold = ndimage.grey_dilation(image, (3, 3))
        edge = np.concatenate([bold[0], bold[-1], bold[:, 0], bold[:, -1]])
        assert edge.any() or (ink_is_light(bold) and not ink_is_light(255 - bold))


@pytest.mark.parametrize("level", [0, 9, 255])
def test_a_blank_28x28_picture_is_no_digit(level: int) -> None:
    with pytest.raises(NothingDrawn, match="No digit was found"):
        to_digit(np.full((28, 28), level, np.uint8))


def test_small_digits_are_recognised_by_predict_and_imported_as_the_same(
    tmp_path: Path, small_mnist: Mnist, capsys: pytest.CaptureFixture[str]
) -> None:
    rows = range(200)
    files = []
    for row in rows:
        file = tmp_path / "in" / str(small_mnist.test_labels[row]) / f"{row}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        Image.fromarray(in_corner(small_mnist.test_images[row])).save(file)
        files.append(file)
    home = ["--home", str(tmp_path / "home")]
    assert main.main([*home, "predict", *map(str, files), "--json"]) == 0
    said = json.loads(capsys.readouterr().out)["digits"]
    answers = [one["predictions"]["cnn"]["digit"] for one in said]
    right = sum(
        answer == small_mnist.test_labels[row] for answer, row in zip(answers, rows, strict=True)
    )
    assert right >= 0.92 * len(rows)

    with Dataset(f"sqlite:///{(tmp_path / 'mine.sqlite').as_posix()}") as store:
        assert import_paths(store, [tmp_path / "in"]).added == len(rows)
        kept = {(sample.image.tobytes(), sample.label) for sample in store.samples()}
    expected = {
        (
            to_digit(in_corner(small_mnist.test_images[row])).tobytes(),
            int(small_mnist.test_labels[row]),
        )
        for row in rows
    }
    assert kept == expected


@pytest.mark.parametrize(
    ("name", "format_"), [("png", "png"), ("d.npz", "npz"), ("idx", "idx"), ("d.zip", "zip")]
)
def test_what_says_that_it_is_the_programs_own_passes_unchanged(
    dataset: Dataset, other: Dataset, tmp_path: Path, name: str, format_: str
) -> None:
    dataset.keep_many([drawn(n, n % 10) for n in range(20)] + [noise(n, n % 10) for n in range(20)])
    export(dataset, tmp_path / "out" / name, [format_])
    assert import_paths(other, [tmp_path / "out" / name]).added == 40
    lost = ("writer", "created", "origin", "strokes")
    assert content(other, but=lost) == content(dataset, but=lost)


def test_predict_takes_the_programs_own_pictures_as_they_are_too(
    dataset: Dataset, tmp_path: Path
) -> None:
    dataset.keep_many([noise(n, n % 10) for n in range(20)])
    export(dataset, tmp_path / "png", ["png"])
    pages, _left_out = read_digits([tmp_path / "png"])
    kept = {sample.image.tobytes() for sample in dataset.samples()}
    assert {one.image.tobytes() for page in pages for one in page.found} == kept


def test_idx_files_changed_since_are_not_taken_for_the_programs_own(
    dataset: Dataset, other: Dataset, tmp_path: Path
) -> None:
    dataset.keep_many([noise(n, n % 10) for n in range(20)])
    export(dataset, tmp_path / "idx", ["idx"])
    file = tmp_path / "idx" / "train-images-idx3-ubyte"
    content_ = bytearray(file.read_bytes())
    content_[16:800] = in_corner(drawn(1).image).tobytes()
    file.write_bytes(content_)
    import_paths(other, [tmp_path / "idx"])
    brought = to_digit(in_corner(drawn(1).image)).tobytes()
    assert brought in {sample.image.tobytes() for sample in other.samples()}
