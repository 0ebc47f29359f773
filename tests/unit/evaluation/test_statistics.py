import numpy as np
import pytest
from scipy import stats

from classroom.evaluation.results import Evaluation, Score
from classroom.evaluation.statistics import (
    PairedComparison,
    digits_to_settle,
    mcnemar,
    wilson,
)
from classroom.evaluation.verdicts import interval_text, verdict


# Newcombe, "Two-sided confidence intervals for the single proportion", Statistics in
# Medicine 17, 1998, table I, method 3.
@pytest.mark.parametrize(
    ("correct", "total", "low", "high"),
    [
        (81, 263, 0.2553, 0.3662),
        (15, 148, 0.0624, 0.1605),
        (0, 20, 0.0000, 0.1611),
        (1, 29, 0.0061, 0.1718),
    ],
)
def test_wilson_gives_the_published_intervals(
    correct: int, total: int, low: float, high: float
) -> None:
    assert wilson(correct, total) == pytest.approx((low, high), abs=5e-5)


@pytest.mark.parametrize(("correct", "total"), [(0, 1), (1, 1), (17, 20), (9841, 10000), (20, 20)])
def test_wilson_is_that_of_scipy(correct: int, total: int) -> None:
    expected = stats.binomtest(correct, total).proportion_ci(method="wilson")
    assert wilson(correct, total) == pytest.approx((expected.low, expected.high), abs=1e-12)


# Fagerland, Lydersen and Laake, "The McNemar test for binary matched-pairs data", BMC Medical
# Research Methodology 13, 2013, tables 1 and 2.
def test_mcnemar_gives_the_published_p_values() -> None:
    assert mcnemar(1, 7) == pytest.approx(0.070, abs=5e-4)
    assert mcnemar(6, 16) == pytest.approx(0.052, abs=5e-4)


@pytest.mark.parametrize("pair", [(0, 0), (0, 1), (5, 5), (3, 12), (12, 3), (400, 480)])
def test_mcnemar_is_the_binomial_test_of_scipy(pair: tuple[int, int]) -> None:
    expected = stats.binomtest(pair[0], sum(pair)).pvalue if sum(pair) else 1.0
    assert mcnemar(*pair) == pytest.approx(expected, abs=1e-12)


def test_so_many_digits_settle_it_four_times_of_five() -> None:
    only_first, only_second, total = 12, 6, 100
    needed = digits_to_settle(only_first, only_second, total)
    assert needed is not None
    random = np.random.default_rng(0)
    shares = [only_first / total, only_second / total]
    draws = random.multinomial(needed, [*shares, 1 - sum(shares)], 2000)
    found = np.mean([mcnemar(int(a), int(b)) < 0.05 for a, b, _both in draws])
    assert found == pytest.approx(0.8, abs=0.05)


def test_an_interval_is_said_in_words() -> None:
    assert interval_text(Score(17, 20)) == "17 of 20: somewhere between 64% and 95%"
    assert interval_text(Score(9841, 10000)) == "9,841 of 10,000: somewhere between 98.1% and 98.6%"
    assert interval_text(Score(0, 0)) == "no digits"


def test_is_it_real_in_plain_sentences() -> None:
    assert verdict("SVM", "CNN", PairedComparison(25, 95, 10000)) == (
        "CNN against SVM: yes, it is real. Where only one of them was right, it was CNN 95 times "
        "of 120; luck alone does that less than once in 1,000 times."
    )
    assert verdict("CNN", "SVM", PairedComparison(3, 1, 20)) == (
        "CNN against SVM: this may be luck. CNN got 2 more right, and luck alone does that about "
        "62 times in 100. About 140 more digits would settle it."
    )
    assert "nearly always" in verdict("CNN", "SVM", PairedComparison(1, 0, 20))
    assert "not the same ones" in verdict("CNN", "SVM", PairedComparison(3, 3, 20))
    assert "the very same digits" in verdict("CNN", "SVM", PairedComparison(0, 0, 20, 19))
    assert "Both got every digit right" in verdict("CNN", "SVM", PairedComparison(0, 0, 20, 20))
    assert "Neither got a single" in verdict("CNN", "SVM", PairedComparison(0, 0, 20, 0))
    assert "no digit" in verdict("CNN", "SVM", PairedComparison(0, 0, 0))
    assert "they are equals" in verdict("CNN", "SVM", PairedComparison(120, 119, 10000, 9700))


@pytest.mark.parametrize(("right", "more"), [(1, 5), (2, 4), (5, 1)])
def test_so_few_digits_that_nothing_could_settle_it_are_not_said_to(right: int, more: int) -> None:
    pair = PairedComparison(right, 0, right)
    assert pair.more_digits == more
    assert f"About {more} more digit" in verdict("CNN", "SVM", pair)
    assert mcnemar(right + more, 0) < 0.05 <= mcnemar(right + more - 1, 0)


def test_a_pair_is_counted_digit_by_digit() -> None:
    labels = np.array([1, 2, 3, 4, 5], np.uint8)
    first = Evaluation(labels, np.eye(10, dtype=np.float32)[[1, 2, 3, 0, 0]])
    second = Evaluation(labels, np.eye(10, dtype=np.float32)[[1, 0, 0, 4, 0]])
    assert PairedComparison.of(first, second) == PairedComparison(2, 1, 5, 1)
