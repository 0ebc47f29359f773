"""The images of the samples in sight, read beside the window when they are wanted."""

from __future__ import annotations

from collections.abc import Callable, Iterable

import numpy as np
from numpy.typing import NDArray

from classroom.ui.core.background_store import BackgroundStore

# 784 bytes each: a few megabytes, and many screens full.
REMEMBERED = 6000


class ImageCache:
    """Gives the images that are there, and fetches those that are not.

    Parameters
    ----------
    store : BackgroundStore
    arrived : callable
        Called when images that were wanted have come.
    """

    def __init__(self, store: BackgroundStore, arrived: Callable[[], None]) -> None:
        self._store = store
        self._arrived = arrived
        self._known: dict[int, NDArray[np.uint8]] = {}
        self._wanted: list[int] = []
        self._fetching = False

    def get(self, number: int) -> NDArray[np.uint8] | None:
        """Return a sample's image, (28, 28) uint8; None where it is not there yet."""
        return self._known.get(number)

    def want(self, numbers: Iterable[int]) -> None:
        """Fetch these next; what was wanted before and is not under way is of no interest."""
        self._wanted = [number for number in numbers if number not in self._known]
        if self._wanted and not self._fetching:
            self._fetch()

    def clear(self) -> None:
        """Have every image fetched anew: it is another store."""
        self._known.clear()

    def _fetch(self) -> None:
        numbers, self._wanted, self._fetching = self._wanted, [], True

        def came(found: dict[int, NDArray[np.uint8]]) -> None:
            self._fetching = False
            for number in list(self._known)[: max(0, len(self._known) - REMEMBERED)]:
                del self._known[number]
            self._known.update(found)
            if self._wanted:
                self.want(self._wanted)
            self._arrived()

        def failed(_sentence: str) -> None:
            # Whoever reads the listing says what is wrong with the store.
            self._fetching = False
            self.want(self._wanted)

        self._store.run(lambda dataset: dataset.images(numbers), came, failed)
