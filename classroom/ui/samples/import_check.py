"""Warns when the CNN takes more digits of an import for others than is to be expected."""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from classroom.datasets.listing import Listing
from classroom.i18n import ngettext
from classroom.ui.samples.filtering import mistaken

# The share of strangers' digits that the network that ships takes for another digit:
# 98.85% of those of people whom it has never seen are right (`benchmarks/network.py`).
STRANGERS_ERROR = 0.0115
# An import of digits that are what they are called is asked about once in a hundred times.
_SURE = 0.99


def most_errors_expected(count: int) -> int:
    """Return how many of `count` digits a CNN that is used to MNIST gets wrong at most.

    It is the smallest number that a binomial distribution with its error on
    strangers' handwriting exceeds in 1% of the cases or fewer.
    """
    below, wrong = _probability(count, 0), 0
    while below < _SURE and wrong < count:
        wrong += 1
        below += _probability(count, wrong)
    return wrong


def _probability(count: int, wrong: int) -> float:
    """Return the probability of exactly `wrong` mistakes among `count` digits."""
    ways = math.lgamma(count + 1) - math.lgamma(wrong + 1) - math.lgamma(count - wrong + 1)
    right = count - wrong
    return math.exp(ways + wrong * math.log(STRANGERS_ERROR) + right * math.log1p(-STRANGERS_ERROR))


@dataclass(frozen=True)
class ImportCheck:
    """The samples of an import, until the CNN has looked at all of them.

    Attributes
    ----------
    ids : frozenset of int
        The samples that are new.
    sentence : str
        What was said of the import.
    """

    ids: frozenset[int]
    sentence: str

    def mistakes(self, listing: Listing, probabilities: NDArray[np.float16]) -> int | None:
        """Return how many the CNN takes for another digit; None until it has looked at all.

        Parameters
        ----------
        listing : Listing
        probabilities : array of shape (n, 10), float16
            What the CNN says of each sample of `listing`; NaN where it was not asked yet.
        """
        mine = np.isin(listing.ids, np.fromiter(self.ids, np.int64))
        said = probabilities[mine]
        # The listing may be older than the import.
        if np.count_nonzero(mine) < len(self.ids) or np.isnan(said[:, 0]).any():
            return None
        return int(np.count_nonzero(mistaken(listing.labels[mine], said)))

    def warning(self, wrong: int) -> str:
        """Return a sentence where `wrong` mistakes are more than expected, else nothing."""
        count = len(self.ids)
        most = most_errors_expected(count)
        if wrong <= most:
            return ""
        told = ngettext(
            "The CNN reads {wrong:,} of the {count:,} new digit as another than its label says; "
            "of strangers' digits it gets {error:.2%} wrong, at most {most:,} of {count:,}.",
            "The CNN reads {wrong:,} of the {count:,} new digits as others than their labels say; "
            "of strangers' digits it gets {error:.2%} wrong, at most {most:,} of {count:,}.",
            count,
        ).format(wrong=wrong, count=count, error=STRANGERS_ERROR, most=most)
        return f"{self.sentence} {told}"
