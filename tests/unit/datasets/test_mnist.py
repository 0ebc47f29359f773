"""The file of MNIST in the home: kept, checked, and replaced where it is damaged."""

import os
import sys
import zipfile
from pathlib import Path

import numpy as np
import pytest
from calls import run_code
from mnist_support import given, never, quietly, same

from classroom.datasets import mnist, mnist_files
from classroom.datasets.mnist import MnistUnavailable, SourceFailed
from classroom.datasets.mnist_files import Checksums, Mnist


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
        "from classroom.datasets import mnist_files\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (500_000, 500_000))\n"
        "found = mnist_files.read_npz(Path(sys.argv[1]), 'test')\n"
        "sys.exit(mnist_files.write_npz(found, Path(sys.argv[2])))\n"
    )
    target = tmp_path / "full" / "mnist.npz"
    done = run_code(script, mnist.cache_file(home), target)  # ends well: False, not written
    assert "could not be stored" in done.stderr
    assert os.listdir(target.parent) == []


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="needs a limit on the memory")
def test_a_full_memory_is_not_the_files_fault(home: Path) -> None:
    script = (
        "import resource\n"
        "from pathlib import Path\n"
        "from classroom.datasets import mnist_files\n"
        "pages = int(Path('/proc/self/statm').read_text().split()[0])\n"
        "least = pages * resource.getpagesize() + 2**20\n"
        "resource.setrlimit(resource.RLIMIT_AS, (least, least))\n"
        "try:\n"
        f"    mnist_files.read_npz(Path({str(mnist.cache_file(home))!r}), 'it')\n"
        "except MemoryError:\n"
        "    print('full')\n"
    )
    assert run_code(script).stdout == "full\n"
