"""Compares two runs: what differs in their settings, and how the scores changed.

The list of runs in the tab *Compare* shows it.
"""

from collections.abc import Iterator
from dataclasses import dataclass

from classroom.catalogue import TITLES
from classroom.evaluation.results import Score
from classroom.evaluation.runs import ResultSummary, RunSummary
from classroom.i18n import _, ngettext


@dataclass(frozen=True)
class ScoreChange:
    """The scores of one classifier in two runs.

    Attributes
    ----------
    classifier : str
    mnist, exam : tuple of Score or None
        On MNIST's test set and on the own exam, in the first and in the second run; None
        where a run has no score.
    """

    classifier: str
    mnist: tuple[Score | None, Score | None]
    exam: tuple[Score | None, Score | None]


def score_changes(first: RunSummary, second: RunSummary) -> list[ScoreChange]:
    """Return the scores of each classifier that is in either of the runs."""
    rows = [{row.classifier: row for row in card.rows} for card in (first, second)]
    names = dict.fromkeys([*rows[0], *rows[1]])

    def both(name: str, which: str) -> tuple[Score | None, Score | None]:
        found = [_score(rows[place].get(name), which) for place in (0, 1)]
        return found[0], found[1]

    return [ScoreChange(name, both(name, "mnist_test"), both(name, "own_exam")) for name in names]


def _score(row: ResultSummary | None, which: str) -> Score | None:
    score: Score | None = getattr(row, which) if row is not None else None
    return score if score is not None and score.total else None


def change(before: Score | None, after: Score | None) -> str:
    """Return how two scores differ: in digits where the totals are equal, else in points."""
    if before is None or after is None:
        return "–"
    more = after.correct - before.correct
    if before.total != after.total:
        points = 100 * (after.accuracy - before.accuracy)
        return _("{points:+.1f} points").format(points=points)
    if more > 0:
        return ngettext("▲ {n:,} more right", "▲ {n:,} more right", more).format(n=more)
    if more < 0:
        return ngettext("▼ {n:,} fewer right", "▼ {n:,} fewer right", -more).format(n=-more)
    return _("= no change")


def differences(first: RunSummary, second: RunSummary) -> str:
    """Return sentences on how the data, seeds and versions of two runs differ."""
    return " ".join(_differences(first, second))


def _differences(first: RunSummary, second: RunSummary) -> Iterator[str]:
    numbers = {"first": first.number, "second": second.number}
    if second.data.mnist != first.data.mnist:
        yield _("Run {number} learned from {more:,} MNIST digits more.").format(
            number=(first if first.data.mnist > second.data.mnist else second).number,
            more=abs(second.data.mnist - first.data.mnist),
        )
    if second.data.own != first.data.own:
        more = abs(second.data.own - first.data.own)
        yield ngettext(
            "Run {number} learned from {n:,} own digit more.",
            "Run {number} learned from {n:,} own digits more.",
            more,
        ).format(number=(first if first.data.own > second.data.own else second).number, n=more)
    if second.seed != first.seed:
        yield _(
            "They drew their digits with different seeds, {one} and {other}: part of the "
            "difference is chance."
        ).format(one=first.seed, other=second.seed)
    if second.data.samples != first.data.samples:
        yield _("The own digits have changed in between, so the exam is not quite the same one.")
    if second.versions != first.versions:
        yield _("They were made by different versions of the program or its libraries.")
    same = (first.data, first.seed, first.versions) == (second.data, second.seed, second.versions)
    if same:
        yield _(
            "Runs {first} and {second} had the same data and the same seed: their figures are "
            "the same."
        ).format(**numbers)


def title(row: ResultSummary) -> str:
    """Return the title of a result's classifier."""
    return TITLES.get(row.classifier, row.classifier)
