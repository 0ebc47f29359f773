from pathlib import Path

import keras
import network
import numpy as np
import pytest
from handwriting import named, read_digits
from network import MNIST_TEST, goals_of, multiply_adds, parsed, report
from places import LESSON

from classroom.datasets.mnist_files import Mnist
from classroom.engine.scoring import Digits
from classroom.networks.keras_models import compiled, load_network
from classroom.networks.registry import new_network
from classroom.starts import Start


def rows_of(text: str, first: str) -> list[list[str]]:
    """The cells of the table whose title begins with these."""
    part = next(one for one in text.split("\n\n") if one.startswith(first))
    return [line[2:-2].split(" | ") for line in part.splitlines()[2:]]


def test_the_report_is_true_to_the_networks(small_mnist: Mnist, tmp_path: Path) -> None:
    test = Digits(small_mnist.test_images, small_mnist.test_labels)
    few = tmp_path / "semeion.npz"
    np.savez(few, images=255 - test.images[:80], labels=test.labels[:80].astype(np.int64))
    sets = {MNIST_TEST: {"": test}, "semeion": read_digits(few), "lesson": read_digits(LESSON)}
    assert len(sets["lesson"]) > 1
    text = report(list(Start), sets, {MNIST_TEST: 0.5, "semeion": 0.99})
    by_set = rows_of(text, "| start | set")
    assert [row[:2] for row in by_set] == [[str(s.value), name] for s in Start for name in sets]
    for start in Start:
        answer = compiled(load_network(start.file))
        rows = {row[1]: row for row in by_set if row[0] == start.value}
        for name, images, labels in [
            (MNIST_TEST, test.images, test.labels),
            ("semeion", 255 - test.images[:80], test.labels[:80]),
        ]:
            share = np.mean(answer(images).argmax(axis=1) == labels)
            assert rows[name][2:4] == [f"{len(labels)}", f"{share:.2%}"]
        # Goals are those of the network that is to read many hands.
        reached = ["yes", "**no**"] if start is Start.BASE else ["", ""]
        assert [rows[name][-1] for name in (MNIST_TEST, "semeion")] == reached
        nines = test.labels == 9
        share = np.mean(answer(test.images[nines]).argmax(axis=1) == 9)
        digits = {row[1]: row for row in rows_of(text, "| start | digit") if row[0] == start.value}
        assert list(digits) == [str(digit) for digit in range(10)]
        assert digits["9"][2] == f"{share:.1%}"
    swapped = [row for row in rows_of(text, "| start | digit") if row[0] == "base"]
    assert any(row[-1].startswith("**") for row in swapped if row[1] in "1479")
    assert not any(row[-1].startswith("**") for row in swapped if row[1] in "023568")
    writers = rows_of(text, "| start | worst writers")
    assert {row[1] for row in writers} >= set(sets["lesson"])
    left_out = report([Start.BASE], sets, {}, leave_out=next(iter(sets["lesson"])))
    assert len(rows_of(left_out, "| start | worst")) < len(writers)


def test_multiply_adds_are_as_counted_by_hand() -> None:
    lenet5 = 28**2 * 6 * 5**2 + 10**2 * 16 * 5**2 * 6 + 400 * 120 + 120 * 84 + 84 * 10
    assert multiply_adds(new_network("lenet5", 0)) == lenet5
    layers = keras.layers
    depthwise = keras.Sequential([layers.Input((28, 28, 4)), layers.DepthwiseConv2D(3, 2)])
    assert multiply_adds(depthwise) == 13 * 13 * 4 * 9
    column = multiply_adds(new_network("committee", 0).layers[1])
    assert multiply_adds(new_network("committee", 0)) == 5 * column > 0


def test_a_goal_goes_by_the_name_of_the_file() -> None:
    assert named(Path("a/unipen-dev.jsonl.gz")) == "unipen-dev"
    names = [MNIST_TEST, "unipen-dev", "pendigits_train", "ours"]
    options = parsed(["unipen-dev.jsonl", "pendigits_train.npz", "ours.npz", "--goal", "ours=90"])
    found = goals_of(names, options.goal)
    assert found == {
        MNIST_TEST: 0.9965,
        "unipen-dev": 0.989,
        "pendigits_train": 0.983,
        "ours": 0.9,
    }
    assert goals_of(names, [("unipen-dev", 0.5)])["unipen-dev"] == 0.5


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (["a.npz", "--goal", "b=90"], "'b'; the sets are MNIST test, a"),
        (["a.npz", "--goal", "a=good"], "NAME=PERCENT was expected, not 'a=good'"),
        (["a.npz", "b/a.jsonl"], "two files of the same name"),
    ],
)
def test_what_cannot_be_meant_is_refused(
    arguments: list[str], sentence: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        parsed(arguments)
    assert sentence in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arrays", "sentence"),
    [
        ({"images": np.zeros((3, 16, 16), np.uint8)}, r"shape \(3, 16, 16\)"),
        ({"images": np.zeros((3, 28, 28), np.float32)}, "float32"),
        ({"images": np.zeros((0, 28, 28), np.uint8)}, r"shape \(0, 28, 28\)"),
        ({"labels": np.zeros(2, np.int64)}, r"labels of shape \(2,\)"),
        ({"labels": np.array([0, 1, 10])}, "0 to 9"),
        ({"labels": np.array([{}, 1, 2], object)}, "cannot be read"),
        ({"images": None}, "cannot be read"),
    ],
)
def test_arrays_of_another_shape_are_refused(
    arrays: dict[str, np.ndarray], sentence: str, tmp_path: Path
) -> None:
    sound = {"images": np.zeros((3, 28, 28), np.uint8), "labels": np.array([1, 2, 3])}
    content = {name: array for name, array in (sound | arrays).items() if array is not None}
    np.savez(tmp_path / "set.npz", **content)
    with pytest.raises(SystemExit, match=rf"set\.npz .*{sentence}"):
        read_digits(tmp_path / "set.npz")


@pytest.mark.parametrize("name", ["set.npz", "set.jsonl"])
def test_a_file_of_another_kind_is_refused(name: str, tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match=name.replace(".", r"\.")):
        read_digits(tmp_path / name)
    (tmp_path / name).write_bytes(b"no digits\n")
    with pytest.raises(SystemExit, match=name.replace(".", r"\.")):
        read_digits(tmp_path / name)


def test_the_time_of_a_digit_is_told_without_what_is_loaded_once() -> None:
    calls = []
    found = network.milliseconds(lambda images: calls.append(images.shape), np.zeros((28, 28)), 20)
    assert len(found) == 20
    assert len(calls) == 30
    assert set(calls) == {(1, 28, 28)}
