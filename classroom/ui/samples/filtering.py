"""Which of the samples are shown, and in which order: plain arrays, without a window."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from classroom.datasets.listing import Listing
from classroom.datasets.sample import ORIGINS

ALL = -1


@dataclass(frozen=True)
class Criteria:
    """Which samples are asked for; None lets everything through.

    Attributes
    ----------
    digit : int
        0 to 9, or `ALL`.
    writer, origin : str or None
    exam : bool or None
    wrong : bool
        Only those that the CNN takes for another digit.
    by_doubt : bool
        Those first of which the CNN doubts most that they are what they are called.
    among : frozenset of int or None
        Only samples of these numbers.
    """

    digit: int = ALL
    writer: str | None = None
    origin: str | None = None
    exam: bool | None = None
    wrong: bool = False
    by_doubt: bool = False
    among: frozenset[int] | None = None


@dataclass(frozen=True, eq=False)
class FilteredSamples:
    """The samples that pass the filter, in the order of the grid.

    Attributes
    ----------
    listing : Listing
    order : array of shape (n,), int64
        Positions in `listing`.
    by_digit : bool
        Whether there is a group for each digit, or one for all.
    """

    listing: Listing
    order: NDArray[np.int64]
    by_digit: bool = True

    def __len__(self) -> int:
        return len(self.order)

    @property
    def ids(self) -> NDArray[np.int64]:
        """The number of each sample."""
        return self.listing.ids[self.order]

    @property
    def labels(self) -> NDArray[np.uint8]:
        """What each sample is."""
        return self.listing.labels[self.order]

    @property
    def exam(self) -> NDArray[np.bool_]:
        """Whether each sample is in the exam."""
        return self.listing.exam[self.order]

    def groups(self) -> list[tuple[int, int]]:
        """Return each group, a digit or `ALL`, and how many samples it has."""
        if not self.by_digit:
            return [(ALL, len(self))] if len(self) else []
        counts = np.bincount(self.labels, minlength=10)
        return [(digit, int(count)) for digit, count in enumerate(counts) if count]

    def count(self, group: int = ALL) -> tuple[int, int]:
        """Return how many samples a group has, and how many of them are in the exam."""
        exam = self.exam if group == ALL else self.exam[self.labels == group]
        return len(exam), int(np.count_nonzero(exam))

    def positions(self, ids: Iterable[int]) -> list[int]:
        """Return where samples stand; those that are not shown are left out."""
        wanted = np.fromiter(ids, np.int64)
        return [int(position) for position in np.flatnonzero(np.isin(self.ids, wanted))]

    def next_to(self, ids: Iterable[int]) -> frozenset[int]:
        """Return the sample to go on with when those in `ids` leave their place."""
        leaving = np.isin(self.ids, np.fromiter(ids, np.int64))
        start = int(leaving.argmax()) if leaving.any() else 0
        staying = np.flatnonzero(~leaving)
        if not len(staying):
            return frozenset()
        at = min(int(np.searchsorted(staying, start)), len(staying) - 1)
        return frozenset({int(self.ids[staying[at]])})


def filter_samples(
    listing: Listing, criteria: Criteria, probabilities: NDArray[np.float16]
) -> FilteredSamples:
    """Return the samples that are asked for.

    Parameters
    ----------
    listing : Listing
    criteria : Criteria
    probabilities : array of shape (n, 10)
        What the CNN says of each sample of `listing`; NaN where it was not asked yet.
    """
    passes = np.ones(len(listing), np.bool_)
    if criteria.digit != ALL:
        passes &= listing.labels == criteria.digit
    if criteria.writer is not None:
        writer = listing.names.index(criteria.writer) if criteria.writer in listing.names else -1
        passes &= listing.writers == writer
    if criteria.origin is not None:
        passes &= listing.origins == ORIGINS.index(criteria.origin)
    if criteria.exam is not None:
        passes &= listing.exam == criteria.exam
    if criteria.among is not None:
        passes &= np.isin(listing.ids, np.fromiter(criteria.among, np.int64))
    if criteria.wrong:
        passes &= mistaken(listing.labels, probabilities)
    order = np.flatnonzero(passes)
    if criteria.by_doubt:
        doubts = doubt(listing.labels[order], probabilities[order])
        order = order[np.argsort(-doubts, kind="stable")]
    else:
        order = order[np.argsort(listing.labels[order], kind="stable")]
    return FilteredSamples(listing, order, by_digit=not criteria.by_doubt)


def doubt(labels: NDArray[np.uint8], probabilities: NDArray[np.float16]) -> NDArray[np.float32]:
    """Return how much the CNN doubts each label, 0 to 1; -1 where it was not asked yet."""
    believed = probabilities[np.arange(len(labels)), labels].astype(np.float32)
    return np.nan_to_num(1 - believed, nan=-1.0)


def mistaken(labels: NDArray[np.uint8], probabilities: NDArray[np.float16]) -> NDArray[np.bool_]:
    """Return which samples the CNN takes for another digit; none that it was not asked about."""
    asked = ~np.isnan(probabilities[:, 0])
    said: NDArray[np.bool_] = probabilities.argmax(axis=1) != labels
    return asked & said
