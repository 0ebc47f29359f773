"""What tests of MNIST and of what learns it share."""

import numpy as np

from classroom.datasets import mnist, mnist_files
from classroom.datasets.mnist import IsCancelled, Progress
from classroom.datasets.mnist_files import Mnist


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


def rows(images: np.ndarray) -> np.ndarray:
    """Return images as scikit-learn takes them: (n, 784), 0 to 1."""
    return images.reshape(len(images), -1) / 255
