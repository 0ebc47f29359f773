"""A version that was chosen and cannot be read: what answers in its place, and that it is said."""

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from support import base, keep_some, make_version

from classroom.datasets.mnist_files import Checksums
from classroom.engine import versions
from classroom.engine.classifier_service import ClassifierService
from classroom.engine.jobs import Job
from classroom.errors import ClassroomError
from classroom.preprocessing.strokes import StrokesLine
from classroom.starts import Start

NOTHING = np.zeros((1, 28, 28), np.uint8)


def quiet() -> Job:
    return Job(lambda _report: None)


@pytest.fixture
def chosen(prepared: Path) -> Path:
    """A home in which versions 5 and 6 are whole, and 6 is in use."""
    make_version(prepared, 5)
    make_version(prepared, 6)
    versions.set_current(base(prepared), 6)
    return prepared


def test_a_whole_version_answers(chosen: Path, checksums: Checksums) -> None:
    bench = ClassifierService(chosen, checksums)
    bench.load_network()
    bench.prepare(quiet())
    assert (bench.version.number, bench.fallback) == (6, None)
    assert set(bench.classifiers) == {"cnn", "svm", "knn"}


def cut(name: str) -> Callable[[Path], object]:
    return lambda folder: (folder / name).write_bytes((folder / name).read_bytes()[:-3000])


def remove(name: str) -> Callable[[Path], object]:
    return lambda folder: (folder / name).unlink()


def another_card(folder: Path) -> None:
    shutil.copy(folder.with_name("0005") / "version.json", folder / "version.json")


DAMAGES: dict[str, tuple[Callable[[Path], object], str]] = {
    "no folder": (lambda folder: shutil.rmtree(folder), "0006 is gone"),
    "no card": (remove("version.json"), "version.json is gone"),
    "half a card": (lambda at: (at / "version.json").write_text('{"nu'), "version.json is damaged"),
    "another's card": (another_card, "version.json is damaged"),
    "no network": (remove("cnn.keras"), "cnn.keras"),
    "half a network": (cut("cnn.keras"), "cnn.keras"),
    "no SVM": (remove("svm.npz"), "svm.npz is gone"),
    "half an SVM": (cut("svm.npz"), "svm.npz"),
    "half a k-NN": (cut("knn.npz"), "knn.npz"),
}


@pytest.mark.parametrize("damage", DAMAGES)
def test_another_version_answers_and_it_is_said_which_was_wanted_and_why(
    chosen: Path, checksums: Checksums, damage: str
) -> None:
    harm, why = DAMAGES[damage]
    harm(versions.folder(base(chosen), 6))
    pointer = (chosen / "models" / "current.json").read_bytes()
    bench = ClassifierService(chosen, checksums)
    bench.load_network()
    bench.prepare(quiet())
    assert bench.version.number == versions.SHIPPED
    assert bench.fallback is not None
    assert bench.fallback.wanted == 6
    assert why in bench.fallback.why
    assert "Version 6" in bench.fallback.sentence
    assert "Version 0" in bench.fallback.sentence
    # All three are of one version, and the choice is not forgotten.
    for name in ("cnn", "svm", "knn"):
        assert bench.classifier(name).predict_proba(NOTHING).shape == (1, 10)
    assert (chosen / "models" / "current.json").read_bytes() == pointer


@pytest.mark.parametrize("text", ["", "7", '{"version": "x"}', '{"version": null}', "\x00\xff"])
def test_a_choice_that_cannot_be_read_is_said(
    chosen: Path, checksums: Checksums, text: str
) -> None:
    (chosen / "models" / "current.json").write_text(text, encoding="latin-1")
    bench = ClassifierService(chosen, checksums)
    bench.load_network()
    assert bench.version.number == versions.SHIPPED
    assert bench.fallback is not None
    assert bench.fallback.wanted is None
    assert "current.json" in bench.fallback.sentence


def test_what_comes_back_is_in_use_again(chosen: Path, checksums: Checksums) -> None:
    folder = versions.folder(base(chosen), 6)
    folder.rename(chosen / "away")
    assert ClassifierService(chosen, checksums).fallback is not None
    (chosen / "away").rename(folder)
    bench = ClassifierService(chosen, checksums)
    bench.load_network()
    assert (bench.version.number, bench.fallback) == (6, None)


def test_another_choice_ends_it(chosen: Path, checksums: Checksums) -> None:
    shutil.rmtree(versions.folder(base(chosen), 6))
    bench = ClassifierService(chosen, checksums)
    bench.load_network()
    bench.use_version(Start.BASE, 5, quiet())
    assert (bench.version.number, bench.fallback) == (5, None)
    assert versions.chosen(base(chosen))[0].number == 5


@pytest.mark.parametrize("damage", [name for name in DAMAGES if "SVM" in name or "net" in name])
def test_a_version_that_cannot_be_read_is_not_chosen(
    chosen: Path, checksums: Checksums, damage: str
) -> None:
    bench = ClassifierService(chosen, checksums)
    bench.load_network()
    bench.use_version(Start.BASE, 5, quiet())
    before = dict(bench.classifiers)
    DAMAGES[damage][0](versions.folder(base(chosen), 6))
    with pytest.raises(ClassroomError):
        bench.use_version(Start.BASE, 6, quiet())
    assert bench.version.number == versions.chosen(base(chosen))[0].number == 5
    assert bench.classifiers == before


def test_a_retraining_gets_a_number_of_its_own_and_ends_it(
    chosen: Path, checksums: Checksums, drawn: list[StrokesLine]
) -> None:
    keep_some(chosen, drawn, 12)
    (versions.folder(base(chosen), 6) / "cnn.keras").write_bytes(b"")
    bench = ClassifierService(chosen, checksums)
    bench.load_network()
    done = bench.retrain(quiet())
    assert (done.previous, done.version.number) == (versions.SHIPPED, 7)
    assert (bench.version.number, bench.fallback) == (7, None)
    assert versions.folder(base(chosen), 6).is_dir()


def test_a_damaged_svm_of_the_shipped_version_is_made_again(
    prepared: Path, checksums: Checksums
) -> None:
    cut("svm.npz")(versions.folder(base(prepared), versions.SHIPPED))
    bench = ClassifierService(prepared, checksums)
    bench.load_network()
    bench.prepare(quiet())
    assert set(bench.classifiers) == {"cnn", "svm", "knn"}
    assert bench.fallback is None
    again = ClassifierService(prepared, checksums)
    again.load_network()
    assert again._load_baselines()


def test_versions_that_cannot_be_read_are_counted(chosen: Path) -> None:
    assert versions.unreadable(base(chosen)) == []
    (versions.folder(base(chosen), 5) / "version.json").unlink()
    assert versions.unreadable(base(chosen)) == [5]
