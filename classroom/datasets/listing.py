"""All samples as columns of numbers, without their images: small enough for a hundred thousand.

The window holds one `Listing` and asks for the images of the few samples that it shows.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, eq=False)
class Listing:
    """The samples as columns, the one stored last first.

    Attributes
    ----------
    ids : array of shape (n,), int64
    labels : array of shape (n,), uint8
    writers : array of shape (n,), int32
        Indexes into `names`.
    origins : array of shape (n,), uint8
        Indexes into `classroom.datasets.sample.ORIGINS`.
    exam : array of shape (n,), bool
        False for practice.
    names : tuple of str
        The writers of these samples, in alphabetical order.
    """

    ids: NDArray[np.int64]
    labels: NDArray[np.uint8]
    writers: NDArray[np.int32]
    origins: NDArray[np.uint8]
    exam: NDArray[np.bool_]
    names: tuple[str, ...]

    def __len__(self) -> int:
        return len(self.ids)


def empty() -> Listing:
    """Return a listing without samples."""
    return Listing(
        np.empty(0, np.int64),
        np.empty(0, np.uint8),
        np.empty(0, np.int32),
        np.empty(0, np.uint8),
        np.empty(0, np.bool_),
        (),
    )


def in_order(listing: Listing, order: NDArray[np.int64]) -> Listing:
    """Return the samples at these indexes, in the order of the indexes."""
    return Listing(
        listing.ids[order],
        listing.labels[order],
        listing.writers[order],
        listing.origins[order],
        listing.exam[order],
        listing.names,
    )
