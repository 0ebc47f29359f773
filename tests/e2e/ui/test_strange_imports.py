"""Digits that come in on their side are asked about; doubtful ones are offered for a look."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from gallery_support import opened
from support import until

from classroom.datasets.dataset import Dataset
from classroom.datasets.mnist_files import Mnist
from classroom.paths import store_url
from classroom.ui.app import App
from classroom.ui.samples.import_check import most_errors_expected
from classroom.ui.samples.orientation_dialog import OrientationDialog
from classroom.ui.samples.panel import SamplesPanel


@pytest.fixture
def panel(app: App) -> SamplesPanel:
    return opened(app, 0)


@pytest.fixture
def archive(tmp_path: Path, small_mnist: Mnist) -> Callable[..., Path]:
    """Return a function that writes thirty of MNIST's digits into an npz file."""

    def made(name: str, *, start: int = 0, turned: bool = False, wrong: int = 0) -> Path:
        rows = slice(start, start + 30)
        images, labels = small_mnist.test_images[rows], small_mnist.test_labels[rows].copy()
        labels[:wrong] = (labels[:wrong] + 1) % 10
        images = images.transpose(0, 2, 1) if turned else images
        np.savez(tmp_path / name, x=images, y=labels)
        return tmp_path / name

    return made


def kept(app: App) -> set[bytes]:
    with Dataset(store_url(app.home)) as store:
        return {sample.image.tobytes() for sample in store.samples()}


def asked(app: App, panel: SamplesPanel) -> OrientationDialog:
    until(app.root, lambda: isinstance(panel.files.dialog, OrientationDialog))
    assert isinstance(panel.files.dialog, OrientationDialog)
    return panel.files.dialog


@pytest.mark.parametrize("upright", [True, False])
def test_digits_on_their_side_are_shown_both_ways_and_one_is_chosen(
    app: App, panel: SamplesPanel, archive: Callable[..., Path], small_mnist: Mnist, upright: bool
) -> None:
    panel.files.import_files([archive("d.npz", turned=True)])
    question = asked(app, panel)
    # Nothing is stored before somebody has chosen.
    assert kept(app) == set()
    assert panel.files.import_button.instate(["disabled"])
    question.choices[upright].invoke()
    question.go_on.invoke()
    until(app.root, lambda: len(panel.samples) == 30)
    images = small_mnist.test_images[:30]
    expected = images if upright else np.ascontiguousarray(images.transpose(0, 2, 1))
    assert kept(app) == {image.tobytes() for image in expected}
    assert ("30 were brought upright" in app.notice.text) is upright
    until(app.root, lambda: panel.files.import_button.instate(["!disabled"]))


def test_each_file_is_asked_about_and_cancel_imports_nothing(
    app: App, panel: SamplesPanel, archive: Callable[..., Path]
) -> None:
    panel.files.import_files([archive("a.npz", turned=True), archive("b.npz", turned=True)])
    question = asked(app, panel)
    question.go_on.invoke()
    second = asked(app, panel)
    assert second is not question
    second.dismiss()
    until(app.root, lambda: app.notice.text == "Nothing was imported.")
    assert kept(app) == set()


def test_more_mistakes_than_expected_are_offered_for_a_look(
    app: App, panel: SamplesPanel, archive: Callable[..., Path]
) -> None:
    assert most_errors_expected(30) < 6
    panel.files.import_files([archive("d.npz", wrong=6)])
    until(app.root, lambda: "The CNN reads" in app.notice.text)
    assert app.notice.text.startswith("30 digits added.")
    assert "6 of the 30 new digits" in app.notice.text
    assert "at most 2 of 30" in app.notice.text
    app.notice.button.invoke()
    until(app.root, lambda: len(panel.filtered) == 6)
    assert panel.filter_bar.kinds.get() == "New, wrong"
    # Another import has its own.
    panel.filter_bar.clear()
    panel.files.import_files([archive("e.npz", start=30)])
    until(app.root, lambda: len(panel.samples) == 60 and not panel.cnn_scores.missing)
    panel.filter_bar.show_import()
    assert len(panel.filtered) == 0


def test_digits_that_the_cnn_takes_for_what_they_are_called_raise_no_question(
    app: App, panel: SamplesPanel, archive: Callable[..., Path]
) -> None:
    panel.files.import_files([archive("d.npz")])
    until(app.root, lambda: len(panel.samples) == 30 and not panel.cnn_scores.missing)
    until(app.root, lambda: panel._timer is None)
    assert "The CNN reads" not in app.notice.text
    assert panel.files.dialog is None


@pytest.mark.parametrize(("count", "most"), [(1, 1), (30, 2), (100, 4), (1000, 20), (60_000, 751)])
def test_what_is_expected_is_a_bound_of_the_binomial_distribution(count: int, most: int) -> None:
    scipy = pytest.importorskip("scipy.stats")
    assert most_errors_expected(count) == scipy.binom.ppf(0.99, count, 0.0115)
    assert abs(most_errors_expected(count) - most) <= 1
