"""What is derived from each shipped network, so that no computer needs to compute it again.

`make networks` writes it to ``models/NAME.json``, beside ``NAME.keras``; the engine reads it.
"""

import json
from collections.abc import Callable
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

from classroom import files
from classroom.datasets.mnist_files import Mnist
from classroom.errors import ClassroomError
from classroom.evaluation.results import Probabilities, Score
from classroom.i18n import _
from classroom.networks.augmentation import Images
from classroom.networks.from_scratch import count_right
from classroom.networks.keras_models import compiled, load_network
from classroom.starts import Start

# One in this number of digits is among the least sure.
LEAST_SURE_PART = 10

_CANNOT_READ = _("{file} cannot be read ({why}). “make networks” makes it anew.")
_OF_ANOTHER = _("{file} belongs to another network than {network}. “make networks” makes it anew.")
_CANNOT_WRITE = _("What is derived from a network cannot be written to {folder}: {why}.")


@dataclass(frozen=True)
class Derived:
    """What is derived from a shipped network.

    Attributes
    ----------
    sha256 : str
        The SHA-256 of its Keras file, in hexadecimal.
    mnist_test : Score
        How many digits of the MNIST test set it gets right.
    least_sure : tuple of int
        The indices of a tenth of MNIST's training digits: those about which it is least sure. A
        fine-tuning rehearses them, see `classroom.networks.fine_tuning`.
    """

    sha256: str
    mnist_test: Score
    least_sure: tuple[int, ...]


def derive(start: Start, mnist: Mnist) -> Derived:
    """Compute what is derived from a shipped network; it takes half a minute for all of MNIST."""
    answer = compiled(load_network(start.file))
    right = count_right(answer, mnist.test_images, mnist.test_labels)
    return Derived(
        start.sha256(),
        Score(right, len(mnist.test_labels)),
        least_sure(answer, mnist.train_images),
    )


def least_sure(answer: Callable[[Images], Probabilities], images: Images) -> tuple[int, ...]:
    """Return the indices of a tenth of `images` (n, 28, 28): those it is least sure about.

    How sure a network is, is the difference between its two highest probabilities.
    """
    two_likeliest = np.sort(answer(images), axis=1)[:, -2:]
    margins = two_likeliest[:, 1] - two_likeliest[:, 0]
    chosen = np.argsort(margins, kind="stable")[: len(margins) // LEAST_SURE_PART]
    return tuple(sorted(int(index) for index in chosen))


def write(start: Start, found: Derived) -> Path:
    """Write what `derive` has found beside the network's file; return where."""
    path = _beside(start)
    with files.writing(path, _CANNOT_WRITE):
        files.replace_json(path, asdict(found), indent=None)
    return path


def derived(start: Start) -> Derived:
    """Return what is derived from a shipped network.

    Raises
    ------
    ClassroomError
        The file is missing or damaged, or belongs to another network than the one that is there.
    """
    path = _beside(start)
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        found = Derived(
            content["sha256"], Score(**content["mnist_test"]), tuple(content["least_sure"])
        )
    except (OSError, ValueError, LookupError, TypeError) as error:
        raise ClassroomError(_CANNOT_READ.format(file=path.name, why=error)) from error
    if found.sha256 != start.sha256():
        raise ClassroomError(_OF_ANOTHER.format(file=path.name, network=start.file.name))
    return found


def _beside(start: Start) -> Path:
    return start.file.with_suffix(".json")
