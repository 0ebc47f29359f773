"""The strokes that MNIST lacks: where they are drawn, and where none is."""

import numpy as np
import pytest
from numpy.typing import NDArray

from classroom.datasets.mnist_files import Mnist
from classroom.networks import european_styles
from classroom.networks.augmentation import training_batches


def styled(mnist: Mnist, digit: int) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Return some digits as they are in MNIST, and with the strokes of `styles`."""
    images = mnist.train_images[mnist.train_labels == digit][:100]
    labels = np.full(len(images), digit, np.uint8)
    pixels = images[..., None].astype(np.float32)
    drawn = european_styles.add_styles(pixels, labels, np.array([3, 4], np.int64)).numpy()
    return pixels[..., 0], drawn[..., 0]


@pytest.mark.parametrize(("digit", "kinds"), [(0, 1), (1, 2), (4, 1), (7, 2)])
def test_a_share_of_a_digit_gets_its_strokes(small_mnist: Mnist, digit: int, kinds: int) -> None:
    """About as many as `SHARE` says are drawn on, and ink is only ever added."""
    before, after = styled(small_mnist, digit)
    changed = (before != after).any(axis=(1, 2)).mean()
    assert european_styles.SHARE * kinds / 2 < changed < european_styles.SHARE * kinds * 2
    assert (after >= before).all()
    assert after.max() <= 255


def test_some_nines_are_open_at_the_top_and_some_have_a_curled_foot(
    small_mnist: Mnist, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(european_styles, "SHARE", 0.0)
    monkeypatch.setattr(european_styles, "OPENED", 1.0)
    before, after = styled(small_mnist, 9)
    assert (after <= before).all()
    erased = (before - after).sum(axis=(0, 2))
    # The loop of a 9 takes up the upper half of its 20 pixels.
    assert erased[:12].sum() > 0.9 * erased.sum() > 0
    monkeypatch.setattr(european_styles, "SHARE", 1.0)
    monkeypatch.setattr(european_styles, "OPENED", 0.0)
    monkeypatch.setattr(european_styles, "CURLED", 1.0)
    before, after = styled(small_mnist, 9)
    added = (after - before).sum(axis=(0, 2))
    assert (after >= before).all()
    assert added[16:].sum() > 0.9 * added.sum() > 0


@pytest.mark.parametrize("digit", [2, 3, 5, 6, 8])
def test_other_digits_stay_as_they_are(small_mnist: Mnist, digit: int) -> None:
    before, after = styled(small_mnist, digit)
    assert (before == after).all()


def test_a_slash_fills_the_hole_of_a_zero(
    small_mnist: Mnist, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(european_styles, "SHARE", 1.0)
    before, after = styled(small_mnist, 0)
    hole = np.s_[:, 12:16, 12:16]
    assert after[hole].mean() > before[hole].mean() + 80


def test_a_foot_lies_right_of_the_bottom_of_a_four(
    small_mnist: Mnist, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(european_styles, "SHARE", 1.0)
    before, after = styled(small_mnist, 4)
    added = (after - before).sum(axis=0)
    rows, columns = np.nonzero(added)
    assert np.average(rows, weights=added[rows, columns]) > 16
    for four, footed in zip(before, after, strict=True):
        bottom = np.flatnonzero((four > european_styles.INK).any(axis=1))[-1]
        stem = np.flatnonzero(four[bottom] > european_styles.INK).mean()
        new = np.nonzero(footed - four)[1]
        assert new.size == 0 or np.median(new) >= stem - 1


def test_a_flag_lies_left_of_the_top_of_a_one(
    small_mnist: Mnist, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(european_styles, "SHARE", 1.0)
    monkeypatch.setattr(european_styles, "BASED", 0.0)
    before, after = styled(small_mnist, 1)
    rows, columns = np.nonzero((after - before).sum(axis=0))
    added = (after - before).sum(axis=0)
    assert np.average(rows, weights=added[rows, columns]) < 13
    for one, flagged in zip(before, after, strict=True):
        top = np.flatnonzero((one > european_styles.INK).any(axis=1))[0]
        tip = np.flatnonzero(one[top] > european_styles.INK).mean()
        new = np.nonzero(flagged - one)[1]
        # the round end of the pen reaches a little to the right of the tip
        assert new.size == 0 or np.median(new) <= tip + 1


def test_some_ones_with_a_flag_stand_on_a_line(
    small_mnist: Mnist, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(european_styles, "SHARE", 1.0)
    added = {}
    for based in (0.0, 1.0):
        monkeypatch.setattr(european_styles, "BASED", based)
        before, after = styled(small_mnist, 1)
        added[based] = (after - before).sum(axis=(0, 2))
    assert added[1.0][20:].sum() > 10 * max(1, added[0.0][20:].sum())


def test_a_bar_crosses_a_seven_near_its_middle(
    small_mnist: Mnist, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(european_styles, "SHARE", 1.0)
    before, after = styled(small_mnist, 7)
    added = (after - before).sum(axis=(0, 2))
    # the rest are feet
    assert added[9:19].sum() > added.sum() / 2


def test_the_same_seed_draws_the_same(small_mnist: Mnist) -> None:
    """Training with the strokes is as repeatable as without."""

    def first() -> NDArray[np.float32]:
        batches = training_batches(
            small_mnist.train_images[:200],
            small_mnist.train_labels[:200],
            seed=5,
            augment=True,
            styles=True,
            batch_size=200,
        )
        return next(iter(batches))[0].numpy()

    assert (first() == first()).all()
