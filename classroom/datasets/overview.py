"""All own samples at a glance, without their pictures: small enough for a hundred thousand.

The window holds a `Listing` and asks for the pictures of the few that are in
sight. Nothing here needs the database, which takes longer to load than the
window may to appear.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

ORIGINS = ("drawn", "photo", "camera", "import")


@dataclass(frozen=True, eq=False)
class Listing:
    """What is known of each sample, in columns; the one stored last comes first.

    Attributes
    ----------
    ids : array of shape (n,), int64
    labels : array of shape (n,), uint8
    writers : array of shape (n,), int32
        Positions in `names`.
    origins : array of shape (n,), uint8
        Positions in `ORIGINS`.
    exam : array of shape (n,), bool
    names : tuple of str
        Everyone who wrote any of them, in alphabetical order.
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
    """Return a listing of nothing."""
    return Listing(
        np.empty(0, np.int64),
        np.empty(0, np.uint8),
        np.empty(0, np.int32),
        np.empty(0, np.uint8),
        np.empty(0, np.bool_),
        (),
    )


def in_order(listing: Listing, order: NDArray[np.int64]) -> Listing:
    """Return the samples at these positions, in their order."""
    return Listing(
        listing.ids[order],
        listing.labels[order],
        listing.writers[order],
        listing.origins[order],
        listing.exam[order],
        listing.names,
    )
