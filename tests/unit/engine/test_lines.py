"""The line in use: what it answers, what the base line answers beside it, and how to go over."""

import json
import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from store_support import POSIX, read_only
from support import base, keep_some, make_version

from classroom.classifiers.cnn import Cnn
from classroom.datasets.mnist_files import Checksums, Mnist
from classroom.engine import versions
from classroom.engine.classifier_service import ClassifierService
from classroom.engine.jobs import Job
from classroom.engine.versions import Line
from classroom.networks import fine_tuning
from classroom.preprocessing.strokes import StrokesLine
from classroom.starts import Start


def quiet() -> Job:
    return Job(lambda _report: None)


@pytest.fixture
def story(prepared: Path) -> Line:
    """The MNIST-only line, in use in a home in which all that ships is ready."""
    line = Line(prepared, Start.MNIST_ONLY)
    versions.set_line(line)
    return line


@pytest.fixture
def images(small_mnist: Mnist) -> NDArray[np.uint8]:
    return small_mnist.test_images[:50]


def ready(home: Path, checksums: Checksums) -> ClassifierService:
    service = ClassifierService(home, checksums)
    service.load_network()
    service.prepare(quiet())
    return service


def test_the_line_in_use_answers_and_the_base_line_beside_it(
    story: Line, checksums: Checksums, images: NDArray[np.uint8]
) -> None:
    service = ready(story.home, checksums)
    said = service.classifier("cnn").predict_proba(images)
    assert np.allclose(said, Cnn.load(Start.MNIST_ONLY.file).predict_proba(images), atol=1e-5)
    beside = service.base_network().predict_proba(images)
    assert np.allclose(beside, Cnn.load(Start.BASE.file).predict_proba(images), atol=1e-5)
    assert not np.allclose(said, beside, atol=1e-2)
    assert service.base_version[0].start is Start.BASE


def test_the_base_line_is_loaded_once(
    prepared: Path, checksums: Checksums, monkeypatch: pytest.MonkeyPatch
) -> None:
    loaded: list[Path] = []
    load = Cnn.load.__func__  # type: ignore[attr-defined]
    monkeypatch.setattr(
        Cnn, "load", classmethod(lambda cls, path: (loaded.append(path), load(cls, path))[1])
    )
    service = ready(prepared, checksums)
    assert service.base_network() is service.base_network() is service.classifier("cnn")
    service.use_line(Start.MNIST_ONLY, quiet())
    service.base_network()
    assert loaded == [Start.BASE.file, Start.MNIST_ONLY.file]


def test_the_base_line_answers_with_the_version_that_was_chosen_in_it(
    story: Line, checksums: Checksums
) -> None:
    make_version(story.home, 4)
    versions.set_current(base(story.home), 4)
    service = ready(story.home, checksums)
    service.base_network()
    version, fallback = service.base_version
    assert (version.number, fallback) == (4, None)
    assert (service.version.number, service.version.start) == (0, Start.MNIST_ONLY)
    # Where its network turns out to be damaged, the shipped one answers, and it is said.
    (versions.folder(base(story.home), 4) / "cnn.keras").write_bytes(b"half")
    service = ready(story.home, checksums)
    assert service.base_network().predict_proba(np.zeros((1, 28, 28), np.uint8)).shape == (1, 10)
    version, fallback = service.base_version
    assert version.number == 0
    assert fallback is not None
    assert fallback.wanted == 4
    assert service.fallback is None


def test_svm_and_knn_are_fitted_once_for_both_lines(
    home: Path, checksums: Checksums, monkeypatch: pytest.MonkeyPatch
) -> None:
    versions.set_line(Line(home, Start.MNIST_ONLY))
    service = ready(home, checksums)
    shipped = versions.folder(base(home), 0)
    assert {path.name for path in shipped.iterdir()} == {"svm.npz", "knn.npz", "version.json"}
    assert set(service.version.mnist_test) == {"cnn", "svm", "knn"}
    # The base line's network has not been scored yet; all else of its version 0 is there.
    assert set(versions.shipped(base(home)).mnist_test) == {"svm", "knn"}
    written = {path: path.stat().st_mtime_ns for path in shipped.glob("*.npz")}
    service.use_line(Start.BASE, quiet())
    assert {path: path.stat().st_mtime_ns for path in shipped.glob("*.npz")} == written
    assert set(service.classifiers) == {"cnn", "svm", "knn"}
    one = versions.shipped(base(home)).mnist_test
    other = versions.shipped(Line(home, Start.MNIST_ONLY)).mnist_test
    assert set(one) == set(other) == {"cnn", "svm", "knn"}
    assert (one["svm"], one["knn"]) == (other["svm"], other["knn"])


