"""The numbers behind plots, as tables that can be saved as CSV."""

import csv
import io
from dataclasses import dataclass
from itertools import combinations
from typing import Any

from classroom.evaluation.statistics import PairedComparison
from classroom.plots.request import PlotRequest


@dataclass(frozen=True)
class Table:
    """A table: the names of its columns, and rows of values."""

    columns: tuple[str, ...]
    rows: list[tuple[Any, ...]]

    def csv(self) -> str:
        """Return the table as comma-separated values."""
        text = io.StringIO()
        writer = csv.writer(text, lineterminator="\n")
        writer.writerow(self.columns)
        writer.writerows(self.rows)
        return text.getvalue()


def share(part: int, whole: int) -> float | None:
    """Return `part` as a share of `whole`, 0 to 1; None where the whole is 0."""
    return part / whole if whole else None


def verdicts(request: PlotRequest) -> Table:
    """Return McNemar's test for each pair of classifiers of a request."""
    rows: list[tuple[Any, ...]] = []
    for first, second in combinations(request.answers, 2):
        pair = PairedComparison.of(first.evaluation, second.evaluation)
        counts = pair.only_first, pair.only_second, pair.total
        rows.append((first.title, second.title, *counts, pair.p_value, pair.more_digits))
    counted = ("only_first_right", "only_second_right", "digits", "p_value", "more_digits_needed")
    return Table(("first", "second", *counted), rows)
