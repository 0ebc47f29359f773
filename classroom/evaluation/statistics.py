"""How far figures on a few digits can be trusted: confidence intervals, and McNemar's test.

Plots, reports and the command line use them; only NumPy is needed. `verdicts` puts them in words.
"""

import math
from dataclasses import dataclass

import numpy as np

from classroom.evaluation.results import Evaluation

# Quantiles of the normal distribution: 95% lie within Z_95 standard deviations of the mean,
# and 80% below the mean plus Z_80 standard deviations.
Z_95, Z_80 = 1.959963984540054, 0.8416212335729143
# A difference whose p-value is below this level is called real.
SIGNIFICANT = 0.05
# The fewest digits that must be classified differently for a p-value below SIGNIFICANT:
# five to nil has a p-value of 0.0625.
LEAST_DIFFERENCES = 6


def wilson(correct: int, total: int) -> tuple[float, float]:
    """Return Wilson's 95% confidence interval of a proportion.

    Parameters
    ----------
    correct, total : int
        How many were right, out of how many.

    Returns
    -------
    tuple of float
        The lower and upper end, 0 to 1; both nan where the total is 0.

    References
    ----------
    Wilson, "Probable inference, the law of succession, and statistical
    inference", JASA 22, 1927; recommended by Brown, Cai and DasGupta, "Interval
    estimation for a binomial proportion", Statistical Science 16, 2001.
    """
    if not total:
        return float("nan"), float("nan")
    share, z2 = correct / total, Z_95**2
    middle = (share + z2 / (2 * total)) / (1 + z2 / total)
    spread = math.sqrt(share * (1 - share) / total + z2 / (4 * total**2))
    half = Z_95 * spread / (1 + z2 / total)
    low = 0.0 if correct == 0 else middle - half
    high = 1.0 if correct == total else middle + half
    return low, high


def mcnemar(only_first: int, only_second: int) -> float:
    """Return the p-value of McNemar's exact, two-sided test, 0 to 1.

    It is the probability of a split at least as uneven if both classifiers are equally good.

    Parameters
    ----------
    only_first, only_second : int
        How many digits the first classifier alone got right, and the second alone.

    References
    ----------
    McNemar, "Note on the sampling error of the difference between correlated
    proportions or percentages", Psychometrika 12, 1947; Dietterich, "Approximate
    statistical tests for comparing supervised classification learning
    algorithms", Neural Computation 10, 1998.
    """
    count, fewer = only_first + only_second, min(only_first, only_second)
    ways, tail = 1, 0
    for chosen in range(fewer + 1):
        tail += ways
        ways = ways * (count - chosen) // (chosen + 1)
    return min(1.0, 2 * tail / 2**count)


def digits_to_settle(only_first: int, only_second: int, total: int) -> int | None:
    """Return about how many digits are needed to find a difference significant.

    The significance level is 5% and the power 80%, if the two classifiers go on to
    differ as often as they do.

    Parameters
    ----------
    only_first, only_second : int
        How many digits the first classifier alone got right, and the second alone.
    total : int
        How many digits both have classified.

    Returns
    -------
    int or None
        None where there is no difference.

    References
    ----------
    Connor, "Sample size for testing differences in proportions for the
    paired-sample design", Biometrics 43, 1987.
    """
    if only_first == only_second:
        return None
    differ = (only_first + only_second) / total
    difference = abs(only_first - only_second) / total
    spread = math.sqrt(max(differ - difference**2, 0.0))
    needed = ((Z_95 * math.sqrt(differ) + Z_80 * spread) / difference) ** 2
    # The formula is an approximation for many digits; for few it asks for too few.
    return math.ceil(max(needed, LEAST_DIFFERENCES / differ))


@dataclass(frozen=True)
class PairedComparison:
    """Two classifiers on the same digits.

    Attributes
    ----------
    only_first, only_second : int
        How many digits the first classifier alone got right, and the second alone.
    total : int
        How many digits both have classified.
    both : int
        How many digits both got right.
    """

    only_first: int
    only_second: int
    total: int
    both: int = 0

    @classmethod
    def of(cls, first: Evaluation, second: Evaluation) -> "PairedComparison":
        """Compare two evaluations of the same digits in the same order."""
        first_right = first.predictions == first.labels
        second_right = second.predictions == second.labels
        return cls(
            int(np.sum(first_right & ~second_right)),
            int(np.sum(second_right & ~first_right)),
            len(first.labels),
            int(np.sum(first_right & second_right)),
        )

    @property
    def p_value(self) -> float:
        """The p-value of the difference by `mcnemar`, 0 to 1."""
        return mcnemar(self.only_first, self.only_second)

    @property
    def more_digits(self) -> int | None:
        """About how many more digits are needed to find the difference significant.

        None where it is significant already, or where there is no difference.
        """
        needed = digits_to_settle(self.only_first, self.only_second, self.total)
        if needed is None or self.p_value < SIGNIFICANT:
            return None
        return max(needed - self.total, 1)
