"""How far the figures of a few digits can be trusted: intervals, and "Is it real?".

Only numpy is needed.
"""

import math
from dataclasses import dataclass

import numpy as np

from classroom.evaluation.results import Evaluation, Score
from classroom.i18n import _, ngettext

# Of the normal distribution: 95% lie within so many standard deviations of the mean,
# and 80% below so many above it.
Z_95, Z_80 = 1.959963984540054, 0.8416212335729143
# Below this a difference is called real.
SIGNIFICANT = 0.05
# On fewer digits than these no two classifiers can differ enough: five to nil may be luck.
LEAST_DIFFERENCES = 6
NOBODY_WRITES = 1_000_000


def wilson(correct: int, total: int) -> tuple[float, float]:
    """Return the 95% interval of a share, 0 to 1, of which `correct` of `total` were seen.

    Both ends are nan where nothing was seen.

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
    """Return how probable so uneven a split, or a more uneven one, is by luck alone, 0 to 1.

    Exact and two-sided.

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
    """Return about how many digits it takes to find a difference like this to be real.

    With a chance of 80%, at a level of 5%, if the two go on to differ as often.

    Parameters
    ----------
    only_first, only_second : int
        As `mcnemar` takes them.
    total : int
        On how many digits.

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
    # Of few digits this says too little: see `LEAST_DIFFERENCES`.
    return math.ceil(max(needed, LEAST_DIFFERENCES / differ))


@dataclass(frozen=True)
class Pair:
    """Two classifiers on the same digits.

    Attributes
    ----------
    only_first, only_second : int
        How many digits the first alone got right, and the second alone.
    total : int
        On how many digits.
    both : int
        How many digits both got right.
    """

    only_first: int
    only_second: int
    total: int
    both: int = 0

    @classmethod
    def of(cls, first: Evaluation, second: Evaluation) -> "Pair":
        """Count on which digits the two differ; both must have answered to the same ones."""
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
        """What `mcnemar` says."""
        return mcnemar(self.only_first, self.only_second)

    @property
    def more_digits(self) -> int | None:
        """About how many more digits would settle it; None where it is, or none can."""
        needed = digits_to_settle(self.only_first, self.only_second, self.total)
        if needed is None or self.p_value < SIGNIFICANT:
            return None
        return max(needed - self.total, 1)


def interval_words(score: Score) -> str:
    """Say a score with its 95% interval: "17 of 20: somewhere between 64% and 95%"."""
    if not score.total:
        return _("no digits")
    low, high = wilson(score.correct, score.total)
    # As many decimals as are needed to tell the ends apart.
    decimals = 0 if high - low > 0.05 else 1 if high - low > 0.003 else 2
    return _("{score}: somewhere between {low} and {high}").format(
        score=score, low=f"{low:.{decimals}%}", high=f"{high:.{decimals}%}"
    )


def is_it_real(first: str, second: str, pair: Pair) -> str:
    """Say in one plain sentence or two whether one classifier is better than the other.

    Parameters
    ----------
    first, second : str
        Their titles.
    pair : Pair
    """
    if not pair.total:
        return _("There is no digit to compare {first} and {second} on.").format(
            first=first, second=second
        )
    if pair.only_first == pair.only_second:
        return _draw(first, second, pair)
    better, worse = (first, second) if pair.only_first > pair.only_second else (second, first)
    most, differ = max(pair.only_first, pair.only_second), pair.only_first + pair.only_second
    if pair.p_value < SIGNIFICANT:
        sentence = _(
            "{better} against {worse}: yes, it is real. Where only one of them was right, it was "
            "{better} {most:,} times of {differ:,}; luck alone does that {chance}."
        )
    else:
        sentence = _(
            "{better} against {worse}: this may be luck. {better} got {more_right:,} more right, "
            "and luck alone does that {chance}. {settled}"
        )
    return sentence.format(
        better=better,
        worse=worse,
        most=most,
        differ=differ,
        more_right=2 * most - differ,
        chance=_chance(pair.p_value),
        settled=_settled(pair.more_digits or 0),
    )


def _draw(first: str, second: str, pair: Pair) -> str:
    if pair.only_first:
        sentence = _(
            "{first} against {second}: a draw. They got equally many right, though not the same "
            "ones."
        )
    elif pair.both == pair.total:
        sentence = _(
            "{first} against {second}: a draw. Both got every digit right: only more digits, or "
            "harder ones, can tell them apart."
        )
    elif not pair.both:
        sentence = _("{first} against {second}: a draw. Neither got a single digit right.")
    else:
        sentence = _("{first} against {second}: a draw. They got the very same digits right.")
    return sentence.format(first=first, second=second)


def _chance(p_value: float) -> str:
    if p_value < 0.001:
        return _("less than once in 1,000 times")
    of = 1000 if p_value < 0.01 else 100
    times = round(p_value * of)
    if times == of:
        return _("nearly always")
    return ngettext("about once in {of:,} times", "about {times} times in {of:,}", times).format(
        times=times, of=of
    )


def _settled(count: int) -> str:
    """Return "About 50 more digits would settle it.", with no more figures than can be known."""
    if count > NOBODY_WRITES:
        return _("Not even a million more digits would settle it: in practice they are equals.")
    unit = 10 ** max(0, len(str(count)) - 2)
    rounded = -(-count // unit) * unit
    return ngettext(
        "About {n:,} more digit would settle it.",
        "About {n:,} more digits would settle it.",
        rounded,
    ).format(n=rounded)
