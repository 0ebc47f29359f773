"""Make ``classroom/assets/mnist_means.png``: the mean image of each class of MNIST.

    python tools/make_class_means.py MNIST.npz [FILE]

The file has ten images of 28x28 side by side, 0 to 9, each the mean of its
class in the training set. Imported digits are compared with them, to find out
whether their images are rotated or mirrored.
"""

import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from PIL import Image

OUTPUT = Path(__file__).resolve().parent.parent / "classroom" / "assets" / "mnist_means.png"


def make(mnist: Path, output: Path) -> None:
    """Write the mean images of the training set in an npz file with the arrays of MNIST's."""
    with np.load(mnist, allow_pickle=False) as arrays:
        images, labels = arrays["x_train"], arrays["y_train"]
    means = [images[labels == label].mean(axis=0) for label in range(10)]
    side_by_side = np.concatenate(means, axis=1).round().astype(np.uint8)
    Image.fromarray(side_by_side).save(output, optimize=True)


def main(arguments: Sequence[str]) -> int:
    """Run the command line; return the exit status."""
    if not 1 <= len(arguments) <= 2:
        print(__doc__, file=sys.stderr)
        return 2
    make(Path(arguments[0]), Path(arguments[1]) if len(arguments) == 2 else OUTPUT)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
