"""The images of digits that were scored, fetched beside the window."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from classroom.datasets import mnist, mnist_files
from classroom.evaluation.results import Evaluation, TestSet

if TYPE_CHECKING:
    from classroom.datasets.dataset import Dataset
    from classroom.ui.core.context import Context

Images = dict[int, NDArray[np.uint8]]


class ImageSource:
    """Fetches images by their place among the digits that were scored.

    MNIST's test set is opened anew each time: that takes a few milliseconds on the
    background thread, and keeping it would take 8 MB.

    Parameters
    ----------
    context : Context
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self._asked = 0

    def fetch(
        self,
        test_set: TestSet,
        evaluation: Evaluation,
        places: Sequence[int],
        then: Callable[[Images], None],
        failed: Callable[[str], None],
    ) -> None:
        """Call ``then`` with the images in the window's thread, unless others were asked for since.

        Images that are not there any more are left out. Where there are none at all, `failed`
        is called with a sentence that says why.
        """
        self._asked += 1
        asked = self._asked

        def deliver(pictures: Images) -> None:
            if asked == self._asked:
                then(pictures)

        def tell(sentence: str) -> None:
            if asked == self._asked:
                failed(sentence)

        if test_set is TestSet.MNIST:
            home = self._context.home
            self._context.background.run(
                lambda: _of_mnist(mnist_files.read_test_images(mnist.cache_file(home)), places),
                deliver,
                tell,
            )
        else:
            ids = evaluation.ids
            numbers = {} if ids is None else {int(ids[place]): place for place in places}
            self._context.store.run(lambda dataset: _of_store(dataset, numbers), deliver, tell)

    def forget(self) -> None:
        """Let what is under way come to nothing."""
        self._asked += 1


def _of_mnist(images: NDArray[np.uint8], places: Sequence[int]) -> Images:
    return {place: images[place].copy() for place in places if place < len(images)}


def _of_store(dataset: Dataset, numbers: dict[int, int]) -> Images:
    return {numbers[number]: image for number, image in dataset.images(numbers).items()}
