"""Sentences about statistics: a score with its interval, and whether one classifier is better.

The tab *Compare* and the report of a run show them.
"""

from classroom.evaluation.results import Score
from classroom.evaluation.statistics import SIGNIFICANT, PairedComparison, wilson
from classroom.i18n import _, ngettext

# Where more digits than this are needed, the sentence says that nothing settles it.
MOST_MORE_DIGITS = 1_000_000


def interval_text(score: Score) -> str:
    """Return a score with its 95% interval: "17 of 20: somewhere between 64% and 95%"."""
    if not score.total:
        return _("no digits")
    low, high = wilson(score.correct, score.total)
    # Decimals are shown as far as the two ends differ.
    decimals = 0 if high - low > 0.05 else 1 if high - low > 0.003 else 2
    return _("{score}: somewhere between {low} and {high}").format(
        score=score, low=f"{low:.{decimals}%}", high=f"{high:.{decimals}%}"
    )


def verdict(first: str, second: str, pair: PairedComparison) -> str:
    """Return one or two sentences on whether one classifier is better than another.

    Parameters
    ----------
    first, second : str
        The titles of the classifiers.
    pair : PairedComparison
        Their answers to the same digits.
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


def _draw(first: str, second: str, pair: PairedComparison) -> str:
    """Return the verdict on two classifiers that got equally many digits right."""
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
    """Return a p-value as a frequency, such as "about 3 times in 100"."""
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
    """Return how many more digits would settle it, rounded to the two digits that can be known."""
    if count > MOST_MORE_DIGITS:
        return _("Not even a million more digits would settle it: in practice they are equals.")
    unit = 10 ** max(0, len(str(count)) - 2)
    rounded = -(-count // unit) * unit
    return ngettext(
        "About {n:,} more digit would settle it.",
        "About {n:,} more digits would settle it.",
        rounded,
    ).format(n=rounded)