def test_a_switch_is_remembered_and_takes_the_version_that_was_chosen_there(
    story: Line, checksums: Checksums
) -> None:
    make_version(story.home, 4)
    versions.set_current(base(story.home), 4)
    service = ready(story.home, checksums)
    assert service.use_line(Start.BASE, quiet()).number == 4
    again = ClassifierService(story.home, checksums)
    assert (again.version.number, again.version.start) == (4, Start.BASE)
    assert service.use_line(Start.MNIST_ONLY, quiet()).number == 0
    assert versions.chosen(base(story.home))[0].number == 4


def test_a_switch_to_a_line_with_a_damaged_version_says_so(
    story: Line, checksums: Checksums
) -> None:
    make_version(story.home, 4)
    versions.set_current(base(story.home), 4)
    (versions.folder(base(story.home), 4) / "knn.npz").unlink()
    service = ready(story.home, checksums)
    assert service.use_line(Start.BASE, quiet()).number == 0
    assert service.fallback is not None
    assert (service.fallback.wanted, service.fallback.start) == (4, Start.BASE)
    assert set(service.classifiers) == {"cnn", "svm", "knn"}


@pytest.mark.parametrize("start", [Start.MNIST_ONLY, Start.BASE])
def test_a_retraining_starts_from_the_line_and_is_stored_in_it(
    prepared: Path,
    checksums: Checksums,
    drawn: list[StrokesLine],
    monkeypatch: pytest.MonkeyPatch,
    start: Start,
) -> None:
    taken: list[int] = []
    tune = fine_tuning.fine_tune

    def watched(network: object, *arguments: object, **options: object) -> object:
        taken.append(network.count_params())  # type: ignore[attr-defined]
        return tune(network, *arguments, **options)  # type: ignore[arg-type]

    monkeypatch.setattr("classroom.engine.retraining.fine_tune", watched)
    recipe = replace(fine_tuning.RECIPES[start], rehearsal_digits=300)
    monkeypatch.setitem(fine_tuning.RECIPES, start, recipe)
    keep_some(prepared, drawn, 12)
    # The home uses the other line, and goes on with it.
    [other] = {*Start} - {start}
    versions.set_line(Line(prepared, other))
    service = ClassifierService(prepared, checksums, start)
    service.load_network()
    done = service.retrain(quiet())
    assert (done.version.number, done.version.start, done.previous) == (1, start, 0)
    assert taken == [Cnn.load(start.file).model.count_params()]
    assert versions.chosen(Line(prepared, start))[0] == done.version
    assert [one.number for one in versions.listing(Line(prepared, other))] == [0]
    assert versions.in_use(prepared)[0].start is other
    assert all(line.mnist_test_before.total for line in done.ledger)


def test_a_version_that_was_asked_for_is_not_replaced(prepared: Path, checksums: Checksums) -> None:
    make_version(prepared, 2, Start.MNIST_ONLY)
    service = ClassifierService(prepared, checksums, Start.MNIST_ONLY, 2)
    service.load_network()
    assert (service.version.number, service.version.start) == (2, Start.MNIST_ONLY)
    shutil.rmtree(versions.folder(Line(prepared, Start.MNIST_ONLY), 2))
    with pytest.raises(versions.ClassroomError, match="Version 2"):
        ClassifierService(prepared, checksums, Start.MNIST_ONLY, 2)


@POSIX
def test_a_home_that_cannot_be_written_needs_no_score(prepared: Path, checksums: Checksums) -> None:
    card = versions.folder(base(prepared), 0) / "version.json"
    stored = json.loads(card.read_text())
    # As an earlier release has left it: nobody knows which network was scored.
    card.write_text(json.dumps({**stored, "network": ""}))
    with read_only(prepared):
        service = ready(prepared, checksums)
        assert set(service.classifiers) == {"cnn", "svm", "knn"}
        assert service.version.mnist_test["cnn"].total == 500
